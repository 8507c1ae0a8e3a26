"""Where the bytes of attachments live: a folder of this machine, or object storage.

Above: the server and `chatkit.http`. Below: the store's contracts. Importing this loads no
object storage client; it is loaded when `ObjectAttachmentStore` is first asked for.
"""

from .errors import (
    AlreadyUploaded,
    AttachmentIncomplete,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentTypeRefused,
    LinkInvalid,
    UploadIncomplete,
)
from .limits import DEFAULT_TYPES, AttachmentLimits
from .local import LocalAttachmentStore

__all__ = [
    "DEFAULT_TYPES",
    "AlreadyUploaded",
    "AttachmentIncomplete",
    "AttachmentLimits",
    "AttachmentRefused",
    "AttachmentTooLarge",
    "AttachmentTypeRefused",
    "LinkInvalid",
    "LocalAttachmentStore",
    "UploadIncomplete",
]
