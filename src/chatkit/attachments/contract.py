"""What an attachment store can do for `chatkit.http`: take bytes in, and hand them out by link.

A store of your own may do so too; neither is needed to be an AttachmentStore.
"""

import os
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import anyio.to_thread

from .intake import Intake

UploadMethod = Literal["POST", "PUT"]


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """A file that is open for reading; close it. It may be deleted meanwhile and stays whole."""

    descriptor: int
    name: str
    mime_type: str
    inline: bool
    """Whether a browser may show it; otherwise it is only saved."""
    version: str
    """The same for the same bytes, and for no others of this attachment."""
    seconds_left: int
    """How long the link lasts that it was opened by."""

    @property
    def size(self) -> int:
        """Its bytes."""
        return os.fstat(self.descriptor).st_size

    async def read(self, start: int, count: int) -> bytes:
        """Up to so many bytes from there on; none at the end."""
        return await anyio.to_thread.run_sync(self._read, start, count)

    def _read(self, start: int, count: int) -> bytes:
        os.lseek(self.descriptor, start, os.SEEK_SET)
        return os.read(self.descriptor, count)

    def close(self) -> None:
        """Closes the file; once more does nothing."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


@runtime_checkable
class TakesFiles(Protocol):
    """A store that takes a file from a signed-in user in one step: the direct strategy."""

    async def take_file(self, name: str, mime_type: str, context: Any) -> Intake:
        """Where to write the file. Raises: AttachmentRefused."""
        ...


@runtime_checkable
class ServesLinks(Protocol):
    """A store whose links lead to `chatkit.http`: the two-phase strategy, and downloads."""

    async def take_upload(self, token: str, method: UploadMethod) -> Intake:
        """Where to write the bytes of an attachment that was created before.

        Raises: LinkInvalid, AlreadyUploaded, AttachmentNotFound.
        """
        ...

    async def open_file(self, attachment_id: str, token: str) -> StoredFile:
        """The file, or its preview, for a link that allows it.

        Raises: LinkInvalid; AttachmentNotFound also while its bytes have not come.
        """
        ...


__all__ = ["ServesLinks", "StoredFile", "TakesFiles", "UploadMethod"]
