"""A real server on a real socket, networks in front of it, and clients that read raw bytes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from turn_stage import Frame, Puppet, parse_frame

from chatkit.http import create_app
from web_server import listening


@asynccontextmanager
async def serving(server: Puppet, **options: Any) -> AsyncIterator[int]:
    """The server behind uvicorn, in this event loop; its port."""
    app = create_app(server, context=lambda request: {"user": "ann"}, drain_seconds=0, **options)
    async with listening(app) as (_, port):
        yield port


@dataclass(eq=False)
class Wire:
    """One request on one connection: the bytes as they come, decoded as far as they are whole."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    raw: bytes = b""
    status: int = 0
    frames: list[Frame] = field(default_factory=list)
    whole: bool = False
    pending: bytes = b""

    async def read(self, seen: Callable[["Wire"], bool] = lambda wire: False) -> "Wire":
        """Reads until this holds, or to the end; a connection that breaks ends it too."""
        with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            if not self.status:
                head = await self.reader.readuntil(b"\r\n\r\n")
                self.status = int(head.split()[1])
            while not self.whole and not seen(self):
                await self._chunk()
        return self

    async def _chunk(self) -> None:
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        self.whole = not size
        # A chunk that is cut is used as far as it came, as browsers do.
        left = size
        while left:
            piece = await self.reader.read(left)
            if not piece:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(piece)
            self._take(piece)
        await self.reader.readexactly(2)

    def _take(self, piece: bytes) -> None:
        self.raw += piece
        *whole, self.pending = (self.pending + piece).split(b"\n\n")
        self.frames += [parse_frame(frame + b"\n\n") for frame in whole]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The whole events so far."""
        return [frame.event for frame in self.frames if frame.event is not None]

    @property
    def last_id(self) -> str:
        """The last id so far: `<turn>.<seq>`."""
        return next(frame.id for frame in reversed(self.frames) if frame.id)

    def cut(self) -> None:
        """Breaks the connection at once."""
        self.writer.transport.abort()


@asynccontextmanager
async def asking(port: int, request: dict[str, Any], **sock: int) -> AsyncIterator[Wire]:
    """A connection with this request sent."""
    body = json.dumps(request).encode()
    connection = socket.socket()
    connection.setblocking(False)
    if "receive_buffer" in sock:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, sock["receive_buffer"])
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=1 << 12)
    try:
        writer.write(
            b"POST /chatkit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def ask(port: int, request: dict[str, Any]) -> Any:
    """The JSON answer to a request that does not stream."""
    async with asking(port, request) as wire:
        raw = await wire.reader.read()
        while piece := await wire.reader.read():
            raw += piece
    return json.loads(raw.partition(b"\r\n\r\n")[2])


class Network:
    """Forwards connections to a port, and spoils what comes back."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.cut_after: int | None = None
        """Cuts an answer after so many bytes of it."""
        self.silence: float | None = None
        """Cuts an answer after so many seconds without a byte."""
        self.buffers = False
        """Hands an answer on when it is complete, and not before."""
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        """The port in front of the server's."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.create_task(self._forward(reader, writer)))

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection("127.0.0.1", self.target)
        up = asyncio.create_task(_copy(reader, ahead))
        try:
            with suppress(ConnectionError, TimeoutError):
                await self._answer(behind, writer)
        finally:
            up.cancel()
            await asyncio.wait([up])
            for side in (ahead, writer):
                side.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held, sent = b"", 0
        while piece := await asyncio.wait_for(reader.read(1 << 16), self.silence):
            if self.buffers:
                held += piece
                continue
            if self.cut_after is not None and sent + len(piece) > self.cut_after:
                writer.write(piece[: self.cut_after - sent])
                await writer.drain()
                return
            sent += len(piece)
            writer.write(piece)
            await writer.drain()
        writer.write(held)
        await writer.drain()
        writer.write_eof()
        await asyncio.sleep(0.01)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
