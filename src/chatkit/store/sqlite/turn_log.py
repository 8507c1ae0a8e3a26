"""SQLiteTurnLog: turns and their events in the store's own file.

Above: the turns. Below: the database. The store's writer thread writes the log too, so that an
item saved before its event was appended is never committed after it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any, Final

from pydantic_core import to_json

from chatkit.errors import StoreUnavailable, ThreadNotFound, TurnBusy
from chatkit.store.rows import ItemRow, encode_item, microseconds, parse_item
from chatkit.store.turn_log import (
    TurnEvents,
    TurnLog,
    TurnRecord,
    TurnState,
    new_payloads,
    require_terminal,
)
from chatkit.types import ThreadItem

from . import queries
from .database import Database
from .liveness import is_dead, sweep

TRIM_BATCH: Final = 100
"""Turns trimmed in one transaction: other writes must not wait for thousands."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_RECORDS: Final = """
    SELECT id, thread_id, request_id, state, started_at, ended_at, trimmed, last_seq
    FROM turn_records
"""

_BEGIN: Final = """
    INSERT INTO turns (id, thread_id, owner, request_id, state, lifetime, started_at,
        last_seq, trimmed)
    VALUES (?, ?, ?, ?, 'running', ?, ?, 0, 0)
"""

# The usual case in one statement: the run follows what is there.
_APPEND: Final = """
    INSERT INTO turn_events (turn, first_seq, last_seq, payload)
    SELECT seq, ?1, ?2, ?3 FROM turn_records WHERE id = ?4 AND last_seq = ?1 - 1
"""

# The runs of many turns in one statement, since each takes the interpreter's lock anew.
_APPEND_ALL: Final = """
    INSERT INTO turn_events (turn, first_seq, last_seq, payload)
    SELECT r.seq, run.first_seq, run.last_seq, CAST(run.payload AS BLOB)
    FROM (
        SELECT json_extract(value, '$[0]') AS turn_id, json_extract(value, '$[1]') AS first_seq,
            json_extract(value, '$[2]') AS last_seq, json_extract(value, '$[3]') AS payload
        FROM json_each(?)
    ) run CROSS JOIN turn_records r
    WHERE r.id = run.turn_id AND r.last_seq = run.first_seq - 1
"""

_READ: Final = """
    SELECT first_seq, payload FROM turn_events
    WHERE turn = (SELECT seq FROM turns WHERE id = ?) AND last_seq > ? ORDER BY last_seq
"""

_FINISH: Final = "UPDATE turns SET state = ?, ended_at = ? WHERE id = ? AND state = 'running'"

_STORED_ITEMS: Final = """
    SELECT i.type, i.data FROM turns r
    JOIN threads t ON t.id = r.thread_id AND t.owner = r.owner
    JOIN items i ON i.thread = t.seq
    WHERE r.id = ? AND i.id IN (SELECT value FROM json_each(?))
"""

_TRIM: Final = """
    UPDATE turns
    SET trimmed = 1, last_seq = (SELECT r.last_seq FROM turn_records r WHERE r.seq = turns.seq)
    WHERE seq = ?
"""

_TO_TRIM: Final = """
    SELECT seq FROM turns WHERE ended_at IS NOT NULL AND NOT trimmed AND ended_at < ?
    ORDER BY ended_at LIMIT ?
