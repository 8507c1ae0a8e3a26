"""`chatkit serve` in this very process: where its threads are, and what ends it."""

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import click
import httpx2
import pytest
from assistants import asks, creates
from redis import Redis
from test_serving import SOURCE

from chatkit.cli import main
from chatkit.cli.databases import PostgresPlace
from chatkit.cli.errors import UserError
from chatkit.cli.loading import load_app
from chatkit.cli.running import listen
from chatkit.cli.serve import serve_again
from database_schemas import Schema

RESUME = {"metadata": {"chatkit.resume": True}}
OWN = """
from chatkit.store import MemoryStore

class Own(Counter):
    def __init__(self):
        super().__init__(MemoryStore())

server = Own()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a module of servers, forgotten afterwards; nothing in the environment."""
    (tmp_path / "counting.py").write_text(SOURCE.replace("WORDS", "3") + OWN)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in ("DATABASE", "SCHEMA", "REDIS"):
        monkeypatch.delenv(f"CHATKIT_{name}", raising=False)
    yield tmp_path
    sys.modules.pop("counting", None)


class Lines:
    """What the command prints, for another thread to read as it comes."""

    def __init__(self) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        self.all = ""

    def write(self, text: str) -> int:
        self.all += text
        for line in text.splitlines():
            self._lines.put(line)
        return len(text)

    def flush(self) -> None:
        pass

    def next(self, start: str) -> str:
        """The rest of the next line that starts so."""
        while not (line := self._lines.get(timeout=30)).startswith(start):
            pass
        return line.removeprefix(start)


def said_while(folder: Path, *arguments: str, story: Callable[[httpx2.Client], object]) -> str:
    """What `chatkit serve` printed, which ran here until the story with its client had ended."""
    lines, wrong = Lines(), []

    def play() -> None:
        try:
            url = lines.next("Talk to it with: chatkit chat ")
            with httpx2.Client(base_url=url.removesuffix("/chatkit"), timeout=30) as client:
                story(client)
        except BaseException as error:
            wrong.append(error)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    beside = threading.Thread(target=play)
    beside.start()
    with redirect_stdout(lines):  # type: ignore[type-var]
        options = ["serve", *arguments, "--port", "0", "--app-dir", str(folder)]
        main.main(options, standalone_mode=False)
    beside.join()
    if wrong:
        raise wrong[0]
    return lines.all


def answers(client: httpx2.Client) -> None:
    answer = client.post("/chatkit", json={**creates(), **RESUME})
    assert answer.text.count('"delta"') == 3, answer.text


def test_threads_are_in_the_named_file(folder: Path) -> None:
    """And the command ends at a signal, with its database closed."""
    said = said_while(folder, "counting:Counter", "--database", str(folder / "a.db"), story=answers)
    assert f"Threads are kept in {folder / 'a.db'}" in said
    assert not (folder / "a.db-wal").exists()


def check_place(schema: Schema, redis_url: str) -> None:
    """One thread in this schema, and one turn's events in this Redis."""
    assert len(schema.run("SELECT id FROM threads")) == 1
    with Redis.from_url(redis_url) as redis:
        assert len(redis.keys(f"chatkit:{schema.name}:*")) == 1


@pytest.mark.parametrize("way", ["options", "environment"])
def test_threads_are_in_the_named_schema_and_events_in_the_named_redis(
    way: str, folder: Path, schema: Schema, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named in the environment, they are in no list of processes."""
    named = {"database": schema.url, "schema": schema.name, "redis": redis_url}
    options: list[str] = []
    for name, value in named.items():
        if way == "options":
            options += [f"--{name}", value]
        else:
            monkeypatch.setenv(f"CHATKIT_{name.upper()}", value)
    said = said_while(folder, "counting:Counter", *options, story=answers)
    assert f"Threads are kept in {schema.url}" in said
    check_place(schema, redis_url)


def test_workers_use_what_was_named_too(folder: Path, schema: Schema, redis_url: str) -> None:
    """Each of them opens it by itself."""
    named = ["--database", schema.url, "--schema", schema.name, "--redis", redis_url]
    said_while(folder, "counting:Counter", "--workers", "2", *named, story=answers)
    check_place(schema, redis_url)


def test_a_child_serves_what_its_parent_was_asked_to(folder: Path) -> None:
    """It is a process of its own elsewhere; it ends as its parent does."""
    listener = listen("127.0.0.1", 0)
    host, port = listener.getsockname()
    found: list[Any] = []

    def play() -> None:
        try:
            with httpx2.Client(base_url=f"http://{host}:{port}", timeout=30) as client:
                found.append(client.post("/chatkit", json=asks("threads.list")).json())
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    load = partial(load_app, "counting:Counter", folder, folder / "a.db")
    app = load()
    beside = threading.Thread(target=play)
    beside.start()
    serve_again(lambda: app, [listener])
    beside.join()
    assert found == [{"data": [], "has_more": False}]


def test_a_child_says_what_is_wrong_and_ends(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A parent that reloads waits for the file to be put right."""
    serve_again(partial(load_app, "counting:Nobody", folder, None), None)
    assert "Error: module 'counting' has no 'Nobody'" in capsys.readouterr().err


def test_a_database_in_the_environment_is_for_who_needs_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there for `chatkit keys`, say; an app with a store of its own is served as ever."""
    monkeypatch.setenv("CHATKIT_DATABASE", str(folder / "a.db"))
    for target in ("counting:server", "counting:Own"):
        assert "Threads are kept" not in said_while(folder, target, story=answers)
    assert not (folder / "a.db").exists()
    assert "a.db" in said_while(folder, "counting:Counter", story=answers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--redis", "redis://x"], "--schema and --redis go with --database postgresql://"),
        (["--schema", "x", "--database", "a.db"], "--schema and --redis go with"),
        (["--database", "postgresql://x", "--schema", "Big"], "schema must be a name of small"),
        (["--database", "postgresql://x", "--redis", "http://:secret@x"], "redis_url must be"),
        (["--workers", "2"], "--workers needs a database server"),
        (["--workers", "2", "--reload"], "--reload and --workers do not go together"),
    ],
)
def test_what_does_not_go_together_is_said(options: list[str], message: str, folder: Path) -> None:
    """Before anything is listened to, and without a password."""
    arguments = ["serve", "counting:Counter", "--port", "0", "--app-dir", str(folder), *options]
    with pytest.raises(UserError) as refused:
        main.main(arguments, standalone_mode=False)
    assert message in refused.value.message
    assert "secret" not in refused.value.message


def test_a_database_for_an_app_with_a_store_is_a_mistake_where_it_is_typed(folder: Path) -> None:
    """Somebody would look for their threads in it."""
    place = PostgresPlace("postgresql://ann:secret@127.0.0.1:1/x", "chatkit")
    with pytest.raises(click.ClickException, match="--database has no use here"):
        load_app("counting:server", folder, place)
    assert str(place) == "postgresql://ann@127.0.0.1:1/x"
