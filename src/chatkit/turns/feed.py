"""A running turn's events in memory: numbered from 1, read through cursors.

An event may be read once it is kept by the log, never before: what a client saw, a later reader
finds. Readers are cursors, not queues, so a slow one holds up nobody.
"""

import asyncio


class Feed:
    """The events of one turn, from the handler's side (`append`) and the readers' (`read`)."""

    def __init__(self) -> None:
        self._payloads: list[bytes] = []
        self._dropped = 0
        self._waiters: list[asyncio.Future[None]] = []
        self.kept = 0
        """The number of the last event that the log keeps: what readers may see."""
        self.unkept_bytes = 0
        self.total_bytes = 0
        self.closed = False
        self.broken = False
        """Closed because the log could not keep the rest."""

    @property
    def last_seq(self) -> int:
        """The number of the last event, kept or not; 0 before the first."""
        return self._dropped + len(self._payloads)

    def append(self, payload: bytes) -> int:
        """Takes an event in; its number."""
        self._payloads.append(payload)
        self.unkept_bytes += len(payload)
        self.total_bytes += len(payload)
        return self.last_seq

    def keep(self, seq: int) -> None:
        """Shows the events up to this number to readers: the log keeps them."""
        if seq == self.last_seq:
            self.unkept_bytes = 0
        else:
            self.unkept_bytes -= sum(map(len, self._slice(self.kept, seq)))
        self.kept = seq
        self._wake()

    def unkept(self) -> list[bytes]:
        """The events that the log does not keep yet."""
        return self._slice(self.kept, self.last_seq)

    def read(self, after: int) -> list[bytes]:
        """The events with numbers above `after` that readers may see."""
        return self._slice(after, self.kept)

    async def more(self, after: int, seconds: float | None = None) -> bool:
        """Waits for an event above `after`, or the end; False after so many seconds of silence."""
        if self.kept > after or self.closed:
            return True
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiters.append(waiter)
        if seconds is None:
            await waiter
            return True
        timer = loop.call_later(seconds, _resolve, waiter)
        try:
            await waiter
        finally:
            timer.cancel()
            if waiter in self._waiters:
                self._waiters.remove(waiter)
        return self.kept > after or self.closed

    def close(self) -> None:
        """Says that no event will follow."""
        self.closed = True
        self.broken = self.kept < self.last_seq
        self._wake()

    def _slice(self, after: int, upto: int) -> list[bytes]:
        return self._payloads[max(after - self._dropped, 0) : max(upto - self._dropped, 0)]

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            _resolve(waiter)


def _resolve(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


__all__ = ["Feed"]
