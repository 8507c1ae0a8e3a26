"""The attachments of messages: looked up, kept, served with good links, deleted with their bytes.

What a store does of this beyond the official contract is asked for by protocol; a store that
does none of it is served as before. Above: queries, responses, pages. Below: the contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from chatkit.errors import NotFoundError
from chatkit.store.contract import AttachmentStore, ChecksAttachments, RefreshesAttachments
from chatkit.types import Attachment, ThreadItem, UserMessageItem

if TYPE_CHECKING:
    from .server import ChatKitServer

    Server = ChatKitServer[Any]


async def load_attachments(
    server: Server, attachment_ids: Sequence[str], context: Any
) -> list[Attachment]:
    """The attachments of a message that is about to be sent; nothing is changed.

    Raises: NotFoundError for an unknown or foreign id; AttachmentIncomplete without the bytes;
    what the attachment store refuses.
    """
    found = [await server.store.load_attachment(each, context) for each in attachment_ids]
    if found and isinstance(server.attachment_store, ChecksAttachments):
        await server.attachment_store.check_attachments(found, context)
    return found


async def keep_attachments(server: Server, message: UserMessageItem, context: Any) -> None:
    """Marks a message's attachments as used, and saves them with their thread."""
    kept = message.attachments
    if kept and isinstance(server.attachment_store, ChecksAttachments):
        kept = await server.attachment_store.keep_attachments(kept, context)
    message.attachments = [sent(attachment, message.thread_id) for attachment in kept]
    for attachment in message.attachments:
        await server.store.save_attachment(attachment, context)


def sent(attachment: Attachment, thread_id: str) -> Attachment:
    """The attachment as a message of this thread has it.

    What is sent has been uploaded: the address that took its bytes is served no more.
    """
    return attachment.model_copy(update={"thread_id": thread_id, "upload_descriptor": None})


async def refresh_item(
    item: ThreadItem, files: AttachmentStore[Any] | None, context: Any
) -> ThreadItem:
    """The item as a client may have it now: its attachments with good links, none to upload."""
    if not isinstance(item, UserMessageItem) or not item.attachments:
        return item
    attachments = item.attachments
    if isinstance(files, RefreshesAttachments):
        attachments = [await files.refresh_attachment(each, context) for each in attachments]
    served = [each.model_copy(update={"upload_descriptor": None}) for each in attachments]
    return item.model_copy(update={"attachments": served})


async def delete_attachments(
    server: Server, items: Iterable[ThreadItem], thread_id: str, context: Any
) -> None:
    """Deletes the bytes and records of these items' attachments, unless another thread has them."""
    for item in items:
        if not isinstance(item, UserMessageItem):
            continue
        for attachment in item.attachments:
            if await _is_elsewhere(server, attachment.id, thread_id, context):
                continue
            if server.attachment_store is not None:
                await server.attachment_store.delete_attachment(attachment.id, context)
            await server.store.delete_attachment(attachment.id, context)


async def _is_elsewhere(server: Server, attachment_id: str, thread_id: str, context: Any) -> bool:
    try:
        attachment = await server.store.load_attachment(attachment_id, context)
    except NotFoundError:
        return False
    return attachment.thread_id not in (None, thread_id)


__all__ = ["delete_attachments", "keep_attachments", "load_attachments", "refresh_item", "sent"]
