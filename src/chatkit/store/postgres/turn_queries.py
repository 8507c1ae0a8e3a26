"""The SQL of turns: coroutines of a connection, run as jobs. Their events are in `event_queries`.

Above: the turn log. A turn's row says whose it is: who settles a crash acts on nobody's request.
Times of turns' ends and of leases are the database's own, the one clock that all processes share.
"""

from typing import Any, Final, Literal

from chatkit.errors import StoreUnavailable, ThreadNotFound, TurnBusy
from chatkit.store.rows import ItemRow, microseconds, moment_of
from chatkit.store.turn_log import RequestBegun, TurnEvents, TurnRecord, TurnState

from .connection import NOW, Connection
from .event_queries import insert_run, last_seq_of
from .queries import add_missing_items, delete_turns
from .text import from_text, to_text

TRIM_BATCH: Final = 50
"""Turns trimmed in one transaction: other writes must not wait for thousands."""

_RECORDS: Final = """
    SELECT id, thread_id, request_id, state, started_at, ended_at, trimmed, last_seq
    FROM turn_records
"""

_BEGIN: Final = """
    WITH thread AS (SELECT owner FROM threads WHERE id = $2),
    begun AS (
        INSERT INTO turns (id, thread_id, owner, request_id, state, lifetime, started_at)
        SELECT $1, $2, $3, $4, 'running', $5, $6::bigint
        WHERE NOT EXISTS (SELECT FROM thread WHERE owner <> $3)
        ON CONFLICT DO NOTHING
        RETURNING true)
    SELECT EXISTS (SELECT FROM begun) AS begun,
        EXISTS (SELECT FROM thread WHERE owner <> $3) AS is_foreign
"""

_BEGUN_BY: Final = f"""
    {_RECORDS} WHERE seq = (SELECT seq FROM turns WHERE owner = $1 AND request_id = $2)
"""  # noqa: S608 - made of this module's own words

_FINISH: Final = f"""
    UPDATE turns SET state = $2, ended_at = {NOW} WHERE id = $1 AND state = 'running'
    RETURNING pg_notify($3, id) IS NOT NULL
"""  # noqa: S608 - made of this module's own words

# Taken as they are found: what their process writes from now on, should it be there yet, would not
# be among what is read of them to end them.
_TAKE_ORPHANS: Final = f"""
    WITH taken AS (
        UPDATE turns t SET lifetime = NULL
        WHERE state = 'running' AND lifetime IS DISTINCT FROM $1 AND NOT EXISTS (
            SELECT FROM lifetimes l WHERE l.id = t.lifetime AND (
                l.expires_at >= clock_timestamp()
                -- While the database was away, nobody could renew.
                OR pg_postmaster_start_time() > clock_timestamp() - make_interval(secs => $2)))
        RETURNING seq)
    {_RECORDS} WHERE seq IN (SELECT seq FROM taken) ORDER BY seq
"""  # noqa: S608 - made of this module's own words

_STORED_ITEMS: Final = """
    SELECT i.type, i.data FROM turns r
    JOIN threads t ON t.id = r.thread_id AND t.owner = r.owner
    JOIN items i ON i.thread = t.seq
    WHERE r.id = $1 AND i.id = ANY($2::text[])
"""

_TAKE: Final = f"""
    UPDATE turns SET state = 'interrupted', ended_at = {NOW}, lifetime = NULL
    WHERE id = $1 AND state = 'running'
    RETURNING seq, owner
"""  # noqa: S608 - made of this module's own words

_TRIM: Final = f"""
    WITH old AS (
        SELECT seq FROM turns WHERE ended_at IS NOT NULL AND NOT trimmed AND ended_at < {NOW} - $1
        ORDER BY ended_at LIMIT {TRIM_BATCH} FOR UPDATE SKIP LOCKED),
    trimmed AS (
        UPDATE turns t SET trimmed = true, last_seq = r.last_seq
        FROM old JOIN turn_records r USING (seq) WHERE t.seq = old.seq RETURNING 1),
    forgotten AS (DELETE FROM turn_events WHERE turn IN (SELECT seq FROM old))
    SELECT count(*) FROM trimmed
"""  # noqa: S608 - made of this module's own words

# Events of turns that are gone: appended in the moment in which their thread was deleted. The
# turns that have events are found one after the other in the index.
_SWEEP: Final = """
    WITH RECURSIVE kept (turn) AS (
        (SELECT turn FROM turn_events ORDER BY turn LIMIT 1)
        UNION ALL
        SELECT (SELECT e.turn FROM turn_events e WHERE e.turn > kept.turn ORDER BY e.turn LIMIT 1)
        FROM kept WHERE kept.turn IS NOT NULL)
    DELETE FROM turn_events WHERE turn IN (
        SELECT turn FROM kept
        WHERE turn IS NOT NULL AND NOT EXISTS (SELECT FROM turns t WHERE t.seq = kept.turn))
"""

_REQUEST_STOP: Final = """
    UPDATE turns SET stop_requested = true WHERE id = $1 AND state = 'running'
    RETURNING pg_notify($2, id) IS NOT NULL
"""

_STOPS: Final = """
    SELECT id FROM turns WHERE lifetime = $1 AND state = 'running' AND stop_requested
"""


