"""Outages as long as real ones, for two server processes whose leases and limits are the defaults.

Each of these tests waits for most of its time; what happens in shorter outages is tested elsewhere.
"""

import asyncio
import signal
import time
from collections.abc import Iterator

import pytest
from test_turn_fleet import check_seen, fleet
from test_turn_kills import Page
from turn_stage import RESUME, adds, attaches, creates, texts, user_of

from database_schemas import Schema
from database_servers import PostgresServer, postgres_server

LEASE_SECONDS = 20.0


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A database server that a test may stop."""
    with postgres_server() as server:
        yield server


async def stop_for(server: PostgresServer, seconds: float) -> None:
    """The database is away for so long."""
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.start)


async def answered(pages: list[Page]) -> None:
    """Returns once they have come to their end."""
    async with asyncio.timeout(60):
        await asyncio.gather(*(page.read() for page in pages))


@pytest.mark.requirement("fault-03")
@pytest.mark.timeout(180)
async def test_an_answer_goes_on_after_five_seconds_without_a_database(
    own_server: PostgresServer,
) -> None:
    """A restart: its readers, here and at the other process, see a pause and nothing else."""
    schema = Schema(own_server.url)
    async with fleet(schema, 2, LEASE_SECONDS) as (one, other):
        page = await (await one.post(creates("talk 700", **RESUME))).read(8)
        follower = await (await other.post(attaches(page.turn_id))).read(8)
        await stop_for(own_server, 5)
        await answered([page, follower])
        assert page.events == follower.events
        assert page.events[-1]["type"] == "thread.item.done"
        await check_seen(schema, [page, follower], "completed")


@pytest.mark.requirement("fault-04")
@pytest.mark.timeout(240)
async def test_an_answer_fails_after_a_minute_without_a_database(
    own_server: PostgresServer,
) -> None:
    """Its readers may try again; its text is there when the database is, and the thread goes on."""
    schema = Schema(own_server.url)
    async with fleet(schema, 2, LEASE_SECONDS) as (one, other):
        page = await (await one.post(creates("talk", **RESUME))).read(8)
        follower = await (await other.post(attaches(page.turn_id))).read(8)
        await stop_for(own_server, 60)
        await answered([page, follower])
        for each in (page, follower):
            assert each.events[-1]["type"] == "error"
            assert each.events[-1]["allow_retry"] is True
        thread_id = page.events[0]["thread"]["id"]
        again = await (await other.post(adds(thread_id, "talk 3", **RESUME))).read()
        assert again.events[-1]["type"] == "thread.item.done"
        await check_seen(schema, [page, follower], "failed")
        async with schema.store(owner=user_of) as store:
            told, _ = await texts(store, thread_id)
        # Half a minute of words: far more than anybody was shown.
        assert len(told.split()) > 500


@pytest.mark.requirement("fault-26")
@pytest.mark.timeout(180)
async def test_a_process_that_is_frozen_for_half_a_minute_has_lost_its_answers(
    schema: Schema,
) -> None:
    """The other one has ended them in time; what the frozen one had on its lips is refused."""
    async with fleet(schema, 2, LEASE_SECONDS) as (frozen, other):
        page = await (await frozen.post(creates("talk", **RESUME))).read(8)
        thread_id = page.events[0]["thread"]["id"]
        follower = await (await other.post(attaches(page.turn_id))).read(8)
        frozen.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        await answered([follower])
        assert follower.events[-1]["type"] == "error"
        async with schema.store(owner=user_of) as store:
            before = await texts(store, thread_id)
            await asyncio.sleep(max(0.0, began + 30 - time.monotonic()))
            frozen.process.send_signal(signal.SIGCONT)
            await answered([page])
            assert page.events[-1]["type"] == "error"
            assert await texts(store, thread_id) == before
        await check_seen(schema, [follower], "interrupted")
        again = await (await frozen.post(adds(thread_id, "talk 3", **RESUME))).read()
        assert again.events[-1]["type"] == "thread.item.done"
