"""Gives a new thread its title from a task beside the answer, as apps do with a second model."""

import asyncio

from chatkit.types import ThreadMetadata

from .pace import Pace

_LONGEST = 40


class Titles:
    """Keeps the tasks that are under way."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, thread: ThreadMetadata, text: str) -> None:
        """Titles the thread in a moment, unless it has a title then."""
        task = asyncio.create_task(self._title(thread, text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _title(self, thread: ThreadMetadata, text: str) -> None:
        await self._pace.work(0.6)
        if thread.title is None:
            # The server notices the change, saves it and tells the client.
            thread.title = make_title(text)


def make_title(text: str) -> str:
    """The first words, with a capital; "New conversation" without any."""
    words = " ".join(text.removeprefix("/").split())
    if not words:
        return "New conversation"
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"
    return words[0].upper() + words[1:]


__all__ = ["Titles", "make_title"]
