"""`chatkit db`: a database is migrated, copied to PostgreSQL with all it has, and checked."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chatkit.cli import main
from chatkit.store import SQLiteStore, TurnEvents, TurnRecord
from chatkit.store.access import ApiKey, Session
from chatkit.testing.conformance.samples import file_attachment
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    SDKHiddenContextItem,
    ThreadMetadata,
)
from database_schemas import Schema

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
Chatkit = Callable[..., Result]


@pytest.fixture
def chatkit() -> Chatkit:
    """Runs a command to its end."""
    return lambda *arguments: CliRunner().invoke(main, [str(each) for each in arguments])


async def fill(path: Path) -> None:
    """A file with something in every table, odd ids among it."""
    async with SQLiteStore[Any](path, owner=lambda context: context) as store:
        for name in ("thr_1", "thr_\x00", "thr_😀"):
            thread = ThreadMetadata(id=name, created_at=NOON, title=name, metadata={"\x00": name})
            await store.save_thread(thread, "ann")
            await store.save_item(name, _message(f"msg_{name}", name), "ann")
        hidden = SDKHiddenContextItem(id="h", thread_id="thr_1", created_at=NOON, content="x")
        await store.save_item("thr_1", hidden, "ann")
        await store.save_attachment(file_attachment("atc_1", "thr_1"), "ann")
        await store.save_attachment(file_attachment("atc_2"), "ann")
        await store.save_feedback("thr_1", ["msg_thr_1"], "positive", "ann")
        log = store.turn_log()
        for name in ("trn_1", "trn_2"):
            record = TurnRecord(
                id=name, thread_id="thr_1", request_id=name, state="running", started_at=NOON
            )
            await log.begin(record, "ann")
            await log.append([TurnEvents(name, 1, [b'{"n":1}', b'{"n":2}'])])
            if name == "trn_1":
                await log.finish(name, "completed")
        access = store.access()
        await access.load_signing_key()
        await access.add_key(ApiKey(id="key_1", name="k", digest="d", hint="h", created_at=NOON))
        await access.add_session(
            Session(
                id="cksess_1",
                user="ann",
                workflow_id="wf",
                settings="{}",
                created_at=NOON,
                expires_at=NOON,
            )
        )
        await access.count_request("ann", 5, NOON)


def _message(item_id: str, thread_id: str) -> AssistantMessageItem:
    content = [AssistantMessageContent(text="hello \x00")]
    return AssistantMessageItem(id=item_id, thread_id=thread_id, created_at=NOON, content=content)


def test_everything_is_copied_and_the_same_afterwards(
    chatkit: Chatkit, tmp_path: Path, schema: Schema
) -> None:
    """Counts and checksums say so, and so do the two stores; new rows come after the old ones."""
    path = tmp_path / "chat.db"
    asyncio.run(fill(path))
    copied = chatkit("db", "copy", path, "--to", schema.url, "--schema", schema.name)
    assert copied.exit_code == 0, copied.output
    assert "All rows were copied" in copied.output
    checks = [
        chatkit("db", "check", "--database", path),
        chatkit("db", "check", "--database", schema.url, "--schema", schema.name),
    ]
    assert checks[0].output == checks[1].output
    rows = {line.split()[0]: line.split()[1] for line in checks[0].output.splitlines()}
    assert "0" not in rows.values(), rows
    asyncio.run(_compare(path, schema))


async def _compare(path: Path, schema: Schema) -> None:
    owner = {"owner": lambda context: context}
    async with SQLiteStore[Any](path, **owner) as old, schema.store(**owner) as new:
        both = (old, new)
        threads = [(await store.load_threads(9, None, "asc", "ann")).data for store in both]
        assert threads[0] == threads[1]
        for thread in threads[0]:
            pages = [
                await store.load_thread_items(thread.id, None, 9, "asc", "ann") for store in both
            ]
            assert pages[0] == pages[1]
        assert await old.load_feedback("thr_1", "ann") == await new.load_feedback("thr_1", "ann")
        logs = [store.turn_log() for store in both]
        assert await logs[0].load_turn("trn_1") == await logs[1].load_turn("trn_1")
        assert await logs[1].read("trn_1", 0, 9) == [b'{"n":1}', b'{"n":2}']
        assert [turn.id for turn in await logs[1].orphans()] == ["trn_2"]
        assert await old.access().load_signing_key() == await new.access().load_signing_key()
        await new.save_item("thr_1", _message("new", "thr_1"), "ann")
        page = await new.load_thread_items("thr_1", None, 1, "desc", "ann")
        assert page.data[0].id == "new"


def test_a_database_that_is_not_empty_is_left_alone(
    chatkit: Chatkit, tmp_path: Path, schema: Schema
) -> None:
    """Two histories in one would be worse than none."""
    path = tmp_path / "chat.db"
    asyncio.run(fill(path))
    arguments = ("db", "copy", path, "--to", schema.url, "--schema", schema.name)
    assert chatkit(*arguments).exit_code == 0
    again = chatkit(*arguments)
    assert again.exit_code == 1
    assert "it is not empty: there are threads in it" in again.output


def test_a_database_is_migrated_ahead_of_its_servers(
    chatkit: Chatkit, tmp_path: Path, schema: Schema
) -> None:
    """And the second time there is nothing to do."""
    arguments = ("db", "migrate", "--database", schema.url, "--schema", schema.name)
    assert chatkit(*arguments).output.endswith("migrations applied.\n")
    assert chatkit(*arguments).output == "Nothing to do.\n"
    path = tmp_path / "chat.db"
    asyncio.run(fill(path))
    assert chatkit("db", "migrate", "--database", path).output == "The file is up to date.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--database", "nowhere.db"), "there is no database nowhere.db"),
        (("check", "--database", "postgresql://ann:secret@127.0.0.1:1/x"), "ann@127.0.0.1:1/x"),
        (("migrate", "--database", "postgresql://127.0.0.1:1/x", "--schema", "No"), "schema must"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    chatkit: Chatkit, arguments: tuple[str, ...], message: str
) -> None:
    """Without a traceback, and without the password."""
    result = chatkit("db", *arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert "secret" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["check", "migrate", "copy"])
def test_a_file_that_is_no_database_is_said_to_be_none(
    chatkit: Chatkit, tmp_path: Path, command: str
) -> None:
    """A wrong path is a slip of the hand, and no reason for a traceback."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to look like one " * 100)
    file = (
        (path, "--to", "postgresql://127.0.0.1:1/x") if command == "copy" else ("--database", path)
    )
    result = chatkit("db", command, *file)
    assert result.exit_code == 1
    assert result.output == f"Error: {path}: file is not a database\n"


def test_a_file_whose_schema_is_damaged_is_named_as_one(chatkit: Chatkit, tmp_path: Path) -> None:
    """It cannot even be asked whether it is whole."""
    path = tmp_path / "chat.db"
    asyncio.run(fill(path))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    data[200:4096] = b"A" * (4096 - 200)
    path.write_bytes(data)
    result = chatkit("db", "check", "--database", path)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {path}: ")
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_copy_goes_to_a_url(chatkit: Chatkit, tmp_path: Path) -> None:
    """A file would be a copy with another command."""
    path = tmp_path / "chat.db"
    asyncio.run(fill(path))
    result = chatkit("db", "copy", path, "--to", "other.db")
    assert result.exit_code == 1
    assert "named by its URL" in result.output


def test_a_damaged_file_is_named_as_one(chatkit: Chatkit, tmp_path: Path) -> None:
    """Better now than on the day of the move."""
    path = tmp_path / "chat.db"
    asyncio.run(fill(path))
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'items_in_order'"
    ).fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size + 8 : page * size] = bytes(size - 8)
    path.write_bytes(data)
    result = chatkit("db", "check", "--database", path)
    assert result.exit_code == 1
    assert "damaged" in result.output
