"""The physical floor: what the same bytes cost without what the package does.

Of a stream: the same frames, encoded beforehand, from an async generator to a reader. Of a read
from SQLite: the same bytes, which stand in one row, read by a thread that does nothing else, as
no read from a disk may hold up the event loop.
"""

import asyncio
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from benchmarks.scenarios import SCENARIOS, Work

ROUNDS = 15
STREAMS = (
    "text: 5,000 prebuilt deltas",
    "text: 5,000 deltas, built by the handler",
    "agents: 5,000 deltas that are ready",
    "agents: 5,000 deltas, each after a round of the loop",
)
READS = (
    "threads.get_by_id, 20 items, SQLite",
    "items.list of 20, SQLite",
    "threads.list of 20, SQLite",
)
REPEATED = 200
"""Reads in a sample: each takes microseconds."""


async def frames_of(chunks: list[bytes]) -> AsyncIterator[bytes]:
    """The chunks, one after the other."""
    for chunk in chunks:
        yield chunk


async def _measure_stream(work: Work, rounds: int) -> tuple[float, float]:
    chunks = await work.run()

    async def floor() -> None:
        async with aclosing(frames_of(chunks)) as frames:
            assert len([chunk async for chunk in frames]) == len(chunks)

    return await _medians(work.run, floor, work.units, 1, rounds)


async def _measure_read(work: Work, rounds: int) -> tuple[float, float]:
    body: bytes = (await work.run()).json
    async with _reader_of(body.decode()) as read:
        assert await read() == body
        return await _medians(work.run, read, work.units, REPEATED, rounds)


@asynccontextmanager
async def _reader_of(text: str) -> AsyncIterator[Callable[[], Awaitable[bytes]]]:
    """Reads the text from a file of SQLite's, each time in the same thread."""
    loop, jobs = asyncio.get_running_loop(), SimpleQueue[asyncio.Future[bytes] | None]()

    def work(path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE bodies (id TEXT PRIMARY KEY, body TEXT)")
        connection.execute("INSERT INTO bodies VALUES ('one', ?)", (text,))
        while (future := jobs.get()) is not None:
            (body,) = connection.execute("SELECT body FROM bodies WHERE id = 'one'").fetchone()
            loop.call_soon_threadsafe(future.set_result, body.encode())
        connection.close()

    async def read() -> bytes:
        future: asyncio.Future[bytes] = loop.create_future()
        jobs.put(future)
        return await future

    with tempfile.TemporaryDirectory() as folder:
        thread = threading.Thread(target=work, args=[Path(folder) / "floor.sqlite3"])
        thread.start()
        try:
            yield read
        finally:
            jobs.put(None)
            thread.join()


async def _medians(
    package: Callable[[], Awaitable[Any]],
    floor: Callable[[], Awaitable[Any]],
    units: int,
    repeated: int,
    rounds: int,
) -> tuple[float, float]:
    """Microseconds of CPU for a unit of each, by samples taken in turn."""
    samples: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for run, found in zip((package, floor), samples, strict=True):
            began = time.process_time()
            for _ in range(repeated):
                await run()
            found.append((time.process_time() - began) / repeated / units * 1e6)
    return statistics.median(samples[0]), statistics.median(samples[1])


async def measure(*, short: bool) -> dict[str, tuple[float, float]]:
    """Microseconds of CPU a unit by scenario: through the package, and of the floor."""
    found: dict[str, tuple[float, float]] = {}
    rounds = 2 if short else ROUNDS
    for scenario in SCENARIOS:
        if scenario.name in STREAMS:
            found[scenario.name] = await _measure_stream(await scenario.make(short=short), rounds)
        elif scenario.name in READS:
            found[scenario.name] = await _measure_read(await scenario.make(short=short), rounds)
    return found


def run(*, short: bool) -> dict[str, tuple[float, float]]:
    """The figures, on an event loop of their own."""
    return asyncio.run(measure(short=short))
