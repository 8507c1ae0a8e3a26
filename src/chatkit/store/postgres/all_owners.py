"""The SQL of what is read across owners, for the host's own servers: coroutines of a connection."""

from typing import Any, Final

from chatkit.errors import ThreadNotFound
from chatkit.store.rows import MAX_LIMIT

from .connection import Connection
from .text import from_text, to_text

_ALL: Final = """
    SELECT owner, data, metadata FROM threads
    WHERE $1::text IS NULL OR (created_at, seq) {beyond} ($2, $3)
    ORDER BY created_at {way}, seq {way} LIMIT $4
"""
_UP: Final = _ALL.format(beyond=">", way="ASC")
_DOWN: Final = _ALL.format(beyond="<", way="DESC")


async def find_owner(connection: Connection, thread_id: str) -> str | None:
    """Whose thread it is, or None."""
    query = "SELECT owner FROM threads WHERE id = $1"
    found = await connection.fetchval(query, to_text(thread_id))
    return found if found is None else from_text(found)


async def load_all_threads(
    connection: Connection, after: str | None, limit: int, *, descending: bool
) -> list[tuple[str, str, str]]:
    """Up to `limit` + 1 rows (owner, data, metadata) beyond `after`. Raises ThreadNotFound."""
    place: Any = (0, 0)
    cursor = None if after is None else to_text(after)
    if after is not None:
        query = "SELECT created_at, seq FROM threads WHERE id = $1"
        place = await connection.fetchrow(query, cursor)
        if place is None:
            raise ThreadNotFound(after)
    query = _DOWN if descending else _UP
    rows = await connection.fetch(query, cursor, *place, min(limit, MAX_LIMIT) + 1)
    return [(from_text(row["owner"]), row["data"], row["metadata"]) for row in rows]


__all__ = ["find_owner", "load_all_threads"]
