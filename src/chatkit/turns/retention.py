"""How long turns' events are kept. They are trimmed when a turn ends: no task runs for it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chatkit.store.turn_log import TurnLog

from .limits import TurnLimits

logger = logging.getLogger(__name__)


class Retention:
    """Trims one log."""

    def __init__(
        self,
        log: TurnLog,
        limits: TurnLimits,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log = log
        self._limits = limits
        self._clock = clock
        self._trimmed_at: float | None = None

    def is_due(self) -> bool:
        """True, once in `trim_seconds`, when it is time to trim."""
        now = asyncio.get_running_loop().time()
        if self._trimmed_at is not None and now - self._trimmed_at < self._limits.trim_seconds:
            return False
        self._trimmed_at = now
        return True

    async def trim(self) -> None:
        """Forgets the events of turns that ended longer than `keep_seconds` ago."""
        oldest = self._clock() - timedelta(seconds=self._limits.keep_seconds)
        try:
            await self._log.trim(oldest)
        except Exception as error:  # noqa: BLE001 - a log may raise anything
            logger.warning("trimming the turn log failed: %r", error)


__all__ = ["Retention"]
