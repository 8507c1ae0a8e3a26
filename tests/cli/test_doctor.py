"""`chatkit doctor`: what it finds, on real installations, databases, proxies and pages."""

import asyncio
import gzip
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx2
import pytest
import uvicorn
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import chatkit
from chatkit.cli import main
from chatkit.cli.doctor.address import check_address
from chatkit.cli.doctor.database import check_database, check_folder
from chatkit.cli.doctor.finding import Finding
from chatkit.cli.doctor.installation import (
    check_distributions,
    check_installation,
    check_page,
    check_sqlite,
)
from chatkit.cli.doctor.policy import allows, check_policy, parse_policy
from chatkit.http import ChatKitRoutes, Refused, bundle, create_app
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore
from chatkit.store.postgres.schema import migrations as postgres_migrations
from chatkit.store.sqlite import SQLiteStore
from chatkit.store.sqlite.schema import migrations
from database_schemas import Schema

NOBODY = 65534
VERSION_1 = Path(__file__).parents[1] / "store" / "version_1.sql"


class Silent(ChatKitServer[Any]):
    """Answers nothing."""

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Any:
        for event in ():
            yield event


def levels(findings: list[Finding], subject: str) -> list[str]:
    return [finding.level for finding in findings if finding.subject.startswith(subject)]


def messages(findings: list[Finding], level: str = "problem") -> str:
    return "\n".join(finding.message for finding in findings if finding.level == level)


# Databases


async def test_a_database_in_use_is_whole(tmp_path: Path) -> None:
    """While a server writes to it as well; nothing is changed."""
    path = tmp_path / "chat.sqlite3"
    async with SQLiteStore[Any](path) as store:
        await store.load_threads(1, None, "desc", None)
        (found,) = check_database(path)
        assert (found.level, f"schema version {len(migrations())}" in found.message) == ("ok", True)
    assert check_folder(tmp_path).level == "ok"


@pytest.mark.requirement("fault-37")
def test_a_database_of_an_old_version_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    """It will be upgraded; whoever wants to go back takes a copy first."""
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    before = path.read_bytes()
    (found,) = check_database(path)
    assert found.level == "note"
    assert f"schema version 1 of {len(migrations())}" in found.message
    assert "backup" in found.fix
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    (found,) = check_database(path)
    assert (found.level, found.fix) == ("problem", "upgrade chatkit-selfhosted")


def test_files_that_are_no_database_of_ours_are_problems(tmp_path: Path) -> None:
    """Another program's, text, one cut in half: each is said in its own words."""
    other, text, empty = tmp_path / "other", tmp_path / "text", tmp_path / "empty"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    text.write_text("no database at all, but long enough to be looked at as one" * 20)
    empty.touch()
    assert "another program's" in messages(list(check_database(other)))
    assert "not a database" in messages(list(check_database(text)))
    assert "is empty" in messages(list(check_database(empty)), "note")
    assert "does not exist yet" in messages(list(check_database(tmp_path / "none")), "note")
    assert not (tmp_path / "none").exists()


def doctor(*arguments: str) -> dict[str, str]:
    """What the command finds of the one database that is named."""
    result = CliRunner().invoke(main, ["doctor", "--json", *arguments])
    findings = json.loads(result.output)["findings"]
    (found,) = [each for each in findings if each["subject"].startswith("database")]
    return found


async def test_the_schema_of_a_postgresql_database_is_looked_at(schema: Schema) -> None:
    """None yet, the newest, an old one, one of a newer program; nothing is changed."""
    named = ("--database", schema.url, "--schema", schema.name)

    async def look_again() -> tuple[str, str]:
        found = await asyncio.to_thread(doctor, *named)
        return found["level"], found["message"]

    level, message = await look_again()
    assert (level, "has no schema" in message) == ("note", True)
    async with schema.store() as store:
        await store.load_threads(1, None, "desc", {})
    known = len(postgres_migrations())
    assert await look_again() == ("ok", f"schema {schema.name!r} has version {known}")
    connection = await asyncpg.connect(schema.url)
    for version, expected in ((1, "note"), (999, "problem"), (1, "note")):
        await connection.execute(f'UPDATE "{schema.name}".schema_version SET version = {version}')
        level, message = await look_again()
        assert (level, f"has schema version {version}" in message) == (expected, True)
    await connection.close()


