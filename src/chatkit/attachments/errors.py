"""Why a file or a link is refused. All of these are RequestErrors: they have an HTTP status.

RequestError
├── AttachmentIncomplete           409 attachment_incomplete (from chatkit.errors)
├── AttachmentRefused              400 attachment_refused (an InvalidRequest)
│   ├── AttachmentTooLarge         413 attachment_too_large
│   ├── AttachmentTypeRefused      415 attachment_type_refused
│   └── UploadIncomplete           400 upload_incomplete
├── AlreadyUploaded                409 already_uploaded
└── LinkInvalid                    403 link_invalid
"""

from chatkit.errors import AttachmentIncomplete, InvalidRequest, RequestError

__all__ = [
    "AlreadyUploaded",
    "AttachmentIncomplete",
    "AttachmentRefused",
    "AttachmentTooLarge",
    "AttachmentTypeRefused",
    "LinkInvalid",
    "UploadIncomplete",
]


class AttachmentRefused(InvalidRequest):
    """The file is not one that this server takes; the message says why."""

    type = "attachment_refused"


class AttachmentTooLarge(AttachmentRefused):
    """The file, or the picture in it, is over a limit."""

    status = 413
    type = "attachment_too_large"


class AttachmentTypeRefused(AttachmentRefused):
    """The file's type is not allowed, or the file is not what it is declared to be."""

    status = 415
    type = "attachment_type_refused"


class UploadIncomplete(AttachmentRefused):
    """Fewer or more bytes came than were announced, or no file at all; nothing was kept."""

    type = "upload_incomplete"


class AlreadyUploaded(RequestError):
    """The attachment has its bytes; a link to upload works once."""

    status = 409
    type = "already_uploaded"

    def __init__(self, attachment_id: str) -> None:
        super().__init__(f"attachment {attachment_id!r} is uploaded already")
        self.attachment_id = attachment_id


class LinkInvalid(RequestError):
    """The link is not ours, was changed, is for another use, or has expired."""

    status = 403
    type = "link_invalid"

    def __init__(self) -> None:
        # Not told which of them it is: that would help nobody but who tries links out.
        super().__init__("this link is not valid, or not any more")
