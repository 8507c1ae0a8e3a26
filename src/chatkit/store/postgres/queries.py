"""The SQL of threads, items and feedback: coroutines of a connection, run as jobs.

Above: the store. Each names the owner, so that another owner's row is as good as none. What a
turn writes is refused once the turn was taken from its process (`fence`).
"""

from typing import Any, Final

from chatkit.errors import ItemNotFound, ThreadNotFound
from chatkit.store.item_lines import ItemLines
from chatkit.store.rows import MAX_LIMIT, ItemRow, ThreadRow
from chatkit.types import FeedbackKind

from .connection import Connection
from .fence import FENCE, check_fence
from .text import from_text, to_text

_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1

_SAVE_THREAD: Final = f"""
    {FENCE}
    INSERT INTO threads (id, owner, created_at, data, metadata)
    SELECT $2, $3, $4::bigint, $5, $6 WHERE NOT EXISTS (SELECT FROM lost)
    ON CONFLICT (id) DO UPDATE
    SET created_at = excluded.created_at, data = excluded.data, metadata = excluded.metadata
    WHERE threads.owner = excluded.owner
    RETURNING true
"""  # noqa: S608 - made of this package's own words

_THREADS: Final = """
    SELECT data, metadata FROM threads
    WHERE owner = $1 AND (created_at, seq) {beyond} ($2, $3)
    ORDER BY created_at {way}, seq {way} LIMIT $4
"""
_THREADS_UP: Final = _THREADS.format(beyond=">", way="ASC")
_THREADS_DOWN: Final = _THREADS.format(beyond="<", way="DESC")

_SAVE_ITEM: Final = f"""
    {FENCE}
    INSERT INTO items (thread, id, type, created_at, hidden, wire_ready, data)
    SELECT seq, $2, $3, $4::bigint, $5::boolean, $6::boolean, $7 FROM threads
    WHERE id = $8 AND owner = $9 AND NOT EXISTS (SELECT FROM lost)
    ON CONFLICT (thread, id) DO UPDATE
    SET type = excluded.type, created_at = excluded.created_at, hidden = excluded.hidden,
        wire_ready = excluded.wire_ready, data = excluded.data
    RETURNING true
"""  # noqa: S608 - made of this package's own words

_ADD_MISSING_ITEM: Final = """
    INSERT INTO items (thread, id, type, created_at, hidden, wire_ready, data)
    SELECT seq, $1, $2, $3::bigint, $4::boolean, $5::boolean, $6 FROM threads
    WHERE id = $7 AND owner = $8
    ON CONFLICT (thread, id) DO NOTHING
"""

_DELETE_ITEM: Final = f"""
    {FENCE}
    DELETE FROM items WHERE thread = $2 AND id = $3 AND NOT EXISTS (SELECT FROM lost)
    RETURNING true
"""  # noqa: S608 - made of this package's own words

_ITEMS: Final = """
    SELECT type, wire_ready, data FROM items
    WHERE thread = (SELECT seq FROM threads WHERE id = $1 AND owner = $2) AND hidden <= $3
        AND seq {beyond} CASE WHEN $4::text IS NULL THEN {end} ELSE (
            SELECT i.seq FROM items i JOIN threads t ON t.seq = i.thread
            WHERE t.id = $1 AND i.id = $4) END
    ORDER BY seq {way} LIMIT $5
"""
_ITEMS_UP: Final = _ITEMS.format(beyond=">", way="ASC", end=-1)
_ITEMS_DOWN: Final = _ITEMS.format(beyond="<", way="DESC", end=_LAST)

# A row that is replaced is the newest opinion.
_SAVE_FEEDBACK: Final = """
    INSERT INTO feedback (thread, item_id, kind) VALUES ($1, $2, $3)
    ON CONFLICT (thread, item_id) DO UPDATE
    SET kind = excluded.kind, seq = DEFAULT
"""


async def find_thread(connection: Connection, owner: str, thread_id: str) -> int:
    """The number of the owner's thread. Raises ThreadNotFound."""
    found = await connection.fetchval(
        "SELECT seq FROM threads WHERE id = $1 AND owner = $2", to_text(thread_id), owner
    )
    if found is None:
        raise ThreadNotFound(thread_id)
    return found


async def load_thread(connection: Connection, owner: str, thread_id: str) -> tuple[str, str]:
    """The thread's data and metadata. Raises ThreadNotFound."""
    found = await connection.fetchrow(
        "SELECT data, metadata FROM threads WHERE id = $1 AND owner = $2", to_text(thread_id), owner
    )
    if found is None:
        raise ThreadNotFound(thread_id)
    return found["data"], found["metadata"]


async def save_thread(connection: Connection, owner: str, turn: str | None, row: ThreadRow) -> None:
    """Inserts or replaces the thread. Raises ThreadNotFound when the id is somebody else's."""
    values = (to_text(row.id), owner, row.created_at, row.data, row.metadata)
    if not await connection.fetchval(_SAVE_THREAD, turn, *values):
        await check_fence(connection, turn)
        raise ThreadNotFound(row.id)


async def delete_thread(connection: Connection, owner: str, thread_id: str) -> None:
    """Deletes the thread and all that belongs to it. Raises ThreadNotFound if it is foreign."""
    name = to_text(thread_id)
    found = await connection.fetchval("SELECT owner FROM threads WHERE id = $1", name)
    if found is None:
        return
    if found != owner:
        raise ThreadNotFound(thread_id)
    async with connection.transaction():
        await connection.execute("DELETE FROM attachments WHERE thread_id = $1", name)
        await delete_turns(connection, name)
        await connection.execute("DELETE FROM threads WHERE id = $1", name)


