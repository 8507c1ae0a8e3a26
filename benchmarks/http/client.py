"""Clients on raw sockets that do little: they count deltas, and see when a stream has ended."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

_END = b"0\r\n\r\n"
CONNECTING = 100
"""So many connections are being made at a time."""


def post(request: dict[str, Any]) -> bytes:
    """The bytes of an HTTP request."""
    body = json.dumps(request).encode()
    return (
        b"POST /chatkit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )


class Stream(asyncio.Protocol):
    """One request on a connection of its own."""

    def __init__(self, request: bytes, heard: Callable[[bytes], None] | None = None) -> None:
        self._request = request
        self._heard = heard
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[bytes] = loop.create_future()
        """The first bytes that hold an event."""
        self.ended: asyncio.Future[None] = loop.create_future()
        self.deltas = 0
        self._tail = b""

    def connection_made(self, transport: Any) -> None:
        """Asks."""
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Counts; a delta that two packets share is counted by neither, which is rare enough."""
        self.deltas += data.count(b"text_delta")
        if self._heard is not None:
            self._heard(data)
        if not self.begun.done():
            self._tail += data
            if b"data: " in self._tail:
                self.begun.set_result(self._tail)
        if data.endswith(_END) and not self.ended.done():
            self.ended.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """Ends also where the server closes."""
        for future in (self.begun, self.ended):
            if not future.done():
                future.set_exception(ConnectionError(f"the server closed: {error!r}"))
                future.exception()  # looked at: nobody may wait for it any more

    def close(self) -> None:
        """Goes away."""
        self._transport.abort()


async def open_streams(
    port: int, requests: list[bytes], heard: Callable[[bytes], None] | None = None
) -> list[Stream]:
    """A stream for each request, all of which have begun."""
    gate = asyncio.Semaphore(CONNECTING)
    loop = asyncio.get_running_loop()

    async def open_one(request: bytes) -> Stream:
        async with gate:
            _, stream = await loop.create_connection(
                lambda: Stream(request, heard), "127.0.0.1", port
            )
            await stream.begun
            return stream

    return list(await asyncio.gather(*map(open_one, requests)))
