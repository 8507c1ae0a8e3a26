"""The TurnLog contract: where the events of a turn are kept, so that readers can come back.

Above: the turns. A log is kept beside the store it belongs to (`KeepsTurns`), so that a crash
leaves either both an item and its event, or an event whose item can be made again from the log.
"""

from abc import ABC, abstractmethod
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, Protocol, runtime_checkable

from chatkit.types import ThreadItem

WRITING_TURN: Final[ContextVar[str | None]] = ContextVar("chatkit_writing_turn", default=None)
"""The turn in whose course the running code writes: a store may refuse one that was taken over."""

TurnState = Literal["running", "completed", "stopped", "failed", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One turn as the log knows it. `last_seq` is 0 before its first event."""

    id: str
    thread_id: str
    request_id: str | None
    state: TurnState
    started_at: datetime
    ended_at: datetime | None = None
    last_seq: int = 0
    trimmed: bool = False


class TurnEvents(NamedTuple):
    """A run of a turn's events: `payloads[0]` has the number `first_seq`, the next one more."""

    turn_id: str
    first_seq: int
    payloads: list[bytes]


class TurnLog(ABC):
    """Keeps turns and their events, each event as the JSON that goes on the wire.

    One writer per turn; events are numbered from 1 without gaps. Methods raise
    `StoreUnavailable` when the medium fails.
    """

    @abstractmethod
    async def begin(self, record: TurnRecord, context: object) -> None:
        """Keeps a new running turn, owned by whoever the context names.

        Raises: RequestBegun when a request of this owner with this id has begun a turn before;
        TurnBusy when the thread has a running turn.
        """

    def append_now(self, run: TurnEvents) -> bool:
        """True when the events are kept at once, with no I/O; most logs leave this alone."""
        return False

    @abstractmethod
    async def append(self, batch: list[TurnEvents]) -> None:
        """Keeps the events of any number of turns in one commit; they are durable on return.

        Events that are kept already (same turn, same number) are ignored. Raises, when all others
        are kept: EventsMissing for a gap; TurnLost for turns that another process has ended.
        """

    @abstractmethod
    async def finish(self, turn_id: str, state: TurnState) -> bool:
        """Compare-and-set from running to a terminal state; False when it had ended before."""

    @abstractmethod
    async def load_turn(self, turn_id: str) -> TurnRecord | None:
        """The turn, or None; whose it is, is for the caller to check through its thread."""

    @abstractmethod
    async def find_request(self, request_id: str) -> list[TurnRecord]:
        """The turns that were begun by a request with this id (two users may choose the same)."""

    @abstractmethod
    async def read(self, turn_id: str, after: int, limit: int) -> list[bytes]:
        """Up to `limit` events with numbers above `after`, in order; fewer where they are large.

        None at all only when no more are kept.
        """

    @abstractmethod
    async def orphans(self) -> list[TurnRecord]:
        """Running turns that no live process owns: left by a crash.

        From now on they change no more: what a process writes that was only thought to be dead is
        refused with TurnLost.
        """

    @abstractmethod
    async def load_items(self, record: TurnRecord, item_ids: list[str]) -> list[ThreadItem]:
        """Those of these items that an orphan's thread has in the store, as its owner sees them."""

    @abstractmethod
    async def interrupt(
        self, record: TurnRecord, items: list[ThreadItem], events: TurnEvents
    ) -> bool:
        """Settles an orphan in one commit: its items saved as its owner, last events and state.

        Items that are stored already stay as they are. False when another process was faster.
        """

    @abstractmethod
    async def trim(self, ended_before: datetime) -> int:
        """Forgets the events of turns that ended before; how many turns that were.

        The records stay, marked `trimmed`, so that a late reader is told to load the thread.
        """

    @abstractmethod
    async def forget_thread(self, thread_id: str) -> None:
        """Deletes all turns of a thread, with their events."""


@runtime_checkable
class KeepsTurns(Protocol):
    """A store with a turn log of its own, in the same database."""

    def turn_log(self) -> TurnLog:
        """The log; the same object at each call."""
        ...


class RequestBegun(Exception):
    """A request has come again that began a turn, which answers it."""

    def __init__(self, record: TurnRecord) -> None:
        super().__init__(f"request {record.request_id!r} began turn {record.id!r}")
        self.record = record


class EventsMissing(ValueError):
    """A run of events does not follow what the log has of its turn."""

    def __init__(self, turn_id: str, last_seq: int, first_seq: int) -> None:
        super().__init__(f"turn {turn_id!r} has {last_seq} events: the next cannot be {first_seq}")
        self.turn_id, self.last_seq = turn_id, last_seq


def new_payloads(last_seq: int, run: TurnEvents) -> list[bytes]:
    """The events of the run that are not in the log yet. Raises EventsMissing for a gap."""
    if run.first_seq > last_seq + 1:
        raise EventsMissing(run.turn_id, last_seq, run.first_seq)
    return run.payloads[last_seq + 1 - run.first_seq :]


def require_terminal(state: TurnState) -> TurnState:
    """The state, if a turn can end in it. Raises ValueError for "running"."""
    if state == "running":
        raise ValueError("a turn cannot end as running")
    return state


__all__ = [
    "WRITING_TURN",
    "EventsMissing",
    "KeepsTurns",
    "RequestBegun",
    "TurnEvents",
    "TurnLog",
    "TurnRecord",
    "TurnState",
    "new_payloads",
    "require_terminal",
]
