"""Pulls a handler's events into its turn, under limits, until it ends or is stopped.

The handler runs in the turn's own task. One that ignores its cancellation is left behind with it:
then another task ends the turn. A stop cancels the task only where it waits for the handler, never
in the middle of a write.
"""

import asyncio
import logging
import math
from collections.abc import Callable
from time import monotonic
from typing import Literal, cast

from .plan import Events
from .turn import Turn, TurnEnded

logger = logging.getLogger(__name__)

StopCause = Literal["stopped", "interrupted", "idle", "too_long", "too_large", "unlogged"]

_SECONDS_BETWEEN_PAUSES = 0.0005
"""A handler that never waits lets readers, and all others on the loop, go on this often."""


class Pump:
    """Runs one turn's handler."""

    def __init__(self, turn: Turn, on_left: Callable[["Pump"], None]) -> None:
        self.turn = turn
        self.cause: StopCause | None = None
        """Why the handler was stopped, or None when it ended by itself."""
        self.is_left = False
        """The handler did not let go of its task; `on_left` was called to end the turn without."""
        self._on_left = on_left
        self._limits = turn.around.limits
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[object] | None = None
        self._is_over = False
        self._give_up: asyncio.TimerHandle | None = None
        self._waits_for: Literal["handler", "log"] | None = None
        """Set where a stop may cancel the task."""
        self._was_cancelled = False
        self._since = 0.0
        self._ends_at = math.inf
        self._in_line: asyncio.Future[None] | None = None

    @property
    def is_in_line(self) -> bool:
        """True while the turn waits for its thread's running turn."""
        return self._in_line is not None and not self._in_line.done()

    def stop(self, cause: StopCause) -> None:
        """Asks the handler to end; only the first cause counts, and none once it is over."""
        if self.cause is not None or self._is_over:
            return
        self.cause = cause
        self.call_up()
        if self._task is None:
            return
        self._give_up_later()
        if self._waits_for is not None:
            self._was_cancelled = True
            self._task.cancel()

    async def wait_in_line(self) -> None:
        """Returns when the thread's running turn is over, or this one is stopped."""
        self._in_line = self._loop.create_future()
        await self._in_line

    def call_up(self) -> None:
        """Ends the wait in line, if there is one."""
        if self._in_line is not None and not self._in_line.done():
            self._in_line.set_result(None)

    async def run(self) -> BaseException | None:
        """Runs the handler to its end; what it raised, or None when it ended well or was stopped.

        Raises only what ends the program. What the handler does once it `is_left` is nobody's.
        """
        self._task = task = cast("asyncio.Task[object]", asyncio.current_task())
        if self.cause is not None:
            self._give_up_later()
        self._since = monotonic()
        self._ends_at = self._since + self._limits.wall_seconds
        error = None
        try:
            await self._pull()
            if not self._was_cancelled:
                self.cause = None  # the handler's end came before the stop
        except TurnEnded:
            pass
        except asyncio.CancelledError:
            self._take_cancellation(task)
        except Exception as raised:  # noqa: BLE001 - a handler may raise anything
            error = self._take_error(raised)
        except BaseException:
            self.stop("interrupted")
            self._leave_behind()
            raise
        self._is_over = True
        if self._give_up is not None:
            self._give_up.cancel()
        while task.uncancel():
            pass  # what is to be saved now takes time of its own
        return error

    def check_time(self, now: float) -> None:
        """Stops a handler that says nothing, or goes on, for too long; `now` is `monotonic()`."""
        task, limits = self._task, self._limits
        if task is None or self._is_over or self.cause is not None:
            return
        if task.cancelling():
            self.stop("interrupted")  # the loop is closing, and the handler will not hear of it
        elif now >= self._ends_at:
            self.stop("too_long")
        elif now >= self._since + limits.idle_seconds and (
            # Time that the store or the log takes is not the handler's.
            self._waits_for == "handler" or now >= self._since + 2 * limits.outage_seconds
        ):
            self.stop("idle")

    def _take_cancellation(self, task: asyncio.Task[object]) -> None:
        if self.cause is not None:
            return
        if task.cancelling():
            self.cause = "interrupted"  # the event loop is closing
        else:
            self.cause = "stopped"
            self.turn.reader_is_cancelled = True

    def _take_error(self, error: Exception) -> Exception | None:
        if self.cause is None:
            return error
        logger.error("turn %s failed while it was stopped", self.turn.id, exc_info=error)
        return None

    def _give_up_later(self) -> None:
        self._give_up = self._loop.call_later(self._limits.cancel_seconds, self._ignored)

    def _ignored(self) -> None:
        if self._task is not None and not self._is_over:
            logger.warning("turn %s: its handler ignores its cancellation", self.turn.id)
            self._leave_behind()
            self._task.cancel()

    def _leave_behind(self) -> None:
        if not self._is_over:
            self._is_over = self.is_left = True
            self._on_left(self)

    async def _pull(self) -> None:
        turn = self.turn
        await self._pull_opening()
        # Not before the thread is there, and not waited for.
        turn.around.begin_title(turn)
        turn.around.hurry()
        await asyncio.sleep(0)  # and the others while the handler thinks
        if self.cause is not None:
            raise TurnEnded
        handler = turn.plan.respond(turn.thread)
        try:
            await self._pull_handler(handler)
        finally:
            await _close(handler)

    async def _pull_opening(self) -> None:
        turn = self.turn
        opening = turn.plan.opening(turn.thread)
        try:
            async for event in opening:
                await turn.emit(event)
                if turn.feed.last_seq == 1:
                    await asyncio.sleep(0)  # readers get the first event at once
        finally:
            await _close(opening)

    async def _pull_handler(self, handler: Events) -> None:
        following = handler.__aiter__().__anext__
        turn, feed, emit_now = self.turn, self.turn.feed, self.turn.emit_now
        rounds = turn.around.rounds
        seen_round, pause_at = rounds(), monotonic() + _SECONDS_BETWEEN_PAUSES
        while self.cause is None:
            self._waits_for = "handler"
            try:
                event = await following()
            except StopAsyncIteration:
                return
            finally:
                self._waits_for = None
                self._since = now = monotonic()
            if self.cause is not None:
                break
            if not emit_now(event, now):
                await turn.emit(event)
                self._since = monotonic()
            if now >= pause_at:
                this_round = rounds()
                if this_round == seen_round:
                    await asyncio.sleep(0)
                    self._since = now = monotonic()
                    this_round = rounds()
                seen_round, pause_at = this_round, now + _SECONDS_BETWEEN_PAUSES
            if feed.last_seq > feed.events_allowed or feed.total_bytes > feed.bytes_allowed:
                await self._keep_limits()
        raise TurnEnded

    async def _keep_limits(self) -> None:
        feed = self.turn.feed
        if feed.is_too_large():
            self.stop("too_large")
        while self.cause is None and feed.is_ahead():
            self._waits_for = "log"
            try:
                await feed.more(feed.kept)
            finally:
                self._waits_for = None


async def _close(events: Events) -> None:
    """Closes the events, where they can be closed."""
    close = getattr(events, "aclose", None)
    if close is not None:
        await close()


__all__ = ["Pump", "StopCause"]
