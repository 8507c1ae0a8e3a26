"""The listener: one connection of a process on which the database says which turns changed.

A payload is turns' ids and nothing else. What was said while the connection was away is lost, so
everybody who waits is woken when it is back.
"""

import asyncio
import logging
from contextlib import suppress
from itertools import chain, repeat
from typing import Any, Final

from .connection import open_connection
from .database import Database
from .faults import OUTAGES, unavailable
from .text import from_text, to_text
from .wakes import Bell, Wakes

logger = logging.getLogger(__name__)

_DELAYS: Final = (0.05, 0.1, 0.2, 0.5)
_LAST_DELAY: Final = 1.0
_CHECK_SECONDS: Final = 10.0
"""A connection that was cut without a word is noticed after this time."""

_IDS_AT_ONCE: Final = 180
"""PostgreSQL takes payloads of 8,000 bytes; an id of ours has 36."""


class Channels:
    """The names of a schema's channels."""

    def __init__(self, schema: str) -> None:
        self.events = f"{schema}_events"
        self.ends = f"{schema}_ends"
        self.stops = f"{schema}_stops"


class Listener:
    """Wakes whoever waits in this process."""

    def __init__(self, database: Database) -> None:
        self.events = Wakes()
        """Woken with new events, and at a turn's end."""
        self.ends = Wakes()
        self.stops = Bell()
        self._database = database
        self._channels = Channels(database.schema)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Listens from now on."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Listens no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            for delay in chain(_DELAYS, repeat(_LAST_DELAY)):
                try:
                    await self._listen()
                    break
                except Exception as error:  # noqa: BLE001 - it is tried again, whatever it is
                    if not isinstance(error, OUTAGES):
                        logger.warning("listening to the database failed: %s", unavailable(error))
                await asyncio.sleep(delay)

    async def _listen(self) -> None:
        """Returns when the connection, which was made, is gone."""
        database = self._database
        connection = await open_connection(database.dsn, database.schema, database.patience)
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        try:
            for channel in (self._channels.events, self._channels.ends, self._channels.stops):
                await connection.add_listener(channel, self._hear)
            self._wake_all()
            while not gone.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(gone.wait(), _CHECK_SECONDS)
                    return
                await connection.execute("SELECT 1")
        finally:
            connection.terminate()

    def _hear(self, connection: Any, process: int, channel: str, payload: object) -> None:
        turn_ids = [from_text(name) for name in str(payload).split("\n") if name]
        if channel == self._channels.stops:
            self.stops.ring()
            return
        if channel == self._channels.ends:
            self.ends.ring(turn_ids)
        self.events.ring(turn_ids)

    def _wake_all(self) -> None:
        self.events.ring_all()
        self.ends.ring_all()
        self.stops.ring()


def payloads_of(turn_ids: list[str]) -> list[str]:
    """What to send to tell of these turns: one payload, unless they are very many."""
    names = [to_text(turn_id) for turn_id in dict.fromkeys(turn_ids)]
    return [
        "\n".join(names[place : place + _IDS_AT_ONCE])
        for place in range(0, len(names), _IDS_AT_ONCE)
    ]


__all__ = ["Channels", "Listener", "payloads_of"]
