"""What is checked of a file before and after its bytes: its type and size, its message's limits.

Pure functions over the limits; both stores use them.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import AnyUrl

from chatkit.types import (
    Attachment,
    AttachmentUploadDescriptor,
    FileAttachment,
    ImageAttachment,
)

from .errors import AttachmentRefused, AttachmentTooLarge, AttachmentTypeRefused
from .intake import Expected
from .kinds import IMAGE_FORMATS, declared_type
from .limits import AttachmentLimits


def admit(limits: AttachmentLimits, name: str, mime_type: str, size: int | None) -> Expected:
    """What may come in for a file that is declared so. Raises: AttachmentRefused."""
    declared = declared_type(mime_type, name)
    limit = limits.size_of_type(declared)
    if limit is None:
        raise AttachmentTypeRefused(f"files of type {declared} are not taken here")
    if size is not None and size < 0:
        raise AttachmentRefused("`size` must not be negative")
    if size is not None and size > limit:
        raise AttachmentTooLarge(f"{size} bytes are over the limit of {limit} for {declared}")
    return Expected(mime_type=declared, size=size, limit=limit)


def check_unused(limits: AttachmentLimits, count: int) -> None:
    """Raises: AttachmentRefused when an owner has as many unused files as allowed."""
    if count >= limits.unused_files:
        raise AttachmentRefused(
            f"{count} files are in no message yet: send or remove some of them first"
        )


def check_count(limits: AttachmentLimits, attachments: Sequence[Attachment]) -> None:
    """Raises: AttachmentRefused for too many files in one message, or one of them twice."""
    if len(attachments) > limits.files_per_message:
        raise AttachmentRefused(f"a message takes {limits.files_per_message} files at most")
    if len({attachment.id for attachment in attachments}) < len(attachments):
        raise AttachmentRefused("a message takes each file once")


def check_total(limits: AttachmentLimits, sizes: Sequence[int]) -> None:
    """Raises: AttachmentTooLarge when a message's files are too large together."""
    if sum(sizes) > limits.bytes_per_message:
        raise AttachmentTooLarge(
            f"the files of a message may have {limits.bytes_per_message} bytes together"
        )


def describe(
    attachment_id: str,
    name: str,
    mime_type: str,
    *,
    preview_url: str,
    upload: AttachmentUploadDescriptor | None = None,
    metadata: dict[str, Any] | None = None,
) -> Attachment:
    """The attachment as clients see it: an image where there will be a preview, else a file."""
    common: dict[str, Any] = {
        "id": attachment_id,
        "name": name,
        "mime_type": mime_type,
        "upload_descriptor": upload,
        "metadata": metadata,
    }
    if mime_type in IMAGE_FORMATS:
        return ImageAttachment(**common, preview_url=AnyUrl(preview_url))
    return FileAttachment(**common)


__all__ = ["admit", "check_count", "check_total", "check_unused", "describe"]
