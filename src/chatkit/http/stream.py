"""Sends a stream of SSE frames over ASGI, and lets go of it the moment the client has gone.

Three tasks share an outbox: one takes frames from the reader, one sends what is there as one
chunk, one waits for the client to leave. Works with any ASGI server, whether it tells of a
client that left by a message (spec 2.3), by failing to send (2.4), or by both.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

import anyio
from starlette.types import Receive, Send

from chatkit.errors import ErrorCode
from chatkit.types import ErrorEvent
from chatkit.wire import SSE_FRAME, SSE_TO_BE_CONTINUED, encode

logger = logging.getLogger(__name__)

_START: Final = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store, no-transform"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ],
}

_MOST_WAITING_BYTES = 64 * 1024
"""Frames are joined into chunks of about this size; more of them wait in the turn's feed."""


class _Outbox:
    """Frames between the reader and the socket."""

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._size = 0
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._closed = False

    async def put(self, frame: bytes) -> None:
        """Takes a frame in; waits while enough of them are there."""
        self._frames.append(frame)
        self._size += len(frame)
        self._filled.set()
        if self._size >= _MOST_WAITING_BYTES:
            self._emptied.clear()
            await self._emptied.wait()

    def close(self) -> None:
        """Says that no frame will follow."""
        self._closed = True
        self._filled.set()

    async def take(self) -> bytes:
        """All frames that are there, once there are any; nothing when there will be none."""
        if not self._frames and not self._closed:
            self._filled.clear()
            await self._filled.wait()
        chunk = b"".join(self._frames)
        self._frames.clear()
        self._size = 0
        self._emptied.set()
        return chunk


class _ClientGone(Exception):
    """The client takes nothing any more."""


class EventStream:
    """One answer's frames, from the first to the last, until the client leaves or has to."""

    def __init__(
        self,
        frames: AsyncGenerator[bytes, None],
        receive: Receive,
        send: Send,
        *,
        patience: float,
        until: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`until` returns when this client may have no more of the stream."""
        self._frames = frames
        self._receive = receive
        self._send = send
        self._patience = patience
        self._until = until
        self._outbox = _Outbox()
        self._started = False
        self._is_dismissed = False

    async def run(self) -> None:
        """Sends the stream to its end; returns once its reader is closed.

        Raises: what the reader raised before anything was sent. Later on the stream ends with an
        error event instead.
        """
        reading = asyncio.create_task(self._read())
        sending = asyncio.create_task(self._send_all(reading))
        leaving = asyncio.create_task(self._wait_for_disconnect())
        tasks = [reading, sending, leaving]
        if self._until is not None:
            tasks.append(asyncio.create_task(self._dismiss_after(self._until, reading)))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            # A reader that is closed saves what was generated: nobody may hurry it.
            with anyio.CancelScope(shield=True):
                await asyncio.wait(tasks)
        if not sending.cancelled():
            error = sending.exception()
            if isinstance(error, _ClientGone):
                logger.info("a client was let go: %s", error)
            elif error is not None:
                raise error

    async def _read(self) -> None:
        try:
            async with aclosing(self._frames) as frames:
                async for frame in frames:
                    await self._outbox.put(frame)
        finally:
            self._outbox.close()

    async def _send_all(self, reading: asyncio.Task[None]) -> None:
        while chunk := await self._outbox.take():
            await self._send_chunk(chunk)
        await asyncio.wait((reading,))
        # A cancelled reader is the end of a handler that cancelled itself.
        error = None if reading.cancelled() else reading.exception()
        if error is not None:
            if not self._started:
                raise error
            logger.error("a stream broke off", exc_info=error)
            await self._send_chunk(_last_words())
        if self._is_dismissed:
            await self._send_chunk(SSE_TO_BE_CONTINUED)
        await self._send_chunk(b"", more_body=False)

    async def _send_chunk(self, body: bytes, *, more_body: bool = True) -> None:
        try:
            async with asyncio.timeout(self._patience):
                if not self._started:
                    self._started = True
                    await self._send(_START)
                await self._send(
                    {"type": "http.response.body", "body": body, "more_body": more_body}
                )
        except TimeoutError:
            raise _ClientGone(f"it took nothing for {self._patience:g} seconds") from None
        except Exception as error:  # servers differ in what they raise
            raise _ClientGone(f"sending failed: {error!r}") from error

    async def _dismiss_after(
        self, until: Callable[[], Awaitable[None]], reading: asyncio.Task[None]
    ) -> None:
        await until()
        # What was read goes out, then that there is more, then the end.
        self._is_dismissed = True
        reading.cancel()

    async def _wait_for_disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _last_words() -> bytes:
    return SSE_FRAME % encode(ErrorEvent(code=ErrorCode.STREAM_ERROR, allow_retry=True))


__all__ = ["EventStream"]
