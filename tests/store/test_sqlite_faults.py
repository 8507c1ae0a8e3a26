"""What breaks under a database: locks, full disks, killed processes, files that are no database."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from store_making import message, names, read_file, running, sqlite_store, thread, write_file

from chatkit.errors import StoreUnavailable
from chatkit.store import DatabaseTooNew, SQLiteStore, TurnEvents
from chatkit.store.sqlite import NotOurDatabase, connection
from chatkit.store.sqlite.database import Database

HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
print("unlocked", flush=True)
sys.stdin.readline()
"""

WRITE_FOR_EVER = """
import asyncio, sys
from itertools import count
from store_making import message, running, sqlite_store
from chatkit.store import TurnEvents

async def main():
    store = sqlite_store(sys.argv[1])
    log = store.turn_log()
    await log.begin(running(), "ann")
    for number in count(1):
        await asyncio.gather(
            store.add_thread_item("thr_1", message(f"msg_{number}", "x" * 2000), "ann"),
            log.append([TurnEvents("trn_1", number, [b'{"n":%d}' % number])]),
        )
        print(number, flush=True)

asyncio.run(main())
"""


@contextlib.contextmanager
def process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Another Python process, killed at the end."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as running_process:
        yield running_process
        running_process.kill()


def say(to: subprocess.Popen[str]) -> None:
    assert to.stdin is not None
    to.stdin.write("\n")
    to.stdin.flush()


def hear(of: subprocess.Popen[str]) -> str:
    assert of.stdout is not None
    return of.stdout.readline().strip()


async def test_a_write_waits_for_another_processs_lock(path: Path) -> None:
    """Fault 36: a backup or a second server holds the database; the write goes on afterwards."""
    async with sqlite_store(path) as store:
        await store.save_thread(thread(), "ann")
        with process(HOLD_THE_LOCK, path) as other:
            assert await asyncio.to_thread(hear, other) == "locked"
            writes = [
                asyncio.create_task(store.add_thread_item("thr_1", message(f"msg_{n}"), "ann"))
                for n in range(20)
            ]
            # Reads go on meanwhile.
            assert (await store.load_thread("thr_1", "ann")).id == "thr_1"
            assert not any(write.done() for write in writes)
            say(other)
            assert await asyncio.to_thread(hear, other) == "unlocked"
            await asyncio.gather(*writes)
        assert len((await store.load_thread_items("thr_1", None, 99, "asc", "ann")).data) == 20


async def test_a_lock_that_is_held_too_long_is_a_clear_error(path: Path) -> None:
    """Fault 36: nothing is half written, and the next attempt works once the lock is gone."""
    async with sqlite_store(path, lock_seconds=0.05) as store:
        await store.save_thread(thread(), "ann")
        with process(HOLD_THE_LOCK, path) as other:
            assert await asyncio.to_thread(hear, other) == "locked"
            results = await asyncio.gather(
                *(store.add_thread_item("thr_1", message(f"msg_{n}"), "ann") for n in range(5)),
                return_exceptions=True,
            )
            assert {str(result) for result in results} == {
                "the store is unavailable: database is locked"
            }
            assert all(isinstance(result, StoreUnavailable) for result in results)
            say(other)
            assert await asyncio.to_thread(hear, other) == "unlocked"
        assert (await store.load_thread_items("thr_1", None, 9, "asc", "ann")).data == []
        await store.add_thread_item("thr_1", message(), "ann")