"""


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
            _begin(connection, owner, lifetime.id, record)

        try:
            await self._database.write(run)
        except OSError as error:
            raise StoreUnavailable(f"cannot lock a file beside the database: {error}") from error

    async def append(self, batch: list[TurnEvents]) -> None:
        await self._database.write(lambda connection: _append(connection, batch), single=True)

    async def finish(self, turn_id: str, state: TurnState) -> bool:
        values = (require_terminal(state), microseconds(self._clock()), turn_id)
        return await self._database.write(
            lambda connection: connection.execute(_FINISH, values).rowcount == 1, single=True
        )

    async def load_turn(self, turn_id: str) -> TurnRecord | None:
        found = await self._records("WHERE id = ?", turn_id)
        return found[0] if found else None

    async def find_request(self, request_id: str) -> list[TurnRecord]:
        return await self._records("WHERE request_id = ? ORDER BY seq", request_id)

    async def read(self, turn_id: str, after: int, limit: int) -> list[bytes]:
        return await self._database.read(
            lambda connection: _read(connection, turn_id, after, limit)
        )

    async def orphans(self) -> list[TurnRecord]:
        path, own = self._database.path, self._database.lifetime.id

        def run(connection: Connection) -> list[tuple[Any, ...]]:
            sweep(path)
            lifetimes = connection.execute(
                "SELECT DISTINCT lifetime FROM turns WHERE state = 'running'"
            ).fetchall()
            dead = [life for (life,) in lifetimes if life != own and is_dead(path, life)]
            return [row for life in dead for row in _of_lifetime(connection, life)]

        return [_record(row) for row in await self._database.read(run)]

    async def load_items(self, record: TurnRecord, item_ids: list[str]) -> list[ThreadItem]:
        values = (record.id, to_json(item_ids).decode())
        rows = await self._database.read(
            lambda connection: connection.execute(_STORED_ITEMS, values).fetchall()
        )
        return [parse_item(item_type, data) for item_type, data in rows]

    async def interrupt(
        self, record: TurnRecord, items: list[ThreadItem], events: TurnEvents
    ) -> bool:
        rows = [encode_item(item) for item in items]
        ended_at = microseconds(self._clock())
        return await self._database.write(
            lambda connection: _interrupt(connection, record, rows, events, ended_at)
        )

    async def trim(self, ended_before: datetime) -> int:
        limit = microseconds(ended_before)
        trimmed = 0
        while done := await self._database.write(lambda connection: _trim(connection, limit)):
            trimmed += done
        return trimmed

    async def forget_thread(self, thread_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM turns WHERE thread_id = ?", (thread_id,)
            ),
            scrub=True,
        )

    async def _records(self, condition: str, value: str) -> list[TurnRecord]:
        rows = await self._database.read(
            lambda connection: connection.execute(_RECORDS + condition, (value,)).fetchall()
        )
        return [_record(row) for row in rows]


def _begin(connection: Connection, owner: str, lifetime: str, record: TurnRecord) -> None:
    in_thread = (record.thread_id,)
    thread = connection.execute("SELECT owner FROM threads WHERE id = ?", in_thread).fetchone()
    if thread is not None and thread[0] != owner:
        raise ThreadNotFound(record.thread_id)
    running = "SELECT 1 FROM turns WHERE thread_id = ? AND state = 'running'"
    if connection.execute(running, in_thread).fetchone() is not None:
        raise TurnBusy(record.thread_id)
    started_at = microseconds(record.started_at)
    connection.execute(
        _BEGIN, (record.id, record.thread_id, owner, record.request_id, lifetime, started_at)
    )


def _append(connection: Connection, batch: list[TurnEvents]) -> None:
    if len({run.turn_id for run in batch}) == len(batch) > 1:
        runs = [
            (run.turn_id, run.first_seq, _last_seq(run), _payload(run).decode()) for run in batch
        ]
        appended = connection.execute(_APPEND_ALL, (to_json(runs).decode(),)).rowcount
        if appended == len(batch):
            return
    # One run, or some of the same turn, or that came before, or whose turn is gone.
    for run in batch:
        if not _append_run(connection, run):
            _append_rest(connection, run)


def _append_run(connection: Connection, run: TurnEvents) -> bool:
    """Whether the run was appended: its turn is there, and it follows the last event."""
    values = (run.first_seq, _last_seq(run), _payload(run), run.turn_id)
    return connection.execute(_APPEND, values).rowcount == 1


def _append_rest(connection: Connection, run: TurnEvents) -> None:
    """Appends what the turn does not have yet of a run that came twice. A turn may be gone."""
    turn = connection.execute(
        "SELECT last_seq FROM turn_records WHERE id = ?", (run.turn_id,)
    ).fetchone()
    if turn is not None:
        rest = new_payloads(turn[0], run)
        if rest:
            _append_run(connection, TurnEvents(run.turn_id, turn[0] + 1, rest))


def _last_seq(run: TurnEvents) -> int:
    return run.first_seq + len(run.payloads) - 1


def _payload(run: TurnEvents) -> bytes:
    """The events as lines. Raises ValueError for an event with a line break, which JSON escapes."""
    payload = b"\n".join(run.payloads)
    if payload.count(b"\n") >= len(run.payloads):
        raise ValueError(f"an event of turn {run.turn_id!r} is not one line of JSON")
    return payload


def _read(connection: Connection, turn_id: str, after: int, limit: int) -> list[bytes]:
    payloads: list[bytes] = []
    for first_seq, payload in connection.execute(_READ, (turn_id, after)):
        run: list[bytes] = payload.split(b"\n")
        payloads += run[max(after + 1 - first_seq, 0) :]
        if len(payloads) >= limit:
            break
    return payloads[:limit]


def _of_lifetime(connection: Connection, lifetime: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        _RECORDS + "WHERE lifetime = ? AND state = 'running' ORDER BY seq", (lifetime,)
    ).fetchall()


def _interrupt(
    connection: Connection,
    record: TurnRecord,
    rows: list[ItemRow],
    events: TurnEvents,
    ended_at: int,
) -> bool:
    if connection.execute(_FINISH, ("interrupted", ended_at, record.id)).rowcount == 0:
        return False
    owner = connection.execute(
        "SELECT owner FROM turns JOIN threads USING (owner) WHERE turns.id = ? AND threads.id = ?",
        (record.id, record.thread_id),
    ).fetchone()
    if owner is None:
        connection.execute("DELETE FROM turns WHERE id = ?", (record.id,))
    else:
        queries.add_missing_items(connection, owner[0], record.thread_id, rows)
        _append(connection, [events])
    return True


def _trim(connection: Connection, ended_before: int) -> int:
    """Trims some turns; how many, 0 when there are none left."""
    turns = connection.execute(_TO_TRIM, (ended_before, TRIM_BATCH)).fetchall()
    connection.executemany(_TRIM, turns)
    connection.executemany("DELETE FROM turn_events WHERE turn = ?", turns)
    return len(turns)


def _record(row: tuple[Any, ...]) -> TurnRecord:
    turn_id, thread_id, request_id, state, started_at, ended_at, trimmed, last_seq = row
    return TurnRecord(
        id=turn_id,
        thread_id=thread_id,
        request_id=request_id,
        state=state,
        started_at=_time(started_at),
        ended_at=None if ended_at is None else _time(ended_at),
        last_seq=last_seq,
        trimmed=bool(trimmed),
    )


def _time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
