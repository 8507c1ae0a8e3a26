"""The SQL of what is read across owners, for the host's own servers: functions of a connection."""

from sqlite3 import Connection
from typing import Final

from chatkit.errors import ThreadNotFound
from chatkit.store.rows import MAX_LIMIT

_UP: Final = """
    SELECT owner, data, metadata FROM threads
    WHERE ?1 IS NULL OR (created_at, seq) > (?2, ?3) ORDER BY created_at, seq LIMIT ?4
"""
_DOWN: Final = """
    SELECT owner, data, metadata FROM threads
    WHERE ?1 IS NULL OR (created_at, seq) < (?2, ?3)
    ORDER BY created_at DESC, seq DESC LIMIT ?4
"""


def find_owner(connection: Connection, thread_id: str) -> str | None:
    """Whose thread it is, or None."""
    query = "SELECT owner FROM threads WHERE id = ?"
    found = connection.execute(query, (thread_id,)).fetchone()
    return found[0] if found is not None else None


def load_all_threads(
    connection: Connection, after: str | None, limit: int, *, descending: bool
) -> list[tuple[str, str, str]]:
    """Up to `limit` + 1 rows (owner, data, metadata) beyond `after`. Raises ThreadNotFound."""
    place: tuple[int, int] | None = (0, 0)
    if after is not None:
        query = "SELECT created_at, seq FROM threads WHERE id = ?"
        place = connection.execute(query, (after,)).fetchone()
        if place is None:
            raise ThreadNotFound(after)
    values = (after, *place, min(limit, MAX_LIMIT) + 1)
    return connection.execute(_DOWN if descending else _UP, values).fetchall()


__all__ = ["find_owner", "load_all_threads"]
