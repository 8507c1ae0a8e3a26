"""The PostgreSQL store beyond the suite: starts, versions, odd text, loops, what cannot be had."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from store_making import NOON, message, running, thread, user_of

from chatkit.errors import StoreClosed, StoreUnavailable, ThreadNotFound, TurnLost
from chatkit.store import DatabaseTooNew, PostgresStore, TurnEvents
from chatkit.store.postgres import schema as versions
from chatkit.store.postgres.faults import unavailable
from chatkit.store.postgres.listener import payloads_of
from chatkit.store.postgres.text import from_text, to_text
from chatkit.store.turn_log import WRITING_TURN, EventsMissing
from database_schemas import Schema


async def test_many_processes_may_start_at_once(schema: Schema) -> None:
    """One migrates, under a lock; the others wait and find it done."""
    stores = [schema.store(owner=user_of) for _ in range(8)]
    await asyncio.gather(
        *(store.save_thread(thread(f"thr_{n}"), "ann") for n, store in enumerate(stores))
    )
    page = await stores[0].load_threads(9, None, "asc", "ann")
    assert len(page.data) == 8
    assert await schema.query("SELECT version FROM schema_version") == [
        (len(versions.migrations()),)
    ]
    for store in stores:
        await store.close()


async def test_a_newer_database_is_refused_and_left_alone(
    schema: Schema, postgres: PostgresStore[Any]
) -> None:
    """A program that was rolled back must not write what its successor cannot read."""
    await schema.query("UPDATE schema_version SET version = 99")
    async with schema.store(owner=user_of) as store:
        with pytest.raises(DatabaseTooNew, match="schema version 99"):
            await store.load_thread("thr_1", "ann")


async def test_what_cannot_be_reached_is_said_soon(postgres_url: str) -> None:
    """A wrong password or database is no outage: waiting would not help."""
    other = f"{postgres_url.rpartition('/')[0]}/nowhere"
    async with PostgresStore[Any](other, wait_seconds=60) as store:
        with pytest.raises(StoreUnavailable, match="nowhere"):
            await asyncio.wait_for(store.load_threads(1, None, "asc", "ann"), 10)


@pytest.mark.parametrize(
    ("dsn", "schema", "message"),
    [("sqlite:///x", "chatkit", "postgresql://"), ("postgresql://x", 'a"b', "schema must be")],
)
def test_options_that_cannot_be_meant_are_refused(dsn: str, schema: str, message: str) -> None:
    """When the store is made, not with the first request."""
    with pytest.raises(ValueError, match=message):
        PostgresStore(dsn, schema=schema)


async def test_ids_and_owners_may_contain_any_character(schema: Schema) -> None:
    """PostgreSQL's text refuses U+0000, which a client may well send as an id."""
    async with schema.store(owner=user_of) as store:
        for owner in ("a\x00", "a\x1a0", "a"):
            with pytest.raises(ThreadNotFound):
                await store.load_thread(f"thr_\x00{owner}", owner)
            await store.save_thread(thread(f"thr_\x00{owner}"), owner)
            assert (await store.load_thread(f"thr_\x00{owner}", owner)).id == f"thr_\x00{owner}"
            assert await store.find_owner(f"thr_\x00{owner}") == owner
            assert len((await store.load_threads(9, None, "asc", owner)).data) == 1
            log = store.turn_log()
            record = running(f"t\x00{owner}", f"thr_\x00{owner}", request_id=f"r\x00{owner}")
            await log.begin(record, owner)
            assert await log.find_request(f"r\x00{owner}") == [record]
    texts = ["\x00", "\x1a", "\x1a0", "\x1a1", "a\x00\x1ab", "plain"]
    assert [from_text(to_text(text)) for text in texts] == texts
    assert len({to_text(text) for text in texts}) == len(texts)


def test_a_store_serves_one_event_loop_after_the_other(schema: Schema) -> None:
    """asyncpg's connections belong to a loop; a store is often made before there is one."""
    store = schema.store(owner=user_of)

    async def use(number: int) -> int:
        await store.save_thread(thread(f"thr_{number}"), "ann")
        await store.turn_log().begin(running(f"trn_{number}", f"thr_{number}"), "ann")
        count = len((await store.load_threads(9, None, "asc", "ann")).data)
        await store.turn_log().close()  # type: ignore[attr-defined]
        await store._database._links.pop(asyncio.get_running_loop()).close()
        return count

    assert asyncio.run(use(1)) == 1
    assert asyncio.run(use(2)) == 2
    asyncio.run(store.close())


