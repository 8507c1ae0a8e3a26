"""The SQL of threads, items, attachments and feedback: functions of a connection, run as jobs.

Above: the store. Each names the owner, so that another owner's row is as good as none.
"""

from sqlite3 import Connection
from typing import Any, Final

from chatkit.errors import AttachmentNotFound, ItemNotFound, ThreadNotFound
from chatkit.store.item_lines import NO_ITEMS, ItemLines
from chatkit.store.rows import MAX_LIMIT, AttachmentRow, ItemRow, ThreadRow, microseconds_ago
from chatkit.types import FeedbackKind

_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1

_SAVE_THREAD: Final = """
    INSERT INTO threads (id, owner, created_at, data, metadata) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE
    SET created_at = excluded.created_at, data = excluded.data, metadata = excluded.metadata
    WHERE owner = excluded.owner
"""

# A page comes as one row, its rows as lines: JSON text has no raw line breaks or tabs. Each row
# that `sqlite3` fetches gives up the interpreter's lock, and on a busy server it takes up to 5 ms
# to get it back. The line break is a literal: what `char(10)` returns is copied for every row.
_THREADS_UP: Final = """
    SELECT group_concat(line, '\n') FROM (
        SELECT data || char(9) || metadata AS line FROM threads
        WHERE owner = ?1 AND (created_at, seq) > (?2, ?3) ORDER BY created_at, seq LIMIT ?4)
"""

_THREADS_DOWN: Final = """
    SELECT group_concat(line, '\n') FROM (
        SELECT data || char(9) || metadata AS line FROM threads
        WHERE owner = ?1 AND (created_at, seq) < (?2, ?3)
        ORDER BY created_at DESC, seq DESC LIMIT ?4)
"""

_SAVE_ITEM: Final = """
    INSERT INTO items (thread, id, type, created_at, hidden, wire_ready, data)
    SELECT seq, ?, ?, ?, ?, ?, ? FROM threads WHERE id = ? AND owner = ?
    ON CONFLICT (thread, id) DO UPDATE
    SET type = excluded.type, created_at = excluded.created_at, hidden = excluded.hidden,
        wire_ready = excluded.wire_ready, data = excluded.data
"""

_ADD_MISSING_ITEM: Final = """
    INSERT INTO items (thread, id, type, created_at, hidden, wire_ready, data)
    SELECT seq, ?, ?, ?, ?, ?, ? FROM threads WHERE id = ? AND owner = ?
    ON CONFLICT (thread, id) DO NOTHING
"""

_ITEMS_UP: Final = """
    SELECT count(*), group_concat(line, '\n') FROM (
        SELECT CASE WHEN wire_ready > ?3 THEN data ELSE type || char(9) || data END AS line
        FROM items
        WHERE thread = (SELECT seq FROM threads WHERE id = ?1 AND owner = ?2) AND hidden <= ?3
            AND seq > CASE WHEN ?4 IS NULL THEN -1 ELSE (
                SELECT i.seq FROM items i JOIN threads t ON t.seq = i.thread
                WHERE t.id = ?1 AND i.id = ?4) END
        ORDER BY seq LIMIT ?5)
"""

_ITEMS_DOWN: Final = """
    SELECT count(*), group_concat(line, '\n') FROM (
        SELECT CASE WHEN wire_ready > ?3 THEN data ELSE type || char(9) || data END AS line
        FROM items
        WHERE thread = (SELECT seq FROM threads WHERE id = ?1 AND owner = ?2) AND hidden <= ?3
            AND seq < CASE WHEN ?4 IS NULL THEN 9223372036854775807 ELSE (
                SELECT i.seq FROM items i JOIN threads t ON t.seq = i.thread
                WHERE t.id = ?1 AND i.id = ?4) END
        ORDER BY seq DESC LIMIT ?5)
"""

_SAVE_ATTACHMENT: Final = """
    INSERT INTO attachments (id, owner, thread_id, data, saved_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE
    SET thread_id = excluded.thread_id, data = excluded.data, saved_at = excluded.saved_at
    WHERE owner = excluded.owner
"""

