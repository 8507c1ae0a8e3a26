"""Keeps turns' events: one commit at a time for all turns of a server.

While a commit is under way events gather, so the busier the server, the larger the commits.
"""

import asyncio
import logging
from collections.abc import Callable

from chatkit.store.turn_log import TurnEvents, TurnLog

from .turn import Turn

logger = logging.getLogger(__name__)

_RETRIES_AFTER = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
"""Seconds between attempts while the log is unavailable; after the last its turns fail."""


class LogWriter:
    """Appends what turns submit, then shows it to their readers."""

    def __init__(self, log: TurnLog, on_failure: Callable[[Turn], None]) -> None:
        self._log = log
        self._on_failure = on_failure
        self._dirty: dict[str, Turn] = {}
        self._task: asyncio.Task[None] | None = None

    def submit(self, turn: Turn) -> None:
        """Has the turn's new events kept, soon."""
        self._dirty[turn.id] = turn
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def flush(self, turn: Turn) -> None:
        """Returns once all events of the turn are kept, or cannot be."""
        while turn.feed.kept < turn.feed.last_seq and not turn.feed.closed:
            await turn.feed.more(turn.feed.kept)

    async def _run(self) -> None:
        try:
            while self._dirty:
                turns, self._dirty = list(self._dirty.values()), {}
                batch = [
                    TurnEvents(turn.id, turn.feed.kept + 1, turn.feed.unkept()) for turn in turns
                ]
                await self._append(turns, batch)
        finally:
            self._task = None

    async def _append(self, turns: list[Turn], batch: list[TurnEvents]) -> None:
        for delay in (*_RETRIES_AFTER, None):
            try:
                await self._log.append(batch)
            except Exception as error:
                if delay is None:
                    logger.exception("the turn log is unavailable; %d turns fail", len(turns))
                    break
                logger.warning("appending to the turn log failed, trying again: %r", error)
                await asyncio.sleep(delay)
            else:
                for turn, events in zip(turns, batch, strict=True):
                    turn.feed.keep(events.first_seq + len(events.payloads) - 1)
                return
        for turn in turns:
            self._on_failure(turn)


__all__ = ["LogWriter"]
