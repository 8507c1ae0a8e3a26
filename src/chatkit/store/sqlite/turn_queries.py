"""The SQL of turns and their events: functions of a connection, run as jobs.

Above: the turn log. A turn's row says whose it is: who settles a crash acts on nobody's request.
"""

from sqlite3 import Connection
from typing import Any, Final, Literal

from pydantic_core import to_json

from chatkit.errors import ThreadNotFound, TurnBusy
from chatkit.store.rows import ItemRow, microseconds, moment_of
from chatkit.store.turn_log import (
    RequestBegun,
    TurnEvents,
    TurnRecord,
    TurnState,
    new_payloads,
)

from .queries import add_missing_items

TRIM_BATCH: Final = 50
"""Turns trimmed in one transaction: other writes must not wait for thousands."""

READ_BYTES: Final = 4 * 1024 * 1024
"""Bytes of events read at once, or a single run of them."""


_RECORDS: Final = """
    SELECT id, thread_id, request_id, state, started_at, ended_at, trimmed, last_seq
    FROM turn_records
"""

_BEGIN: Final = """
    INSERT INTO turns (id, thread_id, owner, request_id, state, lifetime, started_at,
        last_seq, trimmed)
    VALUES (?, ?, ?, ?, 'running', ?, ?, 0, 0)
"""

_BEGUN_BY: Final = f"""
    {_RECORDS} WHERE seq = (SELECT seq FROM turns WHERE owner = ? AND request_id = ? LIMIT 1)
"""  # noqa: S608 - made of this module's own words

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

# As one row, for the same reason; `before` counts the bytes of the runs before this one.
_READ: Final = """
    SELECT min(first_seq), CAST(group_concat(payload, char(10)) AS BLOB) FROM (
        SELECT first_seq, payload,
            sum(length(payload)) OVER (ORDER BY last_seq) - length(payload) AS before
        FROM (
            SELECT first_seq, last_seq, payload FROM turn_events
            WHERE turn = (SELECT seq FROM turns WHERE id = ?1) AND last_seq > ?2
            ORDER BY last_seq LIMIT ?3
        ) ORDER BY last_seq
    ) WHERE before < ?4
"""

_FINISH: Final = "UPDATE turns SET state = ?, ended_at = ? WHERE id = ? AND state = 'running'"

_STORED_ITEMS: Final = """
    SELECT i.type, i.data FROM turns r
    JOIN threads t ON t.id = r.thread_id AND t.owner = r.owner
    JOIN items i ON i.thread = t.seq
    WHERE r.id = ? AND i.id IN (SELECT value FROM json_each(?))
"""

_OWNER: Final = """
    SELECT r.owner FROM turns r JOIN threads t ON t.id = r.thread_id AND t.owner = r.owner
    WHERE r.id = ?
"""

_TO_TRIM: Final = """
    SELECT seq FROM turns WHERE ended_at IS NOT NULL AND NOT trimmed AND ended_at < ?
    ORDER BY ended_at LIMIT ?
"""

_TRIM: Final = """
    UPDATE turns
    SET trimmed = 1, last_seq = (SELECT r.last_seq FROM turn_records r WHERE r.seq = turns.seq)
    WHERE seq = ?
"""


def begin(connection: Connection, owner: str, lifetime: str, record: TurnRecord) -> None:
    """Keeps a new running turn.

    Raises: ThreadNotFound if the thread is foreign; RequestBegun, TurnBusy.
    """
    in_thread = (record.thread_id,)
    thread = connection.execute("SELECT owner FROM threads WHERE id = ?", in_thread).fetchone()
    if thread is not None and thread[0] != owner:
        raise ThreadNotFound(record.thread_id)
    earlier = connection.execute(_BEGUN_BY, (owner, record.request_id)).fetchone()
    if earlier is not None:
        raise RequestBegun(_record(earlier))
    busy = "SELECT 1 FROM turns WHERE thread_id = ? AND state = 'running'"
    if connection.execute(busy, in_thread).fetchone() is not None:
        raise TurnBusy(record.thread_id)
    started_at = microseconds(record.started_at)
    connection.execute(
        _BEGIN, (record.id, record.thread_id, owner, record.request_id, lifetime, started_at)
    )


