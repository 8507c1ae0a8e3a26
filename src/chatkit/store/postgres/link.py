"""Link: one event loop's connections to the database, and jobs that outlive an outage.

Above: the database, which has a link for each event loop. A job is a coroutine function of a
connection; every job may be done twice, as a connection can break while it commits.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import Final, TypeVar

from chatkit.errors import StoreClosed

from .connection import Connection, Pool, open_pool
from .faults import COLLISIONS, OUTAGES, unavailable
from .schema import migrate

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Job = Callable[[Connection], Awaitable[Result]]

_DELAYS: Final = (0.02, 0.05, 0.1, 0.2, 0.5)
_LAST_DELAY: Final = 1.0
_COLLISIONS: Final = 10
_CLOSE_SECONDS: Final = 5.0


class Link:
    """A pool that is opened, and a schema that is migrated, by the first job."""

    def __init__(self, dsn: str, schema: str, *, size: int, patience: float) -> None:
        self._dsn = dsn
        self._schema = schema
        self._size = size
        self._patience = patience
        self._pool: Pool | None = None
        self._opening = asyncio.Lock()
        self._writes: set[asyncio.Task[object]] = set()
        self._closed = False

    async def run(self, job: Job[Result]) -> Result:
        """What the job returned, done again while the database is away, for `patience` seconds.

        Raises: StoreUnavailable when it stays away, or is full; else what the job raises.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        for delay in chain(_DELAYS, repeat(_LAST_DELAY)):
            try:
                async with asyncio.timeout_at(deadline):
                    return await self._attempt(job)
            except OUTAGES as error:
                # A ValueError is asyncpg's way to say that an argument does not fit.
                if isinstance(error, ValueError):
                    raise
                if self._closed or loop.time() + delay > deadline:
                    raise unavailable(error) from error
                logger.debug("the database is away, trying again: %r", error)
            except Exception as error:
                reason = unavailable(error)
                if reason is error:
                    raise
                raise reason from error
            await asyncio.sleep(delay)
        raise AssertionError("unreachable")  # pragma: no cover - `repeat` never ends

    async def write(self, job: Job[Result]) -> Result:
        """Like `run`; what a caller who is cancelled asked to be written is written."""
        task = asyncio.get_running_loop().create_task(self.run(job))
        self._writes.add(task)
        task.add_done_callback(self._write_ended)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Closes all connections, once what is being written is."""
        if self._writes:
            await asyncio.wait(set(self._writes), timeout=_CLOSE_SECONDS)
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), _CLOSE_SECONDS)
            except Exception:  # noqa: BLE001 - a database that is gone does not say goodbye
                pool.terminate()

    def _write_ended(self, task: asyncio.Task[object]) -> None:
        self._writes.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: its caller may have gone

    async def _attempt(self, job: Job[Result]) -> Result:
        pool = self._pool or await self._open()
        connection = await pool.acquire()
        try:
            return await self._until_alone(job, connection)
        except OUTAGES:
            connection.terminate()
            raise
        finally:
            await pool.release(connection, timeout=self._patience)

    async def _until_alone(self, job: Job[Result], connection: Connection) -> Result:
        """Does the job again where two transactions met in it."""
        for _ in range(_COLLISIONS):
            try:
                return await job(connection)
            except COLLISIONS as error:
                logger.debug("two transactions met: %r", error)
        return await job(connection)

    async def _open(self) -> Pool:
        async with self._opening:
            if self._closed:
                raise StoreClosed
            if self._pool is None:
                pool = await open_pool(self._dsn, self._schema, self._size, self._patience)
                try:
                    async with pool.acquire() as connection:
                        await migrate(connection, self._schema)
                except BaseException:
                    pool.terminate()
                    raise
                self._pool = pool
            return self._pool


__all__ = ["Job", "Link"]
