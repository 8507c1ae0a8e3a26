"""After a crash: turns that were running become `interrupted`, their partial text an item.

Nothing is run again by itself: the client is told that it may retry.
"""

import logging

from chatkit.store.turn_log import TurnEvents, TurnLog, TurnRecord
from chatkit.types import ThreadItem, ThreadItemDoneEvent, ThreadItemRemovedEvent, ThreadStreamEvent
from chatkit.wire import EventEncoder, parse_event

from .failure import retryable_error
from .fold import Drafts, UpdateRefused
from .settle import is_worth_keeping

logger = logging.getLogger(__name__)

_EVENTS_AT_ONCE = 1_000


async def recover_orphans(log: TurnLog) -> None:
    """Settles every turn that no live process owns. One that fails is left for the next start."""
    for record in await log.orphans():
        try:
            await _interrupt(log, record)
        except Exception:
            logger.exception("turn %s, left by a crash, could not be settled", record.id)


async def _interrupt(log: TurnLog, record: TurnRecord) -> None:
    drafts, last_seq = await fold_log(log, record.id)
    items = drafts.items()
    kept = [item for item in items if is_worth_keeping(item)]
    encoder = EventEncoder()
    events = TurnEvents(
        record.id, last_seq + 1, [encoder.encode(event) for event in _last_words(items, kept)]
    )
    if await log.interrupt(record, kept, events):
        logger.warning(
            "turn %s on thread %s was interrupted by a crash; %d items kept",
            record.id,
            record.thread_id,
            len(kept),
        )


def _last_words(items: list[ThreadItem], kept: list[ThreadItem]) -> list[ThreadStreamEvent]:
    words: list[ThreadStreamEvent] = [
        ThreadItemDoneEvent(item=item) if item in kept else ThreadItemRemovedEvent(item_id=item.id)
        for item in items
    ]
    return [*words, retryable_error()]


async def fold_log(log: TurnLog, turn_id: str) -> tuple[Drafts, int]:
    """The unfinished items of a logged turn, and the number of its last event."""
    drafts = Drafts()
    seq = 0
    while payloads := await log.read(turn_id, seq, _EVENTS_AT_ONCE):
        for payload in payloads:
            try:
                drafts.apply(parse_event(payload))
            except UpdateRefused as refused:
                logger.warning("turn %s: %s", turn_id, refused)
        seq += len(payloads)
    return drafts, seq


__all__ = ["fold_log", "recover_orphans"]
