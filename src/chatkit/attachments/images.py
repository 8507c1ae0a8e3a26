"""Previews of images: one at a time, in a thread, by previews.py."""

from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from .limits import AttachmentLimits

PREVIEW_TYPE: Final = "image/webp"

_unpacking = RunVar[anyio.CapacityLimiter]("chatkit_unpacking")


async def make_preview(source: Path | bytes, mime_type: str, limits: AttachmentLimits) -> bytes:
    """A small WebP of the image, upright, with none of its metadata: no place, no camera.

    Raises: AttachmentTooLarge for too many pixels; AttachmentRefused for a damaged image.
    """
    try:
        one_at_a_time = _unpacking.get()
    except LookupError:
        one_at_a_time = anyio.CapacityLimiter(1)
        _unpacking.set(one_at_a_time)
    return await anyio.to_thread.run_sync(
        _preview, source, mime_type, limits, limiter=one_at_a_time
    )


def _preview(source: Path | bytes, mime_type: str, limits: AttachmentLimits) -> bytes:
    # Loaded with the first image: Pillow takes as long to import as the rest of a small app.
    from .previews import preview

    return preview(source, mime_type, limits)


__all__ = ["PREVIEW_TYPE", "make_preview"]
