"""ObjectAttachmentStore: attachments in S3 and its like, Google Cloud Storage or Azure.

Clients upload to the storage itself; what came is checked before a message may carry it. Needs
the extra `objects`. Above: the server and `chatkit.http`. Below: the bucket, the intake.
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Generic

from pydantic import AnyUrl

from chatkit.errors import AttachmentNotFound
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
from .bucket import Bucket
from .images import PREVIEW_TYPE
from .intake import CONTENT, PREVIEW, Arrived, Intake
from .kinds import IMAGE_FORMATS, is_shown_inline
from .limits import AttachmentLimits
from .names import display_name, owner_key, storage_key
from .signers import Download, Upload
from .uploaded import SIZE, Uploads, object_path

_COLLECT_EVERY_SECONDS: Final = 3600.0


class ObjectAttachmentStore(AttachmentStore[TContext], Generic[TContext]):
    """Keeps attachments in object storage, for each owner apart.

        ObjectAttachmentStore("s3://my-bucket/chat", owner=lambda user: user.id)

    `url` names the bucket and a folder in it: `s3://`, `gs://` or `az://`. Keys and the rest come
    from the environment (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, …), or from `config`,
    `client_options` and `credential_provider`, which are obstore's. `public_endpoint` is where
    clients reach S3 if that is not where this server does.

    Unused files are collected as new ones come, and by `collect_unused`.
    """

    def __init__(
        self,
        url: str,
        *,
        owner: Callable[[TContext], str] = default_owner,
        limits: AttachmentLimits | None = None,
        config: dict[str, Any] | None = None,
        client_options: dict[str, Any] | None = None,
        credential_provider: Callable[[], Any] | None = None,
        public_endpoint: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.limits = limits or AttachmentLimits()
        self._owner: Callable[[TContext], str] = lambda context: owner_name(owner(context))
        self._bucket = Bucket(
            url,
            config=config,
            client_options=client_options,
            credential_provider=credential_provider,
            public_endpoint=public_endpoint,
            clock=clock,
        )
        self._clock = clock
        self._collected = float("-inf")
        self._uploads = Uploads(self._bucket, self.limits)

    async def create_attachment(
        self, input: AttachmentCreateParams, context: TContext
    ) -> Attachment:
        """A new attachment with a link to upload its bytes. Raises: AttachmentRefused."""
        expected = admit(self.limits, input.name, input.mime_type, input.size)
        await self._make_room(context)
        attachment_id = self.generate_attachment_id(expected.mime_type, context)
        key = self._key(attachment_id, context)
        upload = Upload(
            path=object_path("unused", key), size=input.size, mime_type=expected.mime_type
        )
        signer = self._bucket.signer
        descriptor = AttachmentUploadDescriptor(
            url=AnyUrl(await signer.sign_upload(upload, self.limits.upload_seconds)),
            method="PUT",
            headers=signer.upload_headers(upload),
        )
        return await self._describe(
            attachment_id, key, input.name, expected.mime_type, input.size, descriptor
        )

    async def take_file(self, name: str, mime_type: str, context: TContext) -> Intake:
        """Where to write a file that comes to our own app. Raises: AttachmentRefused."""
        expected = admit(self.limits, name, mime_type, None)
        await self._make_room(context)
        attachment_id = self.generate_attachment_id(expected.mime_type, context)
        key = self._key(attachment_id, context)

        async def publish(arrived: Arrived) -> Attachment:
            kind = expected.mime_type
            if kind in IMAGE_FORMATS:
                preview = arrived.folder / PREVIEW
                await self._bucket.write(object_path("unused", key, PREVIEW), preview, PREVIEW_TYPE)
            await self._bucket.write(object_path("unused", key), arrived.folder / CONTENT, kind)
            return await self._describe(attachment_id, key, name, kind, arrived.size, None)

        folder = Path(tempfile.gettempdir()) / f"chatkit-{secrets.token_hex(16)}"
        return Intake(folder, expected, self.limits, publish)

    async def check_attachments(self, attachments: Sequence[Attachment], context: TContext) -> None:
        """Looks at what was uploaded; deletes what is refused.

        Raises: AttachmentIncomplete, AttachmentRefused.
        """
        check_count(self.limits, attachments)
        sizes = [
            await self._uploads.check(attachment, self._key(attachment.id, context))
            for attachment in attachments
        ]
        check_total(self.limits, sizes)

    async def keep_attachments(
        self, attachments: Sequence[Attachment], context: TContext
    ) -> list[Attachment]:
        """The attachments, moved out of reach of the links that uploaded them.

        Raises: AttachmentNotFound; AttachmentRefused for one that was replaced since the check.
        """
        for attachment in attachments:
            await self._uploads.keep(attachment, self._key(attachment.id, context))
        return [await self.refresh_attachment(attachment, context) for attachment in attachments]

    async def refresh_attachment(self, attachment: Attachment, context: TContext) -> Attachment:
        """The attachment of a message as it is served now: with a fresh link, if it is an image."""
        if not isinstance(attachment, ImageAttachment):
            return attachment.model_copy(update={"upload_descriptor": None})
        url = await self._preview_url(self._key(attachment.id, context), attachment.name)
        return attachment.model_copy(update={"upload_descriptor": None, "preview_url": AnyUrl(url)})

    async def read_attachment(self, attachment_id: str, context: TContext) -> bytes:
        """The attachment's bytes, once a message carries it. Raises: AttachmentNotFound."""
        try:
            return await self._bucket.read(object_path("kept", self._key(attachment_id, context)))
        except FileNotFoundError:
            raise AttachmentNotFound(attachment_id) from None

    async def file_url(self, attachment: Attachment, context: TContext) -> str:
        """A link to the file of a message for its owner.

        Raises: NotImplementedError on Google and Azure for all but images and PDF files.
        """
        download = Download(
            path=object_path("kept", self._key(attachment.id, context)),
            name=attachment.name,
            mime_type=attachment.mime_type,
            inline=is_shown_inline(attachment.mime_type),
        )
        return await self._bucket.signer.sign_download(download, self.limits.link_seconds)

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes the attachment's bytes; an unknown or foreign id is no error."""
        await self._uploads.delete(self._key(attachment_id, context))

    @property
    def unused_seconds(self) -> float:
        """How long after its creation an attachment in no message is certainly to be deleted."""
        return self.limits.upload_seconds + self.limits.unused_seconds

    async def collect_unused(self) -> int:
        """Deletes what is in no message and a day old; the number of attachments."""
        self._collected = time.monotonic()
        moment = datetime.fromtimestamp(self._clock(), UTC)
        oldest = moment - timedelta(seconds=self.limits.unused_seconds)
        old = [path for path, changed in await self._bucket.list("unused") if changed <= oldest]
        for path in old:
            await self._bucket.delete(path)
        return sum(path.endswith(f"/{CONTENT}") for path in old)

    async def _make_room(self, context: TContext) -> None:
        if time.monotonic() - self._collected > _COLLECT_EVERY_SECONDS:
            await self.collect_unused()
        listed = await self._bucket.list(f"unused/{owner_key(self._owner(context))}")
        check_unused(self.limits, sum(path.endswith(f"/{CONTENT}") for path, _ in listed))

    def _key(self, attachment_id: str, context: TContext) -> str:
        # A folder for each owner: storage lists folders, not beginnings of names.
        return storage_key(self._owner(context), attachment_id).replace("-", "/")

    async def _describe(
        self,
        attachment_id: str,
        key: str,
        name: str,
        mime_type: str,
        size: int,
        upload: AttachmentUploadDescriptor | None,
    ) -> Attachment:
        shown = display_name(name)
        return describe(
            attachment_id,
            shown,
            mime_type,
            preview_url=await self._preview_url(key, shown),
            upload=upload,
            metadata={SIZE: size},
        )

    async def _preview_url(self, key: str, name: str) -> str:
        download = Download(
            path=object_path("kept", key, PREVIEW),
            name=f"{name}.webp",
            mime_type=PREVIEW_TYPE,
            inline=True,
        )
        return await self._bucket.signer.sign_download(download, self.limits.link_seconds)


__all__ = ["ObjectAttachmentStore"]
