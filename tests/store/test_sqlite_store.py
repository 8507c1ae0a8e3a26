"""The SQLite store as a host sees it: its file, its settings, what deletion leaves behind."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest
from store_making import NOON, message, names, read_file, running, sqlite_store, thread

from chatkit.store import KeepsFeedback, KeepsTurns, ServesClientPages, SQLiteStore, TurnEvents
from chatkit.testing.conformance.samples import file_attachment
from chatkit.types import HiddenContextItem

CANARY = "canary-7f3a"


@pytest.mark.parametrize("path", ["", ":memory:"])
def test_a_store_needs_a_file(path: str) -> None:
    """A database in memory would be another one for each of its connections."""
    with pytest.raises(ValueError, match="use MemoryStore"):
        SQLiteStore(path)


def test_synchronous_is_normal_or_full(tmp_path: Path) -> None:
    """SQLite would take anything, and OFF loses whole databases."""
    off: Any = "OFF"
    with pytest.raises(ValueError, match='"NORMAL" or "FULL"'):
        SQLiteStore(tmp_path / "x.db", synchronous=off)


async def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """Talks are private; the files that SQLite puts beside it, and the new folder, too."""
    path = tmp_path / "new" / "deep" / "chat.db"
    async with sqlite_store(path) as store:
        await store.save_thread(thread(), "ann")
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in _entries(path.parent)}
        assert modes == {"chat.db": 0o600, "chat.db-wal": 0o600, "chat.db-shm": 0o600}
        assert stat.S_IMODE(_stat(path.parent).st_mode) == 0o700


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _stat(path: Path) -> Any:
    return path.stat()


async def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings say ~/chat.db; a folder named ~ helps nobody. A later chdir changes nothing."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    async with sqlite_store(Path("~/home.db")) as home, sqlite_store(Path("here.db")) as here:
        monkeypatch.chdir(tmp_path / "elsewhere")
        await home.save_thread(thread(), "ann")
        await here.save_thread(thread(), "ann")
    assert names(tmp_path) == ["elsewhere", "here.db", "home.db"]


async def test_without_an_owner_function_there_is_one_user(path: Path) -> None:
    """A person on a laptop needs no login."""
    async with SQLiteStore[object](path) as store:
        await store.save_thread(thread(), {"anything": 1})
        assert await store.load_thread("thr_1", None) == thread()


async def test_everything_is_there_after_a_restart(path: Path) -> None:
    """With either setting."""
    async with sqlite_store(path, synchronous="FULL") as store:
        await store.save_thread(thread(), "ann")
        await store.add_thread_item("thr_1", message(), "ann")
        await store.save_attachment(file_attachment("atc_1", "thr_1"), "ann")
        await store.save_feedback("thr_1", ["msg_1"], "positive", "ann")
    async with sqlite_store(path) as store:
        assert await store.load_item("thr_1", "msg_1", "ann") == message()
        assert await store.load_attachment("atc_1", "ann") == file_attachment("atc_1", "thr_1")
        assert [opinion.kind for opinion in await store.load_feedback("thr_1", "ann")] == [
            "positive"
        ]


@pytest.mark.parametrize(("synchronous", "level"), [("NORMAL", 1), ("FULL", 2)])
async def test_the_disk_is_flushed_as_often_as_was_asked(
    path: Path, synchronous: Any, level: int
) -> None:
    """FULL is for those who must not lose the last second in a power cut."""
    async with sqlite_store(path, synchronous=synchronous) as store:
        database = store._database
        for pragma, expected in (("synchronous", level), ("journal_mode", "wal")):
            (found,) = await database.write(lambda c, p=pragma: c.execute(f"PRAGMA {p}").fetchone())
            assert found == expected


async def test_two_stores_on_one_file_see_each_other(path: Path, sqlite: SQLiteStore[Any]) -> None:
    """Two processes of one server, behind a load balancer on one machine."""
    async with sqlite_store(path) as other:
        for number in range(20):
            writer, reader = (sqlite, other) if number % 2 else (other, sqlite)
            await writer.add_thread_item("thr_1", message(f"msg_{number}"), "ann")
            assert await reader.load_item("thr_1", f"msg_{number}", "ann")
        results = await asyncio.gather(
            *(sqlite.add_thread_item("thr_1", message(f"a_{n}"), "ann") for n in range(50)),
            *(other.add_thread_item("thr_1", message(f"b_{n}"), "ann") for n in range(50)),
        )
        assert len(results) == 100
        assert len((await other.load_thread_items("thr_1", None, 999, "asc", "ann")).data) == 120


def test_the_store_offers_all_that_the_server_can_use(path: Path) -> None:
    """The server asks with isinstance: a renamed method would quietly slow it down."""
    store = sqlite_store(path)
    assert isinstance(store, ServesClientPages)
    assert isinstance(store, KeepsFeedback)
    assert isinstance(store, KeepsTurns)
    assert store.turn_log() is store.turn_log()


async def fill_with_canaries(store: SQLiteStore[Any]) -> None:
    """A thread that says the canary's name in every place."""
    await store.save_thread(thread("thr_gone", title=CANARY, metadata={"x": CANARY}), "ann")
    long = CANARY + "x" * 20_000 + CANARY
    for number in range(20):
        await store.add_thread_item("thr_gone", message(f"{CANARY}{number}", long), "ann")
    hidden = HiddenContextItem(id="h", thread_id="thr_gone", created_at=NOON, content=CANARY)
    await store.add_thread_item("thr_gone", hidden, "ann")
    await store.save_feedback("thr_gone", [f"{CANARY}1"], "negative", "ann")
    file = file_attachment("atc_1", "thr_gone").model_copy(update={"name": CANARY})
    await store.save_attachment(file, "ann")
    log = store.turn_log()
    await log.begin(running(thread_id="thr_gone"), "ann")
    for number in range(1, 200):
        event = b'{"text":"%b%b"}' % (CANARY.encode(), b"x" * 200)
        await log.append([TurnEvents("trn_1", number, [event])])


async def test_deleting_a_thread_leaves_no_trace(path: Path, sqlite: SQLiteStore[Any]) -> None:
    """Security 35: neither in a row, nor in freed pages, nor in the write-ahead log."""
    await sqlite.add_thread_item("thr_1", message(), "ann")
    await fill_with_canaries(sqlite)
    await sqlite.delete_thread("thr_gone", "ann")
    # Read by another process: closing the file in this one would drop the store's locks.
    found = await asyncio.create_subprocess_exec(
        "grep", "-rlaF", CANARY, str(path.parent), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await found.communicate()
    assert out == b""
    assert await sqlite.load_item("thr_1", "msg_1", "ann") == message()
    await sqlite.close()
    assert names(path.parent) == [path.name]
    assert CANARY.encode() not in read_file(path)


async def test_what_a_reader_still_holds_is_scrubbed_with_the_next_write(
    path: Path, sqlite: SQLiteStore[Any]
) -> None:
    """The write-ahead log cannot be emptied under a reader; nobody waits for him, either."""
    await sqlite.add_thread_item("thr_1", message(text=CANARY), "ann")
    async with sqlite_store(path) as other:
        await other._database.read(lambda c: c.execute("BEGIN"))
        await other.load_thread("thr_1", "ann")
        await sqlite.delete_thread("thr_1", "ann")
        assert _size(path) > 0
        await other._database.read(lambda c: c.execute("COMMIT"))
        await sqlite.save_thread(thread("thr_2"), "ann")
        assert _size(path) == 0


def _size(path: Path) -> int:
    """Bytes in the write-ahead log."""
    return path.with_name(f"{path.name}-wal").stat().st_size
