"""Sends a stream of SSE frames over ASGI, and lets go of it the moment the client has gone.

The request's own task waits for the client to leave; another, which is woken for every event and
has nothing of the host's above it, reads and sends, each batch as one chunk. Works with any ASGI
server, whether it tells of a client that left by a message (spec 2.3), by failing to send (2.4),
or by both.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, cast

import anyio
from starlette.types import Message, Receive, Send

from chatkit.errors import ErrorCode
from chatkit.turns.batches import Batches
from chatkit.types import ErrorEvent
from chatkit.wire import SSE_FRAME, SSE_TO_BE_CONTINUED, encode

logger = logging.getLogger(__name__)

STREAM_START: Final = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store, no-transform"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ],
}
"""The first message of every stream."""


class _ClientGone(Exception):
    """The client takes nothing any more."""


class EventStream:
    """One answer's frames, from the first to the last, until the client leaves or has to."""

    def __init__(
        self,
        batches: Batches,
        receive: Receive,
        send: Send,
        *,
        patience: float,
        start: Message = STREAM_START,
        until: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`until` returns when this client may have no more of the stream."""
        self._batches = batches
        self._read = batches.__anext__
        self._receive = receive
        self._send = send
        self._start = start
        self._patience = patience
        self._until = until
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        """Reads and sends."""
        self._why: Literal["gone", "slow", "dismissed"] | None = None
        """Why the stream was interrupted."""
        self._is_listening = False
        self._is_reading = False
        self._sends_since: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._started = False

    async def run(self) -> None:
        """Sends the stream to its end; returns once its reader is closed.

        Raises: what the reader raised before anything was sent. Later on the stream ends with an
        error event instead.
        """
        self._task = sender = asyncio.create_task(self._send_to_end())
        dismissing = None if self._until is None else self._watch(self._until())
        try:
            await self._listen(sender)
        finally:
            if not sender.done():
                self._interrupt("gone")
                # A reader that is closed saves what was generated: nobody may hurry it.
                with anyio.CancelScope(shield=True):
                    await asyncio.wait([sender])
            if dismissing is not None:
                dismissing.cancel()
        sender.result()

    async def _listen(self, sender: asyncio.Task[None]) -> None:
        """Returns when the client has left, or has all of it."""
        request = cast("asyncio.Task[Any]", asyncio.current_task())

        def stop_listening(_: object) -> None:
            if self._is_listening:
                request.cancel()

        self._is_listening = True
        sender.add_done_callback(stop_listening)
        try:
            while (await self._receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            # Of two cancellations one is the server's, and goes on.
            if not sender.done() or request.uncancel():
                raise
        except Exception as error:  # noqa: BLE001 - a server that fails to listen has lost its client
            logger.info("a client was let go: %r", error)
        finally:
            self._is_listening = False

    async def _send_to_end(self) -> None:
        try:
            await self._send_all()
        except _ClientGone as gone:
            logger.info("a client was let go: %s", gone)
        except asyncio.CancelledError:
            if not self._was_interrupted():
                raise
            if self._why == "slow":
                logger.info("a client was let go: it took nothing for %g seconds", self._patience)
        finally:
            if self._timer is not None:
                self._timer.cancel()
            await self._batches.aclose()

    def _watch(self, wait: Awaitable[None]) -> asyncio.Future[None]:
        """Dismisses the client when the wait is over, whatever ends it."""

        def over(watcher: asyncio.Future[None]) -> None:
            if not watcher.cancelled():
                watcher.exception()  # looked at: who cannot be asked again has to leave too
                self._interrupt("dismissed")

        watcher = asyncio.ensure_future(wait)
        watcher.add_done_callback(over)
        return watcher

    def _interrupt(self, why: Literal["gone", "slow", "dismissed"]) -> None:
        if self._why is not None or self._task is None or self._task.done():
            return
        self._why = why
        # What was read for somebody who has to leave goes out all the same.
        if why != "dismissed" or self._is_reading:
            self._task.cancel()

    def _was_interrupted(self) -> bool:
        """True for a cancellation that was ours alone, which is over then."""
        return self._why is not None and self._task is not None and self._task.uncancel() == 0

    async def _send_all(self) -> None:
        try:
            while self._why is None:
                self._is_reading = True
                await self._send_batch(await self._read())
        except StopAsyncIteration:
            pass
        except asyncio.CancelledError:
            if not self._is_reading or not self._may_end():
                raise
        except Exception as error:
            if not self._is_reading or not self._started:
                raise
            logger.exception("a stream broke off", exc_info=error)
            await self._send_batch([_last_words()])
        if self._why == "dismissed":
            await self._send_batch([SSE_TO_BE_CONTINUED])
        await self._send_batch([], more_body=False)

    def _may_end(self) -> bool:
        """True for a cancellation of the reader that is the end of the stream, and no more."""
        if self._task is not None and self._task.cancelling() == 0:
            return True  # nobody asked for it: the end of a handler that cancelled itself
        return self._why == "dismissed" and self._was_interrupted()

    async def _send_batch(self, batch: list[bytes], *, more_body: bool = True) -> None:
        """Sends the batch as one chunk; nobody holds it afterwards, as it may be large."""
        body = batch[0] if len(batch) == 1 else b"".join(batch)
        self._is_reading = False
        self._sends_since = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._patience, self._look)
        try:
            if not self._started:
                self._started = True
                await self._send(self._start)
            await self._send({"type": "http.response.body", "body": body, "more_body": more_body})
        except Exception as error:  # servers differ in what they raise
            raise _ClientGone(f"sending failed: {error!r}") from error
        finally:
            self._sends_since = None

    def _look(self) -> None:
        """One timer looks after all sending: most of it takes no time."""
        self._timer = None
        if self._sends_since is None:
            return
        due = self._sends_since + self._patience
        if self._loop.time() >= due:
            self._interrupt("slow")
        else:
            self._timer = self._loop.call_at(due, self._look)


def _last_words() -> bytes:
    return SSE_FRAME % encode(ErrorEvent(code=ErrorCode.STREAM_ERROR, allow_retry=True))


__all__ = ["STREAM_START", "EventStream"]
