"""An ASGI application on a real socket of this machine, inside the running loop.

Uvicorn without what belongs to a process of its own: no signal handlers, no logging set up, no
polling for the end. Stands on uvicorn.
"""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

__all__ = ["Listener"]


class _Protocol(H11Protocol):
    """HTTP/1.1 that hands its transport to the application, to be cut, and logs no access."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.access_log = False
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


class Listener:
    """A server on 127.0.0.1, from `start` to `stop`; port 0 takes any that is free."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        config = Config(app, http=_Protocol, ws="none", lifespan="off", log_config=None)
        config.proxy_headers = False
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        self._socket = socket.create_server(("127.0.0.1", port))

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._socket.getsockname()[1]

    async def start(self) -> None:
        """Return once connections are accepted."""
        await self._server.startup(sockets=[self._socket])

    async def stop(self) -> None:
        """Accept no more, close every connection, and leave neither task nor socket.

        Answers under way must have been told to end, or their clients to leave.
        """
        for server in self._server.servers:
            server.close()
        state = self._server.server_state
        while state.tasks:
            await asyncio.wait(state.tasks)
        connections = [each for each in state.connections if isinstance(each, _Protocol)]
        for connection in connections:
            connection.transport.abort()
        for connection in connections:
            await connection.lost.wait()
        for server in self._server.servers:
            await server.wait_closed()
