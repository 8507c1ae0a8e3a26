"""PostgresTurnLog: turns and their events in the schema of a PostgreSQL store.

Above: the turns. Below: the queries, the lease of this process, the listener and the reads.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from chatkit.store.rows import encode_item, parse_item
from chatkit.store.shared_turns import Follower
from chatkit.store.turn_log import TurnEvents, TurnLog, TurnRecord, TurnState, require_terminal
from chatkit.types import ThreadItem

from . import event_queries
from . import turn_queries as queries
from .connection import Connection
from .database import Database
from .follower import PostgresFollower
from .lease import Lease
from .listener import Channels, Listener, payloads_of
from .reads import Reads

if TYPE_CHECKING:
    from chatkit.store.redis import RedisStreams

_FLUSH_SECONDS: Final = 0.005
_STOP_SECONDS: Final = 0.5
"""How often this process looks whether its turns are to be stopped, if nobody tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Station:
    """What one event loop of this process has."""

    lease: Lease
    listener: Listener
    reads: Reads
    streams: "RedisStreams | None"


class PostgresTurnLog(TurnLog):
    """Keeps turns in the database of a `PostgresStore`, for any number of processes.

    A running turn whose process has not renewed its lease is an orphan; so is one whose store
    was closed.
    """

    def __init__(
        self,
        database: Database,
        owner: Callable[[Any], str],
        *,
        lease_seconds: float,
        redis_url: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if redis_url is not None:
            _check_redis(redis_url)
        self._database = database
        self._owner = owner
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._redis_url = redis_url
        self._channels = Channels(database.schema)
        self._stations: WeakKeyDictionary[asyncio.AbstractEventLoop, _Station] = WeakKeyDictionary()

    @property
    def reap_seconds(self) -> float:
        # With the lease: an orphan is settled within five quarters of it.
        return self._lease_seconds / 5

    @property
    def flush_seconds(self) -> float:
        return _FLUSH_SECONDS

    async def close(self) -> None:
        """Gives up this event loop's lease, and listens no more."""
        station = self._stations.pop(asyncio.get_running_loop(), None)
        if station is not None:
            await station.listener.close()
            await station.reads.close()
            if station.streams is not None:
                await station.streams.close()
            await station.lease.release()

    async def begin(self, record: TurnRecord, context: object) -> None:
        owner, lease = self._owner(context), self._station().lease
        # Held before the row is there: nobody may take the turn for an orphan.
        await lease.hold()
        await self._database.write(
            lambda connection: queries.begin(connection, owner, lease.id, record)
        )

    async def append(self, batch: list[TurnEvents]) -> None:
        channel, payloads = self._channels.events, payloads_of([run.turn_id for run in batch])
        streams = self._station().streams
        told = payloads if streams is None else []
        await self._database.read(
            lambda connection: event_queries.append(connection, batch, channel, told)
        )
        if streams is not None and not await streams.publish(batch):
            await self._database.read(
                lambda connection: event_queries.notify(connection, channel, payloads)
            )

    async def finish(self, turn_id: str, state: TurnState) -> bool:
        ended, channel = require_terminal(state), self._channels.ends
        return await self._database.write(
            lambda connection: queries.finish(connection, turn_id, ended, channel)
        )

    async def load_turn(self, turn_id: str) -> TurnRecord | None:
        found = await self._database.read(
            lambda connection: queries.find(connection, "id", turn_id)
        )
        return found[0] if found else None

    async def find_request(self, request_id: str) -> list[TurnRecord]:
        return await self._database.read(
            lambda connection: queries.find(connection, "request_id", request_id)
        )

    async def read(self, turn_id: str, after: int, limit: int) -> list[bytes]:
        return (await self._station().reads.ask(turn_id, after, limit)).payloads

    async def orphans(self) -> list[TurnRecord]:
        own, grace = self._station().lease.id, self._lease_seconds / 4
        return await self._database.write(
            lambda connection: queries.take_orphans(connection, own, grace)
        )

    async def load_items(self, record: TurnRecord, item_ids: list[str]) -> list[ThreadItem]:
        rows = await self._database.read(
            lambda connection: queries.load_items(connection, record.id, item_ids)
        )
        return [parse_item(item_type, data) for item_type, data in rows]

    async def interrupt(
        self, record: TurnRecord, items: list[ThreadItem], events: TurnEvents
    ) -> bool:
        rows = [encode_item(item) for item in items]
        channel = self._channels.ends

        async def run(connection: Connection) -> bool:
            taken = await queries.interrupt(connection, record, rows, events)
            await connection.execute("SELECT pg_notify($1, $2)", channel, record.id)
            return taken

        return await self._database.write(run)

    async def trim(self, ended_before: datetime) -> int:
        # By age: turns' ends are by the database's clock, which may differ from ours.
        age = (self._clock() - ended_before) // timedelta(microseconds=1)
        trimmed = 0
        while done := await self._database.write(lambda connection: queries.trim(connection, age)):
            trimmed += done
        await self._database.write(queries.sweep)
        return trimmed

    async def forget_thread(self, thread_id: str) -> None:
        await self._database.write(lambda connection: queries.forget(connection, thread_id))

    def follow(self, turn_id: str, after: int) -> Follower:
        station = self._station()
        station.listener.start()
        return PostgresFollower(
            turn_id, after, station.listener.events, station.reads, station.streams
        )

    async def find_running(self, thread_id: str) -> TurnRecord | None:
        return await self._database.read(
            lambda connection: queries.find_running(connection, thread_id)
        )

    async def request_stop(self, turn_id: str) -> None:
        channel = self._channels.stops
        await self._database.write(
            lambda connection: queries.request_stop(connection, turn_id, channel)
        )

    async def next_stops(self) -> list[str]:
        station = self._station()
        station.listener.start()
        while True:
            await station.listener.stops.wait(_STOP_SECONDS)
            wanted = await self._database.read(
                lambda connection: queries.stops(connection, station.lease.id)
            )
            if wanted:
                return wanted

    async def wait_for_end(self, turn_id: str, seconds: float) -> TurnState | None:
        listener = self._station().listener
        listener.start()
        bell = listener.ends.add(turn_id)
        try:
            state = await self._load_state(turn_id)
            if state == "running":
                await bell.wait(seconds)
                state = await self._load_state(turn_id)
            return state
        finally:
            listener.ends.discard(turn_id, bell)

    async def _load_state(self, turn_id: str) -> TurnState | None:
        return await self._database.read(lambda connection: queries.load_state(connection, turn_id))

    def _station(self) -> _Station:
        loop = asyncio.get_running_loop()
        station = self._stations.get(loop)
        if station is None:
            listener = Listener(self._database)
            station = self._stations[loop] = _Station(
                lease=Lease(self._database, self._lease_seconds),
                listener=listener,
                reads=Reads(self._database),
                streams=self._open_streams(listener),
            )
        return station

    def _open_streams(self, listener: Listener) -> "RedisStreams | None":
        if self._redis_url is None:
            return None
        from chatkit.store.redis import RedisStreams

        return RedisStreams(self._redis_url, self._database.schema, listener.events.ring_all)


def _check_redis(url: str) -> None:
    """Raises: ImportError without the extra, ValueError for what is no such URL."""
    try:
        from chatkit.store.redis import check_url
    except ModuleNotFoundError as error:
        raise ImportError(
            f"redis_url needs an extra: pip install chatkit-selfhosted[redis] ({error})"
        ) from error
    check_url(url)


__all__ = ["PostgresTurnLog"]