async def begin(connection: Connection, owner: str, lifetime: str, record: TurnRecord) -> None:
    """Keeps a new running turn.

    Raises: ThreadNotFound if the thread is foreign; RequestBegun, TurnBusy.
    """
    name = to_text(record.id)
    request = None if record.request_id is None else to_text(record.request_id)
    thread, started_at = to_text(record.thread_id), microseconds(record.started_at)
    found: Any = await connection.fetchrow(
        _BEGIN, name, thread, owner, request, lifetime, started_at
    )
    if found["is_foreign"]:
        raise ThreadNotFound(record.thread_id)
    # The connection may have broken when an earlier attempt had just been committed.
    ours = "SELECT true FROM turns WHERE id = $1 AND lifetime = $2 AND state = 'running'"
    if found["begun"] or await connection.fetchval(ours, name, lifetime):
        return
    earlier: Any = await connection.fetchrow(_BEGUN_BY, owner, request)
    if earlier is not None:
        raise RequestBegun(_record(earlier))
    raise TurnBusy(record.thread_id)


async def finish(connection: Connection, turn_id: str, state: TurnState, channel: str) -> bool:
    """Whether the turn was running, and has ended now; who listens to the channel is told."""
    return bool(await connection.fetchval(_FINISH, to_text(turn_id), state, channel))


async def find(
    connection: Connection, column: Literal["id", "request_id"], value: str
) -> list[TurnRecord]:
    """The turns with this id, or of this request, oldest first."""
    rows = await connection.fetch(f"{_RECORDS} WHERE {column} = $1 ORDER BY seq", to_text(value))
    return [_record(row) for row in rows]


async def find_running(connection: Connection, thread_id: str) -> TurnRecord | None:
    """The running turn of the thread."""
    row = await connection.fetchrow(
        f"{_RECORDS} WHERE thread_id = $1 AND state = 'running'", to_text(thread_id)
    )
    return None if row is None else _record(row)


async def load_state(connection: Connection, turn_id: str) -> TurnState | None:
    """The turn's state, or None."""
    return await connection.fetchval("SELECT state FROM turns WHERE id = $1", to_text(turn_id))


async def take_orphans(
    connection: Connection, lifetime: str, grace_seconds: float
) -> list[TurnRecord]:
    """Running turns without a lease, which from now on is refused what its process writes.

    None of this lifetime, which is alive whether or not it could renew its lease. After a start
    of the database, leases have this grace.
    """
    rows = await connection.fetch(_TAKE_ORPHANS, lifetime, grace_seconds)
    return [_record(row) for row in rows]


async def load_items(
    connection: Connection, turn_id: str, item_ids: list[str]
) -> list[tuple[str, str]]:
    """Those items of the turn's thread as (type, data), if the thread is of the turn's owner."""
    names = [to_text(item_id) for item_id in item_ids]
    rows = await connection.fetch(_STORED_ITEMS, to_text(turn_id), names)
    return [(row["type"], row["data"]) for row in rows]


async def interrupt(
    connection: Connection, record: TurnRecord, rows: list[ItemRow], events: TurnEvents
) -> bool:
    """Takes a running turn, and ends it with its last events and items; False when it is over.

    Raises: StoreUnavailable when its process has appended more than was known of.
    """
    async with connection.transaction():
        taken = await connection.fetchrow(_TAKE, to_text(record.id))
        if taken is None:
            return False
        thread = to_text(record.thread_id)
        query = "SELECT true FROM threads WHERE id = $1 AND owner = $2"
        if not await connection.fetchval(query, thread, taken["owner"]):
            await connection.execute("DELETE FROM turn_events WHERE turn = $1", taken["seq"])
            await connection.execute("DELETE FROM turns WHERE seq = $1", taken["seq"])
            return True
        await add_missing_items(connection, taken["owner"], record.thread_id, rows)
        follows = await last_seq_of(connection, taken["seq"]) + 1 == events.first_seq
        if not follows or not await insert_run(connection, taken["seq"], events):
            raise StoreUnavailable(f"turn {record.id!r} goes on")
        return True


async def trim(connection: Connection, age: int) -> int:
    """Forgets the events of some turns that ended so many microseconds ago; 0 with none left."""
    return await connection.fetchval(_TRIM, age)


async def sweep(connection: Connection) -> None:
    """Deletes events whose turns are gone, and the leases of processes long dead."""
    await connection.execute(_SWEEP)
    await connection.execute(
        "DELETE FROM lifetimes l WHERE expires_at < clock_timestamp() - interval '1 hour' "
        "AND NOT EXISTS (SELECT FROM turns t WHERE t.lifetime = l.id AND t.state = 'running')"
    )


async def forget(connection: Connection, thread_id: str) -> None:
    """Deletes the thread's turns with their events."""
    await delete_turns(connection, to_text(thread_id))


async def request_stop(connection: Connection, turn_id: str, channel: str) -> None:
    """Marks a running turn to be stopped; who listens to the channel is told."""
    await connection.execute(_REQUEST_STOP, to_text(turn_id), channel)


async def stops(connection: Connection, lifetime: str) -> list[str]:
    """The running turns of this lifetime that are to be stopped."""
    return [from_text(row["id"]) for row in await connection.fetch(_STOPS, lifetime)]


def _record(row: Any) -> TurnRecord:
    request_id = row["request_id"]
    return TurnRecord(
        id=from_text(row["id"]),
        thread_id=from_text(row["thread_id"]),
        request_id=None if request_id is None else from_text(request_id),
        state=row["state"],
        started_at=moment_of(row["started_at"]),
        ended_at=None if row["ended_at"] is None else moment_of(row["ended_at"]),
        last_seq=row["last_seq"],
        trimmed=row["trimmed"],
    )
