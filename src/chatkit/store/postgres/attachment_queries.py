"""The SQL of attachments' records: coroutines of a connection. Each names the owner."""

from typing import Final

from chatkit.errors import AttachmentNotFound
from chatkit.store.rows import AttachmentRow

from .connection import NOW, Connection
from .queries import find_thread
from .text import to_text

_SAVE_ATTACHMENT: Final = f"""
    INSERT INTO attachments (id, owner, thread_id, data, saved_at)
    VALUES ($1, $2, $3, $4, {NOW})
    ON CONFLICT (id) DO UPDATE
    SET thread_id = excluded.thread_id, data = excluded.data, saved_at = excluded.saved_at
    WHERE attachments.owner = excluded.owner
    RETURNING true
"""  # noqa: S608 - made of this package's own words

_FORGET_UNUSED: Final = f"""
    WITH forgotten AS (
        DELETE FROM attachments
        WHERE thread_id IS NULL AND saved_at <= {NOW} - ($1 * 1000000.0)::bigint
        RETURNING 1)
    SELECT count(*) FROM forgotten
"""  # noqa: S608 - made of this module's own words


async def load_attachment(connection: Connection, owner: str, attachment_id: str) -> str:
    """The attachment's data. Raises AttachmentNotFound."""
    query = "SELECT data FROM attachments WHERE id = $1 AND owner = $2"
    found = await connection.fetchval(query, to_text(attachment_id), owner)
    if found is None:
        raise AttachmentNotFound(attachment_id)
    return found


async def save_attachment(connection: Connection, owner: str, row: AttachmentRow) -> None:
    """Inserts or replaces the attachment. Raises ThreadNotFound, AttachmentNotFound."""
    thread = None
    if row.thread_id is not None:
        await find_thread(connection, owner, row.thread_id)
        thread = to_text(row.thread_id)
    if not await connection.fetchval(_SAVE_ATTACHMENT, to_text(row.id), owner, thread, row.data):
        raise AttachmentNotFound(row.id)


async def delete_attachment(connection: Connection, owner: str, attachment_id: str) -> None:
    """Deletes the attachment, if there is one. Raises AttachmentNotFound if it is foreign."""
    name = to_text(attachment_id)
    found = await connection.fetchval("SELECT owner FROM attachments WHERE id = $1", name)
    if found is not None and found != owner:
        raise AttachmentNotFound(attachment_id)
    await connection.execute("DELETE FROM attachments WHERE id = $1", name)


async def forget_unused(connection: Connection, seconds: float) -> int:
    """Deletes, of all owners, old attachments without a thread; their number."""
    return await connection.fetchval(_FORGET_UNUSED, seconds)
