"""A flag that is set once, for tasks and threads alike. Stands on the standard library."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

__all__ = ["Latch"]


class Latch:
    """A flag that is set once, and can be awaited in any loop or waited for in any thread."""

    __slots__ = ("_flag", "_lock", "_waiters")

    def __init__(self) -> None:
        self._flag = threading.Event()
        self._lock = threading.Lock()
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def is_set(self) -> bool:
        """Whether `set` was called."""
        return self._flag.is_set()

    def set(self) -> None:
        """Let everyone through who waits or will wait. Safe from any thread, and twice."""
        with self._lock:
            self._flag.set()
            waiters, self._waiters = self._waiters, []
        for loop, event in waiters:
            # A waiter whose loop has closed meanwhile has nobody left to wake.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    async def wait(self) -> None:
        """Return once the flag is set."""
        with self._lock:
            if self._flag.is_set():
                return
            waiter = (asyncio.get_running_loop(), asyncio.Event())
            self._waiters.append(waiter)
        try:
            await waiter[1].wait()
        finally:
            with self._lock, suppress(ValueError):
                self._waiters.remove(waiter)

    def wait_in_thread(self, timeout: float) -> None:
        """Return once the flag is set, blocking this thread.

        Raises: TimeoutError after `timeout` seconds.
        """
        if not self._flag.wait(timeout):
            raise TimeoutError(f"nothing happened for {timeout} s")
