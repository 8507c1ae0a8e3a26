"""Where the bytes of attachments live: a folder of this machine, or object storage.

Above: the server and `chatkit.http`. Below: the store's contracts. Importing this loads no
object storage client; it is loaded when `ObjectAttachmentStore` is first asked for.
"""

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from .objects import ObjectAttachmentStore


def __getattr__(name: str) -> Any:
    if name == "ObjectAttachmentStore":
        try:
            from .objects import ObjectAttachmentStore
        except ModuleNotFoundError as error:
            raise ImportError(
                "object storage needs an extra: "
                f'pip install "chatkit-selfhosted[objects]" ({error})'
            ) from error
        return ObjectAttachmentStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
    "ObjectAttachmentStore",
    "UploadIncomplete",
]
