"""How many turns and readers one process carries, and what they add to an event's way.

    python -m benchmarks.turns            # in the process, memory and SQLite
    python -m benchmarks.turns --http     # over sockets, the clients in a process of their own

500 turns at 20 events a second, each with a reader, beside 2,000 readers of turns that say
nothing. An event's delay is from the moment its handler yields it to the moment a reader has it:
through the fold, the log and the feed, and with `--http` through uvicorn and two sockets too;
`floor` is what an app does there that only sends such frames.
Then 1,000 clients come back at once: the time to the first event of each.
"""

import argparse
import asyncio
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore, SQLiteStore, Store
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)

RESUME = {"chatkit.resume": True}
BACK_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the process is given to carry."""

    turns: int
    rate: float
    idle_readers: int
    idle_turns: int
    seconds: float


class Talker(ChatKitServer[Any]):
    """Says the time, at a steady rate; a message "idle" is never answered."""

    def __init__(self, store: Store[Any], rate: float) -> None:
        super().__init__(store)
        self._rate = rate
        self._turns = 0

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        """A message without an end."""
        name = f"answer_{thread.id}"
        yield ThreadItemAddedEvent(
            item=AssistantMessageItem(
                id=name, thread_id=thread.id, created_at=datetime.now(UTC), content=[]
            )
        )
        if input_user_message.content[0].text == "idle":
            await asyncio.Event().wait()
        # Turns begin at different moments, as people do.
        self._turns += 1
        due = asyncio.get_running_loop().time() + (self._turns * 0.618 % 1) / self._rate
        while True:
            due += 1 / self._rate
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            update = AssistantMessageContentPartTextDelta(
                content_index=0, delta=f"@{time.monotonic():.6f} "
            )
            yield ThreadItemUpdatedEvent(item_id=name, update=update)


def creates(text: str) -> dict[str, Any]:
    """The request for a new thread."""
    content = [{"type": "input_text", "text": text}]
    message = {"content": content, "attachments": [], "inference_options": {}}
    return {"type": "threads.create", "params": {"input": message}, "metadata": RESUME}


def attaches(turn_id: str) -> dict[str, Any]:
    """The request for a turn's events."""
    params = {"turn_id": turn_id, "after": 0}
    return {"type": "turns.attach", "params": params, "metadata": RESUME}


def delay_of(frame: bytes, now: float) -> float | None:
    """How old the event in this frame is, if it says the time."""
    _, found, rest = frame.partition(b'"delta":"@')
    return now - float(rest[: rest.index(b" ")]) if found else None


def percentile(values: list[float], share: float) -> float:
    """The value below which this share lies, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def new_loop() -> Any:
    """What makes an event loop: uvloop's where it is installed."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.new_event_loop
    return new_event_loop


def used_cpu() -> float:
    """Seconds of CPU of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def first_frame(stream: AsyncIterator[bytes]) -> str:
    """The id of the turn that a stream is of."""
    frame = await anext(stream)
    return frame.partition(b"\n")[0].decode().removeprefix("id: ").rpartition(".")[0]


async def start(server: Talker, text: str, count: int) -> list[AsyncIterator[bytes]]:
    """Streams of so many new turns, and the ids that follow from their first frames."""
    streams = []
    for _ in range(count):
        result = await server.process(json.dumps(creates(text)), {})
        streams.append(aiter(result))  # type: ignore[arg-type]
    return streams


async def listen(stream: AsyncIterator[bytes], delays: list[float]) -> None:
    """Reads a stream for good, and notes how old its events are."""
    async for frame in stream:
        delay = delay_of(frame, time.monotonic())
        if delay is not None:
            delays.append(delay)


async def measure_in_process(store: Store[Any], load: Load) -> dict[str, float]:
    """What the turns add, without HTTP."""
    server = Talker(store, load.rate)
    delays: list[float] = []
    idle = await start(server, "idle", load.idle_turns)
    turns = [await first_frame(stream) for stream in idle]
    readers = [asyncio.create_task(listen(stream, delays)) for stream in idle]
    for number in range(load.idle_readers - load.idle_turns):
        result = await server.process(json.dumps(attaches(turns[number % len(turns)])), {})
        readers.append(asyncio.create_task(listen(aiter(result), delays)))  # type: ignore[arg-type]
    talking = await start(server, "talk", load.turns)
    readers += [asyncio.create_task(listen(stream, delays)) for stream in talking]
    await asyncio.sleep(2)
    delays.clear()
    cpu, began = used_cpu(), time.monotonic()
    await asyncio.sleep(load.seconds)
    share = (used_cpu() - cpu) / (time.monotonic() - began)
    found = summary(delays, load.seconds, share)
    for reader in readers:
        reader.cancel()
    await asyncio.wait(readers)
    await server.aclose(0)
    return found


def summary(delays: list[float], seconds: float, cpu: float) -> dict[str, float]:
    """The figures of one measurement."""
    return {
        "events_per_second": round(len(delays) / seconds),
        "p50_ms": round(percentile(delays, 0.5), 2),
        "p99_ms": round(percentile(delays, 0.99), 2),
        "max_ms": round(max(delays) * 1000, 2),
        "cpu_cores": round(cpu, 2),
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


async def measure_over_http(store: Store[Any], load: Load) -> dict[str, float]:
    """The same over sockets; the clients' process measures the delays."""
    from chatkit.http import create_app

    return await serve_and_ask(create_app(Talker(store, load.rate), drain_seconds=0), load)