async def test_a_closed_store_says_so(schema: Schema) -> None:
    """It stays closed, as a SQLite file's does."""
    store = schema.store(owner=user_of)
    await store.save_thread(thread(), "ann")
    await store.close()
    with pytest.raises(StoreClosed):
        await store.load_thread("thr_1", "ann")


async def test_what_a_cancelled_caller_asked_to_be_written_is_written(
    postgres: PostgresStore[Any],
) -> None:
    """A client that leaves must not take with it what was on its way to the disk."""
    saving = asyncio.create_task(postgres.save_item("thr_1", message(), "ann"))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    async with asyncio.timeout(10):
        while not (await postgres.load_thread_items("thr_1", None, 9, "asc", "ann")).data:
            pass


async def test_a_turn_that_was_taken_writes_nothing(postgres: PostgresStore[Any]) -> None:
    """Neither events nor items nor its thread, wherever in its course the code runs."""
    log = postgres.turn_log()
    turn = running()
    await log.begin(turn, "ann")
    await log.append([TurnEvents("trn_1", 1, [b"{}"])])
    WRITING_TURN.set("trn_1")
    await postgres.save_item("thr_1", message(), "ann")
    assert await log.interrupt(turn, [message("msg_2", "partial")], TurnEvents("trn_1", 2, [b"2"]))
    await log.begin(running("trn_2", "thr_1"), "ann")
    attempts = [
        lambda: postgres.save_item("thr_1", message("msg_3"), "ann"),
        lambda: postgres.save_thread(thread(title="late"), "ann"),
        lambda: postgres.delete_thread_item("thr_1", "msg_1", "ann"),
        lambda: log.append([TurnEvents("trn_1", 2, [b"late"]), TurnEvents("trn_2", 1, [b"new"])]),
    ]
    for attempt in attempts:
        with pytest.raises(TurnLost, match="trn_1"):
            await attempt()
    assert not await log.finish("trn_1", "completed")
    assert await log.read("trn_1", 0, 9) == [b"{}", b"2"]
    assert await log.read("trn_2", 0, 9) == [b"new"]
    items = (await postgres.load_thread_items("thr_1", None, 9, "asc", "ann")).data
    assert [item.id for item in items] == ["msg_1", "msg_2"]
    WRITING_TURN.set(None)
    await postgres.save_item("thr_1", message("msg_3"), "ann")


async def test_a_turn_that_was_found_without_an_owner_writes_nothing(
    postgres: PostgresStore[Any], schema: Schema
) -> None:
    """Whoever ends it reads first what is there: a write in between would be in no event."""
    log, turn = postgres.turn_log(), running()
    await log.begin(turn, "ann")
    await log.append([TurnEvents("trn_1", 1, [b"{}"])])
    async with schema.store(owner=user_of, lease_seconds=0.1) as other:
        assert await other.turn_log().orphans() == []
        await schema.query("UPDATE lifetimes SET expires_at = now() - interval '1 minute'")
        # Frozen for a minute, it still is alive, and does not end its own answers.
        assert await log.orphans() == []
        (found,) = await other.turn_log().orphans()
        assert found.id == "trn_1"
        WRITING_TURN.set("trn_1")
        for attempt in (
            lambda: postgres.save_item("thr_1", message(), "ann"),
            lambda: log.append([TurnEvents("trn_1", 2, [b"late"])]),
        ):
            with pytest.raises(TurnLost, match="trn_1"):
                await attempt()
        WRITING_TURN.set(None)
        # Found again, if whoever found it first has died as well.
        assert [record.id for record in await other.turn_log().orphans()] == ["trn_1"]
        assert await other.turn_log().interrupt(found, [], TurnEvents("trn_1", 2, [b"end"]))
    assert await log.read("trn_1", 0, 9) == [b"{}", b"end"]
    assert (await postgres.load_thread_items("thr_1", None, 9, "asc", "ann")).data == []


async def test_an_owner_that_comes_back_in_time_keeps_its_turn(
    postgres: PostgresStore[Any],
) -> None:
    """It has appended more than the one who wanted to end it had read."""
    log, turn = postgres.turn_log(), running()
    await log.begin(turn, "ann")
    await log.append([TurnEvents("trn_1", 1, [b"1", b"2"])])
    with pytest.raises(StoreUnavailable, match="goes on"):
        await log.interrupt(turn, [message()], TurnEvents("trn_1", 2, [b"end"]))
    assert (await log.load_turn("trn_1")) is not None
    await log.append([TurnEvents("trn_1", 3, [b"3"])])
    assert await log.read("trn_1", 0, 9) == [b"1", b"2", b"3"]


