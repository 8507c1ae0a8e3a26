"""A shutdown that loses nothing: no new work, time for running answers, then an end that is saved.

ASGI servers wait for their open connections before they tell the app that it is over, and an
answer may keep its connection open for an hour. So the draining begins with the signal itself.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from chatkit.server import ChatKitServer

from .refused import Refused

logger = logging.getLogger(__name__)

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)
)

Handler = Callable[[int, FrameType | None], Any]


class Draining:
    """Whether this process is about to end, and its way there."""

    def __init__(self, servers: Sequence[ChatKitServer[Any]], seconds: float) -> None:
        self._servers = servers
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self._hurried: asyncio.Task[None] | None = None

    @property
    def has_begun(self) -> bool:
        """True when no new work is taken."""
        return self._task is not None

    def check(self) -> None:
        """Raises: Refused (503) once the draining has begun."""
        if self.has_begun:
            raise Refused(503, "this server is about to end; try again", type="draining")

    def begin(self) -> None:
        """Takes no new work from now on; running answers have `drain_seconds` to end.

        Called again, it interrupts them now: who asks twice does not want to wait.
        """
        if self._task is None:
            logger.info("draining: running answers have %g seconds to end", self._seconds)
            self._task = self._drain(self._seconds)
        elif self._hurried is None:
            self._hurried = self._drain(0)

    def _drain(self, seconds: float) -> asyncio.Task[None]:
        return asyncio.create_task(self._close(seconds))

    async def _close(self, seconds: float) -> None:
        await asyncio.gather(*(server.aclose(seconds) for server in self._servers))

    async def finish(self) -> None:
        """Begins if need be; returns when all answers are saved. Then new work is taken again."""
        if self._task is None:
            self.begin()
        await asyncio.wait([task for task in (self._task, self._hurried) if task is not None])
        # A request that was being read when the draining began may have started another turn.
        await self._close(0)
        self._task = self._hurried = None

    @contextmanager
    def on_signals(self) -> Generator[None, None, None]:
        """Begins to drain at SIGTERM and SIGINT, before the ASGI server's own handler is called.

        Does nothing where no handler is set, or outside of the main thread.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        ours: dict[int, tuple[Handler, Handler]] = {}
        for number in _SIGNALS:
            theirs = signal.getsignal(number)
            if callable(theirs):
                handler = self._handler(loop, theirs)
                ours[number] = (handler, theirs)
                signal.signal(number, handler)
        try:
            yield
        finally:
            for number, (handler, theirs) in ours.items():
                if signal.getsignal(number) is handler:
                    signal.signal(number, theirs)

    def _handler(self, loop: asyncio.AbstractEventLoop, theirs: Handler) -> Handler:
        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begin)
            theirs(number, frame)

        return handle


__all__ = ["Draining"]
