"""What clients uploaded to a bucket: judged before it is used, then moved out of their reach.

    unused/<owner>/<key>/content    where a link to upload leads
    kept/<owner>/<key>/content      what a message carries
    …/preview                       the small picture of an image

Stands on the bucket, the sniffer and the previews.
"""

from __future__ import annotations

from typing import Final, Literal

import anyio.to_thread

from chatkit.errors import AttachmentIncomplete, AttachmentNotFound
from chatkit.types import Attachment

from .admission import admit
from .bucket import Bucket, Stored
from .errors import AttachmentRefused, AttachmentTypeRefused, UploadIncomplete
from .images import PREVIEW_TYPE, make_preview
from .intake import CONTENT, PREVIEW
from .kinds import IMAGE_FORMATS
from .limits import AttachmentLimits
from .sniff import Sniffer

SIZE: Final = "chatkit.size"
"""Where an attachment's metadata has the announced size."""
_REMEMBERED: Final = 10_000

Place = Literal["unused", "kept"]


def object_path(place: Place, key: str, part: str = CONTENT) -> str:
    """Where an object of an attachment is."""
    return f"{place}/{key}/{part}"


class Uploads:
    """The attachments in one bucket, from the upload on."""

    def __init__(self, bucket: Bucket, limits: AttachmentLimits) -> None:
        self._bucket = bucket
        self._limits = limits
        self._checked: dict[str, str | None] = {}

    async def check(self, attachment: Attachment, key: str) -> int:
        """Judges what was uploaded and tells its size; what is refused is deleted.

        Raises: AttachmentIncomplete, AttachmentRefused.
        """
        found = await self._bucket.find(object_path("unused", key))
        if found is None:
            kept = await self._bucket.find(object_path("kept", key))
            if kept is None:
                raise AttachmentIncomplete(attachment.id)
            return kept.size
        try:
            await self._judge(attachment, key, found)
        except AttachmentRefused:
            await self._delete("unused", key)
            raise
        except FileNotFoundError:
            raise AttachmentIncomplete(attachment.id) from None
        while len(self._checked) >= _REMEMBERED:
            del self._checked[next(iter(self._checked))]
        self._checked[key] = found.mark
        return found.size

    async def keep(self, attachment: Attachment, key: str) -> None:
        """Moves the attachment to where no link to upload leads; once is enough.

        Raises: AttachmentNotFound; AttachmentRefused for bytes that were replaced by others.
        """
        found = await self._bucket.find(object_path("unused", key))
        if found is None:
            if await self._bucket.find(object_path("kept", key)) is None:
                raise AttachmentNotFound(attachment.id)
            return
        try:
            # A link to upload works until it ends: these may not be the bytes that were checked.
            if found.mark is None or self._checked.pop(key, None) != found.mark:
                await self._judge(attachment, key, found)
            if attachment.mime_type in IMAGE_FORMATS:
                await self._move_copy(key, PREVIEW)
            await self._move_copy(key, CONTENT)
        except FileNotFoundError:
            raise AttachmentNotFound(attachment.id) from None
        await self._delete("unused", key)

    async def delete(self, key: str) -> None:
        """Deletes all that there is of an attachment."""
        await self._delete("unused", key)
        await self._delete("kept", key)

    async def _judge(self, attachment: Attachment, key: str, found: Stored) -> None:
        """Raises: AttachmentRefused, FileNotFoundError."""
        kind = attachment.mime_type
        announced = (attachment.metadata or {}).get(SIZE, found.size)
        admit(self._limits, attachment.name, kind, found.size)
        if found.size != announced:
            raise UploadIncomplete(f"{announced} bytes were announced, {found.size} came")
        if found.mime_type != kind:
            raise AttachmentTypeRefused(f"the file was to be uploaded as {kind}")
        path = object_path("unused", key)
        if kind in IMAGE_FORMATS:
            await self._judge_image(kind, key, await self._bucket.read(path))
            return
        sniffer = Sniffer()
        for piece in await self._bucket.read_ends(path, found.size):
            sniffer.feed(piece)
        sniffer.check(kind)

    async def _judge_image(self, kind: str, key: str, content: bytes) -> None:
        sniffer = Sniffer()
        await anyio.to_thread.run_sync(sniffer.feed, content)
        sniffer.check(kind)
        small = await make_preview(content, kind, self._limits)
        await self._bucket.write(object_path("unused", key, PREVIEW), small, PREVIEW_TYPE)

    async def _move_copy(self, key: str, part: str) -> None:
        await self._bucket.copy(object_path("unused", key, part), object_path("kept", key, part))

    async def _delete(self, place: Place, key: str) -> None:
        for part in (CONTENT, PREVIEW):
            await self._bucket.delete(object_path(place, key, part))


__all__ = ["SIZE", "Uploads", "object_path"]