async def test_a_gap_is_refused_and_what_it_came_with_is_kept(
    postgres: PostgresStore[Any],
) -> None:
    """A gap tells that the log has lost events in a crash."""
    log = postgres.turn_log()
    for name in ("trn_1", "trn_2"):
        await log.begin(running(name, f"thr_{name}"), "ann")
    with pytest.raises(EventsMissing) as caught:
        await log.append([TurnEvents("trn_1", 3, [b"3"]), TurnEvents("trn_2", 1, [b"1"])])
    assert (caught.value.turn_id, caught.value.last_seq) == ("trn_1", 0)
    assert await log.read("trn_2", 0, 9) == [b"1"]
    with pytest.raises(ValueError, match="not one line"):
        await log.append([TurnEvents("trn_2", 2, [b"1\n2"])])


async def test_trimming_sweeps_up_what_no_turn_has_any_more(
    schema: Schema, postgres: PostgresStore[Any]
) -> None:
    """Events that came in the moment in which their thread was deleted."""
    log = postgres.turn_log()
    await log.begin(running(), "ann")
    await log.append([TurnEvents("trn_1", 1, [b"{}"])])
    await schema.query("INSERT INTO turn_events VALUES (-1, 1, 1, 'x'), (999999, 1, 1, 'x')")
    await schema.query("INSERT INTO lifetimes VALUES ('old', now() - interval '1 day')")
    assert await log.trim(NOON - timedelta(days=1)) == 0
    assert len(await schema.query("SELECT FROM turn_events")) == 1
    assert await schema.query("SELECT FROM lifetimes WHERE id = 'old'") == []


async def test_a_begin_that_was_committed_when_its_connection_broke_has_begun(
    postgres: PostgresStore[Any],
) -> None:
    """Done again, it must not take its own turn for another's."""
    log = postgres.turn_log()
    await log.begin(running(), "ann")
    await log.begin(running(), "ann")


async def test_a_flush_is_told_of_once_with_ids_and_nothing_else(
    postgres: PostgresStore[Any], schema: Schema
) -> None:
    """However many turns have events in it: what a notification costs, all listeners pay."""
    log, names = postgres.turn_log(), [f"trn_{number}" for number in range(50)]
    for name in names:
        await log.begin(running(name, f"thr_{name}"), "ann")
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(schema.url)
    try:
        channel = f"{schema.name}_events"
        await listener.add_listener(channel, lambda *said: heard.put_nowait(said[3]))
        await log.append([TurnEvents(name, 1, [b"{}", b"[]"]) for name in names])
        await schema.query("SELECT pg_notify($1, 'the last word')", channel)
        assert await heard.get() == "\n".join(names)
        assert await heard.get() == "the last word"
    finally:
        await listener.close()
    assert len(await schema.query("SELECT FROM turn_events")) == len(names)


async def test_a_process_has_one_connection_that_listens(
    postgres: PostgresStore[Any], schema: Schema
) -> None:
    """For all that its readers wait for; it counts against what the server allows."""
    log = postgres.turn_log()
    for name in ("trn_1", "trn_2"):
        await log.begin(running(name, f"thr_{name}"), "ann")
    waits = [log.wait_for_end(name, 60) for name in ("trn_1", "trn_2")]
    waiting = [asyncio.create_task(wait) for wait in (*waits, log.next_stops())]
    query = """SELECT pid FROM pg_stat_activity
        WHERE query LIKE 'LISTEN %' AND position($1 IN query) > 0"""
    while not (listening := await schema.query(query, f"{schema.name}_stops")):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert len(listening) == 1
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)


async def test_an_orphan_is_found_within_25_seconds_by_default(
    postgres: PostgresStore[Any],
) -> None:
    """A lease of 20 seconds, renewed every 5; whoever looks for those that lapsed looks often."""
    log: Any = postgres.turn_log()
    assert log._station().lease.renew_seconds == 5
    assert log._lease_seconds + log.reap_seconds == 24


def test_very_many_turns_are_told_of_in_several_payloads() -> None:
    """One holds 8,000 bytes."""
    names = [f"trn_{number:032}" for number in range(400)]
    payloads = payloads_of([*names, *names])
    assert len(payloads) == 3
    assert all(len(payload) < 8_000 for payload in payloads)
    assert "\n".join(payloads).split("\n") == names


def test_errors_of_the_database_are_told_apart() -> None:
    """A full disk is no bug of ours, and a bug of ours is no full disk."""
    full = unavailable(asyncpg.DiskFullError("no space left"))
    assert isinstance(full, StoreUnavailable)
    assert "no space left" in full.reason
    bug = asyncpg.UndefinedColumnError("oh")
    assert unavailable(bug) is bug
    assert "TimeoutError" in str(unavailable(TimeoutError()))
