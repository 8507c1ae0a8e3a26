"""What happens to turns when their event loop closes: it cancels everything once, and waits."""

import asyncio

from faulty_stores import GatedLog
from turn_stage import Puppet, added, says, user_of

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
