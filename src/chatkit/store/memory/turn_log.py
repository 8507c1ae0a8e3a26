"""MemoryTurnLog: turns and their events in this process's memory, kept as long as it lives."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any, Final, Protocol

from chatkit.errors import ThreadNotFound, TurnBusy
from chatkit.store.turn_log import (
    RequestBegun,
    TurnEvents,
    TurnLog,
    TurnRecord,
    TurnState,
    new_payloads,
    require_terminal,
)
from chatkit.types import ThreadItem


class KnowsThreads(Protocol):
    """What the log asks the memory store."""

    def owner_of(self, thread_id: str) -> str | None:
        """The owner of the thread, None when there is no such thread."""
        ...

    def add_missing(self, thread_id: str, items: list[ThreadItem]) -> bool:
        """Appends the items that the thread lacks; False when there is no such thread."""
        ...

    def items_of(self, thread_id: str, item_ids: list[str]) -> list[ThreadItem]:
        """Those of the items that the thread has."""
        ...


MAX_BYTES: Final = 256 * 1024 * 1024
"""The events of all turns together: beyond it the turns that ended first are trimmed."""

MAX_TURN_BYTES: Final = 16 * 1024 * 1024
"""The events of one turn: beyond it the first ones are dropped."""

MAX_TRIMMED: Final = 10_000
"""Trimmed turns of which the record is kept; beyond it the first ones are forgotten."""


_NOBODY: Final = ""


class _Turn:
    __slots__ = ("begun", "ended_at", "events", "last_seq", "owner", "size", "state", "trimmed")

    def __init__(self, begun: TurnRecord, owner: str) -> None:
        self.begun = begun
        self.owner = owner
        self.state = begun.state
        self.ended_at: datetime | None = None
        self.trimmed = False
        self.events: list[bytes] = []
        self.last_seq = self.size = 0

    @property
    def record(self) -> TurnRecord:
        """The turn as it is now: put together when it is asked for, as it seldom is."""
        return replace(
            self.begun,
            state=self.state,
            ended_at=self.ended_at,
            last_seq=self.last_seq,
            trimmed=self.trimmed,
        )

    @property
    def dropped(self) -> int:
        """The number of the last event that is no longer here."""
        return self.last_seq - len(self.events)

    def append(self, payloads: list[bytes]) -> int:
        """Takes the events in, and drops the first ones of too many; by how much it grew."""
        before = size = self.size
        for payload in payloads:
            size += len(payload)
        self.size = size
        self.events += payloads
        self.last_seq += len(payloads)
        if size > MAX_TURN_BYTES:
            self._drop_front(MAX_TURN_BYTES * 3 // 4)
        return self.size - before

    def _drop_front(self, room: int) -> None:
        count = 0
        while count < len(self.events) and self.size > room:
            self.size -= len(self.events[count])
            count += 1
        del self.events[:count]


class _AnyThread:
    """Stands where a host's own store keeps the threads: it checks the owner itself."""

    def owner_of(self, thread_id: str) -> str | None:
        return None

    def add_missing(self, thread_id: str, items: list[ThreadItem]) -> bool:
        return False

    def items_of(self, thread_id: str, item_ids: list[str]) -> list[ThreadItem]:
        return []


