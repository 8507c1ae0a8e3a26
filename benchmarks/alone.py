"""What has no peer: stores beside their drivers, turn logs, coming back, memory for a turn."""

import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks import memory
from benchmarks.fleet import servers
from benchmarks.scenarios.queries import fill, item
from benchmarks.scenarios.text import delta
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore, PostgresStore, SQLiteStore
from chatkit.store.turn_log import TurnEvents, TurnLog, TurnRecord


class Holder(ChatKitServer[Any]):
    """Says a thousand words, and holds its answer open."""

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[Any]:
        """Words without an end."""
        from benchmarks.scenarios.chat import opening

        for event in opening(thread):
            yield event
        for number in range(1_000):
            yield delta(number)
        await asyncio.Event().wait()


def rate(seconds: float, count: int) -> str:
    """So many a second."""
    return f"{count / seconds:,.0f} a second"


async def timed(count: int, step: Callable[[int], Awaitable[object]]) -> float:
    """Seconds for so many steps, one after the other."""
    began = time.perf_counter()
    for number in range(count):
        await step(number)
    return time.perf_counter() - began


async def sqlite_rates(count: int) -> dict[str, str]:
    """The store and its log beside the same rows by sqlite3 itself, in this thread."""
    with tempfile.TemporaryDirectory() as folder:
        raw = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute("CREATE TABLE items (id TEXT PRIMARY KEY, data TEXT)")
        rows = _rows(count)
        began = time.perf_counter()
        for row in rows:
            raw.execute("INSERT INTO items VALUES (?, ?)", row)
        wrote = time.perf_counter() - began
        began = time.perf_counter()
        for row in rows:
            raw.execute("SELECT data FROM items WHERE id = ?", row[:1]).fetchone()
        read = time.perf_counter() - began
        raw.close()
        async with SQLiteStore(Path(folder) / "chat.db") as store:
            rates = await store_rates("SQLite", store, count)
    return {
        **rates,
        "raw sqlite3: rows inserted, a commit each": rate(wrote, count),
        "raw sqlite3: rows selected": rate(read, count),
    }


async def postgres_rates(count: int) -> dict[str, str]:
    """The same on PostgreSQL, beside asyncpg itself; both on a server that waits for no disk."""
    with servers(redis=False) as (dsn, _):
        schema = f"alone_{os.getpid()}"
        raw = await asyncpg.connect(dsn)
        try:
            async with PostgresStore(dsn, schema=schema) as store:
                rates = await store_rates("PostgreSQL", store, count)
            await raw.execute(f"SET search_path = {schema}")
            await raw.execute("CREATE TABLE raw_items (id TEXT PRIMARY KEY, data TEXT)")
            rows = _rows(count)
            wrote = await timed(count, lambda n: raw.execute(_INSERT, *rows[n]))
            read = await timed(count, lambda n: raw.fetchrow(_SELECT, rows[n][0]))
        finally:
            await raw.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            await raw.close()
    return {
        **rates,
        "raw asyncpg: rows inserted, a commit each": rate(wrote, count),
        "raw asyncpg: rows selected": rate(read, count),
    }


_INSERT = "INSERT INTO raw_items VALUES ($1, $2)"
_SELECT = "SELECT data FROM raw_items WHERE id = $1"


def _rows(count: int) -> list[tuple[str, str]]:
    return [(f"msg_{n}", item(n).model_dump_json(exclude_none=True)) for n in range(count)]


async def store_rates(
    name: str, store: SQLiteStore[Any] | PostgresStore[Any], count: int
) -> dict[str, str]:
    """Operations of a store, and how fast its log keeps events."""
    await fill(store, threads=1, items=0)
    saved = await timed(count, lambda n: store.add_thread_item("thr_1", item(n), {}))
    loaded = await timed(count, lambda n: store.load_item("thr_1", f"msg_{n}", {}))
    began = time.perf_counter()
    await asyncio.gather(*(store.save_item("thr_1", item(n), {}) for n in range(count)))
    together = time.perf_counter() - began
    return {
        f"{name}: items saved, one after the other": rate(saved, count),
        f"{name}: items saved, all at once": rate(together, count),
        f"{name}: items loaded, one after the other": rate(loaded, count),
        **await log_rates(name, store.turn_log(), count // 2),
    }


async def log_rates(name: str, log: TurnLog, count: int) -> dict[str, str]:
    """How fast the log keeps events: in commits of one and of a hundred."""
    record = TurnRecord(
        id="trn_1",
        thread_id="thr_1",
        request_id=None,
        state="running",
        started_at=datetime.now(UTC),
    )
    await log.begin(record, {})
    waits: list[float] = []

    async def append(number: int) -> None:
        began = time.perf_counter()
        await log.append([TurnEvents("trn_1", number + 1, [b"x" * 180])])
        waits.append(time.perf_counter() - began)

    await timed(count, append)
    began = time.perf_counter()
    for first in range(count, count * 11, 100):
        await log.append([TurnEvents("trn_1", first + 1, [b"x" * 180] * 100)])
    seconds = time.perf_counter() - began
    await log.finish("trn_1", "completed")
    took = statistics.median(waits) * 1e3
    return {
        f"log in {name}: a commit of one event takes": f"{took:.2f} ms",
        f"log in {name}: events kept in commits of a hundred": rate(seconds, count * 10),
    }


async def turn_costs(turns: int) -> dict[str, str]:
    """Coming back to a turn of a thousand events, and the memory of turns that run."""
    server = Holder(MemoryStore())
    message = {"content": [{"type": "input_text", "text": "Hi"}], "attachments": []}
    creates = {
        "type": "threads.create",
        "params": {"input": {**message, "inference_options": {}}},
        "metadata": {"chatkit.resume": True},
    }
    streams: list[Any] = []
    for _ in range(turns):
        stream = aiter(await server.process(json.dumps(creates), {}))  # type: ignore[arg-type]
        frames = [await anext(stream) for _ in range(1_000)]
        streams.append(stream)
    turn_id = frames[0].partition(b"\n")[0].decode().removeprefix("id: ").rpartition(".")[0]
    attaches = {"type": "turns.attach", "params": {"turn_id": turn_id, "after": 0}}
    waits, replays = [], []
    for _ in range(20):
        began = time.perf_counter()
        stream = aiter(await server.process(json.dumps(attaches), {}))  # type: ignore[arg-type]
        await anext(stream)
        waits.append(time.perf_counter() - began)
        for _ in range(999):
            await anext(stream)
        replays.append(time.perf_counter() - began)
        await stream.aclose()
    for stream in streams:
        await stream.aclose()
    await server.aclose(0)
    held = memory.measure(sys.executable, turns, 1_000)
    return {
        "attach: the first event after": f"{statistics.median(waits) * 1e3:.2f} ms",
        "attach: a thousand events after": f"{statistics.median(replays) * 1e3:.2f} ms",
        "memory of a running turn with a thousand events": f"{held:,.0f} KiB",
    }


async def measure(*, short: bool) -> dict[str, str]:
    """All figures, as text by name."""
    share = 10 if short else 1
    return {
        **await sqlite_rates(2_000 // share),
        **await postgres_rates(2_000 // share),
        **await turn_costs(100 // share),
    }