def test_the_databases_of_the_data_folder_are_looked_at_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of `chatkit demo` and `serve`, and the room in their folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "chatkit").mkdir()
    (tmp_path / "chatkit" / "demo.sqlite3").touch()
    found = doctor()
    assert found["subject"] == f"database {tmp_path / 'chatkit' / 'demo.sqlite3'}"
    assert "is empty" in found["message"]


def test_a_postgresql_database_that_is_away_is_a_problem_without_its_password() -> None:
    """Said where logs are: the password stays out of it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = doctor("--database", f"postgresql://chat:secret@127.0.0.1:{port}/chat")
    assert found["level"] == "problem"
    assert found["subject"] == f"database postgresql://chat@127.0.0.1:{port}/chat"
    assert found["message"].startswith("cannot be read: ")
    assert "secret" not in str(found)
    assert "start it, or look at its address" in found["fix"]


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Somebody else than root, who may do everything."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may look into."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "setresuid"), reason="no users to change to")
def test_what_may_not_be_touched_is_said(open_folder: Path) -> None:
    """A file of another user's, and a folder that nothing can be written into."""
    path = open_folder / "chat.sqlite3"
    path.write_text("")
    path.chmod(0o400 if os.getuid() == 0 else 0)
    open_folder.chmod(0o555)
    with an_ordinary_user():
        (found,) = check_database(path)
        folder = check_folder(open_folder)
        deeper = check_folder(open_folder / "not" / "there")
    assert (found.level, found.fix) == ("problem", "change its owner or its mode")
    assert "may not be read and written" in found.message
    for each in (folder, deeper):
        assert (each.level, each.message) == ("problem", "may not be written by this user")
    path.chmod(0o600)
    open_folder.chmod(0)
    with an_ordinary_user():
        (hidden,) = check_database(path)
        assert check_folder(path.parent / "deeper").level == "problem"
    assert (hidden.level, "does not exist" in hidden.message) == ("note", True)


def test_a_disk_that_is_nearly_full_is_a_problem(tmp_path: Path) -> None:
    """Before a message is lost to it."""
    found = check_folder(tmp_path, least_free_bytes=10**18)
    assert (found.level, found.fix) == ("problem", "make room on the disk")
    assert re.search(r"only \d+ MB are free", found.message)


