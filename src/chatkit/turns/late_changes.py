"""Saves what changes on a thread after its turn: a titling task may outlive the answer.

There is nothing to wait for, as the host's task is unknown here: the thread is looked at a few
times, further and further apart, and once more before its next turn and when the server closes.
One timer looks after all threads: a timer for each look would cost more than the looks.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextvars import Context

from chatkit.errors import NotFoundError
from chatkit.types import ThreadMetadata

from .kept_thread import KeptThread
from .turn import Turn

logger = logging.getLogger(__name__)

_LOOKS_AFTER = (0.1, 0.3, 0.6, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between looks at a thread, to within a tick: a minute in all."""
_TICK_SECONDS = 0.1
_MAX_UNTOLD = 10_000


class _Watched:
    def __init__(self, kept: KeptThread, variables: Context) -> None:
        self.kept, self.variables = kept, variables
        self.is_dropped = False


class LateChanges:
    """The threads of turns that ended not long ago."""

    def __init__(self, tell: Callable[[ThreadMetadata], bool]) -> None:
        self._tell = tell
        """Shows a thread that changed to whoever reads its running turn; False without one."""
        self._watched: dict[str, list[_Watched]] = {}
        self._lines: list[deque[tuple[float, _Watched]]] = [deque() for _ in _LOOKS_AFTER]
        """Who is to be looked at for the first, the second time…, with the time; soonest first."""
        self._timer: asyncio.TimerHandle | None = None
        self._saving: set[asyncio.Task[bool]] = set()
        self._untold: dict[str, None] = {}

    def watch(self, turn: Turn) -> None:
        """Looks after the thread of a turn that has just ended."""
        watched = _Watched(turn.kept_thread, turn.plan.variables)
        self._watched.setdefault(turn.thread.id, []).append(watched)
        self._look_later(watched, 0, asyncio.get_running_loop().time())

    def take_untold(self, thread_id: str) -> bool:
        """True, once, when the thread was changed with no stream open to tell it."""
        told = thread_id in self._untold
        self._untold.pop(thread_id, None)
        return told

    def show(self, thread: ThreadMetadata) -> None:
        """Tells of a thread that was changed and saved: now, or when its next turn begins."""
        if self._tell(thread):
            return
        self._untold[thread.id] = None
        if len(self._untold) > _MAX_UNTOLD:
            del self._untold[next(iter(self._untold))]

    async def flush(self, thread_id: str) -> bool:
        """Saves what changed on this thread so far, and goes on watching it; True if it had."""
        changed = False
        for watched in list(self._watched.get(thread_id, ())):
            changed |= await self._save(watched)
        return changed

    async def forget(self, thread_id: str) -> None:
        """Stops watching this thread; nothing is written to it any more."""
        for watched in self._watched.pop(thread_id, ()):
            watched.is_dropped = True
        self._untold.pop(thread_id, None)
        await self._wait_for_saving()

    async def close(self) -> None:
        """Saves what changed so far on all threads, and stops watching them."""
        for thread_id in list(self._watched):
            await self.flush(thread_id)
        self._watched.clear()
        for line in self._lines:
            line.clear()
        if self._timer is not None:
            self._timer.cancel()
        await self._wait_for_saving()

    async def _wait_for_saving(self) -> None:
        if self._saving:
            await asyncio.wait(set(self._saving))

    def _look_later(self, watched: _Watched, looks: int, now: float) -> None:
        self._lines[looks].append((now + _LOOKS_AFTER[looks], watched))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        now, self._timer = loop.time(), None
        for looks, line in enumerate(self._lines, 1):
            while line and line[0][0] <= now:
                self._look(line.popleft()[1], looks, now)
        if self._timer is None and any(self._lines):
            self._timer = loop.call_later(_TICK_SECONDS, self._tick)

    def _look(self, watched: _Watched, looks: int, now: float) -> None:
        if watched.is_dropped:
            return
        if watched.kept.changed():
            saving = asyncio.get_running_loop().create_task(
                self._save(watched), context=watched.variables
            )
            self._saving.add(saving)
            saving.add_done_callback(self._saving.discard)
        if looks < len(self._lines):
            self._look_later(watched, looks, now)
        else:
            self._drop(watched)

    def _drop(self, watched: _Watched) -> None:
        watched.is_dropped = True
        thread_id = watched.kept.thread.id
        left = [other for other in self._watched.get(thread_id, ()) if other is not watched]
        if left:
            self._watched[thread_id] = left
        else:
            self._watched.pop(thread_id, None)

    async def _save(self, watched: _Watched) -> bool:
        try:
            saved = await watched.kept.save()
        except NotFoundError:
            self._drop(watched)  # the thread was deleted, and stays so
            return False
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            thread_id = watched.kept.thread.id
            logger.warning("saving a late change of thread %s failed: %r", thread_id, error)
            return False
        if saved is None:
            return False
        self.show(saved)
        return True


__all__ = ["LateChanges"]
