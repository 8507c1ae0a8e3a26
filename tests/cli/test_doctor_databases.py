"""`chatkit doctor` on databases: SQLite files, whole and otherwise, and PostgreSQL."""

import asyncio
import json
import os
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner
from doctor_stage import levels, messages

from chatkit.cli import main
from chatkit.cli.doctor.database import check_database, check_folder
from chatkit.store.postgres.schema import migrations as postgres_migrations
from chatkit.store.sqlite import SQLiteStore
from chatkit.store.sqlite.schema import migrations
from chatkit.types import ThreadMetadata
from database_schemas import Schema

NOBODY = 65534
VERSION_1 = Path(__file__).parents[1] / "store" / "version_1.sql"


async def test_a_database_in_use_is_whole(tmp_path: Path) -> None:
    """While a server writes to it as well; nothing is changed."""
    path = tmp_path / "chat.sqlite3"
    async with SQLiteStore[Any](path) as store:
        await store.load_threads(1, None, "desc", None)
        for count, said in enumerate(("0 threads", "1 thread", "2 threads")):
            (found,) = check_database(path)
            assert found.level == "ok"
            assert found.message == f"whole, schema version {len(migrations())}, {said}"
            thread = ThreadMetadata(id=f"thr_{count}", created_at=datetime.now(UTC))
            await store.save_thread(thread, None)
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
