"""What is asked of a server and answered at once: read, rename, delete, rate, upload, transcribe.

Below: the transport and the decoding. Above: the client, which adds what streams.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterable
from typing import Any, Literal

from chatkit.actions import Action
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentDeleteParams,
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    BaseReq,
    FeedbackKind,
    InputTranscribeParams,
    InputTranscribeReq,
    ItemFeedbackParams,
    ItemsFeedbackReq,
    ItemsListParams,
    ItemsListReq,
    Page,
    Thread,
    ThreadCustomActionParams,
    ThreadDeleteParams,
    ThreadGetByIdParams,
    ThreadItem,
    ThreadListParams,
    ThreadResponse,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsSyncCustomActionReq,
    ThreadsUpdateReq,
    ThreadUpdateParams,
    TurnsStopParams,
    TurnsStopReq,
)

from . import decode
from .transport import Transport

Order = Literal["asc", "desc"]

_PAGE = 100
_MAX_DOWNLOAD_BYTES = 50 * 1024 * 1024


class Queries:
    """The requests that do not stream. All raise ApiError, ConnectionLost, UnexpectedReply."""

    def __init__(self, transport: Transport, *, announces_resume: bool) -> None:
        self._transport = transport
        self._metadata: dict[str, object] = {"chatkit.resume": True} if announces_resume else {}

    async def act_sync(
        self, thread_id: str, action: Action[str, Any], *, item_id: str | None = None
    ) -> ThreadItem | None:
        """Sends an action that is answered at once; the item that it changed, if any."""
        params = ThreadCustomActionParams(thread_id=thread_id, item_id=item_id, action=action)
        return decode.decode_action_reply(
            await self._call(ThreadsSyncCustomActionReq(params=params))
        )

    async def stop(self, turn_id: str) -> None:
        """Stops a turn; what it has said so far is kept. A turn that is over stays as it is."""
        await self._call(TurnsStopReq(params=TurnsStopParams(turn_id=turn_id)))

    async def threads(
        self, limit: int | None = None, after: str | None = None, order: Order = "desc"
    ) -> Page[Thread]:
        """A page of the person's threads, without their items."""
        params = ThreadListParams(limit=limit, after=after, order=order)
        return decode.decode_threads(await self._call(ThreadsListReq(params=params)))

    async def all_threads(self, order: Order = "desc") -> AsyncIterator[Thread]:
        """All of the person's threads, page by page."""
        after: str | None = None
        while True:
            page = await self.threads(_PAGE, after, order)
            for thread in page.data:
                yield thread
            if not page.has_more or page.after in (None, after):
                return
            after = page.after

    async def thread(self, thread_id: str) -> ThreadResponse:
        """A thread with its first items, and its running turn if it has one."""
        request = ThreadsGetByIdReq(params=ThreadGetByIdParams(thread_id=thread_id))
        return decode.decode_thread(await self._call(request))

    async def items(
        self,
        thread_id: str,
        limit: int | None = None,
        after: str | None = None,
        order: Order = "desc",
    ) -> Page[ThreadItem]:
        """A page of a thread's items."""
        params = ItemsListParams(thread_id=thread_id, limit=limit, after=after, order=order)
        return decode.decode_items(await self._call(ItemsListReq(params=params)))

    async def all_items(
        self, thread_id: str, after: str | None = None, order: Order = "asc"
    ) -> AsyncIterator[ThreadItem]:
        """All items of a thread, page by page, or those behind the cursor `after`."""
        while True:
            page = await self.items(thread_id, _PAGE, after, order)
            for item in page.data:
                yield item
            if not page.has_more or page.after in (None, after):
                return
            after = page.after

    async def load(self, thread_id: str) -> tuple[ThreadResponse, list[ThreadItem]]:
        """A thread and all of its items."""
        thread = await self.thread(thread_id)
        items = list(thread.items.data)
        if thread.items.has_more:
            items += [item async for item in self.all_items(thread_id, thread.items.after)]
        return thread, items

    async def rename(self, thread_id: str, title: str) -> Thread:
        """Gives a thread another title."""
        params = ThreadUpdateParams(thread_id=thread_id, title=title)
        return decode.decode_thread(await self._call(ThreadsUpdateReq(params=params)))

    async def delete(self, thread_id: str) -> None:
        """Deletes a thread and all that belongs to it."""
        await self._call(ThreadsDeleteReq(params=ThreadDeleteParams(thread_id=thread_id)))

    async def feedback(self, thread_id: str, item_ids: Iterable[str], kind: FeedbackKind) -> None:
        """Hands in a thumb up or down for these items."""
        params = ItemFeedbackParams(thread_id=thread_id, item_ids=list(item_ids), kind=kind)
        await self._call(ItemsFeedbackReq(params=params))

    async def create_attachment(self, name: str, size: int, mime_type: str) -> Attachment:
        """Announces a file of `size` bytes; the answer says where its bytes go."""
        params = AttachmentCreateParams(name=name, size=size, mime_type=mime_type)
        return decode.decode_attachment(await self._call(AttachmentsCreateReq(params=params)))

    async def upload(self, name: str, data: bytes, mime_type: str) -> Attachment:
        """Announces a file and uploads it, ready to be sent with a message.

        Raises: UploadFailed.
        """
        attachment = await self.create_attachment(name, len(data), mime_type)
        if attachment.upload_descriptor is not None:
            await self._transport.upload(attachment.upload_descriptor, name, data, mime_type)
        return attachment

    async def delete_attachment(self, attachment_id: str) -> None:
        """Deletes an attachment that was not sent."""
        params = AttachmentDeleteParams(attachment_id=attachment_id)
        await self._call(AttachmentsDeleteReq(params=params))

    async def transcribe(self, audio: bytes, mime_type: str) -> str:
        """The text of a recording."""
        params = InputTranscribeParams(
            audio_base64=base64.b64encode(audio).decode(), mime_type=mime_type
        )
        return decode.decode_transcription(await self._call(InputTranscribeReq(params=params)))

    async def download(self, url: str) -> bytes:
        """The bytes at a URL that the server named, up to 50 MiB; no header of ours is sent."""
        return await self._transport.download(url, _MAX_DOWNLOAD_BYTES)

    async def _call(self, request: BaseReq) -> bytes:
        return await self._transport.call(self._announcing(request))

    def _announcing(self, request: BaseReq) -> BaseReq:
        request.metadata.update(self._metadata)
        return request


__all__ = ["Order", "Queries"]
