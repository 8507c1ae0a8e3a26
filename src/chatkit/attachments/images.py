"""Previews of images, made so that no image can fill the memory. Stands on Pillow.

An image's header says how large it unpacks; one that is over the limit is refused before a
pixel of it is unpacked. A few kilobytes can stand for gigabytes.
"""

import io
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import AttachmentRefused, AttachmentTooLarge
from .kinds import IMAGE_FORMATS
from .limits import AttachmentLimits

PREVIEW_TYPE: Final = "image/webp"
_QUALITY: Final = 80
_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow's decoders raise for a damaged file, by its documentation and by experience.
_DAMAGED: Final = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    KeyError,
    EOFError,
    TypeError,
)
_unpacking = RunVar[anyio.CapacityLimiter]("chatkit_unpacking")


async def make_preview(source: Path | bytes, mime_type: str, limits: AttachmentLimits) -> bytes:
    """A small WebP of the image, upright, with none of its metadata: no place, no camera.

    Images are unpacked one at a time, in a thread.
    Raises: AttachmentTooLarge for too many pixels; AttachmentRefused for a damaged image.
    """
    try:
        one_at_a_time = _unpacking.get()
    except LookupError:
        one_at_a_time = anyio.CapacityLimiter(1)
        _unpacking.set(one_at_a_time)
    return await anyio.to_thread.run_sync(preview, source, mime_type, limits, limiter=one_at_a_time)


def preview(source: Path | bytes, mime_type: str, limits: AttachmentLimits) -> bytes:
    """Like `make_preview`, in this thread."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with Image.open(file, formats=[IMAGE_FORMATS[mime_type]]) as image:
            _check_pixels(image.size, limits.pixels)
            return _shrunk(image, limits.preview_side)
    except AttachmentRefused:
        raise
    except _BOMBS:
        raise _too_many(limits.pixels) from None
    except _DAMAGED:
        raise AttachmentRefused("the image is damaged") from None


def _shrunk(image: Image.Image, side: int) -> bytes:
    # `thumbnail` lets the JPEG decoder shrink while it unpacks.
    image.thumbnail((side, side))
    small = ImageOps.exif_transpose(image)
    has_alpha = small.has_transparency_data
    encoded = io.BytesIO()
    # A new image: neither EXIF nor comments nor colour profiles are taken over.
    plain = small.convert("RGBA" if has_alpha else "RGB")
    plain.info.clear()
    plain.save(encoded, "WEBP", quality=_QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    return encoded.getvalue()


def _check_pixels(size: tuple[int, int], limit: int) -> None:
    if size[0] * size[1] > limit:
        raise _too_many(limit)


def _too_many(limit: int) -> AttachmentTooLarge:
    return AttachmentTooLarge(f"the image has more than {limit} pixels")


__all__ = ["PREVIEW_TYPE", "make_preview", "preview"]
