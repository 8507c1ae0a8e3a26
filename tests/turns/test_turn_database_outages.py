"""The database goes away: for a moment, for too long, with a crash; the clocks differ."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fleet import station_of
from turn_stage import (
    RESUME,
    Puppet,
    added,
    adds,
    asks,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    done,
    says,
    texts,
    user_of,
    whole_log,
)

from chatkit.errors import StoreUnavailable
from chatkit.store import PostgresStore
from chatkit.turns import TurnLimits
from client.tcp_proxy import Proxy, proxied
from database_schemas import Schema
from database_servers import PostgresServer, postgres_server


@pytest.fixture
async def door(schema: Schema) -> AsyncIterator[Proxy]:
    """What stands between the servers and the database."""
    host, _, port = schema.url.rpartition("@")[2].partition("/")[0].partition(":")
    assert host in ("127.0.0.1", "localhost")
    async with proxied(int(port)) as proxy:
        yield proxy


def store_behind(door: Proxy, schema: Schema, **options: Any) -> PostgresStore[Any]:
    """A store that reaches the database through the door."""
    before, _, after = schema.url.rpartition("@")
    dsn = f"{before}@127.0.0.1:{door.port}/{after.partition('/')[2]}"
    return schema.store(**{"dsn": dsn, "owner": user_of, "wait_seconds": 0.3, **options})


async def tries_again(door: Proxy, times: int = 3) -> None:
    """Returns once somebody has tried in vain to reach the database, so many times."""
    for _ in range(times):
        door.arrived.clear()
        await door.arrived.wait()


@pytest.mark.requirement("fault-03")
async def test_an_answer_pauses_while_the_database_is_away_and_goes_on(
    door: Proxy, schema: Schema
) -> None:
    """Readers here and elsewhere see all of it in order, nothing twice; a query waits as well."""
    async with store_behind(door, schema) as store, store_behind(door, schema) as second:
        one, other = Puppet(store), Puppet(second)
        reader, hands = await one.start()
        follower = await other.read(attaches(reader.turn_id))
        hands(added(), says("before "))
        await asyncio.gather(reader.sees("before "), follower.sees("before "))
        door.go_down()
        hands(*[says(f"{number} ") for number in range(20)], done("all of it"))
        hands.end()
        await tries_again(door, 8)
        assert reader.text == "before "
        door.come_back()
        async with asyncio.timeout(30):
            await asyncio.gather(reader.end(), follower.end())
        assert follower.events == reader.events == await whole_log(one.log(), reader.turn_id)
        assert "error" not in reader.types
        await check_ended(other, reader.turn_id, "completed")
        await check_fold(second, reader.events, reader.thread_id)
        await one.aclose(0)
        await other.aclose(0)


@pytest.mark.requirement("fault-03")
async def test_a_request_waits_for_the_database(door: Proxy, schema: Schema) -> None:
    """A restart takes seconds: who asks then gets his answer later, not an error."""
    async with store_behind(door, schema, wait_seconds=30.0) as store:
        server = Puppet(store)
        reader = await server.run(done("hi"))
        door.go_down()
        asking = asyncio.create_task(server.ask(asks("threads.list")))
        await tries_again(door)
        assert not asking.done()
        door.come_back()
        assert [thread["id"] for thread in (await asking)["data"]] == [reader.thread_id]
        await server.aclose(0)


@pytest.mark.requirement("fault-04")
async def test_an_answer_fails_when_the_database_stays_away(door: Proxy, schema: Schema) -> None:
    """Readers may try again; what was generated is saved, and the end logged, when it is back."""
    limits = TurnLimits(outage_seconds=0.5, settle_seconds=1.0)
    async with store_behind(door, schema, wait_seconds=1.0) as store:
        server = Puppet(store, limits=limits)
        reader, hands = await server.start()
        hands(added(), says("half"))
        await reader.sees("half")
        door.go_down()
        hands(says(" not seen"))
        await reader.end()
        assert reader.types[-1] == "error"
        assert reader.events[-1]["allow_retry"] is True
        with pytest.raises(StoreUnavailable):
            await server.ask(asks("threads.list"))
        door.come_back()
        async with asyncio.timeout(30):
            while (record := await server.log().load_turn(reader.turn_id)) is None or (
                record.state == "running"
            ):
                await server.supervisor().recover()
        log = await whole_log(server.log(), reader.turn_id)
        check_prefix([frame.event for frame in reader.frames if frame.id], log)
        await check_ended(server, reader.turn_id, "failed")
        assert await texts(store, reader.thread_id) == ["half not seen"]
        again, hands = await server.start(adds(reader.thread_id, **RESUME))
        hands.end()
        assert "error" not in (await again.end()).types
        await server.aclose(0)


@pytest.fixture
def own_server() -> Any:
    """A database server that a test may stop and crash."""
    with postgres_server() as server:
        yield server


@pytest.mark.parametrize("manner", ["restart", "crash"])
async def test_an_answer_outlives_its_database(own_server: PostgresServer, manner: str) -> None:
    """A crash empties the unlogged table of events: what is still in memory is kept anew."""
    schema = Schema(own_server.url)
    async with schema.store(owner=user_of) as store, schema.store(owner=user_of) as second:
        one, other = Puppet(store), Puppet(second)
        reader, hands = await one.start()
        hands(done("stored", "d"), added(), says("before "))
        await reader.sees("before ")
        await asyncio.to_thread(getattr(own_server, "stop" if manner == "restart" else manner))
        hands(says("while it is away "))
        await asyncio.to_thread(own_server.start)
        follower = await other.read(attaches(reader.turn_id))
        hands(says("after"), done("before, after"))
        hands.end()
        async with asyncio.timeout(30):
            await asyncio.gather(reader.end(), follower.end())
        assert reader.types[-1] == "thread.item.done"
        assert follower.events == reader.events == await whole_log(other.log(), reader.turn_id)
        await check_ended(other, reader.turn_id, "completed")
        await check_fold(second, reader.events, reader.thread_id)
        await one.aclose(0)
        await other.aclose(0)


async def test_an_answer_whose_events_are_gone_from_memory_ends_all_the_same(
    schema: Schema,
) -> None:
    """Its readers see it through; who comes later is told that the log is not whole."""
    async with schema.store(owner=user_of) as store:
        server = Puppet(store, limits=TurnLimits(memory_bytes=300))
        reader, hands = await server.start()
        hands(added(), *[says(f"{number} ") for number in range(30)])
        await reader.until(lambda reader: reader.text.endswith("29 "))
        await schema.query("TRUNCATE turn_events")
        hands(says("and on"), done("all of it"))
        hands.end()
        await reader.end()
        assert reader.text.endswith("29 and on")
        await check_ended(server, reader.turn_id, "completed")
        assert await texts(store, reader.thread_id) == ["all of it"]
        late = await (await server.read(attaches(reader.turn_id))).end()
        assert late.events == [] or late.types == ["error"]
        await server.aclose(0)


@pytest.mark.requirement("fault-11")
async def test_processes_whose_clocks_differ_by_hours_agree(schema: Schema) -> None:
    """Leases and the ages of turns are by the database's clock; a process's own is not asked."""
    async with schema.store(owner=user_of) as store, schema.store(owner=user_of) as second:
        slow, fast = Puppet(store), Puppet(second)
        for server, hours in ((slow, -1), (fast, 1)):
            clock = _clock(hours)
            server.log()._clock = clock  # type: ignore[attr-defined]
            server.supervisor()._retention._clock = clock
        reader, hands = await slow.start()
        follower = await fast.read(attaches(reader.turn_id))
        hands(done("hi"))
        assert await fast.log().orphans() == []
        hands.end()
        await asyncio.gather(reader.end(), follower.end())
        await fast.supervisor()._retention.trim()
        assert await whole_log(slow.log(), reader.turn_id) == follower.events == reader.events
        await fast.log().trim(_clock(1)() - timedelta(seconds=-1))
        assert await whole_log(slow.log(), reader.turn_id) == []
        await slow.aclose(0)
        await fast.aclose(0)


def _clock(hours: int) -> Any:
    return lambda: datetime.now(UTC) + timedelta(hours=hours)


async def test_a_listener_that_was_cut_listens_again(door: Proxy, schema: Schema) -> None:
    """And wakes everybody, as nobody knows what was said meanwhile."""
    async with (
        store_behind(door, schema, wait_seconds=5.0) as store,
        schema.store(owner=user_of) as second,
    ):
        # Nobody looks for himself here: only the listener ends the wait.
        one, other = Puppet(second), Puppet(store, limits=TurnLimits(fallback_seconds=600))
        reader, hands = await one.start()
        follower = await other.read(attaches(reader.turn_id))
        hands(added(), says("one "))
        await follower.sees("one ")
        for _ in range(2):
            door.cut()
        hands(says("two"))
        await follower.sees("one two")
        hands.end()
        await asyncio.gather(reader.end(), follower.end())
        assert station_of(other).listener._task is not None
        await one.aclose(0)
        await other.aclose(0)
