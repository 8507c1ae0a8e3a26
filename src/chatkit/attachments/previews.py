"""Makes previews, so that no image can fill the memory. Stands on Pillow; images.py calls it.

An image's header says how large it unpacks; one that is over the limit is refused before a
pixel of it is unpacked. A few kilobytes can stand for gigabytes.
"""

import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from .errors import AttachmentRefused, AttachmentTooLarge
from .kinds import IMAGE_FORMATS
from .limits import AttachmentLimits

_QUALITY: Final = 80
_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def preview(source: Path | bytes, mime_type: str, limits: AttachmentLimits) -> bytes:
    """A small WebP of the image, upright, with none of its metadata: no place, no camera.

    Raises: AttachmentTooLarge for too many pixels; AttachmentRefused for a damaged image.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with Image.open(file, formats=[IMAGE_FORMATS[mime_type]]) as image:
            _check_pixels(image.size, limits.pixels)
            return _shrunk(image, limits.preview_side)
    except AttachmentRefused:
        raise
    except _BOMBS:
        raise _too_many(limits.pixels) from None
    except Exception:  # noqa: BLE001 - decoders raise whatever hostile bytes lead them to
        raise AttachmentRefused("the image is damaged") from None


def _shrunk(image: Image.Image, side: int) -> bytes:
    # `thumbnail` lets the JPEG decoder shrink while it unpacks.
    image.thumbnail((side, side))
    small = _upright(image)
    has_alpha = small.has_transparency_data
    encoded = io.BytesIO()
    # A new image: neither EXIF nor comments nor colour profiles are taken over.
    plain = small.convert("RGBA" if has_alpha else "RGB")
    plain.info.clear()
    plain.save(encoded, "WEBP", quality=_QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    return encoded.getvalue()


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - browsers show images whose metadata is broken, too
        return image


def _check_pixels(size: tuple[int, int], limit: int) -> None:
    if size[0] * size[1] > limit:
        raise _too_many(limit)


def _too_many(limit: int) -> AttachmentTooLarge:
    return AttachmentTooLarge(f"the image has more than {limit} pixels")


__all__ = ["preview"]
