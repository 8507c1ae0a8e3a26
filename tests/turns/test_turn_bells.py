"""Who waits for events is called at once, and in a burst not for each of them."""

import asyncio

from chatkit.turns.bell import Bell


class Ears:
    """Counts what it hears."""

    def __init__(self) -> None:
        self.heard = 0
        self.again = asyncio.Event()

    def hear(self) -> None:
        self.heard += 1
        self.again.set()


async def test_the_first_event_is_told_at_once_and_the_rest_of_a_burst_together() -> None:
    """The first token must not wait; the next hundred of one packet need one call."""
    ears = Ears()
    bell = Bell(ears.hear)
    bell.push()
    assert ears.heard == 1
    ears.again.clear()
    for _ in range(100):
        bell.push()
    assert ears.heard == 1
    await asyncio.wait_for(ears.again.wait(), 5)
    assert ears.heard == 2


async def test_an_end_is_told_at_once_and_only_once() -> None:
    """What was put off until later is told with it."""
    ears = Ears()
    bell = Bell(ears.hear)
    bell.push()
    bell.push()
    bell.ring_now()
    assert ears.heard == 2
    await asyncio.sleep(0.01)
    assert ears.heard == 2