def append(connection: Connection, batch: list[TurnEvents]) -> None:
    """Keeps the events that are not there yet. Raises ValueError for a gap."""
    batch = [run for run in batch if run.payloads]
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


def read(connection: Connection, turn_id: str, after: int, limit: int) -> list[bytes]:
    """Up to `limit` events with numbers above `after`, fewer where they are large."""
    first_seq, lines = connection.execute(_READ, (turn_id, after, limit, READ_BYTES)).fetchone()
    if lines is None:
        return []
    skipped = max(after + 1 - first_seq, 0)
    return lines.split(b"\n")[skipped : skipped + limit]


def finish(connection: Connection, turn_id: str, state: TurnState, ended_at: int) -> bool:
    """Whether the turn was running, and has ended now."""
    return connection.execute(_FINISH, (state, ended_at, turn_id)).rowcount == 1


def find(
    connection: Connection, column: Literal["id", "request_id"], value: str
) -> list[TurnRecord]:
    """The turns with this id, or of this request, oldest first."""
    rows = connection.execute(f"{_RECORDS} WHERE {column} = ? ORDER BY seq", (value,))
    return [_record(row) for row in rows]


def lifetimes(connection: Connection) -> list[str]:
    """The lifetimes that have running turns."""
    rows = connection.execute("SELECT DISTINCT lifetime FROM turns WHERE state = 'running'")
    return [lifetime for (lifetime,) in rows]


def running(connection: Connection, lifetime: str) -> list[TurnRecord]:
    """The running turns of this lifetime, oldest first."""
    rows = connection.execute(
        _RECORDS + "WHERE lifetime = ? AND state = 'running' ORDER BY seq", (lifetime,)
    )
    return [_record(row) for row in rows]


def load_items(
    connection: Connection, turn_id: str, item_ids: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Those items of the turn's thread as (type, data), if the thread is of the turn's owner."""
    return connection.execute(_STORED_ITEMS, (turn_id, to_json(item_ids).decode())).fetchall()


def interrupt(
    connection: Connection,
    record: TurnRecord,
    rows: list[ItemRow],
    events: TurnEvents,
    ended_at: int,
) -> bool:
    """Ends a running turn with its last events and items; False when it has ended before."""
    if not finish(connection, record.id, "interrupted", ended_at):
        return False
    owner = connection.execute(_OWNER, (record.id,)).fetchone()
    if owner is None:
        connection.execute("DELETE FROM turns WHERE id = ?", (record.id,))
    else:
        add_missing_items(connection, owner[0], record.thread_id, rows)
        append(connection, [events])
    return True


def trim(connection: Connection, ended_before: int) -> int:
    """Forgets the events of some turns; of how many, 0 when there are none left."""
    turns = connection.execute(_TO_TRIM, (ended_before, TRIM_BATCH)).fetchall()
    connection.executemany(_TRIM, turns)
    connection.executemany("DELETE FROM turn_events WHERE turn = ?", turns)
    return len(turns)


def forget(connection: Connection, thread_id: str) -> None:
    """Deletes the thread's turns with their events."""
    connection.execute("DELETE FROM turns WHERE thread_id = ?", (thread_id,))


def _record(row: tuple[Any, ...]) -> TurnRecord:
    turn_id, thread_id, request_id, state, started_at, ended_at, trimmed, last_seq = row
    return TurnRecord(
        id=turn_id,
        thread_id=thread_id,
        request_id=request_id,
        state=state,
        started_at=moment_of(started_at),
        ended_at=None if ended_at is None else moment_of(ended_at),
        last_seq=last_seq,
        trimmed=bool(trimmed),
    )