class MemoryTurnLog(TurnLog):
    """Keeps turns beside a `MemoryStore`, or beside a host's own store when given nothing.

    Events are kept at once, so `append_now` takes them.
    """

    def __init__(
        self,
        threads: KnowsThreads | None = None,
        owner: Callable[[Any], str] = lambda context: _NOBODY,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._threads = threads or _AnyThread()
        self._owner = owner
        self._clock = clock
        self._lock = RLock()
        self._turns: dict[str, _Turn] = {}
        self._running: dict[str, str] = {}
        self._of_thread: defaultdict[str, list[str]] = defaultdict(list)
        self._of_request: defaultdict[str, list[str]] = defaultdict(list)
        self._size = 0
        self._ended: dict[str, None] = {}
        self._trimmed: dict[str, None] = {}

    async def begin(self, record: TurnRecord, context: object) -> None:
        owner = self._owner(context)
        with self._lock:
            if self._threads.owner_of(record.thread_id) not in (None, owner):
                raise ThreadNotFound(record.thread_id)
            self._check_request(record.request_id, owner)
            if record.thread_id in self._running:
                raise TurnBusy(record.thread_id)
            self._running[record.thread_id] = record.id
            self._turns[record.id] = _Turn(record, owner)
            self._of_thread[record.thread_id].append(record.id)
            if record.request_id is not None:
                self._of_request[record.request_id].append(record.id)

    def _check_request(self, request_id: str | None, owner: str) -> None:
        for turn_id in self._of_request.get(request_id or "", ()):
            # Beside a host's own store nobody here knows one user from another.
            if self._turns[turn_id].owner == owner != _NOBODY:
                raise RequestBegun(self._turns[turn_id].record)

    def append_now(self, run: TurnEvents) -> bool:
        with self._lock:
            self._append(run)
        return True

    async def append(self, batch: list[TurnEvents]) -> None:
        with self._lock:
            for run in batch:
                self._append(run)

    def _append(self, run: TurnEvents) -> None:
        turn = self._turns.get(run.turn_id)
        if turn is None:
            return
        follows = run.first_seq == turn.last_seq + 1
        self._size += turn.append(run.payloads if follows else new_payloads(turn.last_seq, run))
        while self._size > MAX_BYTES and self._ended:
            self._trim(next(iter(self._ended)))

    async def finish(self, turn_id: str, state: TurnState) -> bool:
        with self._lock:
            return self._finish(turn_id, require_terminal(state))

    def _finish(self, turn_id: str, state: TurnState) -> bool:
        turn = self._turns.get(turn_id)
        if turn is None or turn.state != "running":
            return False
        turn.state, turn.ended_at = state, self._clock()
        del self._running[turn.begun.thread_id]
        self._ended[turn_id] = None
        return True

    async def load_turn(self, turn_id: str) -> TurnRecord | None:
        turn = self._turns.get(turn_id)
        return turn.record if turn else None

    async def find_request(self, request_id: str) -> list[TurnRecord]:
        with self._lock:
            return [self._turns[turn_id].record for turn_id in self._of_request.get(request_id, [])]

    async def read(self, turn_id: str, after: int, limit: int) -> list[bytes]:
        with self._lock:
            turn = self._turns.get(turn_id)
            if turn is None or after < turn.dropped:
                return []
            start = after - turn.dropped
            return turn.events[start : start + limit]

    async def orphans(self) -> list[TurnRecord]:
        # Whoever could have left one took this memory along.
        return []

    async def load_items(self, record: TurnRecord, item_ids: list[str]) -> list[ThreadItem]:
        return self._threads.items_of(record.thread_id, item_ids) if self._owns(record) else []

    def _owns(self, record: TurnRecord) -> bool:
        """Whether the turn's thread is in the store, and not of somebody else by now."""
        turn = self._turns.get(record.id)
        return turn is not None and self._threads.owner_of(record.thread_id) == turn.owner

    async def interrupt(
        self, record: TurnRecord, items: list[ThreadItem], events: TurnEvents
    ) -> bool:
        with self._lock:
            if not self._finish(record.id, "interrupted"):
                return False
            if self._owns(record) and self._threads.add_missing(record.thread_id, items):
                self._append(events)
            else:
                self._forget(record.id)
            return True

    async def trim(self, ended_before: datetime) -> int:
        with self._lock:
            late = [turn_id for turn_id in self._ended if self._ended_at(turn_id) < ended_before]
            for turn_id in late:
                self._trim(turn_id)
        return len(late)

    def _ended_at(self, turn_id: str) -> datetime:
        ended_at = self._turns[turn_id].ended_at
        assert ended_at is not None  # noqa: S101 - a turn is put into `_ended` with its time
        return ended_at

    def _trim(self, turn_id: str) -> None:
        turn = self._turns[turn_id]
        turn.trimmed = True
        self._size -= turn.size
        turn.events, turn.size = [], 0
        del self._ended[turn_id]
        self._trimmed[turn_id] = None
        if len(self._trimmed) > MAX_TRIMMED:
            self._forget(next(iter(self._trimmed)))

    async def forget_thread(self, thread_id: str) -> None:
        self.forget_now(thread_id)

    def forget_now(self, thread_id: str) -> None:
        """Deletes all turns of the thread; the store calls it as it deletes the thread."""
        with self._lock:
            self._running.pop(thread_id, None)
            for turn_id in list(self._of_thread.get(thread_id, [])):
                self._forget(turn_id)

    def _forget(self, turn_id: str) -> None:
        turn = self._turns.pop(turn_id)
        begun = turn.begun
        self._size -= turn.size
        self._ended.pop(turn_id, None)
        self._trimmed.pop(turn_id, None)
        _take_out(self._of_thread, begun.thread_id, turn_id)
        if begun.request_id is not None:
            _take_out(self._of_request, begun.request_id, turn_id)


def _take_out(index: defaultdict[str, list[str]], key: str, turn_id: str) -> None:
    index[key].remove(turn_id)
    if not index[key]:
        del index[key]
