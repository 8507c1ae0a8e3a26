"""The clients of `benchmarks.turns --http`, in a process of their own.

Says when all are connected, then how old each event was that came in, then how long a thousand
clients that come back at once wait for their first event. One JSON document a line.
"""

import asyncio
import json
import sys
import time
from typing import Any

from benchmarks.turns import BACK_AT_ONCE, attaches, creates, delay_of, percentile

CONNECTING = 50
"""So many connections are being made at a time."""


async def connect(port: int, request: dict[str, Any]) -> asyncio.StreamReader:
    """A connection on which the answer to this request comes."""
    body = json.dumps(request).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reader.writer = writer  # type: ignore[attr-defined] - kept open as long as the reader
    writer.write(
        b"POST /chatkit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    await reader.readuntil(b"\r\n\r\n")
    return reader


async def turn_of(reader: asyncio.StreamReader) -> str:
    """The id of the turn, from its first event."""
    line = await reader.readuntil(b"id: ") and await reader.readline()
    return line.decode().strip().rpartition(".")[0]


async def listen(reader: asyncio.StreamReader, delays: list[float]) -> None:
    """Reads for good, and notes how old the events are."""
    while line := await reader.readline():
        delay = delay_of(line, time.monotonic())
        if delay is not None:
            delays.append(delay)


async def main() -> None:
    """Connects, listens, comes back."""
    port, turns, readers, idle_turns = map(int, sys.argv[1:5])
    seconds = float(sys.argv[5])
    delays: list[float] = []
    gate = asyncio.Semaphore(CONNECTING)

    async def open_one(request: dict[str, Any]) -> asyncio.StreamReader:
        async with gate:
            return await connect(port, request)

    idle = await asyncio.gather(*(open_one(creates("idle")) for _ in range(idle_turns)))
    names = [await turn_of(reader) for reader in idle]
    more = [attaches(names[number % idle_turns]) for number in range(readers - idle_turns)]
    open_readers = [*idle, *await asyncio.gather(*map(open_one, more))]
    open_readers += await asyncio.gather(*(open_one(creates("talk")) for _ in range(turns)))
    tasks = [asyncio.create_task(listen(reader, delays)) for reader in open_readers]
    await asyncio.sleep(2)
    print("connected", flush=True)
    delays.clear()
    await asyncio.sleep(seconds)
    print(json.dumps(delays), flush=True)
    for task in tasks:
        task.cancel()
    for reader in open_readers:
        reader.writer.transport.abort()  # type: ignore[attr-defined]
    await asyncio.sleep(1)
    print(json.dumps(await come_back(port, names)), flush=True)


async def come_back(port: int, names: list[str]) -> dict[str, float]:
    """How long each of a thousand waits for its first event, all beginning at once."""
    began = time.monotonic()
    waited: list[float] = []

    async def one(name: str) -> None:
        reader = await connect(port, attaches(name))
        await reader.readuntil(b"data: ")
        waited.append(time.monotonic() - began)
        reader.writer.transport.abort()  # type: ignore[attr-defined]

    await asyncio.gather(*(one(names[number % len(names)]) for number in range(BACK_AT_ONCE)))
    return {
        "back_p50_ms": round(percentile(waited, 0.5)),
        "back_p99_ms": round(percentile(waited, 0.99)),
    }


if __name__ == "__main__":
    asyncio.run(main())
