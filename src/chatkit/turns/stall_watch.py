"""Notices when a handler blocks the event loop: nothing else runs then, not even a heartbeat."""

import asyncio
import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_NAMED = 5


class StallWatch:
    """Ticks while turns run; a tick that comes late tells of a blocking call."""

    def __init__(self, seconds: float, running: Callable[[], list[str]]) -> None:
        self._seconds = seconds
        self._running = running
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Watches until no turn is running any more."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            due = loop.time() + _TICK_SECONDS
            self._timer = loop.call_at(due, self._tick, loop, due)

    def stop(self) -> None:
        """Watches no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self._timer = None
        turns = self._running()
        late = loop.time() - due
        if late > self._seconds:
            logger.warning(
                "a blocking call held up the event loop for %.1f s while these turns ran: %s; "
                "call such code with asyncio.to_thread",
                late,
                ", ".join(turns[:_NAMED]) or "none any more",
            )
        if turns:
            self.start()


__all__ = ["StallWatch"]
