"""After a crash: turns that were running become `interrupted`, their partial text an item.

Nothing is run again by itself: the client is told that it may retry. A crash between a write to
the store and its event in the log leaves the log behind by one write; the last events make up.
"""

import asyncio
import logging

from pydantic import ValidationError

from chatkit.store.shared_turns import SharesTurns
from chatkit.store.turn_log import TurnEvents, TurnLog, TurnRecord
from chatkit.types import (
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)
from chatkit.wire import EventEncoder, encode, parse_event

from .commit import is_client_event
from .failure import retryable_error
from .fold import Drafts, UpdateRefused
from .settle import is_worth_keeping

logger = logging.getLogger(__name__)

_EVENTS_AT_ONCE = 1_000
_SECONDS_BETWEEN = 5.0


class Recovery:
    """Settles what crashes have left behind in one log."""

    def __init__(self, log: TurnLog) -> None:
        self._log = log
        # Shortly before whoever looks again and again does.
        is_shared = isinstance(log, SharesTurns)
        self._seconds_between = log.reap_seconds * 0.9 if is_shared else _SECONDS_BETWEEN
        self._task: asyncio.Task[None] | None = None
        self._started_at = 0.0

    async def once(self) -> None:
        """Returns when the orphans that were there at the first call are settled."""
        if self._task is None:
            self._start()
        if self._task is None or not self._task.done():
            await self._wait()

    async def again(self) -> None:
        """Looks for further orphans, at most every few seconds: another process may have died."""
        loop = asyncio.get_running_loop()
        if self._task is None or (
            self._task.done() and loop.time() - self._started_at >= self._seconds_between
        ):
            self._start()
        await self._wait()

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self._started_at = loop.time()
        self._task = loop.create_task(recover_orphans(self._log))

    async def _wait(self) -> None:
        task = self._task
        if task is None or task.done():
            return
        try:
            await asyncio.shield(task)
        except Exception:
            # The log is unavailable: whoever asks next tries again.
            if self._task is task:
                self._task = None
            raise


async def recover_orphans(log: TurnLog) -> None:
    """Settles every turn that no live process owns. One that fails is left for the next time."""
    for record in await log.orphans():
        try:
            await _interrupt(log, record)
        except Exception:
            logger.exception("turn %s, left by a crash, could not be settled", record.id)


async def _interrupt(log: TurnLog, record: TurnRecord) -> None:
    found = await fold_log(log, record.id)
    stored = {item.id: item for item in await log.load_items(record, found.item_ids())}
    drafts = found.drafts.items()
    kept = [item for item in drafts if item.id not in stored and is_worth_keeping(item)]
    encoder = EventEncoder()
    words = [*_corrections(found, stored), *_ends(drafts, kept, stored), retryable_error()]
    events = TurnEvents(record.id, found.last_seq + 1, [encoder.encode(word) for word in words])
    if await log.interrupt(record, kept, events):
        logger.warning(
            "turn %s on thread %s was interrupted by a crash; %d items kept",
            record.id,
            record.thread_id,
            len(kept),
        )


def _ends(
    drafts: list[ThreadItem], kept: list[ThreadItem], stored: dict[str, ThreadItem]
) -> list[ThreadStreamEvent]:
    """What becomes of the unfinished items: as they are stored, or saved now, or gone."""
    saved = {item.id: item for item in kept} | stored
    return [
        ThreadItemDoneEvent(item=saved[item.id])
        if item.id in saved
        else ThreadItemRemovedEvent(item_id=item.id)
        for item in drafts
    ]


def _corrections(found: "FoldedLog", stored: dict[str, ThreadItem]) -> list[ThreadStreamEvent]:
    """What the log does not know of finished items: that one was deleted, or replaced.

    An item of an earlier turn, which this one went on with, is again as it was before.
    """
    words: list[ThreadStreamEvent] = [
        ThreadItemReplacedEvent(item=stored[item_id])
        for item_id in found.continued
        if item_id in stored and item_id not in found.finished
    ]
    for item_id, item in found.finished.items():
        if item_id not in stored:
            words.append(ThreadItemRemovedEvent(item_id=item_id))
        elif encode(stored[item_id]) != encode(item):
            words.append(ThreadItemReplacedEvent(item=stored[item_id]))
    return [word for word in words if is_client_event(word)]


class FoldedLog:
    """A turn's log as a reader of all its events would know it."""

    def __init__(self) -> None:
        self.drafts = Drafts()
        self.finished: dict[str, ThreadItem] = {}
        self.continued: dict[str, None] = {}
        """Items of earlier turns that this one has updated."""
        self.removed: set[str] = set()
        self.last_seq = 0

    def item_ids(self) -> list[str]:
        """The items that the turn has begun, continued or finished."""
        return [*self.finished, *self.continued, *(item.id for item in self.drafts.items())]

    def apply(self, payload: bytes) -> None:
        """Takes the next event in. Raises: UpdateRefused, pydantic's ValidationError."""
        self.last_seq += 1
        event = parse_event(payload)
        self.drafts.apply(event)
        if isinstance(event, ThreadItemDoneEvent | ThreadItemReplacedEvent):
            self.finished[event.item.id] = event.item
            self.removed.discard(event.item.id)
        elif isinstance(event, ThreadItemRemovedEvent):
            self.finished.pop(event.item_id, None)
            self.removed.add(event.item_id)
        elif isinstance(event, ThreadItemUpdatedEvent) and event.item_id not in self.drafts:
            self.continued[event.item_id] = None


async def fold_log(log: TurnLog, turn_id: str) -> FoldedLog:
    """A logged turn's items. An event that this version does not know is passed over."""
    folded = FoldedLog()
    while payloads := await log.read(turn_id, folded.last_seq, _EVENTS_AT_ONCE):
        for payload in payloads:
            try:
                folded.apply(payload)
            except (UpdateRefused, ValidationError) as refused:
                logger.warning("turn %s, event %d: %s", turn_id, folded.last_seq, refused)
    return folded


__all__ = ["FoldedLog", "Recovery", "fold_log", "recover_orphans"]
