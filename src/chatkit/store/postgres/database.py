"""Database: the links to one PostgreSQL database, one for each event loop that uses it.

Above: the store and its turn log. asyncpg's connections belong to the event loop that opened
them, and a fork must not use its parent's.
"""

import asyncio
from typing import TypeVar
from weakref import WeakKeyDictionary

from chatkit.errors import StoreClosed

from .connection import check_schema
from .link import Job, Link

Result = TypeVar("Result")


class Database:
    """Runs jobs on the running event loop's connections, which the first job opens."""

    def __init__(self, dsn: str, *, schema: str, size: int, patience: float) -> None:
        self.dsn = dsn
        self.schema = check_schema(schema)
        self.patience = patience
        self._size = size
        self._links: WeakKeyDictionary[asyncio.AbstractEventLoop, Link] = WeakKeyDictionary()
        self._closed = False

    async def read(self, job: Job[Result]) -> Result:
        """What the job returned. Raises StoreUnavailable, StoreClosed."""
        return await self._link().run(job)

    async def write(self, job: Job[Result]) -> Result:
        """What the job returned; it is done also when its caller is cancelled."""
        return await self._link().write(job)

    async def close(self) -> None:
        """Closes this event loop's connections; a closed database stays closed."""
        self._closed = True
        link = self._links.pop(asyncio.get_running_loop(), None)
        if link is not None:
            await link.close()

    def _link(self) -> Link:
        if self._closed:
            raise StoreClosed
        loop = asyncio.get_running_loop()
        link = self._links.get(loop)
        if link is None:
            link = self._links[loop] = Link(
                self.dsn, self.schema, size=self._size, patience=self.patience
            )
        return link


__all__ = ["Database"]
