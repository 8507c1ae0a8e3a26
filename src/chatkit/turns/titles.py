"""Titles: made beside an answer, for a thread that has none, and saved whenever they are ready.

Nobody waits for a title but who asks to: an answer begins and ends without it. A title that the
handler or a person gave meanwhile is never replaced. Above: the supervisor.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from chatkit.errors import NotFoundError
from chatkit.types import ThreadMetadata

from .turn import Turn

logger = logging.getLogger(__name__)

LONGEST: Final = 200
"""Characters of a title; what is longer is cut."""
_GIVE_UP_SECONDS: Final = 5.0


class _Title:
    """A title under way."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.is_made = self.is_given_up = False
        self.task: asyncio.Task[None] | None = None


class Titles:
    """The titles that are being made, one a thread."""

    def __init__(self, seconds: float, tell: Callable[[ThreadMetadata], None]) -> None:
        self._seconds = seconds
        self._tell = tell
        """Shows a thread that got its title to whoever reads its answer, now or later."""
        self._under_way: dict[str, _Title] = {}

    def begin(self, turn: Turn) -> None:
        """Starts to make a title, where the turn's thread has none and its plan makes one."""
        thread_id = turn.thread.id
        if not turn.plan.makes_title or turn.thread.title or thread_id in self._under_way:
            return
        title = self._under_way[thread_id] = _Title(turn)
        loop = asyncio.get_running_loop()
        title.task = loop.create_task(self._make(title), context=turn.plan.variables)
        title.task.add_done_callback(lambda _: self._under_way.pop(thread_id, None))

    def is_under_way(self, thread_id: str) -> bool:
        """True while a title is made for the thread."""
        return thread_id in self._under_way

    async def wait(self, thread_id: str) -> None:
        """Returns when no title is being made for the thread."""
        title = self._under_way.get(thread_id)
        if title is not None and title.task is not None:
            await asyncio.wait([title.task])

    async def give_up(self, thread_id: str) -> None:
        """Returns when no title will be saved any more: a person named or deleted the thread."""
        title = self._under_way.get(thread_id)
        if title is None or title.task is None:
            return
        title.is_given_up = True
        if not title.is_made:
            title.task.cancel()
        await asyncio.wait([title.task], timeout=_GIVE_UP_SECONDS)

    async def close(self, seconds: float) -> None:
        """Lets titles be made for so long, and gives up the others."""
        tasks = [title.task for title in self._under_way.values() if title.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for thread_id in list(self._under_way):
            await self.give_up(thread_id)

    async def _make(self, title: _Title) -> None:
        turn = title.turn
        try:
            text = await self._ask_host(turn)
            # From here on it is not cancelled: what is being written is written.
            title.is_made = True
            saved = None
            if text and not title.is_given_up:
                saved = await turn.kept_thread.offer_title(text)
        except NotFoundError:
            return  # the thread was deleted, and stays so
        except Exception as error:  # noqa: BLE001 - a host's hook, or its store, may raise anything
            logger.warning("no title for thread %s: %r", turn.thread.id, error)
            return
        if saved is not None:
            self._tell(saved)

    async def _ask_host(self, turn: Turn) -> str:
        async with asyncio.timeout(self._seconds):
            # A copy: the handler has the thread in its hands.
            text = await turn.plan.title(turn.thread.model_copy(deep=True))
        return " ".join((text or "").split())[:LONGEST]


__all__ = ["LONGEST", "Titles"]
