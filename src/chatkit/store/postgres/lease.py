"""The lease: how a process says that it is alive, by the database's own clock.

A process that did not renew for the length of its lease has left its turns: others end them. It
cannot notice itself, as it may be frozen; so what it writes later is refused (`fence`).
"""

import asyncio
import logging
from typing import Final
from uuid import uuid4

from chatkit.errors import StoreUnavailable

from .database import Database

logger = logging.getLogger(__name__)

_RENEWALS: Final = 4
"""So often is a lease renewed in its time: one renewal, or two, may fail."""

_RENEW: Final = """
    INSERT INTO lifetimes VALUES ($1, clock_timestamp() + make_interval(secs => $2))
    ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at
"""


class Lease:
    """One event loop of a process, from its first turn until it is closed."""

    def __init__(self, database: Database, seconds: float) -> None:
        self.id = uuid4().hex
        self.renew_seconds = seconds / _RENEWALS
        self._database = database
        self._seconds = seconds
        self._holding = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def hold(self) -> None:
        """Takes the lease, if it is not held, and renews it from now on."""
        if self._task is None:
            async with self._holding:
                if self._task is None:
                    await self._renew()
                    self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def release(self) -> None:
        """Gives the lease up: what this lifetime left running is an orphan from now on."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        try:
            await self._database.write(
                lambda connection: connection.execute(
                    "DELETE FROM lifetimes WHERE id = $1", self.id
                )
            )
        except StoreUnavailable as error:
            logger.warning("a lease could not be given up, and will lapse: %s", error)

    async def _renew(self) -> None:
        await self._database.write(
            lambda connection: connection.execute(_RENEW, self.id, self._seconds)
        )

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(self.renew_seconds)
            try:
                await self._renew()
            except StoreUnavailable as error:
                logger.warning("a lease could not be renewed: %s", error)


__all__ = ["Lease"]