_LOAD_FEEDBACK: Final = "SELECT item_id, kind FROM feedback WHERE thread = ? ORDER BY seq"


def find_thread(connection: Connection, owner: str, thread_id: str) -> int:
    """The number of the owner's thread. Raises ThreadNotFound."""
    found = connection.execute(
        "SELECT seq FROM threads WHERE id = ? AND owner = ?", (thread_id, owner)
    ).fetchone()
    if found is None:
        raise ThreadNotFound(thread_id)
    return found[0]


def load_thread(connection: Connection, owner: str, thread_id: str) -> tuple[str, str]:
    """The thread's data and metadata. Raises ThreadNotFound."""
    found = connection.execute(
        "SELECT data, metadata FROM threads WHERE id = ? AND owner = ?", (thread_id, owner)
    ).fetchone()
    if found is None:
        raise ThreadNotFound(thread_id)
    return found


def save_thread(connection: Connection, owner: str, row: ThreadRow) -> None:
    """Inserts or replaces the thread. Raises ThreadNotFound when the id is somebody else's."""
    values = (row.id, owner, row.created_at, row.data, row.metadata)
    if connection.execute(_SAVE_THREAD, values).rowcount == 0:
        raise ThreadNotFound(row.id)


def delete_thread(connection: Connection, owner: str, thread_id: str) -> None:
    """Deletes the thread and all that belongs to it. Raises ThreadNotFound if it is foreign."""
    of_thread = (thread_id,)
    found = connection.execute("SELECT owner FROM threads WHERE id = ?", of_thread).fetchone()
    if found is None:
        return
    if found[0] != owner:
        raise ThreadNotFound(thread_id)
    connection.execute("DELETE FROM attachments WHERE thread_id = ?", of_thread)
    connection.execute("DELETE FROM turns WHERE thread_id = ?", of_thread)
    connection.execute("DELETE FROM threads WHERE id = ?", of_thread)


def load_threads(
    connection: Connection, owner: str, after: str | None, limit: int, *, descending: bool
) -> list[tuple[str, str]]:
    """Up to `limit` + 1 rows (data, metadata) beyond `after`. Raises ThreadNotFound."""
    place = (_LAST, _LAST) if descending else (_FIRST, _FIRST)
    if after is not None:
        place = connection.execute(
            "SELECT created_at, seq FROM threads WHERE id = ? AND owner = ?", (after, owner)
        ).fetchone()
        if place is None:
            raise ThreadNotFound(after)
    query = _THREADS_DOWN if descending else _THREADS_UP
    (lines,) = connection.execute(query, (owner, *place, min(limit, MAX_LIMIT) + 1)).fetchone()
    return [_split_thread(line) for line in lines.split("\n")] if lines else []


def _split_thread(line: str) -> tuple[str, str]:
    data, _, metadata = line.partition("\t")
    return data, metadata


def load_item(connection: Connection, owner: str, thread_id: str, item_id: str) -> tuple[str, str]:
    """The item's type and data. Raises ThreadNotFound, ItemNotFound."""
    thread = find_thread(connection, owner, thread_id)
    found = connection.execute(
        "SELECT type, data FROM items WHERE thread = ? AND id = ?", (thread, item_id)
    ).fetchone()
    if found is None:
        raise ItemNotFound(thread_id, item_id)
    return found


def save_item(connection: Connection, owner: str, thread_id: str, row: ItemRow) -> None:
    """Replaces the item where it stands, or appends it. Raises ThreadNotFound."""
    values = (*_item_values(row), thread_id, owner)
    if connection.execute(_SAVE_ITEM, values).rowcount == 0:
        raise ThreadNotFound(thread_id)


def add_missing_items(
    connection: Connection, owner: str, thread_id: str, rows: list[ItemRow]
) -> None:
    """Appends the items whose ids the thread does not have."""
    connection.executemany(
        _ADD_MISSING_ITEM, [(*_item_values(row), thread_id, owner) for row in rows]
    )


def delete_item(connection: Connection, owner: str, thread_id: str, item_id: str) -> None:
    """Deletes the item, if there is one. Raises ThreadNotFound."""
    thread = find_thread(connection, owner, thread_id)
    connection.execute("DELETE FROM items WHERE thread = ? AND id = ?", (thread, item_id))


