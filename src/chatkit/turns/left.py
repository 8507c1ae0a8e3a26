"""Turns that an outage has left without an end: in the log, or with items that are not saved.

In the log they run on, so that their threads wait for them, and a crash leaves them to `recover`.
"""

import asyncio
import logging
from typing import Final

from chatkit.errors import NotFoundError, StoreUnavailable, TurnLost
from chatkit.store.turn_log import EventsMissing, TurnEvents, TurnLog
from chatkit.wire import EventEncoder

from .gaps import append_anew
from .settle import save_left
from .turn import Turn

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN: Final = 1.0


class LeftTurns:
    """The turns of one server that have no end yet."""

    def __init__(self, log: TurnLog, patience: float) -> None:
        self._log = log
        self._patience = patience
        self._turns: dict[str, Turn] = {}
        self._hopeless: set[str] = set()
        self._trying = asyncio.Lock()
        self._soon: asyncio.Task[None] | None = None
        self._tried_at = float("-inf")

    def add(self, turn: Turn) -> None:
        """Has this turn's end tried again."""
        self._turns[turn.id] = turn

    def try_soon(self) -> None:
        """Tries again in the background, if there is something to try and it is time."""
        now = asyncio.get_running_loop().time()
        is_due = self._turns and now - self._tried_at >= _SECONDS_BETWEEN
        if is_due and (self._soon is None or self._soon.done()):
            self._soon = asyncio.get_running_loop().create_task(self.try_again())

    async def try_again(self) -> None:
        """Saves and logs what it can now. Raises nothing."""
        async with self._trying:
            for turn in list(self._turns.values()):
                await self._try(turn)
            self._tried_at = asyncio.get_running_loop().time()

    async def close(self) -> None:
        """Tries once more, and leaves nothing running."""
        if self._soon is not None:
            await asyncio.wait([self._soon])
        await self.try_again()

    async def give_up(self, thread_id: str) -> None:
        """Ends turns of this thread whose items the store refuses for another reason than an
        outage: they must not hold up the thread for ever."""
        for turn_id in list(self._hopeless):
            turn = self._turns.get(turn_id)
            if turn is not None and turn.thread.id == thread_id:
                logger.error("turn %s: %d items are lost", turn.id, len(turn.drafts))
                turn.drafts.clear()
        await self.try_again()

    async def _try(self, turn: Turn) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._end(turn)
        except (NotFoundError, TurnLost):
            # The thread was deleted, and its turns with it; or another process has ended this one.
            self._forget(turn)
        except Exception as error:  # noqa: BLE001 - a store or a log may raise anything
            logger.warning("turn %s: its end still cannot be saved: %r", turn.id, error)
            if not isinstance(error, StoreUnavailable | TimeoutError):
                self._hopeless.add(turn.id)
        else:
            self._forget(turn)

    async def _end(self, turn: Turn) -> None:
        seq = turn.feed.last_seq
        payloads = turn.feed.unkept()
        first = seq - len(payloads) + 1
        if turn.drafts:
            encoder = EventEncoder()
            payloads += [encoder.encode(event) for event in await save_left(turn)]
        if payloads:
            run = TurnEvents(turn.id, first, payloads)
            try:
                await self._log.append([run])
            except EventsMissing as gap:
                await append_anew(self._log, turn.feed, run, gap)
        turn.drafts.clear()
        await finish(self._log, turn)

    def _forget(self, turn: Turn) -> None:
        self._turns.pop(turn.id, None)
        self._hopeless.discard(turn.id)


async def finish(log: TurnLog, turn: Turn) -> None:
    """Logs the turn's state; raises what the log raises."""
    if await log.finish(turn.id, turn.state):
        return
    # Another process took this one for dead, and ended the turn: what the log says, holds.
    record = await log.load_turn(turn.id)
    if record is not None:
        turn.state = record.state


__all__ = ["LeftTurns", "finish"]
