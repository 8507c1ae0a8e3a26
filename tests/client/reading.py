"""Reads an answer in a task of its own, and lets a test wait for what it reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chatkit.client import Answer
from chatkit.types import ThreadStreamEvent


class Reading:
    """The events that came so far."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.events: list[ThreadStreamEvent] = []
        self._news = asyncio.Condition()
        self.task = asyncio.create_task(self._read())

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns once the condition holds after an event."""
        async with self._news:
            await self._news.wait_for(lambda: condition() or self.task.done())
        assert condition(), "the answer ended before"

    async def until_text(self, text: str) -> None:
        """Returns once the answer says so."""
        await self.until(lambda: text in self.answer.text)

    async def end(self) -> Answer:
        """Returns the answer at its end. Raises: what it raised."""
        await self.task
        return self.answer

    async def _read(self) -> None:
        try:
            async for event in self.answer:
                self.events.append(event)
                async with self._news:
                    self._news.notify_all()
        finally:
            async with self._news:
                self._news.notify_all()


@asynccontextmanager
async def reading(answer: Answer) -> AsyncIterator[Reading]:
    """The answer being read, until the block ends."""
    read = Reading(answer)
    try:
        yield read
    finally:
        read.task.cancel()
        await asyncio.wait({read.task})
        await answer.aclose()
