"""Several processes that serve one socket: started, replaced when they die, and ended together.

uvicorn has a supervisor of its own, whose interface changes; this needs nothing but the standard
library. The system hands each connection to whichever process takes it first.
"""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Final

logger = logging.getLogger(__name__)

Child = Callable[[list[socket.socket] | None], None]

_LEAST_SECONDS: Final = 1.0
"""A process that dies sooner is replaced only after this time: it would die again."""


def run_workers(child: Child, listener: socket.socket, count: int) -> None:
    """Runs `child` in so many processes until SIGINT or SIGTERM; returns when all have ended."""
    workers = _Workers(child, listener)
    with listener, _signals() as signals:
        for _ in range(count):
            workers.start()
        while not signals.has_come:
            wait([signals.pipe, *workers.sentinels])
            if not signals.has_come:
                workers.replace_dead()
        workers.end(signals.pipe)


class _Workers:
    def __init__(self, child: Child, listener: socket.socket) -> None:
        self._child = child
        self._listener = listener
        self._processes: dict[SpawnProcess, float] = {}

    @property
    def sentinels(self) -> list[int]:
        return [process.sentinel for process in self._processes]

    def start(self) -> None:
        process = get_context("spawn").Process(target=self._child, args=([self._listener],))
        process.start()
        logger.info("process %s started", process.pid)
        self._processes[process] = time.monotonic()

    def replace_dead(self) -> None:
        for process, began in list(self._processes.items()):
            if process.is_alive():
                continue
            del self._processes[process]
            logger.warning("process %s ended with exit code %s", process.pid, process.exitcode)
            time.sleep(max(0.0, began + _LEAST_SECONDS - time.monotonic()))
            self.start()

    def end(self, pipe: int) -> None:
        """Passes each signal on, also the next: who asks twice is in a hurry."""
        while alive := [process.sentinel for process in self._processes if process.is_alive()]:
            if pipe in wait([pipe, *alive]):
                os.read(pipe, 1)
                self._send()

    def _send(self) -> None:
        for process in self._processes:
            if process.is_alive():
                process.terminate()


class _Signals:
    def __init__(self) -> None:
        self.pipe, self._end = os.pipe()
        self.has_come = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        self.has_come = True
        os.write(self._end, b"!")

    def close(self) -> None:
        os.close(self.pipe)
        os.close(self._end)


@contextmanager
def _signals() -> Generator[_Signals, None, None]:
    """Takes SIGINT and SIGTERM."""
    signals = _Signals()
    before = {
        number: signal.signal(number, signals.handle) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signals.close()


__all__ = ["run_workers"]
