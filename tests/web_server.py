"""A real web server around an app, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def listening(app: Any, backlog: int = 2_000) -> AsyncIterator[tuple[str, int]]:
    """The app behind uvicorn, on a free port of this machine; its host and port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
    listener.setblocking(False)
    config = uvicorn.Config(
        app, log_level="error", lifespan="on", backlog=backlog, timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            assert not running.done(), "uvicorn did not start"
            await asyncio.sleep(0.005)
        yield listener.getsockname()
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The app behind uvicorn; its address."""
    async with listening(app) as (host, port):
        yield f"http://{host}:{port}"
