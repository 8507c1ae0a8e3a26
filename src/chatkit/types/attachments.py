"""Files and images that people send, and how their bytes are to be uploaded."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chatkit.types.base import MetadataModel, WireModel
from chatkit.types.elsewhere import AnyUrl

__all__ = [
    "Attachment",
    "AttachmentBase",
    "AttachmentCreateParams",
    "AttachmentDeleteParams",
    "AttachmentUploadDescriptor",
    "FileAttachment",
    "ImageAttachment",
]


class AttachmentCreateParams(WireModel):
    """What the page says of a file before it uploads it; `size` in bytes."""

    name: str
    size: int
    mime_type: str


class AttachmentDeleteParams(WireModel):
    """The attachment that the person took out of the message again."""

    attachment_id: str


class AttachmentUploadDescriptor(WireModel):
    """Where the page sends the bytes: as a form with POST, as they are with PUT."""

    url: AnyUrl
    method: Literal["POST", "PUT"]
    headers: dict[str, str] = Field(default_factory=dict)


class AttachmentBase(MetadataModel):
    """What is known of an attachment.

    `upload_descriptor` is there until the bytes are; `thread_id` once the message is sent.
    `metadata` is the host's own: with the context `{"exclude_metadata": True}` it is left out.
    """

    id: str
    name: str
    mime_type: str
    upload_descriptor: AttachmentUploadDescriptor | None = None
    thread_id: str | None = None
    metadata: dict[str, Any] | None = None


class FileAttachment(AttachmentBase):
    """Any file."""

    type: Literal["file"] = "file"


class ImageAttachment(AttachmentBase):
    """An image, shown from `preview_url`."""

    type: Literal["image"] = "image"
    preview_url: AnyUrl


Attachment = Annotated[FileAttachment | ImageAttachment, Field(discriminator="type")]
