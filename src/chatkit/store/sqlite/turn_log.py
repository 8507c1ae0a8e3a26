"""SQLiteTurnLog: turns and their events in the store's own file.

Above: the turns. Below: the queries, run by the database's threads. The store's writer thread
writes the log too, so that an item saved before its event was appended is never committed after.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from chatkit.errors import StoreUnavailable
from chatkit.store.rows import encode_item, microseconds, parse_item
from chatkit.store.turn_log import TurnEvents, TurnLog, TurnRecord, TurnState, require_terminal
from chatkit.types import ThreadItem

from . import turn_queries as queries
from .database import Database
from .liveness import is_dead, sweep


class SQLiteTurnLog(TurnLog):
    """Keeps turns in the file of a `SQLiteStore`, for any number of processes on one machine.

    A running turn whose process has died is an orphan; so is one whose store was closed.
    """

    def __init__(
        self,
        database: Database,
        owner: Callable[[Any], str],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    async def begin(self, record: TurnRecord, context: object) -> None:
        owner = self._owner(context)
        lifetime = self._database.lifetime

        def run(connection: Connection) -> None:
            # Held before the row is there: nobody may take the turn for an orphan.
            lifetime.hold()
            queries.begin(connection, owner, lifetime.id, record)

        try:
            await self._database.write(run)
        except OSError as error:
            raise StoreUnavailable(f"cannot lock a file beside the database: {error}") from error

    async def append(self, batch: list[TurnEvents]) -> None:
        await self._database.write(
            lambda connection: queries.append(connection, batch), single=True
        )

    async def finish(self, turn_id: str, state: TurnState) -> bool:
        ended, ended_at = require_terminal(state), microseconds(self._clock())
        return await self._database.write(
            lambda connection: queries.finish(connection, turn_id, ended, ended_at), single=True
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
        return await self._database.read(
            lambda connection: queries.read(connection, turn_id, after, limit)
        )

    async def orphans(self) -> list[TurnRecord]:
        path = self._database.path

        def run(connection: Connection) -> list[TurnRecord]:
            sweep(path)
            dead = [life for life in queries.lifetimes(connection) if is_dead(path, life)]
            return [turn for life in dead for turn in queries.running(connection, life)]

        return await self._database.read(run)

    async def load_items(self, record: TurnRecord, item_ids: list[str]) -> list[ThreadItem]:
        wanted = tuple(item_ids)
        rows = await self._database.read(
            lambda connection: queries.load_items(connection, record.id, wanted)
        )
        return [parse_item(item_type, data) for item_type, data in rows]

    async def interrupt(
        self, record: TurnRecord, items: list[ThreadItem], events: TurnEvents
    ) -> bool:
        rows = [encode_item(item) for item in items]
        ended_at = microseconds(self._clock())
        return await self._database.write(
            lambda connection: queries.interrupt(connection, record, rows, events, ended_at)
        )

    async def trim(self, ended_before: datetime) -> int:
        limit = microseconds(ended_before)
        trimmed = 0
        while done := await self._database.write(
            lambda connection: queries.trim(connection, limit)
        ):
            trimmed += done
        return trimmed

    async def forget_thread(self, thread_id: str) -> None:
        await self._database.write(
            lambda connection: queries.forget(connection, thread_id), scrub=True
        )