async def test_opening_waits_for_whoever_else_is_opening(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite does not wait itself as it turns a new file into one with a write-ahead log."""
    attempts: list[Path] = []
    really = connection._connect

    def be_second(path: Path, *arguments: Any) -> sqlite3.Connection:
        attempts.append(path)
        if len(attempts) < 3:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return really(path, *arguments)

    monkeypatch.setattr(connection, "_connect", be_second)
    async with sqlite_store(path) as store:
        await store.save_thread(thread(), "ann")
    assert len(attempts) == 3
    attempts.clear()
    async with sqlite_store(path, lock_seconds=-1) as store:
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.save_thread(thread(), "ann")
    assert len(attempts) == 1


async def test_many_processes_may_create_the_database_at_once(path: Path) -> None:
    """`--workers 4` starts four of them on an empty folder."""
    code = """
import asyncio, sys
from store_making import sqlite_store, thread, write_file
async def main():
    async with sqlite_store(sys.argv[1]) as store:
        sys.stdin.readline()
        for number in range(20):
            await store.save_thread(thread(f"thr_{sys.argv[2]}_{number}"), "ann")
    print("done", flush=True)
asyncio.run(main())
"""
    with contextlib.ExitStack() as stack:
        others = [stack.enter_context(process(code, path / "new" / "x.db", n)) for n in range(4)]
        for other in others:
            say(other)
        assert [await asyncio.to_thread(hear, other) for other in others] == ["done"] * 4
    async with sqlite_store(path / "new" / "x.db") as store:
        assert len((await store.load_threads(100, None, "asc", "ann")).data) == 80


async def test_a_killed_process_loses_nothing_that_it_had_answered(path: Path) -> None:
    """Fault 1, at the level of the store: kill -9 while it writes as fast as it can."""
    async with sqlite_store(path) as store:
        await store.save_thread(thread(), "ann")
    for attempt in range(5):
        with process(WRITE_FOR_EVER, path) as writer:
            answered = [await asyncio.to_thread(hear, writer) for _ in range(20 * attempt + 1)][-1]
            writer.send_signal(signal.SIGKILL)
            assert writer.stdout is not None
            answered = (await asyncio.to_thread(writer.stdout.read)).split() or [answered]
        async with sqlite_store(path) as store:
            page = await store.load_thread_items("thr_1", None, 10**6, "asc", "ann")
            # The last line may have been cut off by the kill.
            whole = int(answered[-1]) if len(answered) == 1 else int(answered[-2])
            assert len(page.data) >= whole
            log = store.turn_log()
            events = await log.read("trn_1", 0, 10**6)
            assert len(events) >= whole
            assert events == [b'{"n":%d}' % number for number in range(1, len(events) + 1)]
            (orphan,) = await log.orphans()
            assert orphan.last_seq == len(events)
            await store.delete_thread("thr_1", "ann")
            await store.save_thread(thread(), "ann")
    assert names(path.parent) == [path.name]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, where this user may mount one; else the test below covers it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    yield folder
    if mounted.returncode == 0:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def fill(store: SQLiteStore[Any]) -> int:
    """Adds items until there is no room; how many were added."""
    for number in range(1000):
        try:
            await store.add_thread_item("thr_1", message(f"msg_{number}", "x" * 50_000), "ann")
        except StoreUnavailable:
            return number
    raise AssertionError("the disk is not small")


async def check_full(store: SQLiteStore[Any]) -> None:
    """A full disk refuses what is new, keeps what there is, and goes on once there is room."""
    await store.save_thread(thread(), "ann")
    log = store.turn_log()
    await log.begin(running(), "ann")
    await log.append([TurnEvents("trn_1", 1, [b"{}"])])
    kept = await fill(store)
    assert kept > 0
    with pytest.raises(StoreUnavailable, match=r"full|disk I/O error"):
        await store.add_thread_item("thr_1", message("big", "x" * 3_000_000), "ann")
    with pytest.raises(StoreUnavailable):
        await log.append([TurnEvents("trn_1", 2, [b"x" * 3_000_000])])
    page = await store.load_thread_items("thr_1", None, 1000, "asc", "ann")
    assert [item.id for item in page.data] == [f"msg_{number}" for number in range(kept)]
    assert await log.read("trn_1", 0, 9) == [b"{}"]


async def limit_size(store: SQLiteStore[Any]) -> None:
    """Makes the database as full as a full disk would, for its writer."""
    database: Database = store._database
    await database.write(lambda c: c.execute("PRAGMA max_page_count = 400").fetchone())


async def test_a_full_disk_keeps_what_there_is(small_disk: Path) -> None:
    """Fault 12, on a real disk of 2 MB: a clear error, and everything earlier can be read."""
    path = small_disk / "chat.db"
    async with sqlite_store(path) as store:
        if not await asyncio.to_thread(small_disk.is_mount):
            await limit_size(store)
        await check_full(store)
    async with sqlite_store(path) as store:
        assert (await store.load_thread("thr_1", "ann")).id == "thr_1"


async def test_a_full_database_takes_more_once_there_is_room(path: Path) -> None:
    """Fault 12 with SQLite's own limit; deleting a thread makes room."""
    async with sqlite_store(path) as store:
        await limit_size(store)
        await check_full(store)
        await store.delete_thread("thr_1", "ann")
        await store.save_thread(thread("thr_2"), "ann")
        await store.add_thread_item("thr_2", message("msg", "x" * 500_000), "ann")


async def test_what_does_not_fit_takes_nothing_else_with_it(path: Path) -> None:
    """A batch with one message that is too long for the disk keeps all the others."""
    async with sqlite_store(path) as store:
        await store.save_thread(thread(), "ann")
        await limit_size(store)
        results = await asyncio.gather(
            *(store.add_thread_item("thr_1", message(f"msg_{n}"), "ann") for n in range(3)),
            store.add_thread_item("thr_1", message("big", "x" * 5_000_000), "ann"),
            *(store.add_thread_item("thr_1", message(f"msg_{n}"), "ann") for n in range(3, 6)),
            return_exceptions=True,
        )
        assert [type(result) for result in results].count(StoreUnavailable) == 1
        page = await store.load_thread_items("thr_1", None, 99, "asc", "ann")
        assert [item.id for item in page.data] == [f"msg_{n}" for n in range(6)]


async def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    """A wrong path in the settings must not cost anybody a file."""
    write_file(path, b"Dear diary, " * 1000)
    async with sqlite_store(path) as store:
        for use in (store.save_thread(thread(), "ann"), store.load_thread("thr_1", "ann")):
            with pytest.raises(StoreUnavailable, match="not a database"):
                await use
    assert read_file(path) == b"Dear diary, " * 1000


async def test_another_programs_database_is_left_alone(path: Path) -> None:
    """It is a database, but none of ours: our tables have no business in it."""
    with contextlib.closing(sqlite3.connect(path)) as direct:
        direct.execute("CREATE TABLE bookmarks (url)")
    async with sqlite_store(path) as store:
        with pytest.raises(NotOurDatabase):
            await store.save_thread(thread(), "ann")
    with contextlib.closing(sqlite3.connect(path)) as direct:
        assert direct.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


async def test_a_newer_database_is_a_clear_error(path: Path) -> None:
    """Somebody went back to an older version of the program: it must not write what it
    does not understand."""
    async with sqlite_store(path) as store:
        await store.save_thread(thread(), "ann")
    with contextlib.closing(sqlite3.connect(path)) as direct:
        direct.execute("PRAGMA user_version = 99")
    async with sqlite_store(path) as store:
        with pytest.raises(DatabaseTooNew, match="schema version 99") as caught:
            await store.load_thread("thr_1", "ann")
        assert caught.value.version == 99
        assert isinstance(caught.value, StoreUnavailable)


async def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    """The message names the path; once it is mended, the same store works."""
    (tmp_path / "taken").write_text("a file")
    async with sqlite_store(tmp_path / "taken" / "chat.db") as store:
        with pytest.raises(StoreUnavailable, match=r"cannot open .*taken"):
            await store.save_thread(thread(), "ann")
        (tmp_path / "taken").unlink()
        await store.save_thread(thread(), "ann")


async def test_a_broken_connection_is_replaced(sqlite: SQLiteStore[Any]) -> None:
    """A disk that came back, or a file that was restored, must not need a restart."""

    def break_down(connection: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
        raise error

    first: list[sqlite3.Connection] = []
    second: list[sqlite3.Connection] = []
    database: Database = sqlite._database
    await database.write(first.append)
    results = await asyncio.gather(
        sqlite.add_thread_item("thr_1", message(), "ann"),
        database.write(break_down),
        return_exceptions=True,
    )
    assert isinstance(results[1], StoreUnavailable)
    await database.write(second.append)
    assert first[0] is not second[0]
    await sqlite.add_thread_item("thr_1", message(), "ann")
    assert (await sqlite.load_item("thr_1", "msg_1", "ann")) == message()


async def test_a_broken_read_is_a_clear_error(sqlite: SQLiteStore[Any]) -> None:
    """What SQLite says of the medium reaches the caller as StoreUnavailable."""
    database: Database = sqlite._database
    with pytest.raises(StoreUnavailable, match="no such table"):
        await database.read(lambda c: c.execute("SELECT * FROM missing"))
