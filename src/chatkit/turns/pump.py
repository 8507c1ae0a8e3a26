"""Pulls a handler's events into its turn, under limits, until it ends or is stopped.

The handler runs in a task of its own, so that one which ignores its cancellation can be left
behind. A stop cancels it only where it waits for the handler, never in the middle of a write.
"""

import asyncio
import contextlib
import logging
import math
from collections.abc import AsyncGenerator
from time import monotonic
from typing import Literal

from .plan import Events
from .turn import Turn, TurnEnded

logger = logging.getLogger(__name__)

StopCause = Literal["stopped", "interrupted", "idle", "too_long", "too_large", "unlogged"]

_SECONDS_BETWEEN_PAUSES = 0.0005
"""A handler that never waits lets readers, and all others on the loop, go on this often."""


class Pump:
    """Runs one turn's handler."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.cause: StopCause | None = None
        """Why the handler was stopped, or None when it ended by itself."""
        self._limits = turn.around.limits
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = self._loop.create_future()
        self._task: asyncio.Task[None] | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._waits_for: Literal["handler", "log"] | None = None
        """Set where a stop may cancel the task."""
        self._was_cancelled = False
        self._since = monotonic()
        self._ends_at = math.inf
        self._in_line: asyncio.Future[None] | None = None

    @property
    def is_in_line(self) -> bool:
        """True while the turn waits for its thread's running turn."""
        return self._in_line is not None and not self._in_line.done()

    def stop(self, cause: StopCause) -> None:
        """Asks the handler to end; only the first cause counts, and none once it is over."""
        if self.cause is not None or self._over.done():
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

        Raises nothing, and returns within `cancel_seconds` of a stop.
        """
        self._task = self._loop.create_task(self._pull(), context=self.turn.plan.variables)
        self._task.add_done_callback(self._task_done)
        if self.cause is not None:
            self._give_up_later()
        self._since = monotonic()
        self._ends_at = self._since + self._limits.wall_seconds
        self._check_time()
        try:
            # Not awaited itself: a cancellation would end it, and nobody could wait for it again.
            await asyncio.wait([self._over])
        except asyncio.CancelledError:
            # The event loop is closing: what was generated is saved all the same.
            self.stop("interrupted")
            self.cause = self.cause or "interrupted"
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([self._over])
        finally:
            for timer in self._timers.values():
                timer.cancel()
        return self._outcome(self._task)

    def _outcome(self, task: asyncio.Task[None]) -> BaseException | None:
        if not task.done():
            logger.warning("turn %s: its handler ignores its cancellation", self.turn.id)
            return None
        if task.cancelled():
            if self.cause is None:
                self.cause = "stopped"
                self.turn.reader_is_cancelled = True
            return None
        error = task.exception()
        if isinstance(error, TurnEnded):
            return None
        if error is None:
            if not self._was_cancelled:
                self.cause = None  # the handler's end came before the stop
            return None
        if self.cause is not None:
            logger.error("turn %s failed while it was stopped", self.turn.id, exc_info=error)
            return None
        return error

    def _task_done(self, task: asyncio.Task[None]) -> None:
        if not self._over.done():
            self._over.set_result(None)
        elif not task.cancelled():
            task.exception()  # looked at: a handler that was left behind has ended at last

    def _give_up_later(self) -> None:
        self._timers["give up"] = self._loop.call_later(
            self._limits.cancel_seconds, self._leave_behind
        )

    def _leave_behind(self) -> None:
        if self._task is not None and not self._over.done():
            self._over.set_result(None)
            self._task.cancel()

    def _check_time(self) -> None:
        # Time that the store or the log takes is not the handler's.
        limits, now = self._limits, monotonic()
        most = limits.idle_seconds
        if self._waits_for != "handler":
            most = max(most, 2 * limits.outage_seconds)
        if now >= self._ends_at:
            self.stop("too_long")
        elif now >= self._since + most:
            self.stop("idle")
        else:
            # Who is waited for may have changed by then.
            next_look = min(self._since + most, now + limits.idle_seconds, self._ends_at)
            self._timers["time"] = self._loop.call_later(next_look - now, self._check_time)

    async def _pull(self) -> None:
        plan, turn = self.turn.plan, self.turn
        async with _closing(plan.opening(turn.thread)) as opening:
            async for event in opening:
                await turn.emit(event)
                if turn.feed.last_seq == 1:
                    turn.around.hurry()
                    await asyncio.sleep(0)  # readers get the first event at once
        # Not before the thread is there, and not waited for.
        turn.around.begin_title(turn)
        turn.around.hurry()
        await asyncio.sleep(0)  # and the others while the handler thinks
        self._end_if_stopped()
        async with _closing(plan.respond(turn.thread)) as handler:
            await self._pull_handler(handler)

    async def _pull_handler(self, handler: Events) -> None:
        following = handler.__aiter__().__anext__
        turn, feed, emit_now = self.turn, self.turn.feed, self.turn.emit_now
        pause_at = monotonic() + _SECONDS_BETWEEN_PAUSES
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
                await asyncio.sleep(0)
                self._since = monotonic()
                pause_at = self._since + _SECONDS_BETWEEN_PAUSES
            if feed.last_seq > feed.events_allowed or feed.total_bytes > feed.bytes_allowed:
                await self._keep_limits()
        raise TurnEnded

    def _end_if_stopped(self) -> None:
        if self.cause is not None:
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


@contextlib.asynccontextmanager
async def _closing(events: Events) -> AsyncGenerator[Events, None]:
    """Closes the events at the end, where they can be closed."""
    try:
        yield events
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()


__all__ = ["Pump", "StopCause"]