def bare_app(rate: float) -> Any:
    """An ASGI app that sends the same bytes and does nothing else: what the machine can do."""
    head = b'data: {"type":"thread.item.updated","item_id":"answer_thr_01a200d2f88971a289ab85bb43",'
    text = b'"update":{"type":"assistant_message.content_part.text_delta","content_index":0,'
    headers = [(b"content-type", b"text/event-stream")]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        first = b"id: trn_1.1\ndata: {}\n\n"
        await send({"type": "http.response.body", "body": first, "more_body": True})
        gone = asyncio.ensure_future(receive())
        if b'"talk"' not in body:
            await gone
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not gone.done():
            due += 1 / rate
            await asyncio.sleep(due - loop.time())
            frame = b'%b%b"delta":"@%f "}}\n\n' % (head, text, time.monotonic())
            await send({"type": "http.response.body", "body": frame, "more_body": True})

    return app


async def serve_and_ask(app: Any, load: Load) -> dict[str, float]:
    """What the clients' process finds of this app."""
    import uvicorn

    config = uvicorn.Config(app, port=0, log_level="error", backlog=4_096)
    program = uvicorn.Server(config)
    serving = asyncio.create_task(program.serve())
    for _ in range(500):
        if program.started:
            break
        await asyncio.sleep(0.01)
    port = program.servers[0].sockets[0].getsockname()[1]
    options = [str(port), str(load.turns), str(load.idle_readers), str(load.idle_turns)]
    clients = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.turns_clients",
        *options,
        str(load.seconds),
        stdout=subprocess.PIPE,
        limit=1 << 28,
    )
    assert clients.stdout is not None
    await clients.stdout.readline()
    cpu, began = used_cpu(), time.monotonic()
    found = json.loads(await clients.stdout.readline())
    share = (used_cpu() - cpu) / (time.monotonic() - began)
    back = json.loads(await clients.stdout.readline())
    await clients.wait()
    program.should_exit = True
    await serving
    return {**summary(found, load.seconds, share), **back}


async def measure(kind: str, load: Load, *, http: bool) -> dict[str, float]:
    """The figures with this store, or of the floor: no store, no turns, frames made beforehand."""
    if kind == "floor":
        return await serve_and_ask(bare_app(load.rate), load)
    run = measure_over_http if http else measure_in_process
    if kind == "memory":
        return await run(MemoryStore(), load)
    with tempfile.TemporaryDirectory() as folder:
        async with SQLiteStore(Path(folder) / "chat.db") as store:
            return await run(store, load)


def main() -> None:
    """Measures, and prints a line for each store."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--http", action="store_true", help="over sockets")
    parser.add_argument("--turns", type=int, default=500)
    parser.add_argument("--rate", type=float, default=20.0, help="events a second and turn")
    parser.add_argument("--idle-readers", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--store", choices=["memory", "sqlite", "floor"], action="append")
    options = parser.parse_args()
    load = Load(
        turns=options.turns,
        rate=options.rate,
        idle_readers=options.idle_readers,
        idle_turns=min(100, options.idle_readers),
        seconds=options.seconds,
    )
    print(f"{load.turns} turns at {load.rate:g} events/s, {load.idle_readers} idle readers")
    logging.disable(logging.CRITICAL)  # every turn that is ended early says so
    kinds = ["memory", "sqlite", "floor"] if options.http else ["memory", "sqlite"]
    for kind in options.store or kinds:
        with asyncio.Runner(loop_factory=new_loop()) as runner:
            figures = runner.run(measure(kind, load, http=options.http))
        print(f"{kind:7}", json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
