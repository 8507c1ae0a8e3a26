"""How fast the demo assistant talks; a test lets it talk at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Pauses as a model makes them: a little for each word, more for work."""

    word_seconds: float = 0.02
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    async def word(self) -> None:
        """The pause before the next word."""
        await self.sleep(self.word_seconds)

    async def work(self, seconds: float) -> None:
        """A pause in which something is done."""
        await self.sleep(seconds)


AT_ONCE = Pace(sleep=lambda seconds: asyncio.sleep(0))
"""No pauses; other tasks get their turn all the same."""

__all__ = ["AT_ONCE", "Pace"]
