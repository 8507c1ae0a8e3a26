"""Kills a server again and again, and lets its successor look for what clients had seen.

Run as `python crash_course.py FOLDER ROUNDS SEED`, or with `DSN SCHEMA` instead of the folder. The
process forks a child for each round; it has no threads of its own, and everything is imported and
warm, so a round takes a few hundredths of a second. A child first checks what the one before it
had left in the database, then answers clients until it is killed at a random moment.
"""

import asyncio
import json
import logging
import os
import random
import select
import signal
import sys
import time
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from turn_stage import (
    RESUME,
    Puppet,
    added,
    adds,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    creates,
    done,
    flow,
    hidden,
    loads,
    parse_frame,
    removed,
    replaced,
    says,
    task_added,
    user_of,
    whole_log,
)

from chatkit.store import MemoryStore, PostgresStore, SQLiteStore, Store
from chatkit.types import ThreadItemAddedEvent, ThreadItemDoneEvent, ThreadStreamEvent

TURNS = 3
LONGEST_LIFE = 0.06
LONGEST_LIFE_WITH_SERVER = 0.6
"""A child that has to open connections first."""
DIES_EARLY = 0.15
"""How often a child is killed before it has settled what the last one had left."""

LEASE_SECONDS = 1.0
"""How long nobody knows, with a database server, that a child was killed."""

Seen = dict[str, list[dict[str, Any]]]
"""What a round's clients saw: the events of each turn, in order."""


class Talker(Puppet):
    """Talks until it is killed, or for a while."""

    pause = 0.0005
    rounds = 1_000_000

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        for number in range(self.rounds):
            for event in _sentence(f"{thread.id[-6:]}{time.monotonic_ns()}_{number}"):
                yield event
                await asyncio.sleep(random.choice((0, 0, self.pause)))


def _sentence(name: str) -> list[ThreadStreamEvent]:
    work = flow("look", id=f"w{name}")
    return [
        added(name),
        *[says(f"word{number} é😀 ", name) for number in range(8)],
        hidden(f"h{name}"),
        done("the whole sentence", name),
        ThreadItemAddedEvent(item=work),
        task_added("find", 1, work.id),
        ThreadItemDoneEvent(item=work),
        replaced("another sentence", name),
        added(f"x{name}"),
        removed(f"x{name}"),
    ]


def open_store(place: list[str]) -> Store[Any]:
    """The store in this folder, or at this DSN in this schema."""
    if len(place) == 1:
        return SQLiteStore(Path(place[0]) / "chat.db", owner=user_of)
    dsn, schema = place
    return PostgresStore(dsn, schema=schema, owner=user_of, lease_seconds=LEASE_SECONDS)


async def live(place: list[str], before: Seen, pipe: int) -> None:
    """One child: checks what is left of the one before it, then answers until it is killed."""
    store = open_store(place)
    server = Talker(store)
    began = time.monotonic()
    threads = [await check_left(server, turn, events) for turn, events in before.items()]
    _tell(pipe, {"checked": len(threads), "seconds": time.monotonic() - began})
    requests = [adds(thread, **RESUME) for thread in threads if thread][: TURNS - 1]
    requests += [creates(**RESUME) for _ in range(TURNS - len(requests))]
    await asyncio.gather(*(_follow(server, request, pipe) for request in requests))


async def _follow(server: Talker, request: dict[str, Any], pipe: int) -> None:
    result = await server.process(json.dumps(request), {"user": "ann"})
    async for raw in result:  # type: ignore[union-attr]
        frame = parse_frame(raw)
        _tell(pipe, {"id": frame.id, "event": frame.event})


def _tell(pipe: int, message: dict[str, Any]) -> None:
    os.write(pipe, json.dumps(message).encode() + b"\n")


async def check_left(server: Talker, turn_id: str, seen: list[dict[str, Any]]) -> str:
    """The thread of a turn of the child that was killed, with the invariants checked."""
    result = await server.process(json.dumps(attaches(turn_id)), {"user": "ann"})
    late = [parse_frame(raw).event async for raw in result]  # type: ignore[union-attr]
    log = await whole_log(server.log(), turn_id)
    assert late == log
    check_prefix(seen, log)
    await check_ended(server, turn_id, "interrupted")
    assert log[-1]["type"] == "error"
    record = await server.log().load_turn(turn_id)
    assert record is not None
    await check_fold(server.store, log, record.thread_id)
    page = await server.ask(loads(record.thread_id))
    assert "active_turn" not in page
    return record.thread_id


def spawn(place: list[str], before: Seen) -> tuple[int, int]:
    """A child in a process of its own: its id, and the pipe with what its clients see."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    try:
        asyncio.run(live(place, before, writing))
    except BaseException:
        _tell(writing, {"failed": traceback.format_exc()})
    os._exit(1)


def read_for(pipe: int, seconds: float, until: bytes | None = None) -> bytes:
    """What comes through the pipe in this time, or up to a text."""
    found, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and not (until and until in found):
        if not select.select([pipe], [], [], left)[0]:
            break
        piece = os.read(pipe, 1 << 16)
        if not piece:
            break
        found += piece
    return found


def play(place: list[str], before: Seen, life: float, early: bool) -> tuple[Seen, float]:
    """One round; what its clients saw, and how long the check of the last one took."""
    child, pipe = spawn(place, before)
    found = b"" if early else read_for(pipe, 30, until=b"\n")
    found += read_for(pipe, life)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(pipe, 1 << 16):
        found += piece
    os.close(pipe)
    lines = [json.loads(line) for line in found.split(b"\n")[:-1]]
    failure = next((line["failed"] for line in lines if "failed" in line), None)
    if failure is not None:
        sys.exit(failure)
    if not lines:
        assert early, "a child died before it was killed"
        return before, 0.0
    seen: Seen = {}
    for line in lines[1:]:
        seen.setdefault(line["id"].rpartition(".")[0], []).append(line["event"])
    return seen, lines[0]["seconds"]


async def warm_up() -> None:
    """Builds every model once, so that a child need not."""
    server = Talker(MemoryStore(owner=user_of))
    server.rounds = 1
    stream = await server.read(creates(**RESUME))
    await stream.end()
    await check_fold(server.store, stream.events, stream.thread_id)
    await server.aclose()


def main() -> None:
    """Plays all rounds; prints what became of them."""
    *place, rounds, seed = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    asyncio.run(warm_up())
    chance = random.Random(int(seed))
    longest = LONGEST_LIFE if len(place) == 1 else LONGEST_LIFE_WITH_SERVER
    seen: Seen = {}
    slowest, events = 0.0, 0
    for _ in range(int(rounds) + 1):
        early = chance.random() < DIES_EARLY
        seen, seconds = play(place, seen, chance.uniform(0, longest), early)
        slowest = max(slowest, seconds)
        events += sum(map(len, seen.values()))
    print(json.dumps({"rounds": int(rounds), "events": events, "slowest": slowest}))


if __name__ == "__main__":
    main()
