"""Workers: a thread with a connection of its own, which works off a queue of jobs in batches.

Above: the database. A job is a function of the connection; whoever submits one awaits its future.
"""

import asyncio
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from sqlite3 import Connection
from typing import Any, Final, NamedTuple, TypeVar

from chatkit.errors import StoreClosed

from .connection import is_broken, is_busy, unavailable

MAX_BATCH: Final = 500
"""Jobs in one transaction at most: other processes want the lock too."""

PROGRESS_SECONDS: Final = 0.001
"""How long the result of a read may wait for those that were asked for with it."""

Result = TypeVar("Result")


class Job(NamedTuple):
    """What to do, who waits for it, and how it is done.

    `single`: it is one statement, which is a transaction of its own. `scrub`: what it deletes
    must not be left in the write-ahead log.
    """

    run: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    single: bool = False
    scrub: bool = False


class Outcomes:
    """What became of jobs, handed to their event loops with one call for each loop."""

    def __init__(self) -> None:
        self._settled: list[tuple[Job, Any, Exception | None]] = []

    def add(self, job: Job, result: Any, error: Exception | None) -> None:
        """The job returned the result, or raised the error."""
        self._settled.append((job, result, error))

    def deliver(self) -> None:
        """Wakes whoever waits; where the loop was closed meanwhile, nobody does."""
        by_loop: defaultdict[asyncio.AbstractEventLoop, list[tuple[Job, Any, Exception | None]]]
        by_loop = defaultdict(list)
        for outcome in self._settled:
            by_loop[outcome[0].future.get_loop()].append(outcome)
        self._settled = []
        for loop, outcomes in by_loop.items():
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, outcomes)


def _settle(outcomes: list[tuple[Job, Any, Exception | None]]) -> None:
    for job, result, error in outcomes:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)


class Worker(ABC):
    """A daemon thread that starts with the first job and opens its connection then."""

    def __init__(self, name: str, connect: Callable[[], Connection]) -> None:
        self._name = name
        self._connect = connect
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def submit(
        self, run: Callable[[Connection], Any], *, single: bool = False, scrub: bool = False
    ) -> asyncio.Future[Any]:
        """The future of the job. Raises StoreClosed once the worker was stopped."""
        job = Job(run, asyncio.get_running_loop().create_future(), single, scrub)
        with self._lock:
            if self._stopped:
                raise StoreClosed
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return job.future

    def stop(self) -> None:
        """Takes no more jobs; the thread ends when those it has are done."""
        with self._lock:
            if not self._stopped:
                self._stopped = True
                self._jobs.put(None)

    def join(self, timeout: float | None = None) -> None:
        """Waits for the thread's end."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    @abstractmethod
    def _work_off(self, connection: Connection, batch: list[Job]) -> None:
        """Does the jobs and delivers what became of them; raises where the connection broke."""

    def _work(self) -> None:
        connection: Connection | None = None
        more = True
        while more:
            batch, more = self._take()
            connection = self._try(connection, batch)
            # A job may be all that keeps a forgotten store alive.
            del batch
        if connection is not None:
            connection.close()

    def _take(self) -> tuple[list[Job], bool]:
        """All jobs that wait, after waiting for the first; False with them if they are the last."""
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == MAX_BATCH:
                return batch, True
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _try(self, connection: Connection | None, batch: list[Job]) -> Connection | None:
        """Works off the batch; the connection that is open then, None after it broke."""
        if not batch:
            return connection
        error: Exception | None = None
        if connection is None:
            connection, error = attempt(self._connect)
        if connection is not None:
            _, error = attempt(partial(self._work_off, connection, batch))
            if error is None:
                return connection
            connection.close()
        outcomes = Outcomes()
        for job in batch:
            outcomes.add(job, None, unavailable(error))
        outcomes.deliver()
        return None


class Reader(Worker):
    """Works off reads. Each statement sees all that was committed before it."""

    def _work_off(self, connection: Connection, batch: list[Job]) -> None:
        outcomes = Outcomes()
        told = time.monotonic()
        for job in batch:
            if job.future.cancelled():
                continue
            result, error = attempt(partial(job.run, connection))
            outcomes.add(job, result, unavailable(error))
            if time.monotonic() - told > PROGRESS_SECONDS:
                outcomes.deliver()
                told = time.monotonic()
        outcomes.deliver()


class Writer(Worker):
    """Works off writes, each batch in one transaction: a group commit.

    A job that fails takes nothing of the others with it: one that had changed nothing is left
    out; otherwise the batch is undone and each job is committed alone.
    """

    _unscrubbed = False

    def _work_off(self, connection: Connection, batch: list[Job]) -> None:
        outcomes = Outcomes()
        try:
            self._commit(connection, batch, outcomes)
            self._unscrubbed = self._unscrubbed or any(job.scrub for job in batch)
            if self._unscrubbed:
                self._unscrubbed = not _scrub(connection)
        finally:
            outcomes.deliver()

    def _commit(self, connection: Connection, batch: list[Job], outcomes: Outcomes) -> None:
        results, error = attempt(lambda: _run_in_transaction(connection, batch))
        if results is not None:
            for job, (result, failure) in zip(batch, results, strict=True):
                outcomes.add(job, result, failure)
            return
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if error is not None and is_broken(error):
            raise error
        if len(batch) == 1 or is_busy(error):
            for job in batch:
                outcomes.add(job, None, unavailable(error))
            return
        for job in batch:
            self._commit(connection, [job], outcomes)


def _run_in_transaction(
    connection: Connection, batch: list[Job]
) -> list[tuple[Any, Exception | None]]:
    """What each job returned or, having changed nothing, raised. Raises what spoils the whole."""
    if len(batch) == 1 and batch[0].single:
        # Each statement gives up the interpreter's lock, and may have to wait to get it back.
        return [(batch[0].run(connection), None)]
    results: list[tuple[Any, Exception | None]] = []
    connection.execute("BEGIN IMMEDIATE")
    for job in batch:
        changes = connection.total_changes
        result, error = attempt(partial(job.run, connection))
        if isinstance(error, sqlite3.Error) or (error and connection.total_changes != changes):
            raise error
        results.append((result, error))
    connection.execute("COMMIT")
    return results


def _scrub(connection: Connection) -> bool:
    """Empties the write-ahead log, which still holds what was deleted; False while it is read."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {patience}")
    return not busy


def attempt(run: Callable[[], Result]) -> tuple[Result | None, Exception | None]:
    """What `run` returned, or what it raised."""
    try:
        return run(), None
    except Exception as error:  # noqa: BLE001 - whoever awaits the job gets it raised
        return None, error