def load_thread_with_items(
    connection: Connection, owner: str, thread_id: str, limit: int
) -> tuple[str, ItemLines]:
    """The thread's data, and up to `limit` + 1 of its first items for clients.

    Raises: ThreadNotFound.
    """
    data, _ = load_thread(connection, owner, thread_id)
    rows = load_items(connection, owner, thread_id, None, limit, descending=False, hidden=False)
    return data, rows


def load_items(
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
    values = (thread_id, owner, int(hidden), after, min(limit, MAX_LIMIT) + 1)
    number, text = connection.execute(query, values).fetchone()
    if number:
        return ItemLines(number, text)
    thread = find_thread(connection, owner, thread_id)
    if after is not None and not _has_item(connection, thread, after):
        raise ItemNotFound(thread_id, after)
    return NO_ITEMS


def load_attachment(connection: Connection, owner: str, attachment_id: str) -> str:
    """The attachment's data. Raises AttachmentNotFound."""
    found = connection.execute(
        "SELECT data FROM attachments WHERE id = ? AND owner = ?", (attachment_id, owner)
    ).fetchone()
    if found is None:
        raise AttachmentNotFound(attachment_id)
    return found[0]


def save_attachment(connection: Connection, owner: str, row: AttachmentRow) -> None:
    """Inserts or replaces the attachment. Raises ThreadNotFound, AttachmentNotFound."""
    if row.thread_id is not None:
        find_thread(connection, owner, row.thread_id)
    values = (row.id, owner, row.thread_id, row.data, microseconds_ago(0))
    if connection.execute(_SAVE_ATTACHMENT, values).rowcount == 0:
        raise AttachmentNotFound(row.id)


def delete_attachment(connection: Connection, owner: str, attachment_id: str) -> None:
    """Deletes the attachment, if there is one. Raises AttachmentNotFound if it is foreign."""
    found = connection.execute(
        "SELECT owner FROM attachments WHERE id = ?", (attachment_id,)
    ).fetchone()
    if found is not None and found[0] != owner:
        raise AttachmentNotFound(attachment_id)
    connection.execute("DELETE FROM attachments WHERE id = ?", (attachment_id,))


def forget_unused(connection: Connection, seconds: float) -> int:
    """Deletes, of all owners, old attachments without a thread; their number."""
    return connection.execute(
        "DELETE FROM attachments WHERE thread_id IS NULL AND saved_at <= ?",
        (microseconds_ago(seconds),),
    ).rowcount


def save_feedback(
    connection: Connection,
    owner: str,
    thread_id: str,
    item_ids: tuple[str, ...],
    kind: FeedbackKind,
) -> None:
    """Keeps the opinion on each item, as the newest. Raises ThreadNotFound, ItemNotFound."""
    thread = find_thread(connection, owner, thread_id)
    for item_id in item_ids:
        if not _has_item(connection, thread, item_id, hidden=False):
            raise ItemNotFound(thread_id, item_id)
    connection.executemany(
        "REPLACE INTO feedback (thread, item_id, kind) VALUES (?, ?, ?)",
        [(thread, item_id, kind) for item_id in item_ids],
    )


def load_feedback(
    connection: Connection, owner: str, thread_id: str
) -> list[tuple[str, FeedbackKind]]:
    """The thread's opinions as (item id, kind), oldest first. Raises ThreadNotFound."""
    thread = find_thread(connection, owner, thread_id)
    return connection.execute(_LOAD_FEEDBACK, (thread,)).fetchall()


def _has_item(connection: Connection, thread: int, item_id: str, *, hidden: bool = True) -> bool:
    """Whether the thread has the item, be it hidden or, if asked so, not."""
    found = connection.execute(
        "SELECT 1 FROM items WHERE thread = ? AND id = ? AND hidden <= ?",
        (thread, item_id, int(hidden)),
    ).fetchone()
    return found is not None


def _item_values(row: ItemRow) -> tuple[Any, ...]:
    return (row.id, row.type, row.created_at, row.hidden, row.wire_ready, row.data)
