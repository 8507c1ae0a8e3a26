"""A run under way: read into a queue, watched for a guardrail, and closed whatever happens.

Above: `stream_agent_response`. Below: the queue and the Agents SDK's result.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, cast

from .event_queue import MOST_OF_A_RUN, PAUSE_EVERY, EventQueue
from .placeholder_ids import add_placeholder_ids

if TYPE_CHECKING:
    from agents import RunResultStreaming

__all__ = ["Run", "RunEnd"]

CLOSE_SECONDS = 5.0
"""A run that was cancelled gets so long to end; a tool may not heed it."""
FIRST_LOOK, LAST_LOOK = 0.1, 1.0
"""Seconds between looks at the input guardrails, which tell nobody that they were tripped."""


class RunEnd:
    """The last entry of a run: how it ended."""

    __slots__ = ("error",)
    type = "run_end"

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class Run:
    """Puts a run's events into a queue, from `open` to `close`."""

    def __init__(self, result: RunResultStreaming, queue: EventQueue) -> None:
        self._result: Any = result
        self._queue = queue
        self._reading: asyncio.Task[None] | None = None
        self._look: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Start reading."""
        # Before anything is awaited: the run is about to send its input.
        add_placeholder_ids(getattr(self._result, "input", None))
        self._reading = asyncio.create_task(self._read())
        self._look_later(FIRST_LOOK)

    async def close(self) -> None:
        """Cancel the run, if it goes on, and wait until its tasks have ended."""
        import anyio

        if self._look is not None:
            self._look.cancel()
        reading = self._reading
        if reading is None or reading.done():
            return
        try:
            if self._cancel():
                with anyio.move_on_after(CLOSE_SECONDS, shield=True):
                    await asyncio.wait([reading])
        finally:
            if not reading.done():
                reading.cancel()
                await asyncio.wait([reading], timeout=CLOSE_SECONDS)

    def _cancel(self) -> bool:
        """Cancel the run; False where it cannot be, as with a test's stand-in."""
        cancel = getattr(self._result, "cancel", None)
        if cancel is not None:
            cancel()
        return cancel is not None

    async def _read(self) -> None:
        queue = self._queue
        error: BaseException | None = None
        try:
            async with _closing(self._result.stream_events()) as events:
                entries, pause_at = queue.entries, PAUSE_EVERY
                append = entries.append
                async for event in events:
                    append(event)
                    if queue.awaited is not None:
                        # What the model says can wait for more of it; once a tool is called, its
                        # task has to be there before the tool acts.
                        queue.call(soon=event.type == "raw_response_event")
                    if len(entries) >= pause_at:
                        await asyncio.sleep(0)
                        await queue.room(MOST_OF_A_RUN)
                        pause_at = len(entries) + PAUSE_EVERY
            # A run that failed before its first event ends its stream as if all were well.
            silent = getattr(self._result, "run_loop_exception", None)
            error = silent if isinstance(silent, BaseException) else None
        except BaseException as raised:
            error = raised
            if not isinstance(raised, Exception):
                raise
        finally:
            queue.put_now(RunEnd(error))

    def _look_later(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._look = loop.call_later(seconds, self._look_at_guardrails, seconds)

    def _look_at_guardrails(self, seconds: float) -> None:
        # The SDK looks at them between two events of the model, then waits for the model to end.
        results = getattr(self._result, "input_guardrail_results", None)
        for found in cast("list[Any]", results) if isinstance(results, list) else ():
            if found.output.tripwire_triggered:
                from agents import InputGuardrailTripwireTriggered

                self._queue.put_now(RunEnd(InputGuardrailTripwireTriggered(found)))
                return
        self._look_later(min(seconds * 1.5, LAST_LOOK))


@contextlib.asynccontextmanager
async def _closing(events: Any) -> AsyncGenerator[Any, None]:
    """Closes the events at the end, where they can be closed."""
    try:
        yield events
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()
