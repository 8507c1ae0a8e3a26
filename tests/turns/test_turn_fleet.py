"""Real server processes on one database, clients spread over them; one dies, one freezes."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from test_turn_kills import Page, Program
from turn_stage import (
    RESUME,
    Puppet,
    adds,
    asks,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    creates,
    loads,
    texts,
    user_of,
    whole_log,
)

from database_schemas import Schema

HERE = Path(__file__).parent
LEASE_SECONDS = 1.5


@asynccontextmanager
async def server_process(schema: Schema, lease_seconds: float) -> AsyncIterator[Program]:
    """One server, once it takes requests; killed at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = (schema.url, schema.name, str(lease_seconds), str(port))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HERE / "fleet_app.py"), *arguments),
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )
    program = Program(process, port, HERE)
    try:
        await program.answers()
        yield program
        for page in program.pages:
            await page.leave()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def fleet(
    schema: Schema, count: int, lease_seconds: float = LEASE_SECONDS
) -> AsyncIterator[list[Program]]:
    """So many servers, started at the same time on a database without a schema."""
    async with AsyncExitStack() as stack:
        starting = [
            stack.enter_async_context(server_process(schema, lease_seconds)) for _ in range(count)
        ]
        yield [await each for each in starting]


async def check_seen(schema: Schema, pages: list[Page], *states: str) -> None:
    """P, F and T of turns, as yet another process finds them."""
    async with schema.store(owner=user_of) as store:
        server = Puppet(store)
        for page in pages:
            log = await whole_log(server.log(), page.turn_id)
            seen = [frame for frame in page.frames if frame.id is not None]
            check_prefix([frame.event for frame in seen], log, seen[0].seq - 1)
            await check_ended(server, page.turn_id, *states)
            record = await server.log().load_turn(page.turn_id)
            assert record is not None
            await check_fold(store, log, record.thread_id)
        await server.aclose(0)


@pytest.mark.parametrize("count", [2, 3])
async def test_clients_spread_over_a_fleet_see_every_turn_whole(schema: Schema, count: int) -> None:
    """Whoever runs it: read from everywhere, stopped at the next process, queued on at another."""
    async with fleet(schema, count) as servers:
        short = [await server.post(creates("talk 20", **RESUME)) for server in servers]
        await asyncio.gather(*(page.read(3) for page in short))
        followers = [
            await server.post(attaches(page.turn_id)) for page in short for server in servers
        ]
        thread_id = short[0].events[0]["thread"]["id"]
        queued = await servers[1].post(adds(thread_id, "talk 3", **RESUME))
        long = await servers[0].post(creates("talk", **RESUME))
        await long.read(6)
        await asyncio.gather(*(page.read() for page in (*short, *followers, queued)))
        stopping = await servers[-1].post(asks("turns.stop", turn_id=long.turn_id))
        assert stopping.status == 200
        await long.read()
        await check_seen(schema, [*short, *followers, queued], "completed")
        await check_seen(schema, [long], "stopped")
        assert [len(page.frames) for page in followers] == [len(short[0].frames)] * len(followers)


@pytest.mark.requirement("fault-01")
async def test_the_others_end_what_a_killed_process_has_begun(schema: Schema) -> None:
    """Nobody asks for it; its clients come back to another process and get the end."""
    async with fleet(schema, 2) as (victim, survivor):
        page = await (await victim.post(creates("talk", **RESUME))).read(8)
        victim.process.send_signal(signal.SIGKILL)
        await page.read()
        last = page.frames[-1].seq
        async with asyncio.timeout(25):
            rest = await (await survivor.post(attaches(page.turn_id, last))).read()
        assert rest.whole
        assert rest.events[-1]["type"] == "error"
        assert rest.events[-1]["allow_retry"] is True
        assert rest.frames[0].seq == last + 1
        await check_seen(schema, [page, rest], "interrupted")


@pytest.mark.requirement("fault-26")
async def test_a_process_that_was_frozen_and_goes_on_writes_nothing_more(schema: Schema) -> None:
    """Longer than its lease: its turn was ended, the thread is another's; what it says is lost."""
    async with fleet(schema, 2) as (frozen, other):
        page = await (await frozen.post(creates("talk", **RESUME))).read(8)
        thread_id = page.events[0]["thread"]["id"]
        frozen.process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(25):
            rest = await (await other.post(attaches(page.turn_id))).read()
            assert rest.events[-1]["type"] == "error"
            after = await (await other.post(adds(thread_id, "talk 3", **RESUME))).read()
        assert after.events[-1]["type"] == "thread.item.done"
        async with schema.store(owner=user_of) as store:
            before = await texts(store, thread_id)
            frozen.process.send_signal(signal.SIGCONT)
            # It notices with its next event: its own clients are told, and may come back.
            await page.read()
            assert page.events[-1]["type"] == "error"
            assert page.frames[-1].id is None
            assert await texts(store, thread_id) == before
        await check_seen(schema, [rest, after], "interrupted", "completed")
        # It is well again: it serves new turns under the same lease.
        again = await (await frozen.post(creates("talk 3", **RESUME))).read()
        assert again.events[-1]["type"] == "thread.item.done"
        shown = await (await frozen.post(loads(thread_id))).body()
        assert "active_turn" not in shown
