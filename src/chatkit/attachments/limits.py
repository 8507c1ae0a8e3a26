"""What a server takes: types, sizes, counts, pixels, and how long links and unused files last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

MIB: Final = 1024 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

DEFAULT_TYPES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "image/png": 20 * MIB,
        "image/jpeg": 20 * MIB,
        "image/gif": 20 * MIB,
        "image/webp": 20 * MIB,
        "image/svg+xml": 5 * MIB,
        "text/*": 20 * MIB,
        "application/json": 20 * MIB,
        "application/x-ndjson": 20 * MIB,
        "application/xml": 20 * MIB,
        "application/yaml": 20 * MIB,
        "application/toml": 20 * MIB,
        "application/javascript": 20 * MIB,
        "application/sql": 20 * MIB,
        "application/rtf": 20 * MIB,
        "application/pdf": 100 * MIB,
        "application/msword": 100 * MIB,
        "application/vnd.ms-excel": 100 * MIB,
        "application/vnd.ms-powerpoint": 100 * MIB,
        f"{_OFFICE}.wordprocessingml.document": 100 * MIB,
        f"{_OFFICE}.spreadsheetml.sheet": 100 * MIB,
        f"{_OFFICE}.presentationml.presentation": 100 * MIB,
        f"{_OPEN}.text": 100 * MIB,
        f"{_OPEN}.spreadsheet": 100 * MIB,
        f"{_OPEN}.presentation": 100 * MIB,
    }
)
"""The types that are allowed unless said otherwise, each with the largest size in bytes.

No archives, programs, audio or video: a host that wants them names them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLimits:
    """The limits of an attachment store. Raises ValueError for one that cannot be meant."""

    types: Mapping[str, int] = field(default_factory=lambda: DEFAULT_TYPES)
    """Types with their largest size in bytes: `image/png`, `text/*`, or `*` for all the rest."""
    files_per_message: int = 10
    """As many as the composer takes."""
    bytes_per_message: int = 200 * MIB
    """All files of one message together."""
    unused_files: int = 500
    """Files of one owner that were begun or uploaded and are in no message."""
    pixels: int = 40_000_000
    """Width times height of an image: 40 megapixels are 160 MB of memory once unpacked."""
    preview_side: int = 512
    """The longest side of an image's preview, in pixels."""
    upload_seconds: int = 15 * 60
    """How long a link to upload lasts; an upload that began in time may end later."""
    link_seconds: int = 60 * 60
    """How long a link to a file or a preview lasts, at most."""
    unused_seconds: int = 24 * 60 * 60
    """How long a file that is in no message is kept."""

    def __post_init__(self) -> None:
        numbers = {name: getattr(self, name) for name in self.__slots__ if name != "types"}
        for name, number in {**numbers, **self.types}.items():
            if number < 1:
                raise ValueError(f"the limit {name!r} must be at least 1, not {number}")
        if not self.types:
            raise ValueError("no type is allowed: name at least one")

    def size_of_type(self, mime_type: str) -> int | None:
        """The largest size of this type, or None when it is not allowed."""
        family = f"{mime_type.partition('/')[0]}/*"
        for pattern in (mime_type, family, "*"):
            if pattern in self.types:
                return self.types[pattern]
        return None


__all__ = ["DEFAULT_TYPES", "MIB", "AttachmentLimits"]