async def delete_turns(connection: Connection, thread: str) -> None:
    """Deletes the thread's turns with their events, which no foreign key binds to them."""
    await connection.execute(
        "WITH gone AS (DELETE FROM turns WHERE thread_id = $1 RETURNING seq) "
        "DELETE FROM turn_events WHERE turn IN (SELECT seq FROM gone)",
        thread,
    )


async def load_threads(
    connection: Connection, owner: str, after: str | None, limit: int, *, descending: bool
) -> list[tuple[str, str]]:
    """Up to `limit` + 1 rows (data, metadata) beyond `after`. Raises ThreadNotFound."""
    place: Any = (_LAST, _LAST) if descending else (_FIRST, _FIRST)
    if after is not None:
        query = "SELECT created_at, seq FROM threads WHERE id = $1 AND owner = $2"
        place = await connection.fetchrow(query, to_text(after), owner)
        if place is None:
            raise ThreadNotFound(after)
    query = _THREADS_DOWN if descending else _THREADS_UP
    rows = await connection.fetch(query, owner, *place, min(limit, MAX_LIMIT) + 1)
    return [(row["data"], row["metadata"]) for row in rows]


async def load_item(
    connection: Connection, owner: str, thread_id: str, item_id: str
) -> tuple[str, str]:
    """The item's type and data. Raises ThreadNotFound, ItemNotFound."""
    thread = await find_thread(connection, owner, thread_id)
    found = await connection.fetchrow(
        "SELECT type, data FROM items WHERE thread = $1 AND id = $2", thread, to_text(item_id)
    )
    if found is None:
        raise ItemNotFound(thread_id, item_id)
    return found["type"], found["data"]


async def save_item(
    connection: Connection, owner: str, turn: str | None, thread_id: str, row: ItemRow
) -> None:
    """Replaces the item where it stands, or appends it. Raises ThreadNotFound."""
    values = (*_item_values(row), to_text(thread_id), owner)
    if not await connection.fetchval(_SAVE_ITEM, turn, *values):
        await check_fence(connection, turn)
        raise ThreadNotFound(thread_id)


async def add_missing_items(
    connection: Connection, owner: str, thread_id: str, rows: list[ItemRow]
) -> None:
    """Appends the items whose ids the thread does not have."""
    for row in rows:
        await connection.execute(_ADD_MISSING_ITEM, *_item_values(row), to_text(thread_id), owner)


async def delete_item(
    connection: Connection, owner: str, turn: str | None, thread_id: str, item_id: str
) -> None:
    """Deletes the item, if there is one. Raises ThreadNotFound."""
    thread = await find_thread(connection, owner, thread_id)
    if not await connection.fetchval(_DELETE_ITEM, turn, thread, to_text(item_id)):
        await check_fence(connection, turn)


async def load_thread_with_items(
    connection: Connection, owner: str, thread_id: str, limit: int
) -> tuple[str, ItemLines]:
    """The thread's data, and up to `limit` + 1 of its first items for clients.

    Raises: ThreadNotFound.
    """
    data, _ = await load_thread(connection, owner, thread_id)
    rows = await load_items(
        connection, owner, thread_id, None, limit, descending=False, hidden=False
    )
    return data, rows


async def load_items(
    connection: Connection,
    owner: str,
    thread_id: str,
    after: str | None,
    limit: int,
    *,
    descending: bool,
    hidden: bool,
) -> ItemLines:
    """Up to `limit` + 1 items beyond `after`.

    Raises: ThreadNotFound, ItemNotFound.
    """
    query = _ITEMS_DOWN if descending else _ITEMS_UP
    cursor = None if after is None else to_text(after)
    rows = await connection.fetch(
        query, to_text(thread_id), owner, hidden, cursor, min(limit, MAX_LIMIT) + 1
    )
    if not rows:
        thread = await find_thread(connection, owner, thread_id)
        if after is not None and not await _has_item(connection, thread, after):
            raise ItemNotFound(thread_id, after)
    lines = [
        row["data"] if row["wire_ready"] and not hidden else f"{row['type']}\t{row['data']}"
        for row in rows
    ]
    return ItemLines(len(lines), "\n".join(lines))


async def save_feedback(
    connection: Connection,
    owner: str,
    thread_id: str,
    item_ids: tuple[str, ...],
    kind: FeedbackKind,
) -> None:
    """Keeps the opinion on each item, as the newest. Raises ThreadNotFound, ItemNotFound."""
    async with connection.transaction():
        thread = await find_thread(connection, owner, thread_id)
        for item_id in item_ids:
            if not await _has_item(connection, thread, item_id, hidden=False):
                raise ItemNotFound(thread_id, item_id)
            await connection.execute(_SAVE_FEEDBACK, thread, to_text(item_id), kind)


async def load_feedback(
    connection: Connection, owner: str, thread_id: str
) -> list[tuple[str, FeedbackKind]]:
    """The thread's opinions as (item id, kind), oldest first. Raises ThreadNotFound."""
    thread = await find_thread(connection, owner, thread_id)
    query = "SELECT item_id, kind FROM feedback WHERE thread = $1 ORDER BY seq"
    return [
        (from_text(row["item_id"]), row["kind"]) for row in await connection.fetch(query, thread)
    ]


async def _has_item(
    connection: Connection, thread: int, item_id: str, *, hidden: bool = True
) -> bool:
    """Whether the thread has the item, be it hidden or, if asked so, not."""
    query = "SELECT true FROM items WHERE thread = $1 AND id = $2 AND hidden <= $3"
    return bool(await connection.fetchval(query, thread, to_text(item_id), hidden))


def _item_values(row: ItemRow) -> tuple[Any, ...]:
    return (to_text(row.id), row.type, row.created_at, row.hidden, row.wire_ready, row.data)
