"""Looks after running turns by the clock: one timer for all of them, while there are any.

Ends those that take too long, has readers of silent ones told that they live, and notices when a
handler blocks the event loop: nothing else runs then, not even a heartbeat.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from time import monotonic

from .limits import TurnLimits
from .pump import Pump

logger = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_NAMED = 5


class TurnClock:
    """Ticks while turns run."""

    def __init__(self, limits: TurnLimits, running: Callable[[], Iterable[Pump]]) -> None:
        self._limits = limits
        # What is due comes at most a quarter too late.
        shortest = min(limits.idle_seconds, limits.wall_seconds, limits.heartbeat_seconds)
        self._tick_seconds = min(_TICK_SECONDS, shortest / 4)
        self._running = running
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Ticks until no turn is running any more."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            due = loop.time() + self._tick_seconds
            self._timer = loop.call_at(due, self._tick, loop, due)

    def stop(self) -> None:
        """Ticks no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self._timer = None
        pumps = list(self._running())
        late = loop.time() - due
        if late > self._limits.stall_seconds:
            logger.warning(
                "a blocking call held up the event loop for %.1f s while these turns ran: %s; "
                "call such code with asyncio.to_thread",
                late,
                ", ".join(pump.turn.id for pump in pumps[:_NAMED]) or "none any more",
            )
        now = monotonic()
        for pump in pumps:
            pump.check_time(now)
            pump.turn.feed.beat(now, self._limits.heartbeat_seconds)
        if pumps:
            self.start()


__all__ = ["TurnClock"]
