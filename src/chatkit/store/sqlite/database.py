"""Database: one SQLite file, written by one thread and read by another.

Above: the store and its turn log. Below: the workers. Callers await jobs from any event loop.
"""

import asyncio
import os
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Final, TypeVar

from .connection import Synchronous, connect
from .liveness import Lifetime
from .worker import Reader, Worker, Writer

EXIT_SECONDS: Final = 2.0
"""How long the end of a program waits for the writes of a store that nobody closed."""

Result = TypeVar("Result")


class Database:
    """Runs jobs (functions of a connection) on the file at `path`, which the first one opens.

    Writes that wait at the same time are committed together. A read sees every write that was
    committed before it was asked for. A caller who is cancelled no longer gets the result, but
    what he asked to be written is written.

    Jobs raise StoreUnavailable when the medium fails, or stays locked for `patience` seconds.
    """

    def __init__(self, path: Path, *, synchronous: Synchronous, patience: float) -> None:
        self.path = path
        self._connect = partial(connect, path, synchronous, patience)
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._writer = Writer("chatkit-sqlite-writer", self._connect)
        self._reader = Reader("chatkit-sqlite-reader", self._connect)
        self._lifetime = Lifetime(self.path)
        self._finalizer = weakref.finalize(
            self, _stop, (self._reader, self._writer), self._lifetime
        )

    @property
    def lifetime(self) -> Lifetime:
        """What stands for this opened database in the rows that it owns."""
        return self._lifetime

    async def write(
        self, run: Callable[[Connection], Result], *, single: bool = False, scrub: bool = False
    ) -> Result:
        """What the job returned, once it is committed.

        With `single` the job says that it is one statement; with `scrub`, what it deleted is
        gone from the write-ahead log as well.
        """
        self._restart_after_fork()
        return await self._writer.submit(run, single=single, scrub=scrub)

    async def read(self, run: Callable[[Connection], Result]) -> Result:
        """What the job returned."""
        self._restart_after_fork()
        return await self._reader.submit(run)

    async def close(self) -> None:
        """Ends both threads, after the jobs that wait; a closed database stays closed."""
        # The writer last: whoever closes the file last writes its log back.
        for worker in (self._reader, self._writer):
            worker.stop()
            await asyncio.to_thread(worker.join)
        self._lifetime.release()

    def _restart_after_fork(self) -> None:
        """A fork has none of its parent's threads, and must not use its connections."""
        if self._process != os.getpid():
            self._finalizer.detach()
            self._start()


def _stop(workers: tuple[Worker, ...], lifetime: Lifetime) -> None:
    """Ends the threads of a database that was dropped, or not closed before the program ends."""
    for worker in workers:
        worker.stop()
        worker.join(EXIT_SECONDS)
    lifetime.release()
