"""What happens to turns when their event loop closes: it cancels everything once, and waits."""

import asyncio
import time
from typing import Any

from faulty_stores import GatedLog
from turn_stage import RESUME, Puppet, Reader, added, asks, creates, done, says, user_of

from chatkit.store import MemoryStore


def test_a_loop_that_closes_in_the_middle_of_a_commit_comes_to_an_end() -> None:
    """The commit is cancelled with all else; the turn that ends then must get its own.

    Twenty times, as the order in which a loop cancels its tasks cannot be chosen.
    """
    store = MemoryStore(user_of)

    async def play() -> None:
        log = GatedLog(store)
        server = Puppet(store, turn_log=log)
        _, hands = await server.start(None)
        log.gate.clear()
        log.committing.clear()
        hands(added(), says("half an ans"))
        await log.committing.wait()
        hands.end()
        await hands.closed.wait()
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.1, log.gate.set)

    for _ in range(20):
        asyncio.run(play())


def test_a_turn_that_had_not_begun_when_the_loop_closed_is_over_all_the_same() -> None:
    """It is cancelled before its first step; whoever waits for it would hold up the end."""
    store = MemoryStore(user_of)
    left: list[Puppet] = []

    async def play() -> None:
        server = Puppet(store)
        left.append(server)
        reader = await server.open(creates())
        reading = asyncio.ensure_future(anext(reader.result.json_events))
        await asyncio.sleep(0)
        assert not reading.done()
        # As the loop does when this ends, which is a round too late: the turn would have begun.
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    began = time.monotonic()
    asyncio.run(play())
    assert time.monotonic() - began < 5
    asyncio.run(_no_threads(left[0]))


async def _no_threads(server: Puppet) -> None:
    assert (await server.ask(asks("threads.list")))["data"] == []


def test_a_loop_may_close_at_any_moment_of_a_turn() -> None:
    """After every number of its steps, on a log that commits."""
    for ticks in range(60):
        store = MemoryStore(user_of)
        seen: list[Reader] = []

        async def play(store: MemoryStore[Any], seen: list[Reader], ticks: int) -> None:
            server = Puppet(store, turn_log=GatedLog(store))
            seen.append(await server.read(creates(**RESUME)))
            hands = None
            for _ in range(ticks):
                await asyncio.sleep(0)
                if hands is None and not server.begun.empty():
                    hands = server.begun.get_nowait()
                    hands(added(), says("one "), says("two"), done("one two"))
                    hands.end()

        began = time.monotonic()
        asyncio.run(play(store, seen, ticks))
        assert time.monotonic() - began < 5
