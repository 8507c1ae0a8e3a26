"""Redis between the processes: events come through it, and nothing is lost with it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from fleet import station_of
from redis.asyncio import Redis
from turn_stage import (
    Puppet,
    added,
    asks,
    attaches,
    check_ended,
    done,
    says,
    user_of,
    whole_log,
)

from chatkit.store import PostgresStore
from chatkit.store.postgres import event_queries
from chatkit.store.postgres.follower import follow_on
from chatkit.store.turn_log import TurnEvents
from chatkit.turns import TurnLimits
from database_schemas import Schema
from database_servers import RedisServer, redis_server

NewServer = Callable[[str], Puppet]


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A server that the test may kill."""
    with redis_server() as server:
        yield server


@pytest.fixture
async def new_server(schema: Schema) -> AsyncIterator[NewServer]:
    """Makes servers on one database with this Redis between them."""
    servers: list[Puppet] = []

    def make(redis_url: str, **limits: Any) -> Puppet:
        store = schema.store(owner=user_of, redis_url=redis_url)
        servers.append(Puppet(store, limits=TurnLimits(**limits)))
        return servers[-1]

    yield make
    for server in servers:
        await server.aclose(0)
        await server.store.close()  # type: ignore[attr-defined]


async def test_events_come_through_redis_past_the_database(
    new_server: NewServer, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is notified, nobody polls, and while events flow the database is not read."""
    one, other = new_server(redis_url), new_server(redis_url, fallback_seconds=600)
    reader, hands = await one.start()
    follower = await other.read(attaches(reader.turn_id))
    hands(added(), says("0 "))
    await follower.sees("0 ")
    reads = 0
    real = event_queries.read

    async def counted(*arguments: Any) -> Any:
        nonlocal reads
        reads += 1
        return await real(*arguments)

    async def reads_for(number: int) -> int:
        """How often the database was read until the follower saw the next event."""
        before, last = reads, f"{number} "
        hands(says(last))
        await follower.until(lambda reader: reader.text.endswith(last))
        return reads - before

    monkeypatch.setattr(event_queries, "read", counted)
    # Until Redis is listened to, the database is; and its last notification may come late.
    numbers, unread = iter(range(1, 10_000)), 0
    async with asyncio.timeout(30):
        while unread < 20:
            unread = unread + 1 if await reads_for(next(numbers)) == 0 else 0
    hands(done("all"))
    hands.end()
    await asyncio.gather(reader.end(), follower.end())
    assert follower.events == reader.events == await whole_log(other.log(), reader.turn_id)


@pytest.mark.requirement("fault-05")
async def test_emptying_redis_loses_no_event(new_server: NewServer, redis_url: str) -> None:
    """What was in a stream that nobody had read yet comes from the database."""
    one, other = new_server(redis_url), new_server(redis_url)
    reader, hands = await one.start()
    follower = await other.read(attaches(reader.turn_id))
    hands(added(), says("before "))
    await follower.sees("before ")
    async with Redis.from_url(redis_url) as redis:
        for number in range(20):
            hands(says(f"{number} "))
            await reader.until(lambda reader, last=f"{number} ": reader.text.endswith(last))
            await redis.flushall()
    hands(done("all of it"))
    hands.end()
    async with asyncio.timeout(10):
        await asyncio.gather(reader.end(), follower.end())
    assert follower.events == reader.events == await whole_log(other.log(), reader.turn_id)


@pytest.mark.requirement("fault-06")
async def test_killing_redis_loses_no_event_and_stops_nobody(
    new_server: NewServer, own_redis: RedisServer
) -> None:
    """Slower at the worst: the database tells of events until Redis is back, then Redis does."""
    one, other = new_server(own_redis.url), new_server(own_redis.url)
    reader, hands = await one.start()
    follower = await other.read(attaches(reader.turn_id))
    hands(added(), says("before "))
    await follower.sees("before ")
    own_redis.kill()
    async with asyncio.timeout(10):
        hands(says("without "))
        await follower.sees("before without ")
    second, other_hands = await other.start()
    other_hands.end()
    await second.end()
    await check_ended(one, second.turn_id, "completed")
    own_redis.start()
    hands(says("again"))
    await follower.sees("before without again")
    async with asyncio.timeout(10):
        assert (await other.ask(asks("turns.stop", turn_id=reader.turn_id)))["state"] == "stopped"
        await asyncio.gather(reader.end(), follower.end())
    assert follower.events == reader.events == await whole_log(other.log(), reader.turn_id)


async def test_a_redis_that_was_never_there_is_done_without(new_server: NewServer) -> None:
    """A wrong address in a setting must not keep a service from starting."""
    one, other = new_server("redis://127.0.0.1:1"), new_server("redis://127.0.0.1:1")
    reader, hands = await one.start()
    follower = await other.read(attaches(reader.turn_id))
    hands(added(), says("hello"))
    async with asyncio.timeout(10):
        await follower.sees("hello")
    assert station_of(other).streams.is_reading is False
    hands.end()
    await asyncio.gather(reader.end(), follower.end())


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the store is made, not with the first answer."""
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    for name in ("chatkit.store.redis", "chatkit.store.redis.streams"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(ImportError, match=r"chatkit-selfhosted\[redis\]"):
        PostgresStore("postgresql://127.0.0.1/x", redis_url="redis://127.0.0.1")


def test_only_what_follows_without_a_gap_is_taken() -> None:
    """Runs may come twice, overlap, or be missing."""
    runs = [TurnEvents("t", 1, [b"1", b"2"]), TurnEvents("t", 2, [b"2", b"3"])]
    assert follow_on(runs, 0) == [b"1", b"2", b"3"]
    assert follow_on(runs, 1) == [b"2", b"3"]
    assert follow_on(runs, 3) == []
    assert follow_on([TurnEvents("t", 5, [b"5"])], 3) == []
