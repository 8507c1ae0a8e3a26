"""One response: its identity, its state, and what becomes of each of its events.

Above: the pump pulls events out of a handler into `emit`; `settle` writes the end. Below: the
fold, the writes, the feed. Nothing in here knows of HTTP.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple, TypeVar

from chatkit.store.contract import Store
from chatkit.store.ids import generate_turn_id
from chatkit.store.turn_log import TurnLog, TurnRecord, TurnState
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    ClientToolCallItem,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    WorkflowItem,
)
from chatkit.wire import EventEncoder

from .commit import Writes, is_client_event
from .feed import Feed
from .fold import Drafts, UpdateRefused
from .kept_thread import KeptThread
from .latch import Latch
from .limits import TurnLimits
from .patience import patiently
from .plan import TurnPlan
from .thread_watch import client_thread

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_WRITING = ThreadItemDoneEvent | ThreadItemReplacedEvent | ThreadItemRemovedEvent


_SECONDS_BETWEEN_LOOKS = 0.001
"""How often the thread is looked at while deltas pour in: comparing it costs more than a delta."""


class TurnEnded(BaseException):
    """Raised to a pump whose turn has ended; like a cancellation, no `except Exception` eats it."""


class Surroundings(NamedTuple):
    """What all turns of one server share."""

    store: Store[object]
    log: TurnLog
    limits: TurnLimits
    submit: Callable[["Turn"], None]
    """Tells the log's writer that a turn has events to keep."""
    begin_title: Callable[["Turn"], None]
    """Has a title made for a turn's thread, if it needs one."""
    awaits_title: Callable[[str], bool]
    """Whether a title is being made for the thread with this id."""
    rounds: Callable[[], int]
    """A number that grows only where the event loop has gone on meanwhile."""
    hurry: Callable[[], None]
    """Tells it to keep what waits now, if that needs no waiting."""


