"""What `import chatkit.server` loads, and what it leaves alone."""

import subprocess
import sys

import pytest

HEAVY = [
    *("openai", "agents", "starlette", "fastapi", "uvicorn", "httpx2", "jinja2"),
    *("sqlite3", "asyncpg", "redis"),
    *("chatkit.widgets", "chatkit.store.access", "pydantic.networks", "anyio"),
]


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after this code."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.requirement("row-20")
def test_importing_the_server_loads_no_framework_and_no_driver() -> None:
    """Design, Rules of the house: floors 1 to 6, without agents. Nor what most apps never meet."""
    modules = loaded_by("import chatkit.server")
    assert "chatkit.server" in modules
    assert not modules.intersection(HEAVY)


def test_serving_a_message_loads_no_framework_either() -> None:
    """What is loaded late would cost the first user their time."""
    code = """
import asyncio
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore

class Server(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        return
        yield

async def main():
    body = b'{"type":"threads.create","params":{"input":' \\
        b'{"content":[],"attachments":[],"inference_options":{}}}}'
    async for _ in await Server(MemoryStore()).process(body, None):
        pass

asyncio.run(main())
"""
    assert not loaded_by(code).intersection(HEAVY)


@pytest.mark.requirement("row-20")
def test_importing_the_server_configures_no_logging() -> None:
    """Design, row 20: handlers, levels and the like are the app's own."""
    script = """
import logging, warnings
before = (logging.root.level, list(logging.root.handlers), logging.lastResort)
import chatkit.server
assert (logging.root.level, list(logging.root.handlers), logging.lastResort) == before
loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
ours = [logger for logger in loggers if logger.name.startswith("chatkit")]
assert ours
assert all(not logger.handlers and logger.level == 0 and logger.propagate for logger in ours)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_the_names_of_the_surface_can_be_imported() -> None:
    """`tests/surface` pins them; this says that they are the right things."""
    from chatkit import server

    assert server.DEFAULT_ERROR_MESSAGE == "An error occurred when generating a response."
    assert server.DEFAULT_PAGE_SIZE == 20
    with server.agents_sdk_user_agent_override():
        pass
