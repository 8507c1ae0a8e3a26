"""Pulls a handler's events into its turn, under limits, until it ends or is stopped.

The handler runs in a task of its own, so that one which ignores its cancellation can be left
behind. A stop cancels it only where it waits for the handler, never in the middle of a write.
"""

import asyncio
import contextlib
import logging
from typing import Literal

from .plan import Events
from .turn import Turn, TurnEnded

logger = logging.getLogger(__name__)

StopCause = Literal["stopped", "interrupted", "idle", "too_long", "too_large"]

_EVENTS_BETWEEN_PAUSES = 16
"""A handler that never waits gives readers a chance after this many events."""


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
        self._waits_for_handler = False
        self._last_event = 0.0
        self._in_line: asyncio.Future[None] | None = None

    def stop(self, cause: StopCause) -> None:
        """Asks the handler to end; only the first cause counts, and none once it is over."""
        if self.cause is not None or self._over.done():
            return
        self.cause = cause
        self.call_up()
        if self._task is None:
            return
        self._timers["give up"] = self._loop.call_later(
            self._limits.cancel_seconds, self._leave_behind
        )
        if self._waits_for_handler:
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
        self._timers["wall"] = self._loop.call_later(
            self._limits.wall_seconds, self.stop, "too_long"
        )
        self._last_event = self._loop.time()
        self._check_idle()
        try:
            await self._over
        except asyncio.CancelledError:
            # The event loop is closing: what was generated is saved all the same.
            self.stop("interrupted")
            with contextlib.suppress(asyncio.CancelledError):
                await self._over
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

    def _leave_behind(self) -> None:
        if self._task is not None and not self._over.done():
            self._over.set_result(None)
            self._task.cancel()

    def _check_idle(self) -> None:
        due = self._last_event + self._limits.idle_seconds
        if self._loop.time() >= due:
            self.stop("idle")
        else:
            self._timers["idle"] = self._loop.call_at(due, self._check_idle)

    async def _pull(self) -> None:
        plan, turn = self.turn.plan, self.turn
        async for event in plan.opening(turn.thread):
            await turn.emit(event)
        await asyncio.sleep(0)  # readers get the opening while the handler thinks
        handler = plan.respond(turn.thread)
        try:
            await self._pull_handler(handler)
        finally:
            close = getattr(handler, "aclose", None)
            if close is not None:
                await close()

    async def _pull_handler(self, handler: Events) -> None:
        events = handler.__aiter__()
        count = 0
        while True:
            self._end_if_stopped()
            self._waits_for_handler = True
            try:
                event = await anext(events)
            except StopAsyncIteration:
                return
            finally:
                self._waits_for_handler = False
            self._end_if_stopped()
            await self.turn.emit(event)
            self._last_event = self._loop.time()
            count += 1
            if count % _EVENTS_BETWEEN_PAUSES == 0:
                await self._pause()

    def _end_if_stopped(self) -> None:
        if self.cause is not None:
            raise TurnEnded

    async def _pause(self) -> None:
        await asyncio.sleep(0)
        feed, limits = self.turn.feed, self._limits
        if feed.total_bytes > limits.max_bytes or feed.last_seq > limits.max_events:
            self.stop("too_large")
        while self.cause is None and (
            feed.last_seq - feed.kept > limits.unlogged_events
            or feed.unkept_bytes > limits.unlogged_bytes
        ):
            await feed.more(feed.kept)


__all__ = ["Pump", "StopCause"]
