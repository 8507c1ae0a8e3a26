"""Who waits in this process for news of which turn.

Below: nothing. A wake-up may come for nothing, twice or never: whoever waits looks for himself,
and looks again after a while.
"""

import asyncio
from collections.abc import Iterable


class Bell:
    """Rings for one waiter; rung while nobody waits, it rings at the next wait."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Ends the wait."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Returns when it rings, or after so many seconds."""
        if not self._event.is_set():
            loop = asyncio.get_running_loop()
            timer = loop.call_later(seconds, self._event.set)
            try:
                await self._event.wait()
            finally:
                timer.cancel()
        self._event.clear()


class Wakes:
    """Bells by the id of the turn that each waits for."""

    def __init__(self) -> None:
        self._bells: dict[str, set[Bell]] = {}

    def add(self, turn_id: str) -> Bell:
        """A bell that rings for this turn, until it is discarded."""
        bell = Bell()
        self._bells.setdefault(turn_id, set()).add(bell)
        return bell

    def discard(self, turn_id: str, bell: Bell) -> None:
        """Rings it no more."""
        bells = self._bells.get(turn_id, set())
        bells.discard(bell)
        if not bells:
            self._bells.pop(turn_id, None)

    def ring(self, turn_ids: Iterable[str]) -> None:
        """Rings the bells of these turns."""
        for turn_id in turn_ids:
            for bell in self._bells.get(turn_id, ()):
                bell.ring()

    def ring_all(self) -> None:
        """Rings every bell."""
        self.ring(list(self._bells))


__all__ = ["Bell", "Wakes"]
