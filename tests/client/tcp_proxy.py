"""A TCP proxy that does what networks do: cuts, stalls, splits, swallows, refuses."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Proxy:
    """Forwards to a port of this machine. Its switches hold for bytes that come after them."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.connections = 0
        self.cut_when: Callable[[bytes], int | None] = lambda seen: None
        """Told of all bytes of an answer so far; where to cut it, or None."""
        self.swallow_answers = 0
        """So many answers from now on are lost, although the request was delivered."""
        self.refuses = 0
        """So many connections from now on are cut as soon as they are made."""
        self.stalls = False
        self.piece: int | None = None
        """Forward in pieces of so many bytes."""
        self.cuts = 0
        self.gate: Callable[[], Awaitable[None]] | None = None
        """Awaited before a new connection is forwarded."""
        self.stalled = asyncio.Event()
        self.arrived = asyncio.Event()
        """Set by every connection that is made, also by those that are cut."""
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chatkit"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    def cut(self) -> None:
        """Resets all connections."""
        for writer in list(self._writers):
            writer.transport.abort()

    def go_down(self) -> None:
        """Cuts all connections, and each that is made from now on."""
        self.refuses = 1_000_000
        self.cut()

    def come_back(self) -> None:
        """Forwards again."""
        self.refuses = 0

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        self.arrived.set()
        self._writers.add(writer)
        if self.refuses:
            self.refuses -= 1
            writer.transport.abort()
            return
        # asyncio 3.11 reports a cancelled handler as an error of its own.
        with contextlib.suppress(asyncio.CancelledError):
            await self._forward(reader, writer)
        writer.transport.abort()
        self._writers.discard(writer)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.gate is not None:
            await self.gate()
        upstream = await asyncio.open_connection("127.0.0.1", self.target)
        both = (writer, upstream[1])
        self._writers.update(both)
        ways = [
            asyncio.create_task(self._up(reader, upstream[1])),
            asyncio.create_task(self._down(upstream[0], writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.transport.abort()
                self._writers.discard(each)
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
            for way in ways:
                _ = way.cancelled() or way.exception()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = b""
        while data := await reader.read(65536):
            if self.swallow_answers:
                self.swallow_answers -= 1
                return
            if self.stalls:
                self.stalled.set()
                await asyncio.Event().wait()
            seen += data
            place = self.cut_when(seen)
            if place is not None:
                data = data[: len(data) - (len(seen) - place)]
            for part in self._pieces(data):
                writer.write(part)
                await writer.drain()
            if place is not None:
                self.cuts += 1
                writer.close()
                return

    def _pieces(self, data: bytes) -> list[bytes]:
        size = self.piece or len(data) or 1
        return [data[at : at + size] for at in range(0, len(data), size)]


@asynccontextmanager
async def proxied(target: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(target)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
