"""A file that is coming in: written to the disk as it comes, judged while it is written.

Never more than a megabyte of it is in memory. Stands on sniff.py and images.py; the stores say
where the finished file goes.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

import anyio

from chatkit.types import Attachment

from .disk import in_thread, open_new, remove_tree, sync_folder, write_all, write_new_file
from .errors import AttachmentTooLarge, UploadIncomplete
from .images import make_preview
from .kinds import IMAGE_FORMATS
from .limits import AttachmentLimits
from .sniff import Sniffer

_BUFFER_BYTES: Final = 1024 * 1024

CONTENT: Final = "content"
PREVIEW: Final = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is to come in. `size` is exact where it was announced; `limit` holds in any case."""

    mime_type: str
    size: int | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A whole file: `content`, and `preview` if it is an image, safe on the disk in a folder."""

    folder: Path
    size: int


class Intake:
    """Takes one file in.

        async with await store.take_upload(token, "PUT") as intake:
            async for piece in body:
                await intake.write(piece)
            attachment = await intake.finish()

    What is not finished, for whatever reason, leaves nothing behind.
    """

    def __init__(
        self,
        folder: Path,
        expected: Expected,
        limits: AttachmentLimits,
        publish: Callable[[Arrived], Awaitable[Attachment]],
    ) -> None:
        """`folder` must not exist; `publish` moves what is in it to where it belongs."""
        self.expected = expected
        self._folder = folder
        self._limits = limits
        self._publish = publish
        self._sniffer = Sniffer()
        self._size = 0
        self._buffer = bytearray()
        self._descriptor = -1

    async def __aenter__(self) -> Intake:
        try:
            await in_thread(self._open)
        except BaseException:
            await self._leave()
            raise
        return self

    async def write(self, piece: bytes) -> None:
        """Takes the next piece.

        Raises: AttachmentTooLarge, UploadIncomplete as soon as it is too much.
        """
        self._size += len(piece)
        self._check_size()
        self._buffer += piece
        if len(self._buffer) >= _BUFFER_BYTES:
            await self._flush()

    async def finish(self) -> Attachment:
        """Judges the file and puts it where it belongs; the attachment, complete.

        Raises: AttachmentRefused for what it is; AlreadyUploaded; AttachmentNotFound when it was
        deleted in the meantime.
        """
        expected = self.expected
        if expected.size is not None and self._size != expected.size:
            raise UploadIncomplete(f"{expected.size} bytes were announced, {self._size} came")
        await self._flush()
        self._sniffer.check(expected.mime_type)
        if expected.mime_type in IMAGE_FORMATS:
            content = self._folder / CONTENT
            small = await make_preview(content, expected.mime_type, self._limits)
            await in_thread(write_new_file, self._folder / PREVIEW, small)
        await in_thread(self._make_safe)
        return await self._publish(Arrived(folder=self._folder, size=self._size))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._leave()

    async def _leave(self) -> None:
        # The client may be gone and its task cancelled: what it left must go all the same.
        with anyio.CancelScope(shield=True):
            await in_thread(self._end)

    def _open(self) -> None:
        self._folder.mkdir(mode=0o700)
        self._descriptor = open_new(self._folder / CONTENT)

    def _check_size(self) -> None:
        expected = self.expected
        if self._size > expected.limit:
            raise AttachmentTooLarge(f"the file is over the limit of {expected.limit} bytes")
        if expected.size is not None and self._size > expected.size:
            raise UploadIncomplete(f"{expected.size} bytes were announced, and more came")

    async def _flush(self) -> None:
        piece, self._buffer = bytes(self._buffer), bytearray()
        await in_thread(self._take, piece)

    def _take(self, piece: bytes) -> None:
        self._sniffer.feed(piece)
        write_all(self._descriptor, piece)

    def _make_safe(self) -> None:
        os.fsync(self._descriptor)
        sync_folder(self._folder)

    def _end(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        remove_tree(self._folder)  # gone already if it was published


__all__ = ["CONTENT", "PREVIEW", "Arrived", "Expected", "Intake"]
