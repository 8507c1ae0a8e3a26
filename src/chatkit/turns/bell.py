"""Calls whoever waits for events: at once, and in a burst of them at most once a millisecond.

To wake a task costs more than what it then does with one event. Stands on asyncio alone.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

SECONDS_BETWEEN_RINGS: Final = 0.001


class Bell:
    """Pushed for every event, and rung when somebody should look."""

    __slots__ = ("_next_at", "_ring", "_timer", "late_rings")

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self.late_rings = 0
        """How often it rang of itself, called by the event loop."""
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def push(self) -> None:
        """Rings now or, where it rang just before, within a millisecond."""
        if self._timer is not None:
            return
        left = self._next_at - monotonic()
        if left <= 0:
            self.ring_now()
        else:
            self._timer = asyncio.get_running_loop().call_later(left, self._ring_late)

    def _ring_late(self) -> None:
        self.late_rings += 1
        self.ring_now()

    def ring_now(self) -> None:
        """Rings, for what should not be waited for, such as the end."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._next_at = monotonic() + SECONDS_BETWEEN_RINGS
        self._ring()


__all__ = ["SECONDS_BETWEEN_RINGS", "Bell"]
