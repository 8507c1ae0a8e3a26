"""Real ASGI servers on real sockets, in the test's own event loop, and a client without manners."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol

import httpx2
import hypercorn.asyncio
import hypercorn.config

from web_server import listening


class Serves(Protocol):
    """Serves an ASGI app; gives its host and port."""

    def __call__(self, app: Any) -> AbstractAsyncContextManager[tuple[str, int]]: ...


Talks = Callable[[Any], AbstractAsyncContextManager[httpx2.AsyncClient]]
"""A client of an app behind a real server."""


def listening_socket() -> socket.socket:
    """A socket that listens on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    return listener


uvicorn_serving: Serves = listening
"""The app behind uvicorn: ASGI spec 2.3, a client that left is told by a message."""


@asynccontextmanager
async def hypercorn_serving(app: Any) -> AsyncIterator[tuple[str, int]]:
    """The app behind hypercorn: another HTTP implementation, ASGI spec 2.1."""
    listener = listening_socket()
    address = listener.getsockname()
    config = hypercorn.config.Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "ERROR"
    config.graceful_timeout = 5
    ending = asyncio.Event()
    running = asyncio.create_task(
        hypercorn.asyncio.serve(app, config, shutdown_trigger=ending.wait)
    )
    try:
        yield address
    finally:
        ending.set()
        await running


class Visitor:
    """An HTTP client on a bare socket, which may leave at any moment."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.seen = b""

    async def sees(self, text: str) -> None:
        """Reads until the text has come."""
        while text.encode() not in self.seen:
            piece = await self.reader.read(65536)
            assert piece, f"the stream ended before {text!r}: {self.seen!r}"
            self.seen += piece

    async def reads_all(self) -> str:
        """Everything up to the end of the connection."""
        while piece := await self.reader.read(65536):
            self.seen += piece
        return self.seen.decode()

    def leaves(self) -> None:
        """Closes the socket at once: unread data makes the system reset the connection."""
        self.writer.transport.abort()


@asynccontextmanager
async def visiting(
    address: tuple[str, int], body: Any, path: str = "/chatkit", **headers: str
) -> AsyncIterator[Visitor]:
    """A visitor who has sent this request."""
    reader, writer = await asyncio.open_connection(*address)
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {address[0]}:{address[1]}",
        "Content-Type: application/json",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    if "Content_Length" not in headers:
        lines.append(f"Content-Length: {len(payload)}")
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + payload)
        await writer.drain()
        yield Visitor(reader, writer)
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()
