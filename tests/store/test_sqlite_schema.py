"""Versions of the schema: old files are brought up to date, in one piece or not at all."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from store_making import message, sqlite_store, thread

from chatkit.errors import StoreUnavailable
from chatkit.store.sqlite import schema

VERSION_1 = Path(__file__).parent / "version_1.sql"

LATER = "ALTER TABLE threads ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;\n"


def restore(dump: Path, path: Path) -> None:
    """Makes the database that was dumped."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


async def test_a_database_of_version_1_is_read(path: Path) -> None:
    """Fault 37: what somebody wrote with the first release is all there, turns and events too."""
    restore(VERSION_1, path)
    async with sqlite_store(path) as store:
        assert (await store.load_thread("thr_1", "ann")) == thread(
            title="Old", metadata={"from": "version 1"}
        )
        page = await store.load_thread_items("thr_1", None, 9, "asc", "ann")
        assert page.data == [message("msg_1", "first"), message("msg_2", "second")]
        log = store.turn_log()
        assert await log.read("trn_1", 0, 9) == [b'{"n":1}', b'{"n":2}', b'{"n":3}']
        (left,) = await log.orphans()
        assert (left.id, left.last_seq) == ("trn_2", 1)


@pytest.mark.requirement("fault-37")
async def test_attachments_of_version_1_count_as_of_the_upgrade(path: Path) -> None:
    """Nobody knows how old they are: none is forgotten before it had its day."""
    restore(VERSION_1, path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO attachments (id, owner, thread_id, data) VALUES (?, ?, ?, ?)",
            ("atc_1", "ann", None, '{"type":"file","id":"atc_1","name":"a","mime_type":"a/b"}'),
        )
        connection.commit()
    async with sqlite_store(path) as store:
        assert await store.forget_unused(3600) == 0
        assert (await store.load_attachment("atc_1", "ann")).name == "a"
        assert await store.forget_unused(0) == 1


async def test_an_older_database_is_migrated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is applied once, in order, and the number of the last one is kept."""
    restore(VERSION_1, path)
    monkeypatch.setattr(schema, "migrations", lambda: (*real, LATER, LATER.replace("pin", "star")))
    async with sqlite_store(path) as store:
        assert (await store.load_thread("thr_1", "ann")).title == "Old"
    assert query(path, "PRAGMA user_version") == [(len(real) + 2,)]
    assert query(path, "SELECT pinned, starned FROM threads") == [(0, 0)]


real = schema.migrations()


async def test_a_migration_that_fails_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is still one that the older program can open."""
    restore(VERSION_1, path)
    monkeypatch.setattr(schema, "migrations", lambda: (*real, LATER + "DROP TABLE missing;\n"))
    async with sqlite_store(path) as store:
        with pytest.raises(StoreUnavailable, match="no such table"):
            await store.load_thread("thr_1", "ann")
    monkeypatch.undo()
    assert query(path, "PRAGMA user_version") == [(1,)]
    async with sqlite_store(path) as store:
        assert (await store.load_thread("thr_1", "ann")).title == "Old"


def test_migrations_are_numbered_without_gaps() -> None:
    """The version of a database is the number of files that were applied to it."""
    folder = Path(schema.__file__).parent / "migrations"
    numbers = [int(entry.name[:4]) for entry in sorted(folder.glob("*.sql"))]
    assert numbers == list(range(1, len(schema.migrations()) + 1))


def test_a_statement_may_hold_semicolons(path: Path) -> None:
    """A trigger or a text has some inside: the script is not just cut at each."""
    script = "CREATE TABLE t (x DEFAULT ';');\n-- a; comment\nCREATE TRIGGER g AFTER INSERT ON t\n"
    script += "BEGIN\n  DELETE FROM t;\nEND;\n"
    statements = list(schema._statements(script))
    assert [statement.count(";") for statement in statements] == [2, 3]
