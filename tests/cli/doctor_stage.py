"""What the tests of `chatkit doctor` share: a server to look at, and what was found."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from chatkit.cli.doctor.finding import Finding
from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore


class Silent(ChatKitServer[Any]):
    """Answers nothing."""

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Any:
        for event in ():
            yield event


def levels(findings: list[Finding], subject: str) -> list[str]:
    return [finding.level for finding in findings if finding.subject.startswith(subject)]


def messages(findings: list[Finding], level: str = "problem") -> str:
    return "\n".join(finding.message for finding in findings if finding.level == level)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            assert not running.done(), "uvicorn did not start"
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


def server_app(**options: Any) -> Any:
    return create_app(Silent(MemoryStore()), page=True, drain_on_signals=False, **options)