class Turn:
    """A response under way. Made when its stream is first read, over when it is settled."""

    def __init__(self, plan: TurnPlan, around: Surroundings) -> None:
        self.id = generate_turn_id()
        self.plan = plan
        self.around = around
        self.state: TurnState = "running"
        self.feed = Feed(around.limits)
        self.drafts = Drafts()
        self.writes = Writes(around.store, plan.thread.id, plan.context)
        self.kept_thread = KeptThread(plan.thread, around.store, plan.context)
        self.lock = asyncio.Lock()
        """Held while the store is written, so that a thread can be read as of one event."""
        self.sealed = False
        """Set when the end is being written: a handler that is still going is refused."""
        self.settled = Latch()
        self.host_has_saved = False
        """Set when the host's `handle_stream_cancelled` saw to the unfinished items."""
        self.earlier: TurnRecord | None = None
        """The turn that this one's request has begun before: its readers read that one."""
        self.reader_is_cancelled = False
        """The handler raised CancelledError by itself: its first reader ends with one too."""
        self._encoder = EventEncoder()
        self._look_at = 0.0
        self._is_adopted: dict[str, bool] = {}
        """Items that this turn did not announce: True where it goes on with one."""

    @property
    def thread(self) -> ThreadMetadata:
        """The thread in the handler's hands."""
        return self.kept_thread.thread

    def start_from(self, thread: ThreadMetadata) -> None:
        """Takes the thread as it is now: it may have changed while the turn waited."""
        self.kept_thread = KeptThread(thread, self.around.store, self.plan.context)

    def record(self) -> TurnRecord:
        """The turn as the log keeps it at its start."""
        return TurnRecord(
            id=self.id,
            thread_id=self.thread.id,
            request_id=self.plan.request_id,
            state="running",
            started_at=datetime.now(UTC),
        )

    def emit_now(self, event: ThreadStreamEvent, now: float) -> bool:
        """Does what `emit` does for an update of an unfinished item, the most frequent event.

        False, with nothing done, for an event that has to wait for something. Looks at the thread
        once a millisecond; `now` is `time.monotonic()`.
        """
        if type(event) is not ThreadItemUpdatedEvent or self.sealed:
            return False
        if now >= self._look_at:
            if self.kept_thread.changed():
                return False
            self._look_at = now + _SECONDS_BETWEEN_LOOKS
        # Once for all: reading a model's attribute costs four times what reading a dict does.
        fields = event.__dict__
        item_id, update = fields["item_id"], fields["update"]
        if type(update) is AssistantMessageContentPartTextDelta:
            fields = update.__dict__
            content_index, delta = fields["content_index"], fields["delta"]
            if self.drafts.append_text(item_id, content_index, delta):
                self._show_payload(self._encoder.encode_text_delta(item_id, content_index, delta))
                return True
        if item_id not in self.drafts:
            return False
        self.tell(event)
        return True

    async def emit(self, event: ThreadStreamEvent) -> None:
        """Folds, saves, logs and shows one event; hidden items are saved and not shown.

        Raises: TurnEnded once the turn is sealed; EventTooLarge; what the store raises.
        """
        if self.sealed:
            raise TurnEnded
        if isinstance(event, ThreadItemUpdatedEvent):
            await self._update(event)
        elif isinstance(event, _WRITING):
            # Encoded before it is saved: what is too large to be shown is not kept either.
            payload = self._encoder.encode(event) if is_client_event(event) else None
            async with self.lock:
                if _asks_the_page(event):
                    await self._save_workflows()
                # Saved before shown: a reload never shows less than the client saw.
                await self._patiently(lambda: self.writes.commit(event))
                self._fold(event)
                if payload is not None:
                    self._show_payload(payload)
        else:
            self.tell(event)
        if self.kept_thread.changed():
            await self._try_saving_thread()

    def tell(self, event: ThreadStreamEvent) -> None:
        """Folds, logs and shows an event; what it says of finished items is stored already."""
        if self._fold(event) and is_client_event(event):
            self._show(event)

    def refuse(self, event: ThreadStreamEvent) -> None:
        """Shows why the turn will not begin; the log knows nothing of it."""
        self.state = "failed"
        self.feed.keep(self.feed.append(self._encoder.encode(event)))

    def is_adopted(self, item_id: str) -> bool:
        """True for an unfinished item of an earlier turn, which this one went on with."""
        return self._is_adopted.get(item_id, False)

    async def save_thread(self) -> None:
        """Saves and shows a change of the thread, if there is one. Raises what the store raises."""
        async with self.lock:
            saved = await self.kept_thread.save()
            if saved is not None:
                self._show(ThreadUpdatedEvent(thread=client_thread(saved)))

    async def _try_saving_thread(self) -> None:
        try:
            await self.save_thread()
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            # The change stays unsaved, so the next event tries again, and the end insists.
            logger.warning("turn %s: saving its thread failed: %r", self.id, error)

    async def _update(self, event: ThreadItemUpdatedEvent) -> None:
        if event.item_id not in self.drafts:
            await self._adopt(event.item_id)
        self.tell(event)

    async def _save_workflows(self) -> None:
        """Saves the unfinished workflows, which go on when the page has answered.

        Before its call: the model reads steps and call in the order in which they were shown.
        """
        for item in self.drafts.items():
            if isinstance(item, WorkflowItem):
                await self._patiently(partial(self.writes.save_left, item))

    async def _adopt(self, item_id: str) -> None:
        # An earlier turn may have left the item open, such as a workflow that goes on.
        if self._is_adopted.get(item_id) is False:
            return
        item = await self._patiently(lambda: self.writes.find(item_id))
        self._is_adopted[item_id] = item is not None
        if item is not None:
            self.drafts.adopt(item)

    async def _patiently(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        return await patiently(attempt, self.around.limits.outage_seconds)

    def _fold(self, event: ThreadStreamEvent) -> bool:
        try:
            self.drafts.apply(event)
        except UpdateRefused as refused:
            logger.warning("turn %s: %s", self.id, refused)
            return False
        return True

    def _show(self, event: ThreadStreamEvent) -> None:
        self._show_payload(self._encoder.encode(event))

    def _show_payload(self, payload: bytes) -> None:
        feed = self.feed
        if feed.append(payload) == feed.kept + 1:
            # Nobody is about to keep it: while events wait, those after them go along.
            self.around.submit(self)


def _asks_the_page(event: ThreadStreamEvent) -> bool:
    return isinstance(event, ThreadItemDoneEvent) and isinstance(event.item, ClientToolCallItem)


__all__ = ["Surroundings", "Turn", "TurnEnded"]
