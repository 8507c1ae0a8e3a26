"""The requests that are answered at once: read, rename, delete, rate, upload, transcribe.

One function for each type; each gives the JSON of its answer.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from chatkit.errors import InvalidRequest, WrongItem
from chatkit.store.contract import KeepsFeedback
from chatkit.turns.thread_watch import client_thread, plain_metadata
from chatkit.types import (
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    AudioInput,
    BaseReq,
    InputTranscribeReq,
    ItemsFeedbackReq,
    ItemsListReq,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
    TurnsStopReq,
    WidgetItem,
)
from chatkit.wire import encode, encode_page

from .attachments import delete_attachments
from .history import items_backwards
from .pages import page_size
from .resume import load_thread, stop

if TYPE_CHECKING:
    from .server import ChatKitServer

    Server = ChatKitServer[Any]

_EMPTY = b"{}"


async def _list_threads(server: Server, request: ThreadsListReq, context: Any) -> bytes:
    params = request.params
    limit = page_size(params.limit)
    return encode_page(await server.pages.load_threads(limit, params.after, params.order, context))


async def _list_items(server: Server, request: ItemsListReq, context: Any) -> bytes:
    params = request.params
    limit = page_size(params.limit)
    return encode_page(
        await server.pages.load_items(params.thread_id, params.after, limit, params.order, context)
    )


async def _update_thread(server: Server, request: ThreadsUpdateReq, context: Any) -> bytes:
    supervisor = server.supervisor()
    thread_id = request.params.thread_id
    await supervisor.save_late_changes(thread_id)
    async with supervisor.writing_to(thread_id):
        thread = plain_metadata(await server.store.load_thread(thread_id, context))
        await supervisor.titles.give_up(thread_id)
        thread.title = request.params.title
        await server.store.save_thread(thread, context)
    running = supervisor.running_on(thread_id)
    if running is not None:
        # The handler sees the new title, and the readers of its answer are told.
        running.turn.thread.title = thread.title
    return encode(client_thread(thread))


async def _delete_thread(server: Server, request: ThreadsDeleteReq, context: Any) -> bytes:
    thread_id = request.params.thread_id
    await server.store.load_thread(thread_id, context)
    async with server.supervisor().holding(thread_id):
        async for item in items_backwards(server.store, thread_id, context):
            await delete_attachments(server, [item], thread_id, context)
        await server.store.delete_thread(thread_id, context)
        await server.supervisor().log.forget_thread(thread_id)
    return _EMPTY


async def _add_feedback(server: Server, request: ItemsFeedbackReq, context: Any) -> bytes:
    params = request.params
    await server.store.load_thread(params.thread_id, context)
    if isinstance(server.store, KeepsFeedback):
        await server.store.save_feedback(params.thread_id, params.item_ids, params.kind, context)
    await server.add_feedback(params.thread_id, params.item_ids, params.kind, context)
    return _EMPTY


async def _create_attachment(server: Server, request: AttachmentsCreateReq, context: Any) -> bytes:
    files = server.files()
    await server.unused_files.collect_if_due()
    attachment = await files.create_attachment(request.params, context)
    await server.store.save_attachment(attachment, context)
    return encode(attachment)


async def _delete_attachment(server: Server, request: AttachmentsDeleteReq, context: Any) -> bytes:
    files = server.files()
    attachment_id = request.params.attachment_id
    await server.store.load_attachment(attachment_id, context)
    await files.delete_attachment(attachment_id, context)
    await server.store.delete_attachment(attachment_id, context)
    return _EMPTY


async def _transcribe(server: Server, request: InputTranscribeReq, context: Any) -> bytes:
    try:
        # Some encoders break lines.
        data = base64.b64decode("".join(request.params.audio_base64.split()), validate=True)
    except ValueError as error:
        raise InvalidRequest(f"`audio_base64` is not base64: {error}") from None
    audio = AudioInput(data=data, mime_type=request.params.mime_type)
    return encode(await server.transcribe(audio, context))


async def _sync_action(server: Server, request: ThreadsSyncCustomActionReq, context: Any) -> bytes:
    params = request.params
    thread = await server.store.load_thread(params.thread_id, context)
    sender = None
    if params.item_id is not None:
        sender = await server.store.load_item(params.thread_id, params.item_id, context)
        if not isinstance(sender, WidgetItem):
            raise WrongItem(params.item_id, "a widget")
    return encode(await server.sync_action(thread, params.action, sender, context))


QUERIES: dict[type[BaseReq], Callable[[Server, Any, Any], Awaitable[bytes]]] = {
    ThreadsGetByIdReq: load_thread,
    ThreadsListReq: _list_threads,
    ItemsListReq: _list_items,
    ThreadsUpdateReq: _update_thread,
    ThreadsDeleteReq: _delete_thread,
    ItemsFeedbackReq: _add_feedback,
    AttachmentsCreateReq: _create_attachment,
    AttachmentsDeleteReq: _delete_attachment,
    InputTranscribeReq: _transcribe,
    ThreadsSyncCustomActionReq: _sync_action,
    TurnsStopReq: stop,
}
"""The operation for each request type that does not stream."""
