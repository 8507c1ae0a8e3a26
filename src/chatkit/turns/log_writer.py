"""Keeps turns' events: one commit at a time for all turns of a server.

While a commit is under way events gather, so the busier the server, the larger the commits. A log
that is unavailable is waited for; then its turns fail, and their ends are logged when it is back.
"""

import asyncio
import logging
from collections.abc import Callable
from itertools import chain, repeat

from chatkit.errors import StoreUnavailable
from chatkit.store.turn_log import TurnEvents, TurnLog

from .patience import patiently
from .turn import Turn

logger = logging.getLogger(__name__)

_DELAYS = (0.05, 0.1, 0.2, 0.5)
_LAST_DELAY = 1.0


class LogWriter:
    """Appends what turns submit, then shows it to their readers."""

    def __init__(self, log: TurnLog, patience: float, on_outage: Callable[[Turn], None]) -> None:
        self._log = log
        self._patience = patience
        self._on_outage = on_outage
        self._waiting: dict[str, tuple[Turn, float]] = {}
        self._left: dict[str, Turn] = {}
        self._task: asyncio.Task[None] | None = None

    def submit(self, turn: Turn) -> None:
        """Has the turn's new events kept, soon."""
        if turn.feed.broken:
            return  # its readers were told; `end_left` logs the rest
        self._waiting.setdefault(turn.id, (turn, asyncio.get_running_loop().time()))
        self._start()

    async def end(self, turn: Turn) -> None:
        """Logs the turn's last events and its state; returns also when the log is down too long."""
        await self._flush(turn)
        try:
            if turn.feed.broken:
                self._left[turn.id] = turn
            else:
                await patiently(lambda: self._finish(turn), self._patience)
        except Exception as error:  # noqa: BLE001 - a log may raise anything
            logger.warning("turn %s: its end could not be logged: %r", turn.id, error)
            self._left[turn.id] = turn

    async def end_left(self) -> None:
        """Tries again to log the ends of turns that an outage had left without one."""
        for turn in list(self._left.values()):
            try:
                async with asyncio.timeout(self._patience):
                    await self._append([turn])
                    await self._finish(turn)
            except Exception as error:  # noqa: BLE001 - a log may raise anything
                logger.warning("turn %s: its end still cannot be logged: %r", turn.id, error)
            else:
                self._left.pop(turn.id, None)

    async def _flush(self, turn: Turn) -> None:
        if turn.feed.unkept():
            self.submit(turn)
        while turn.feed.kept < turn.feed.last_seq and not turn.feed.closed:
            await turn.feed.more(turn.feed.kept)

    async def _finish(self, turn: Turn) -> None:
        if await self._log.finish(turn.id, turn.state):
            return
        # Another process took this one for dead, and ended the turn: what the log says, holds.
        record = await self._log.load_turn(turn.id)
        if record is not None:
            turn.state = record.state

    def _start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if self._waiting:
            # A loop that closes cancels everything once, also what has not begun yet; turns that
            # settle then wait for their last events.
            self._start()

    async def _run(self) -> None:
        delays = _new_delays()
        taken: dict[str, tuple[Turn, float]] = {}
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, {}
                failed = await self._try([turn for turn, _ in taken.values()])
                # Those come last, and win: their time of waiting goes on.
                self._waiting |= {name: taken[name] for name in failed}
                taken = {}
                if not failed:
                    delays = _new_delays()
                    continue
                self._give_up()
                await asyncio.sleep(next(delays))
        finally:
            self._waiting |= taken

    async def _try(self, turns: list[Turn]) -> list[str]:
        """Appends what these turns have; the ids of those for which it failed."""
        error = await self._attempt(turns)
        if error is None:
            return []
        if len(turns) == 1 or isinstance(error, StoreUnavailable | TimeoutError):
            logger.warning("appending to the turn log failed, trying again: %r", error)
            return [turn.id for turn in turns]
        # One turn that cannot be logged must not hold up the others.
        return [name for turn in turns for name in await self._try([turn])]

    async def _attempt(self, turns: list[Turn]) -> Exception | None:
        try:
            async with asyncio.timeout(self._patience):
                await self._append(turns)
        except Exception as error:  # noqa: BLE001 - a log may raise anything
            return error
        return None

    async def _append(self, turns: list[Turn]) -> None:
        batch = [
            TurnEvents(turn.id, turn.feed.kept + 1, payloads)
            for turn in turns
            if (payloads := turn.feed.unkept())
        ]
        if batch:
            await self._log.append(batch)
        kept = {run.turn_id: run.first_seq + len(run.payloads) - 1 for run in batch}
        for turn in turns:
            if turn.id in kept:
                turn.feed.keep(kept[turn.id])

    def _give_up(self) -> None:
        due = asyncio.get_running_loop().time() - self._patience
        for turn, since in list(self._waiting.values()):
            if since <= due:
                logger.error("turn %s fails: the turn log is unavailable", turn.id)
                del self._waiting[turn.id]
                self._on_outage(turn)


def _new_delays() -> chain[float]:
    return chain(_DELAYS, repeat(_LAST_DELAY))


__all__ = ["LogWriter"]
