"""A running turn's events in memory: numbered from 1, read through cursors.

An event may be read once it is kept by the log, never before: what a client saw, a later reader
finds. Readers are cursors, not queues, so a slow one holds up nobody.
"""

import asyncio

from .limits import TurnLimits


class Feed:
    """The events of one turn, from the handler's side (`append`) and the readers' (`read`).

    Holds about `memory_bytes` of them, and what a reader has yet to read: the front of a longer
    turn is in the log alone.
    """

    def __init__(self, limits: TurnLimits) -> None:
        self._limits = limits
        self._memory_bytes = limits.memory_bytes
        self._payloads: list[bytes] = []
        self._dropped_bytes = 0
        self._waiters: list[asyncio.Future[None]] = []
        self._heard_of = -1
        self._silent_since = 0.0
        self._places: dict[object, int] = {}
        self.dropped = 0
        """The number of the last event that is no longer in memory."""
        self.last_seq = 0
        """The number of the last event, kept or not; 0 before the first."""
        self.kept = 0
        """The number of the last event that the log keeps: what readers may see."""
        self.kept_bytes = 0
        self.total_bytes = 0
        self.closed = False
        self.broken = False
        """Closed although the log does not keep the rest."""
        self._allow_more()

    def append(self, payload: bytes) -> int:
        """Takes an event in; its number."""
        self._payloads.append(payload)
        self.total_bytes += len(payload)
        self.last_seq = seq = self.last_seq + 1
        return seq

    def keep(self, seq: int) -> None:
        """Shows the events up to this number to readers: the log keeps them."""
        if seq == self.last_seq:
            self.kept_bytes = self.total_bytes
        else:
            self.kept_bytes += sum(map(len, self._slice(self.kept, seq)))
        self.kept = seq
        if self.total_bytes - self._dropped_bytes > self._memory_bytes:
            self._drop_front()
        if self._waiters:
            self._wake()

    def is_too_large(self) -> bool:
        """True for a turn with more events, or more bytes of them, than a turn may have."""
        limits = self._limits
        return self.total_bytes > limits.max_bytes or self.last_seq > limits.max_events

    def is_ahead(self) -> bool:
        """True while so much is not kept by the log yet that the handler should wait."""
        self._allow_more()
        return self.last_seq > self.events_allowed or self.total_bytes > self.bytes_allowed

    def _allow_more(self) -> None:
        limits = self._limits
        self.events_allowed = self.kept + limits.unlogged_events
        """With more events than these the turn may be too large, or ahead of the log."""
        if self.events_allowed > limits.max_events:
            self.events_allowed = limits.max_events
        self.bytes_allowed = self.kept_bytes + limits.unlogged_bytes
        """With more bytes than these the turn may be too large, or ahead of the log."""
        if self.bytes_allowed > limits.max_bytes:
            self.bytes_allowed = limits.max_bytes

    def since(self, seq: int) -> list[bytes]:
        """All events above `seq`, which is not below `dropped`, kept or not."""
        return self._slice(seq, self.last_seq)

    def unkept(self) -> list[bytes]:
        """The events that the log does not keep yet."""
        return self._payloads[self.kept - self.dropped :]

    def read(self, after: int, most: int) -> list[bytes]:
        """Up to so many events above `after`, which is not below `dropped`, for a reader."""
        upto = after + most
        if upto > self.kept:
            upto = self.kept
        return self._payloads[after - self.dropped : upto - self.dropped]

    def hold(self, reader: object, seq: int) -> None:
        """Keeps what comes after `seq` in memory for this reader, until it lets go."""
        self._places[reader] = seq
        if self.total_bytes - self._dropped_bytes > self._memory_bytes:
            self._drop_front()

    def let_go(self, reader: object) -> None:
        """Forgets the reader."""
        self._places.pop(reader, None)
        if self.total_bytes - self._dropped_bytes > self._memory_bytes:
            self._drop_front()

    async def more(self, after: int) -> None:
        """Returns once there is an event above `after`, or the end."""
        while self.kept <= after and not self.closed:
            await self.sign()

    def sign(self) -> asyncio.Future[None]:
        """Resolved with the next event, at the end, or when readers are to say that they live."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        return waiter

    def beat(self, now: float, seconds: float) -> None:
        """Gives a sign where nothing has happened for so many seconds; `now` is `monotonic()`."""
        if self.kept != self._heard_of:
            self._heard_of, self._silent_since = self.kept, now
        elif now - self._silent_since >= seconds:
            self._silent_since = now
            self._wake()

    def close(self, *, broken: bool = False) -> None:
        """Says that no event will follow; `broken` when readers will not see all there were."""
        self.closed = True
        self.broken = self.broken or broken or self.kept < self.last_seq
        self._wake()

    def _slice(self, after: int, upto: int) -> list[bytes]:
        return self._payloads[after - self.dropped : upto - self.dropped]

    def _drop_front(self) -> None:
        held = self.total_bytes - self._dropped_bytes
        # Down to three quarters at once: taking single events off a list's front is slow.
        room = self._memory_bytes * 3 // 4
        count = 0
        droppable = min([self.kept, *self._places.values()]) - self.dropped
        while count < droppable and held > room:
            held -= len(self._payloads[count])
            count += 1
        del self._payloads[:count]
        self.dropped += count
        self._dropped_bytes = self.total_bytes - held

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


__all__ = ["Feed"]