async def test_a_damaged_database_is_a_problem(tmp_path: Path) -> None:
    """Found before a user does."""
    path = tmp_path / "chat.sqlite3"
    async with SQLiteStore[Any](path) as store:
        await store.load_threads(1, None, "desc", None)
    content = bytearray(path.read_bytes())
    for page in range(3, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert levels(list(check_database(path)), "database") == ["problem"]


# Addresses


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


def holding_proxy(
    upstream: str, *, zips: bool = False, keeps: bool = False, **headers: str
) -> Starlette:
    """A proxy that passes an answer on when it has all of it, as nginx does by default.

    `headers` are put in the place of the server's.
    """

    async def passes_on(request: Request) -> Response:
        async with httpx2.AsyncClient(base_url=upstream) as client:
            asked = {"content-type": request.headers.get("content-type", "")}
            body = await request.body()
            answer = await client.request(
                request.method, request.url.path, content=body, headers=asked
            )
        told = {name: answer.headers[name] for name in ("content-type", "cache-control")}
        told |= {name.replace("_", "-"): text for name, text in headers.items()}
        if keeps:
            told["cache-control"] = "public, max-age=86400"
        if zips:
            told["content-encoding"] = "gzip"
        content = gzip.compress(answer.content) if zips else answer.content
        return Response(content, answer.status_code, told)

    return Starlette(routes=[Route("/{path:path}", passes_on, methods=["GET", "POST"])])


async def look(url: str, page: str | None = None, **headers: str) -> list[Finding]:
    return await asyncio.to_thread(lambda: list(check_address(url, page, headers)))


async def test_a_server_that_is_reached_directly_is_well() -> None:
    """Endpoint, stream, script and the page's policy."""
    async with serving(server_app()) as base:
        found = await look(f"{base}/chatkit")
    assert messages(found) == ""
    assert {"endpoint", "stream", "page policy"} <= {
        finding.subject for finding in found if finding.level == "ok"
    }


async def test_a_proxy_that_buffers_is_found() -> None:
    """Answers would come all at once, when they are over."""
    async with serving(server_app()) as base, serving(holding_proxy(base)) as proxy:
        found = await look(f"{proxy}/chatkit")
    assert "all at once at the end" in messages(found)
    assert any("proxy_buffering off" in finding.fix for finding in found)


async def test_a_proxy_that_compresses_or_keeps_is_found() -> None:
    """Each in words of its own."""
    async with (
        serving(server_app()) as base,
        serving(holding_proxy(base, zips=True, keeps=True)) as proxy,
    ):
        found = await look(f"{proxy}/chatkit")
    assert "compressed on the way (gzip)" in messages(found)
    assert "Cache-Control arrives as public, max-age=86400" in messages(found)


async def test_a_proxy_that_renames_what_it_passes_on_is_found() -> None:
    """A stream that is no stream is not read, a script that is no script is not run."""
    async with (
        serving(server_app()) as base,
        serving(holding_proxy(base, content_type="text/plain")) as proxy,
    ):
        found = await look(f"{proxy}/chatkit")
    assert "its type arrives as text/plain" in messages(found)
    assert "chatkit.js arrives as text/plain" in messages(found)
    assert {"have the proxy leave Content-Type alone", "pass it on to the server"} <= {
        finding.fix for finding in found
    }


async def test_an_endpoint_without_a_script_or_a_page_is_told_how_to_get_one() -> None:
    """The page may get the script from elsewhere: a note, no problem."""
    server = Silent(MemoryStore())
    routes = ChatKitRoutes(server, drain_on_signals=False)
    left_out = [*routes.script_routes, *routes.attachment_routes]
    app = Starlette(routes=[route for route in routes.routes if route not in left_out])
    async with serving(app) as base:
        found = await look(f"{base}/chatkit")
    assert messages(found) == ""
    assert "chatkit.js answers 404" in messages(found, "note")
    assert any("ChatKitRoutes(server).script_routes" in finding.fix for finding in found)
    assert levels(found, "page policy") == []


async def test_the_script_alone_goes_beside_an_endpoint_of_the_hosts_own() -> None:
    """An app that moves from the official SDK keeps its endpoint, and adds these."""
    routes = ChatKitRoutes(Silent(MemoryStore()), drain_on_signals=False)

    async def endpoint(request: Request) -> Response:
        return Response('{"data": []}', media_type="application/json")

    async def page(request: Request) -> Response:
        return Response("<openai-chatkit>", media_type="text/html")

    own = [Route("/chatkit", endpoint, methods=["POST"]), Route("/", page)]
    async with serving(Starlette(routes=[*own, *routes.script_routes])) as base:
        found = await look(f"{base}/chatkit")
    assert (levels(found, "endpoint"), levels(found, "chatkit.js")) == (["ok"], ["ok"])
    assert "has no Content-Security-Policy" in messages(found, "note")


async def test_what_is_no_endpoint_is_said() -> None:
    """A wrong path, a redirect, nobody there."""

    async def moved(request: Request) -> Response:
        return RedirectResponse("https://example.com/chatkit")

    async def another(request: Request) -> Response:
        return Response("<p>It works!</p>", media_type="text/html")

    app = server_app()
    app.router.routes.append(Route("/old", moved, methods=["POST"]))
    app.router.routes.append(Route("/other", another, methods=["POST"]))
    async with serving(app) as base:
        assert "answers 200 and is no ChatKit endpoint" in messages(await look(f"{base}/other"))
        assert "is no ChatKit endpoint" in messages(await look(f"{base}/nowhere"))
        redirected = await look(f"{base}/old")
        assert "redirects to https://example.com/chatkit" in messages(redirected)
    assert "cannot be reached" in messages(await look(f"{base}/chatkit"))


async def test_a_server_that_wants_a_login_is_looked_at_as_a_user() -> None:
    """401 is an answer; with the header it is looked at as its users see it."""

    def context(request: Request) -> dict[str, str]:
        if request.headers.get("authorization") != "Bearer ada":
            raise Refused(401, "sign in first")
        return {}

    async with serving(server_app(context=context)) as base:
        stranger = await look(f"{base}/chatkit")
        user = await look(f"{base}/chatkit", authorization="Bearer ada")
    assert "answers 401: sign in first" in messages(stranger, "note")
    assert levels(user, "endpoint") == ["ok"]


async def test_an_endpoint_of_the_hosts_own_is_told_from_ours() -> None:
    """It has no pings: how its streams arrive cannot be looked at."""
    ours = server_app()
    ours.router.routes[:] = [
        route for route in ours.router.routes if getattr(route, "name", "") != "chatkit_ping"
    ]
    async with serving(ours) as base:
        found = await look(f"{base}/chatkit", f"{base}/nowhere")
    assert "was not looked at" in messages(found, "note")
    assert "answers 404 and is no page" in messages(found)


async def test_the_ping_takes_get_only() -> None:
    """It is no way in for anything."""
    async with serving(server_app()) as base, httpx2.AsyncClient(base_url=base) as client:
        answer = await client.post("/chatkit/ping")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


# Policies

PAGE, ENDPOINT = "https://app.example/help", "https://chat.example/chatkit"


@pytest.mark.parametrize(
    ("policy", "refused"),
    [
        ("default-src 'self'", {"script-src", "connect-src", "img-src"}),
        ("default-src https:", set()),
        ("default-src *", set()),
        ("script-src 'nonce-abc'; connect-src https://chat.example", set()),
        ("script-src 'strict-dynamic' 'nonce-a'; connect-src *.example", set()),
        ("script-src https://chat.example:444; connect-src chat.example", {"script-src"}),
        ("connect-src 'none'", {"connect-src"}),
        ("require-trusted-types-for 'script'; trusted-types mine", {"trusted-types"}),
        ("require-trusted-types-for 'script'; trusted-types mine chatkit", set()),
        ("img-src data:;; script-src *; script-src 'none'", {"img-src"}),
    ],
)
def test_a_policy_is_read_as_browsers_read_it(policy: str, refused: set[str]) -> None:
    """Source: https://www.w3.org/TR/CSP3/"""
    found = check_policy(
        policy, page=PAGE, script="https://chat.example/chatkit.js", endpoint=ENDPOINT
    )
    problems = [finding for finding in found if finding.level == "problem"]
    assert {finding.message.split()[1] for finding in problems} == refused


def test_self_is_the_pages_own_origin() -> None:
    """Where page and server are one, `'self'` is enough."""
    policy = parse_policy("default-src 'self'")
    assert allows(policy, "script-src", "https://a.example/chatkit.js", "https://a.example/x")
    assert not allows(policy, "script-src", "https://b.example/chatkit.js", "https://a.example/x")


# The installation, in an environment of its own


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment with a copy of this package, installed, and all that it needs."""
    place = tmp_path / "site-packages"
    source = Path(chatkit.__file__).parent
    shutil.copytree(source, place / "chatkit", ignore=shutil.ignore_patterns("__pycache__"))
    install(place, "chatkit-selfhosted", "0.1.0", sorted((place / "chatkit").rglob("*.py")))
    return place


def install(place: Path, name: str, version: str, files: list[Path]) -> None:
    """Notes the files as an installer does."""
    import base64
    import hashlib

    info = place / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    extra = "Provides-Extra: other\nRequires-Dist: not-there-at-all>=1; extra == 'other'\n"
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{extra}"
    )
    rows = []
    for path in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest())
        rows.append(f"{path.relative_to(place)},sha256={digest.decode().rstrip('=')},")
    info.joinpath("RECORD").write_text("\n".join(rows) + "\n")


def run(place: Path, *options: str) -> dict[str, Any]:
    """What `chatkit doctor --json` says there."""
    program = "import sys; from chatkit.cli import main; main(sys.argv[1:], prog_name='chatkit')"
    # Without the site's own paths, by which this package is found wherever it is.
    paths = os.pathsep.join([str(place), sysconfig.get_path("purelib")])
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", program, "doctor", "--json", *options],
        env={**os.environ, "PYTHONPATH": paths, "XDG_DATA_HOME": str(place / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    found = json.loads(done.stdout)
    assert done.returncode == (1 if found["problems"] else 0), done.stderr
    return found


def said(found: dict[str, Any], subject: str) -> list[tuple[str, str]]:
    return [
        (each["level"], each["message"])
        for each in found["findings"]
        if each["subject"].startswith(subject)
    ]


def test_an_installation_of_its_own_is_well(environment: Path) -> None:
    """And an extra that is not installed is worth a note."""
    found = run(environment)
    ((level, message),) = said(found, "packages")
    assert (level, str(environment / "chatkit") in message) == ("ok", True)
    assert said(found, "extra [other]") == [("note", "not installed (lacks not-there-at-all)")]
    assert [level for level, _ in said(found, "folder")] == ["ok"]


def test_both_distributions_at_once_are_a_problem(environment: Path) -> None:
    """They share the folder `chatkit`; the later one wrote over files of the earlier one."""
    changed = environment / "chatkit" / "actions.py"
    changed.write_text(changed.read_text() + "\n")
    (environment / "chatkit" / "icons.py").write_text("")
    install(environment, "openai-chatkit", "1.6.5", [changed])
    found = run(environment)
    (both, broken, unusable) = said(found, "packages")
    assert both[0] == broken[0] == unusable[0] == "problem"
    assert "openai-chatkit 1.6.5 is installed as well" in both[1]
    assert broken[1].startswith("2 files of chatkit-selfhosted are missing or changed: chatkit/")
    assert unusable[1].startswith("this installation cannot be imported")


def test_what_an_uninstall_of_the_official_one_took_along_is_a_problem(environment: Path) -> None:
    """It goes with all files that both have; ours has to be installed again."""
    names = ("__init__.py", "actions.py", "errors.py", "icons.py")
    for name in names:
        (environment / "chatkit" / name).unlink()
    found = run(environment)
    (broken, unusable) = said(found, "packages")
    assert broken[1].startswith("4 files of chatkit-selfhosted are missing or changed: chatkit/__")
    assert unusable[1].startswith("this installation cannot be imported")
    assert [each["fix"] for each in found["findings"] if each["level"] == "problem"] == [
        "pip install --force-reinstall --no-deps chatkit-selfhosted"
    ] * 2


def test_an_old_sqlite_is_a_problem() -> None:
    """Python brings its own: there is nothing to install."""
    assert check_sqlite("3.45.1").level == "ok"
    found = check_sqlite("3.34.1")
    assert (found.level, "3.34.1 is too old" in found.message) == ("problem", True)
    assert "SQLite 3.35 or newer" in found.fix


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that distributions are looked for in, with a little package of one file."""
    package = tmp_path / "chatkit"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def test_a_distribution_is_compared_with_what_was_installed(place: Path) -> None:
    """Each file by its hash: what was changed and what is gone is named, three at most."""
    package = place / "chatkit"
    (only,) = check_distributions(package)
    assert (only.level, only.fix) == ("note", "pip install chatkit-selfhosted")
    names = [package / f"{letter}.py" for letter in "abcd"]
    for name in names:
        name.write_text("whole")
    install(place, "chatkit-selfhosted", "0.1.0", [*names, package / "__init__.py"])
    assert levels(list(check_distributions(package)), "packages") == ["ok"]
    for name in names[:3]:
        name.write_text("another")
    names[3].unlink()
    found = list(check_distributions(package))
    assert "4 files of chatkit-selfhosted are missing or changed" in messages(found)
    assert "chatkit/a.py, chatkit/b.py, chatkit/c.py …" in messages(found)
    assert found[0].fix == "pip install --force-reinstall --no-deps chatkit-selfhosted"


def test_the_official_distribution_beside_ours_is_named_with_its_version(place: Path) -> None:
    """Whichever was installed last has written over the other."""
    package = place / "chatkit"
    for name, version in (("chatkit-selfhosted", "0.1.0"), ("openai-chatkit", "1.6.5")):
        install(place, name, version, [package / "__init__.py"])
    (found, extra) = check_distributions(package)
    assert "openai-chatkit 1.6.5 is installed as well" in found.message
    assert found.fix.startswith("pip uninstall openai-chatkit, then: pip install --force-reinstall")
    assert extra.fix == 'if you need it: pip install "chatkit-selfhosted[other]"'
    install(place, "not-there-at-all", "1", [])
    assert list(check_distributions(package))[-1].level == "ok"


def test_a_page_that_is_missing_or_stale_is_a_problem(tmp_path: Path) -> None:
    """With a source beside it, it is built anew; a package from an index is installed anew."""
    package, web = tmp_path / "src" / "chatkit", tmp_path / "web"
    assert check_page(package).level == "problem"
    (package / "http" / "assets").mkdir(parents=True)
    shutil.copy(bundle.__file__, package / "http" / "bundle.py")
    installed = check_page(package)
    assert "is not there" in installed.message
    assert installed.fix.startswith("pip install --force-reinstall")
    web.mkdir()
    (web / "package.json").write_text("{}")
    assert check_page(package).fix == "run `make web`, or `python web/build_page.py`"
    assets = package / "http" / "assets"
    for name in bundle.ENTRIES:
        (assets / name).write_text("")
    assert "built from an older source" in check_page(package).message
    bundle.mark_source(web, assets)
    assert (check_page(package).level, check_page(package).subject) == ("ok", "page")
    (web / "package.json").write_text('{"version": "2"}')
    assert "built from an older source" in check_page(package).message


def test_what_is_installed_here_is_looked_at_whole() -> None:
    """Python, SQLite, packages, page: each is said something of."""
    subjects = {finding.subject for finding in check_installation()}
    assert {"Python", "SQLite", "packages", "page"} <= subjects


# The command


def test_the_command_says_what_to_fix_and_ends_with_1(tmp_path: Path) -> None:
    """For people by default; a header that is none is refused."""
    path = tmp_path / "text.sqlite3"
    path.write_text("no database at all, but long enough to be looked at as one" * 20)
    result = CliRunner().invoke(main, ["doctor", "--database", str(path)])
    assert result.exit_code == 1
    assert f"✗ database {path}: cannot be read: file is not a database" in result.output
    assert "    → name another file, or restore a backup of this one" in result.output
    refused = CliRunner().invoke(main, ["doctor", "--url", "http://x", "--header", "no colon"])
    assert (refused.exit_code, "NAME: VALUE" in refused.output) == (2, True)


async def test_the_command_looks_at_an_address(tmp_path: Path) -> None:
    """Only at that, unless a database is named too."""
    async with serving(server_app()) as base:
        options = ["doctor", "--url", f"{base}/chatkit", "--header", "X-A: b"]
        plain = await asyncio.to_thread(CliRunner().invoke, main, options)
        named = await asyncio.to_thread(
            CliRunner().invoke, main, [*options, "--database", str(tmp_path / "a"), "--json"]
        )
    assert "✓ endpoint" in plain.output
    assert "Python" not in plain.output
    subjects = [each["subject"] for each in json.loads(named.output)["findings"]]
    assert subjects[-1] == f"database {tmp_path / 'a'}"
