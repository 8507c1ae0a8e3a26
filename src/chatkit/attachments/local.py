"""LocalAttachmentStore: attachments in a folder of this machine, uploaded to our own app.

Above: the server and `chatkit.http`. Below: the folder, the intake, the links.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Generic
from urllib.parse import quote

import anyio
from pydantic import AnyUrl

from chatkit.errors import AttachmentIncomplete, AttachmentNotFound
from chatkit.store.contract import AttachmentStore, TContext
from chatkit.store.owners import default_owner
from chatkit.store.rows import owner_name
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    ImageAttachment,
)

from .admission import admit, check_count, check_total, check_unused, describe
from .contract import StoredFile, UploadMethod
from .disk import in_thread
from .errors import AlreadyUploaded, AttachmentRefused, LinkInvalid
from .folder import Folder, Record
from .images import PREVIEW_TYPE
from .intake import CONTENT, PREVIEW, Arrived, Expected, Intake
from .kinds import is_shown_inline
from .limits import AttachmentLimits
from .links import Link, Links, Use, load_secret, public_url
from .names import display_name, owner_key, storage_key

_COLLECT_EVERY_SECONDS: Final = 3600.0


class LocalAttachmentStore(AttachmentStore[TContext], Generic[TContext]):
    """Keeps attachments in `folder`, for each owner apart; may be shared by several processes.

    `owner` names the user of a context; without it there is one user, "local". `base_url` is the
    public address of the endpoint, such as `https://example.com/chatkit`: without it, links lead
    to where the request came in, which only `chatkit.http` knows. `key` signs the links; without
    it, a key is kept in the folder.

    Unused files are collected as new ones come, and by `collect_unused`.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        owner: Callable[[TContext], str] = default_owner,
        limits: AttachmentLimits | None = None,
        base_url: str | None = None,
        upload_method: UploadMethod = "POST",
        key: bytes | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits or AttachmentLimits()
        self._owner: Callable[[TContext], str] = lambda context: owner_name(owner(context))
        self._folder = Folder(Path(folder))
        self._base_url = base_url.rstrip("/") if base_url is not None else None
        self._upload_method: UploadMethod = upload_method
        self._links = Links(key or load_secret(self._folder.root / "key"), clock=clock)
        self._collected = float("-inf")

    async def create_attachment(
        self, input: AttachmentCreateParams, context: TContext
    ) -> Attachment:
        """A new attachment with a link to upload its bytes. Raises: AttachmentRefused."""
        expected = admit(self.limits, input.name, input.mime_type, input.size)
        attachment_id = self.generate_attachment_id(expected.mime_type, context)
        key = self._key(attachment_id, context)
        record = _record(attachment_id, input.name, expected)
        await self._make_room(context)
        await self._add(key, record)
        link = Link(attachment_id=attachment_id, key=key, use=self._upload_method)
        token = self._links.make(link, self.limits.upload_seconds)
        upload = AttachmentUploadDescriptor(
            url=AnyUrl(f"{self._base()}/uploads/{token}"), method=self._upload_method
        )
        return self._describe(key, record, upload)

    async def take_file(self, name: str, mime_type: str, context: TContext) -> Intake:
        """Where to write a file that comes without announcement. Raises: AttachmentRefused."""
        expected = admit(self.limits, name, mime_type, None)
        await self._make_room(context)
        attachment_id = self.generate_attachment_id(expected.mime_type, context)
        key = self._key(attachment_id, context)
        record = _record(attachment_id, name, expected)

        async def publish(arrived: Arrived) -> Attachment:
            await self._add(key, record, arrived)
            return self._describe(key, record, None)

        return Intake(self._folder.incoming(), expected, self.limits, publish)

    async def take_upload(self, token: str, method: UploadMethod) -> Intake:
        """Where to write the bytes of the attachment that this token is for.

        Raises: LinkInvalid, AlreadyUploaded, AttachmentNotFound.
        """
        link = self._links.read(token, frozenset[Use]({method}))
        record = await self._record(link)
        if await in_thread(self._folder.is_complete, link.key):
            raise AlreadyUploaded(record.id)
        expected = admit(self.limits, record.name, record.mime_type, record.size)

        async def publish(arrived: Arrived) -> Attachment:
            await in_thread(self._folder.publish, link.key, record.id, arrived.folder)
            return self._describe(link.key, record, None)

        return Intake(self._folder.incoming(), expected, self.limits, publish)

    async def check_attachments(self, attachments: Sequence[Attachment], context: TContext) -> None:
        """Raises: AttachmentIncomplete, AttachmentRefused, AttachmentNotFound."""
        check_count(self.limits, attachments)
        sizes: list[int] = []
        for attachment in attachments:
            key = self._key(attachment.id, context)
            await self._record(Link(attachment_id=attachment.id, key=key, use="file"))
            try:
                sizes.append(await in_thread(self._folder.size, key))
            except FileNotFoundError:
                raise AttachmentIncomplete(attachment.id) from None
        check_total(self.limits, sizes)

    async def keep_attachments(
        self, attachments: Sequence[Attachment], context: TContext
    ) -> list[Attachment]:
        """The attachments, which are collected no more. Raises: AttachmentNotFound."""
        for attachment in attachments:
            try:
                await in_thread(self._folder.keep, self._key(attachment.id, context))
            except FileNotFoundError:
                raise AttachmentNotFound(attachment.id) from None
        return [await self.refresh_attachment(attachment, context) for attachment in attachments]

    async def refresh_attachment(self, attachment: Attachment, context: TContext) -> Attachment:
        """The attachment of a message as it is served now: with a fresh link, if it is an image."""
        if not isinstance(attachment, ImageAttachment):
            return attachment.model_copy(update={"upload_descriptor": None})
        url = self._file_url(attachment.id, self._key(attachment.id, context), "preview")
        return attachment.model_copy(update={"upload_descriptor": None, "preview_url": AnyUrl(url)})

    async def read_attachment(self, attachment_id: str, context: TContext) -> bytes:
        """The attachment's bytes. Raises: AttachmentNotFound, also while they have not come."""
        key = self._key(attachment_id, context)
        return await in_thread(self._read, attachment_id, key)

    async def file_url(self, attachment: Attachment, context: TContext) -> str:
        """A link to the file for its owner, good for an hour at most.

        Raises: AttachmentNotFound.
        """
        key = self._key(attachment.id, context)
        await self._record(Link(attachment_id=attachment.id, key=key, use="file"))
        return self._file_url(attachment.id, key, "file")

    async def open_file(self, attachment_id: str, token: str) -> StoredFile:
        """The file or preview that this token is for. Raises: LinkInvalid, AttachmentNotFound."""
        link = self._links.read(token, frozenset[Use]({"file", "preview"}))
        if link.attachment_id != attachment_id:
            raise LinkInvalid
        record = await self._record(link)
        descriptor = await in_thread(self._open, link)
        mime_type = PREVIEW_TYPE if link.use == "preview" else record.mime_type
        return StoredFile(
            descriptor=descriptor,
            name=f"{record.name}.webp" if link.use == "preview" else record.name,
            mime_type=mime_type,
            inline=is_shown_inline(mime_type),
            version=f"{link.key}-{link.use}",
            seconds_left=self._links.seconds_left(token),
        )

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes the attachment and its bytes; an unknown or foreign id is no error."""
        await in_thread(self._folder.remove, self._key(attachment_id, context))

    @property
    def unused_seconds(self) -> float:
        """How long after its creation an attachment in no message is certainly to be deleted."""
        return self.limits.upload_seconds + self.limits.unused_seconds

    async def collect_unused(self) -> int:
        """Deletes what is in no message and a day old; the number of attachments."""
        self._collected = time.monotonic()
        return await in_thread(self._folder.collect, self.limits.unused_seconds)

    async def _add(self, key: str, record: Record, arrived: Arrived | None = None) -> None:
        try:
            await in_thread(self._folder.add, key, record)
            if arrived is not None:
                await in_thread(self._folder.publish, key, record.id, arrived.folder)
        except FileExistsError:
            raise AttachmentRefused(f"there is an attachment {record.id!r} already") from None
        except BaseException:
            # Half an attachment, of which nobody will ever hear.
            with anyio.CancelScope(shield=True):
                await in_thread(self._folder.remove, key)
            raise

    async def _make_room(self, context: TContext) -> None:
        if time.monotonic() - self._collected > _COLLECT_EVERY_SECONDS:
            await self.collect_unused()
        owner = owner_key(self._owner(context))
        check_unused(self.limits, await in_thread(self._folder.count_unused, owner))

    async def _record(self, link: Link) -> Record:
        try:
            return await in_thread(self._folder.load, link.key)
        except FileNotFoundError:
            raise AttachmentNotFound(link.attachment_id) from None

    def _key(self, attachment_id: str, context: TContext) -> str:
        return storage_key(self._owner(context), attachment_id)

    def _open(self, link: Link) -> int:
        try:
            return self._folder.open(link.key, PREVIEW if link.use == "preview" else CONTENT)
        except FileNotFoundError:
            raise AttachmentNotFound(link.attachment_id) from None

    def _read(self, attachment_id: str, key: str) -> bytes:
        link = Link(attachment_id=attachment_id, key=key, use="file")
        with os.fdopen(self._open(link), "rb") as file:
            return file.read()

    def _describe(
        self, key: str, record: Record, upload: AttachmentUploadDescriptor | None
    ) -> Attachment:
        return describe(
            record.id,
            record.name,
            record.mime_type,
            preview_url=self._file_url(record.id, key, "preview"),
            upload=upload,
        )

    def _file_url(self, attachment_id: str, key: str, use: Use) -> str:
        link = Link(attachment_id=attachment_id, key=key, use=use)
        token = self._links.make_steady(link, self.limits.link_seconds)
        return f"{self._base()}/files/{quote(attachment_id, safe='')}?token={token}"

    def _base(self) -> str:
        base = self._base_url or public_url.get()
        if base is None:
            raise RuntimeError(
                "where this server can be reached is not known: give LocalAttachmentStore a "
                "base_url, such as https://example.com/chatkit, or serve it with chatkit.http"
            )
        return base


def _record(attachment_id: str, name: str, expected: Expected) -> Record:
    return Record(
        id=attachment_id,
        name=display_name(name),
        mime_type=expected.mime_type,
        size=expected.size,
    )


__all__ = ["LocalAttachmentStore"]
