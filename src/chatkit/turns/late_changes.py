"""Saves what changes on a thread after its turn: a titling task may outlive the answer.

There is nothing to wait for, as the host's task is unknown here: the thread is looked at a few
times, further and further apart, and once more before its next turn and when the server closes.
"""

import asyncio
import logging

from .turn import Turn

logger = logging.getLogger(__name__)

_LOOKS_AFTER = (0.1, 0.3, 0.6, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between looks at a thread: a minute in all."""


class LateChanges:
    """The threads of turns that ended not long ago."""

    def __init__(self) -> None:
        self._watched: dict[str, tuple[Turn, asyncio.TimerHandle | None]] = {}
        self._saving: set[asyncio.Task[bool]] = set()
        self._untold: set[str] = set()

    def watch(self, turn: Turn) -> None:
        """Looks after the thread of a turn that has just ended."""
        self._look_later(turn, 0)

    def take_untold(self, thread_id: str) -> bool:
        """True, once, when the thread was changed with no stream open to tell it."""
        told = thread_id in self._untold
        self._untold.discard(thread_id)
        return told

    async def flush(self, thread_id: str | None = None) -> None:
        """Saves what changed so far, of this thread or of all."""
        names = list(self._watched) if thread_id is None else [thread_id]
        for name in names:
            turn, timer = self._watched.pop(name, (None, None))
            if timer is not None:
                timer.cancel()
            if turn is not None:
                await self._save(turn)

    def _look_later(self, turn: Turn, looks: int) -> None:
        if looks == len(_LOOKS_AFTER):
            self._watched.pop(turn.thread.id, None)
            return
        loop = asyncio.get_running_loop()
        timer = loop.call_later(_LOOKS_AFTER[looks], self._look, turn, looks)
        self._watched[turn.thread.id] = (turn, timer)

    def _look(self, turn: Turn, looks: int) -> None:
        if turn.thread_has_changed():
            saving = asyncio.get_running_loop().create_task(
                self._save(turn), context=turn.plan.variables
            )
            self._saving.add(saving)
            saving.add_done_callback(self._saving.discard)
        self._look_later(turn, looks + 1)

    async def _save(self, turn: Turn) -> bool:
        if not turn.thread_has_changed():
            return False
        try:
            await turn.save_thread_quietly()
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            logger.warning("saving a late change of thread %s failed: %r", turn.thread.id, error)
            return False
        self._untold.add(turn.thread.id)
        return True


__all__ = ["LateChanges"]
