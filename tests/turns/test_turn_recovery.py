"""After a crash: what a client saw is there, the turn is `interrupted`, the thread goes on.

A crash is a copy of the database's files as they are at that moment, which no process holds:
exactly what `kill -9` leaves behind. Real processes die in test_turn_kills.
"""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from turn_stage import (
    ANN,
    BOB,
    RESUME,
    Puppet,
    Reader,
    View,
    added,
    adds,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    done,
    flow,
    hidden,
    loads,
    removed,
    replaced,
    says,
    stored,
    task_added,
    texts,
    user_of,
    whole_log,
)

from chatkit.errors import StoreUnavailable, TurnNotFound
from chatkit.store import SQLiteStore, SQLiteTurnLog
from chatkit.turns import TurnLimits
from chatkit.turns.recover import recover_orphans
from chatkit.types import (
    ClientToolCallItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadStreamEvent,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
async def alive(tmp_path: Path) -> AsyncIterator[Puppet]:
    """The server that will crash."""
    async with SQLiteStore(tmp_path / "alive" / "chat.db", owner=user_of) as store:
        server = Puppet(store, limits=TurnLimits(outage_seconds=1, cancel_seconds=0.05))
        yield server
        await server.aclose(0)


@asynccontextmanager
async def after_a_crash(alive: Puppet, tmp_path: Path) -> AsyncIterator[Puppet]:
    """A server on what the crash has left, in a process of its own as far as it can tell."""
    found = alive.store._database.path
    left = tmp_path / "left"
    shutil.rmtree(left, ignore_errors=True)
    left.mkdir()
    for name in ("chat.db-wal", "chat.db"):
        shutil.copy(found.with_name(name), left / name)
    async with SQLiteStore(left / "chat.db", owner=user_of) as store:
        server = Puppet(store)
        yield server
        await server.aclose(0)


async def check_recovered(server: Puppet, reader: Reader) -> list[dict[str, Any]]:
    """P, F and T; the thread is usable; a client that comes back hears that it may try again."""
    late = await (await server.read(attaches(reader.turn_id))).end()
    log = await whole_log(server.log(), reader.turn_id)
    assert late.events == log
    check_prefix(reader.events, log)
    assert log[-1] == {"type": "error", "code": "stream.error", "allow_retry": True}
    await check_ended(server, reader.turn_id, "interrupted")
    await check_fold(server.store, log, reader.thread_id)
    page = await server.ask(loads(reader.thread_id))
    assert "active_turn" not in page
    again, hands = await server.start(adds(reader.thread_id, **RESUME))
    hands(done("well", "again"))
    hands.end()
    assert "error" not in (await again.end()).types
    return log


async def test_the_partial_answer_is_an_item_after_a_crash(alive: Puppet, tmp_path: Path) -> None:
    """Saved as its owner; nothing is run again by itself."""
    reader, hands = await alive.start()
    hands(added(), hidden(), says("so "), says("far"))
    await reader.sees("so far")
    async with after_a_crash(alive, tmp_path) as server:
        with pytest.raises(TurnNotFound):
            await server.open(attaches(reader.turn_id), BOB)
        await check_recovered(server, reader)
        assert await texts(server.store, reader.thread_id) == ["so far", "well"]
        assert "canary" not in str(await whole_log(server.log(), reader.turn_id))
        with pytest.raises(TurnNotFound):
            await server.open(attaches(reader.turn_id), BOB)


async def test_what_nobody_could_use_is_taken_away_after_a_crash(
    alive: Puppet, tmp_path: Path
) -> None:
    """An empty message, or a tool call that was never announced to its page as done."""
    call = ClientToolCallItem(
        id="c", thread_id="t", created_at=NOW, call_id="fc", name="look", arguments={}
    )
    reader, hands = await alive.start()
    hands(added(), ThreadItemAddedEvent(item=call), ThreadItemAddedEvent(item=flow()))
    await reader.gets(6)
    async with after_a_crash(alive, tmp_path) as server:
        log = await check_recovered(server, reader)
        ends = [event["item_id"] for event in log if event["type"] == "thread.item.removed"]
        assert ends == ["a", "c", "w"]


async def test_a_workflow_of_an_earlier_turn_is_as_it_was_after_a_crash(
    alive: Puppet, tmp_path: Path
) -> None:
    """Updates save nothing: whoever watched is told what the thread has."""
    first = await alive.run(ThreadItemAddedEvent(item=flow("one")))
    before = (await alive.ask(loads(first.thread_id)))["items"]["data"]
    reader, hands = await alive.start(adds(first.thread_id, **RESUME))
    hands(task_added("two", 1))
    await reader.gets(3)
    async with after_a_crash(alive, tmp_path) as server:
        log = await check_recovered(server, reader)
        view = View(before).apply(log).json()
        (kept,) = [item for item in await stored(server.store, first.thread_id) if item.id == "w"]
        assert view["w"] == json.loads(kept.model_dump_json(exclude_none=True))


MOMENTS: list[ThreadStreamEvent] = [
    added("a"),
    done("one", "a"),
    added("b"),
    says("tw", "b"),
    done("two", "b"),
    replaced("three", "b"),
    removed("a"),
    done("never announced", "c"),
]


@pytest.mark.requirement("fault-02")
@pytest.mark.parametrize("count", range(1, len(MOMENTS) + 1))
async def test_a_crash_between_the_stores_write_and_the_logs_append_is_made_good(
    alive: Puppet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """The store is one write ahead: the log says so at its end, and saying it again is nothing."""
    reader, hands = await alive.start()
    hands(*MOMENTS[: count - 1])
    await reader.gets(3 + count - 1)
    blocked, release = asyncio.Event(), asyncio.Event()
    append = SQLiteTurnLog.append

    async def failpoint(self: SQLiteTurnLog, batch: Any) -> None:
        blocked.set()
        await release.wait()
        await append(self, batch)

    monkeypatch.setattr(SQLiteTurnLog, "append", failpoint)
    hands(MOMENTS[count - 1])
    await blocked.wait()
    monkeypatch.setattr(SQLiteTurnLog, "append", append)
    async with after_a_crash(alive, tmp_path) as server:
        await check_recovered(server, reader)
        before = await stored(server.store, reader.thread_id)
        log = await whole_log(server.log(), reader.turn_id)
        await recover_orphans(server.log())
        assert await stored(server.store, reader.thread_id) == before
        assert await whole_log(server.log(), reader.turn_id) == log
    release.set()


@pytest.mark.requirement("fault-02")
@pytest.mark.parametrize("count", range(len(MOMENTS) + 1))
async def test_a_crash_after_any_event_is_made_good(
    alive: Puppet, tmp_path: Path, count: int
) -> None:
    """The moments between the failpoints."""
    reader, hands = await alive.start()
    hands(*MOMENTS[:count])
    await reader.gets(3 + count)
    async with after_a_crash(alive, tmp_path) as server:
        await check_recovered(server, reader)


async def test_a_crash_before_the_thread_was_saved_leaves_nothing(
    alive: Puppet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn had begun, and nobody has seen anything of it."""
    blocked = asyncio.Event()

    async def failpoint(*arguments: Any) -> None:
        blocked.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(SQLiteStore, "save_thread", failpoint)
        reader = await alive.read({"type": "threads.create", "params": {"input": _input()}})
        await blocked.wait()
    async with after_a_crash(alive, tmp_path) as server:
        assert (await server.ask({"type": "threads.list", "params": {}}))["data"] == []
        assert await server.log().orphans() == []
    await reader.leave()


def _input() -> dict[str, Any]:
    return {"content": [], "attachments": [], "inference_options": {}}


async def test_two_processes_that_recover_at_once_do_it_once(alive: Puppet, tmp_path: Path) -> None:
    """Workers of one machine start together after a crash."""
    reader, hands = await alive.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    async with after_a_crash(alive, tmp_path) as server:
        path = server.store._database.path
        others = [SQLiteStore(path, owner=user_of) for _ in range(3)]
        await asyncio.gather(*(recover_orphans(store.turn_log()) for store in others))
        log = await check_recovered(server, reader)
        assert [event["type"] for event in log].count("error") == 1
        for store in others:
            await store.close()


async def test_a_crash_of_another_process_is_noticed_when_its_thread_is_used(
    tmp_path: Path,
) -> None:
    """The other workers go on running: they must not wait for the next start."""
    path = tmp_path / "chat.db"
    dying = SQLiteStore(path, owner=user_of)
    async with SQLiteStore(path, owner=user_of) as store:
        server = Puppet(store)
        dies = Puppet(dying, limits=TurnLimits(outage_seconds=0.05, settle_seconds=0.1))
        await server.ask({"type": "threads.list", "params": {}})
        reader, hands = await dies.start()
        hands(added(), says("so far"))
        await reader.sees("so far")
        await dying.close()  # gives up its lock, as the end of its process does
        server.supervisor()._recovery._started_at = -1e9
        again, more = await server.start(adds(reader.thread_id, **RESUME))
        more.end()
        assert "error" not in (await again.end()).types
        await check_ended(server, reader.turn_id, "interrupted")
        assert await texts(store, reader.thread_id) == ["so far"]
        await server.aclose()
        await dies.aclose(0)
        await reader.end()


@pytest.mark.requirement("fault-37")
async def test_log_rows_of_another_version_do_not_stop_the_recovery(
    alive: Puppet, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An event type that came or went, an item that no longer parses: passed over, and told."""
    reader, hands = await alive.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    async with after_a_crash(alive, tmp_path) as server:
        with sqlite3.connect(server.store._database.path) as connection:
            rows = [
                b'{"type":"thread.item.shimmered","item_id":"a"}',
                b'{"type":"thread.item.added","item":{"type":"hologram","id":"x"}}',
                b'{"type":"thread.item.updated","item_id":"a","update":{"type":"old"}}',
                b"not even JSON",
            ]
            connection.execute(
                "INSERT INTO turn_events (turn, first_seq, last_seq, payload) "
                "SELECT seq, last_seq + 1, last_seq + 4, ? FROM turn_records WHERE id = ?",
                (b"\n".join(rows), reader.turn_id),
            )
        connection.close()
        late = await server.open(attaches(reader.turn_id))
        raw = [frame async for frame in late.result]
        assert len(raw) == len(reader.events) + len(rows) + 2
        await check_ended(server, reader.turn_id, "interrupted")
        assert await texts(server.store, reader.thread_id) == ["so far"]
        assert "event 6" in caplog.text


async def test_an_orphan_that_cannot_be_settled_does_not_stop_the_others(
    alive: Puppet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One broken turn must not keep a server from starting."""
    readers = []
    for _ in range(2):
        reader, hands = await alive.start()
        hands(added(), says("so far"))
        readers.append(await reader.sees("so far"))
    interrupt = SQLiteTurnLog.interrupt

    async def picky(self: SQLiteTurnLog, record: Any, *arguments: Any) -> bool:
        if record.id == readers[0].turn_id:
            raise ValueError("broken")
        return await interrupt(self, record, *arguments)

    monkeypatch.setattr(SQLiteTurnLog, "interrupt", picky)
    async with after_a_crash(alive, tmp_path) as server:
        await check_recovered(server, readers[1])
        record = await server.log().load_turn(readers[0].turn_id)
        assert record is not None
        assert record.state == "running"


async def test_a_recovery_that_failed_is_tried_again(
    alive: Puppet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may be away at the very start; the first requests hear of it."""
    reader, hands = await alive.start()
    hands(added(), says("so far"))
    await reader.sees("so far")

    async def away(self: SQLiteTurnLog) -> Any:
        raise StoreUnavailable("away")

    async with after_a_crash(alive, tmp_path) as server:
        with monkeypatch.context() as patch:
            patch.setattr(SQLiteTurnLog, "orphans", away)
            asked = [server.ask(loads(reader.thread_id)) for _ in range(3)]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
        await check_recovered(server, reader)


@pytest.mark.requirement("fault-36")
@pytest.mark.parametrize("lock_seconds", [30.0, 0.05], ids=["waits", "asks again"])
async def test_a_locked_database_is_waited_for(tmp_path: Path, lock_seconds: float) -> None:
    """A backup or another program holds the lock: the turn pauses, and loses nothing."""
    path = tmp_path / "chat.db"
    async with SQLiteStore(path, owner=user_of, lock_seconds=lock_seconds) as store:
        server = Puppet(store)
        reader, hands = await server.start()
        await reader.gets(3)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        hands(added(), says("one "), done("one two"), added("b"), says("two", "b"))
        await asyncio.sleep(0.3)
        assert len(reader.events) == 3
        other.execute("ROLLBACK")
        other.close()
        await reader.sees("one two")
        hands(done("two", "b"))
        hands.end()
        await reader.end()
        await check_ended(server, reader.turn_id, "completed")
        await check_fold(store, await whole_log(server.log(), reader.turn_id), reader.thread_id)
        await server.aclose()


@pytest.mark.requirement("fault-12")
async def test_a_full_disk_fails_the_turn_and_keeps_what_was_there(tmp_path: Path) -> None:
    """The client gets an error, earlier turns stay readable; with room again all goes on."""
    async with SQLiteStore(tmp_path / "chat.db", owner=user_of) as store:
        limits = TurnLimits(outage_seconds=0.1, settle_seconds=0.5)
        server = Puppet(store, limits=limits)
        first = await server.run(done("earlier"))
        reader, hands = await server.start(adds(first.thread_id, **RESUME))
        hands(added(), says("so far"))
        await reader.sees("so far")

        def bound(connection: sqlite3.Connection, spare: int | None) -> None:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            most = pages + spare if spare is not None else 2**30
            connection.execute(f"PRAGMA max_page_count = {most}")

        await store._database.write(lambda connection: bound(connection, 0))
        hands(says("x" * 100_000))
        await reader.end()
        assert reader.types[-1] == "error"
        assert reader.events[-1]["allow_retry"] is True
        page = await server.ask(loads(first.thread_id))
        assert "earlier" in str(page)
        late = await (await server.read(attaches(first.turn_id))).end()
        assert late.events == first.events
        await store._database.write(lambda connection: bound(connection, None))
        again, hands = await server.start(adds(first.thread_id, **RESUME))
        hands(done("well", "again"))
        hands.end()
        assert "error" not in (await again.end()).types
        await check_ended(server, reader.turn_id, "failed")
        await server.aclose()


@pytest.mark.requirement("fault-11")
async def test_a_clock_that_goes_back_an_hour_changes_nothing(
    alive: Puppet, tmp_path: Path
) -> None:
    """Order is by number, liveness by a lock, limits by the monotonic clock."""
    log = alive.log()
    reader, hands = await alive.start()
    hands(added(), says("one "))
    await reader.sees("one ")
    log._clock = lambda: datetime.now(UTC) - timedelta(hours=1)  # type: ignore[attr-defined]
    alive.supervisor()._retention._clock = log._clock  # type: ignore[attr-defined]
    hands(says("two"), done("one two"))
    hands.end()
    await reader.end()
    late = await (await alive.read(attaches(reader.turn_id, 2))).end()
    assert late.events == reader.events[2:]
    await check_ended(alive, reader.turn_id, "completed")
    other, hands = await alive.start(adds(reader.thread_id, **RESUME))
    hands(added("b"), says("three", "b"))
    await other.sees("three")
    assert await log.orphans() == []
    async with after_a_crash(alive, tmp_path) as server:
        server.log()._clock = log._clock  # type: ignore[attr-defined]
        await check_recovered(server, other)
    hands.end()
    await other.end()


async def test_recovering_a_long_turn_reads_it_in_pieces(
    alive: Puppet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn of a million events is not loaded at once."""
    monkeypatch.setattr("chatkit.turns.recover._EVENTS_AT_ONCE", 7)
    reader, hands = await alive.start()
    hands(added(), *[says(f"{number} ") for number in range(100)])
    await reader.gets(104)
    async with after_a_crash(alive, tmp_path) as server:
        await check_recovered(server, reader)
        assert (await texts(server.store, reader.thread_id))[0] == reader.text


async def test_a_finished_item_that_was_changed_in_the_store_is_told_as_it_is(
    alive: Puppet, tmp_path: Path
) -> None:
    """A host may keep an item otherwise than it was sent; its own version counts."""
    reader, hands = await alive.start()
    hands(done("sent"))
    await reader.gets(4)
    changed = done("kept").item.model_copy(update={"thread_id": reader.thread_id})
    await alive.store.save_item(reader.thread_id, changed, ANN)
    async with after_a_crash(alive, tmp_path) as server:
        log = await check_recovered(server, reader)
        assert log[-2]["type"] == "thread.item.replaced"
        assert ThreadItemDoneEvent(item=changed).item.content[0].text in str(log[-2])
