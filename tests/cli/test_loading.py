"""What `chatkit serve` takes, and what it says of what it does not."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chatkit.cli.databases import default_database
from chatkit.cli.errors import UserError
from chatkit.cli.loading import endpoint_of, has_page, load_app

SOURCE = """
from chatkit.http import ChatKitRoutes, create_app
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore


class Plain(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        return
        yield


class Own(Plain):
    def __init__(self):
        super().__init__(MemoryStore())


class Many(Plain):
    def __init__(self, store, name):
        super().__init__(store)


class Abstract(ChatKitServer):
    pass


class Breaks(Plain):
    def __init__(self, store):
        raise RuntimeError("no licence")


def make():
    return Own()


def make_wrong():
    return 7


async def make_async():
    return Own()


def two(a, b):
    return a


async def asgi(scope, receive, send):
    pass


class holder:
    inner = Own()


server = Own()
app = create_app(server)
routes = ChatKitRoutes(server)
elsewhere = create_app(server, path="/api")
number = 7
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a module of servers, which is forgotten afterwards."""
    (tmp_path / "mine.py").write_text(SOURCE)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name in ("mine", "broken", "needs"):
            del sys.modules[name]


async def answers(app: Any) -> bool:
    """Whether the app answers a request of the protocol."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
        response = await client.post("/chatkit", json={"type": "threads.list", "params": {}})
    return response.json() == {"data": [], "has_more": False}


@pytest.mark.parametrize("name", ["server", "Own", "make", "app", "routes", "holder.inner", ""])
async def test_a_server_is_taken_in_whatever_form_it_comes(name: str, folder: Path) -> None:
    """An instance, a class, a function that makes one, an app; without a name, the usual one."""
    app, opened = load_app(f"mine:{name}".rstrip(":"), folder, None)
    assert opened is None
    assert await answers(app)


def test_any_asgi_app_is_served(folder: Path) -> None:
    """A FastAPI app with the routes in it, for one."""
    app, _ = load_app("mine:asgi", folder, None)
    assert app is sys.modules["mine"].asgi


@pytest.mark.parametrize(
    ("name", "path"),
    [("server", "/chatkit"), ("routes", "/chatkit"), ("elsewhere", "/api"), ("asgi", "")],
)
def test_the_address_that_is_printed_is_where_the_endpoint_is(
    name: str, path: str, folder: Path
) -> None:
    """It is copied into another terminal; of a foreign app only the host is known."""
    app, _ = load_app(f"mine:{name}", folder, None)
    assert endpoint_of(app) == path


@pytest.mark.parametrize(("name", "shown"), [("server", True), ("elsewhere", False)])
def test_a_page_is_named_where_there_is_one(name: str, shown: bool, folder: Path) -> None:
    """A server gets one; an app may have none, and a browser would find nothing there."""
    app, _ = load_app(f"mine:{name}", folder, None)
    assert has_page(app) is shown


def test_a_class_that_wants_a_store_gets_sqlite(folder: Path) -> None:
    """In the named file, or in one of the module's name in the user's data folder."""
    _, named = load_app("mine:Plain", folder, folder / "here.db")
    _, default = load_app("mine:Plain", folder, None)
    assert (named, default) == (folder / "here.db", default_database("mine"))
    assert default is not None
    assert default.is_relative_to(folder / "data")
    assert (folder / "here.db").exists()


async def test_the_store_of_a_class_is_closed_with_the_app(folder: Path) -> None:
    """The command opened it."""
    app, _ = await asyncio.to_thread(load_app, "mine:Plain", folder, folder / "here.db")
    log = folder / "here.db-wal"
    async with app.router.lifespan_context(app):
        assert await answers(app)
        assert await asyncio.to_thread(log.exists)
    assert not await asyncio.to_thread(log.exists)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere:server", r"no module 'nowhere' in .*: go to the folder of your file.*--app-dir"),
        ("no.where:server", r"no module 'no.where'"),
        (":server", r"no module ''"),
        ("mine.py:server", r"'mine.py' is a path, not a module: say `chatkit serve mine:NAME`"),
        ("src/x/mine.py", r"say `chatkit serve mine:NAME --app-dir src/x`"),
        (r"src\mine", r"say `chatkit serve mine:NAME --app-dir src`"),
        (
            "mine:sever",
            r"has no .sever.; it has Plain, .*, Breaks, asgi, server, app, routes, else",
        ),
        ("mine:number", r"mine:number is no server \(int\): name a ChatKitServer"),
        ("mine:two", r"mine:two is no server \(function\)"),
        ("mine:make_wrong", r"mine:make_wrong is no server \(int\)"),
        ("mine:make_async", r"mine:make_async is an async function: make it a plain one"),
        ("mine:Many", r"mine:Many takes more than a store: make an instance"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(target: str, message: str, folder: Path) -> None:
    """A sentence, where Python would show a traceback through this package."""
    with pytest.raises(UserError, match=message):
        load_app(target, folder, None)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("mine:Abstract", "TypeError: Can't instantiate abstract class Abstract"),
        ("mine:Breaks", "RuntimeError: no licence"),
    ],
)
def test_a_server_that_cannot_be_made_shows_its_own_error(
    target: str, message: str, folder: Path
) -> None:
    """From the first line of the user's file on."""
    with pytest.raises(UserError, match=f"making {target} failed:") as caught:
        load_app(target, folder, folder / "a.db")
    assert message in caught.value.message
    assert "chatkit/cli" not in caught.value.message


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import nothing_like_this", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("def f(:\n    pass", "SyntaxError: invalid syntax"),
        ("x = 1\n1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_module_that_fails_shows_its_own_error(source: str, line: str, folder: Path) -> None:
    """With the user's line, and none of this package's."""
    (folder / "broken.py").write_text(source)
    with pytest.raises(UserError, match="importing 'broken' failed:") as caught:
        load_app("broken:server", folder, None)
    assert line in caught.value.message
    assert "broken.py" in caught.value.message
    assert "importlib" not in caught.value.message


@pytest.mark.parametrize("name", ["server", "make", "app", "Own"])
def test_a_database_for_what_has_a_store_is_a_mistake(name: str, folder: Path) -> None:
    """It would be ignored, and somebody would look for their threads in it."""
    with pytest.raises(UserError):
        load_app(f"mine:{name}", folder, folder / "unused.db")
    assert not (folder / "unused.db").exists()


def test_a_module_without_a_server_says_what_was_looked_for(folder: Path) -> None:
    """Both usual names."""
    (folder / "broken.py").write_text("x = 1")
    with pytest.raises(UserError, match=r"module 'broken' has no 'server' or 'app'$"):
        load_app("broken", folder, None)
