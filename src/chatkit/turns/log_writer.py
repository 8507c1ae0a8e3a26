"""Keeps turns' events: one commit at a time for all turns of a server.

While a commit is under way events gather, so the busier the server, the larger the commits. A log
that is unavailable is waited for; then its turns fail, and their ends are logged when it is back.
"""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

from chatkit.errors import StoreClosed, StoreUnavailable, TurnLost
from chatkit.store.shared_turns import SharesTurns
from chatkit.store.turn_log import EventsMissing, TurnEvents, TurnLog

from .bell import Bell
from .gaps import append_anew
from .left import LeftTurns, finish
from .patience import delays, patiently
from .turn import Turn

logger = logging.getLogger(__name__)


class LogWriter:
    """Appends what turns submit, then shows it to their readers."""

    def __init__(self, log: TurnLog, patience: float, on_outage: Callable[[Turn], None]) -> None:
        self._log = log
        self._patience = patience
        self._on_outage = on_outage
        self._bell = Bell(self._keep_now)
        self._waiting: dict[str, tuple[Turn, float]] = {}
        self.left = LeftTurns(log, patience)
        self._task: asyncio.Task[None] | None = None
        self._flush_seconds = log.flush_seconds if isinstance(log, SharesTurns) else 0.0
        self._next_at = 0.0
        self._commits = 0

    def submit(self, turn: Turn) -> None:
        """Has the turn's new events kept: now, or within a millisecond with what comes meanwhile.

        It needs to be said of the first event only; those that come until it is kept go along.
        A turn's very first event is not to wait for others.
        """
        if turn.feed.broken:
            return  # its readers were told; `left` logs the rest
        self._waiting.setdefault(turn.id, (turn, monotonic()))
        if self._task is not None:
            return
        if turn.feed.last_seq == 1:
            self._bell.ring_now()
        else:
            self._bell.push()

    def hurry(self) -> None:
        """Has what waits kept now."""
        self._bell.ring_now()

    def rounds(self) -> int:
        """A number that grows only where the event loop has gone on meanwhile."""
        return self._bell.late_rings + self._commits

    def _keep_now(self) -> None:
        """Keeps what can be kept without waiting; a task does the rest."""
        if self._task is not None:
            return  # it takes along what waits
        for turn, _ in list(self._waiting.values()):
            feed = turn.feed
            try:
                is_kept = self._log.append_now(_unkept(turn))
            except Exception:  # noqa: BLE001 - a log may raise anything; the task sees it again
                is_kept = False
            if not is_kept:
                self._start()
                return
            del self._waiting[turn.id]
            feed.keep(feed.last_seq)

    async def end(self, turn: Turn) -> None:
        """Logs the turn's last events and its state.

        Returns also when the log is down too long, or items could not be saved: it is `left` then.
        """
        await self._flush(turn)
        if turn.feed.broken or turn.drafts:
            self.left.add(turn)
            return
        try:
            await patiently(lambda: finish(self._log, turn), self._patience)
        except Exception as error:  # noqa: BLE001 - a log may raise anything
            logger.warning("turn %s: its end could not be logged: %r", turn.id, error)
            self.left.add(turn)

    async def _flush(self, turn: Turn) -> None:
        if turn.feed.unkept():
            self.submit(turn)
            self.hurry()
        while turn.feed.kept < turn.feed.last_seq and not turn.feed.closed:
            await turn.feed.more(turn.feed.kept)

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
        pauses = delays()
        taken: dict[str, tuple[Turn, float]] = {}
        try:
            while self._waiting:
                await self._pace()
                self._commits += 1
                taken, self._waiting = self._waiting, {}
                failed = await self._try([turn for turn, _ in taken.values()])
                # Those come last, and win: their time of waiting goes on.
                self._waiting |= {name: taken[name] for name in failed}
                taken = {}
                if not failed:
                    pauses = delays()
                    continue
                self._give_up()
                await asyncio.sleep(next(pauses))
        finally:
            self._waiting |= taken

    async def _try(self, turns: list[Turn]) -> list[str]:
        """Appends what these turns have; the ids of those for which it failed."""
        error = await self._attempt(turns)
        if error is None:
            return []
        if isinstance(error, StoreClosed):
            self._say_closed(turns)
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

    async def _pace(self) -> None:
        """Lets events gather where the log would rather be asked less often."""
        loop = asyncio.get_running_loop()
        wait = self._next_at - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        self._next_at = loop.time() + self._flush_seconds

    async def _append(self, turns: list[Turn]) -> None:
        turns = [turn for turn in turns if turn.feed.kept < turn.feed.last_seq]
        batch = [_unkept(turn) for turn in turns]
        lost: tuple[str, ...] = ()
        try:
            if batch:
                await self._log.append(batch)
        except TurnLost as error:
            lost = error.turn_ids
        except EventsMissing as gap:
            if len(turns) > 1:
                raise
            await append_anew(self._log, turns[0].feed, batch[0], gap)
        for turn, run in zip(turns, batch, strict=True):
            if turn.id in lost:
                logger.error("turn %s was ended by another process", turn.id)
                self._on_outage(turn)
            else:
                turn.feed.keep(run.first_seq + len(run.payloads) - 1)
                if turn.feed.kept < turn.feed.last_seq:
                    self.submit(turn)

    def _say_closed(self, turns: list[Turn]) -> None:
        logger.error(
            "the store was closed while %d turns ran on it: close the server first, with "
            "`await server.aclose()`, and then its store",
            len(turns),
        )
        for turn in turns:
            self._on_outage(turn)

    def _give_up(self) -> None:
        due = monotonic() - self._patience
        for turn, since in list(self._waiting.values()):
            if since <= due:
                logger.error("turn %s fails: the turn log is unavailable", turn.id)
                del self._waiting[turn.id]
                self._on_outage(turn)


def _unkept(turn: Turn) -> TurnEvents:
    feed = turn.feed
    return TurnEvents(turn.id, feed.kept + 1, feed.unkept())


__all__ = ["LogWriter"]
