"""A small picture, drawn without a library: hills at dusk, as a PNG in a data URL."""

import base64
import math
import struct
import zlib

_SKY_TOP, _SKY_LOW = (38, 42, 92), (244, 154, 106)
_SUN = (255, 226, 160)
_HILLS = ((112, 78, 122), (66, 52, 98), (30, 28, 60))


def picture(width: int, height: int, grain: int = 1) -> str:
    """The picture as a data URL; with a larger `grain` it is coarse, as a first sketch is."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # PNG: this row is not filtered
        for x in range(width):
            rows += bytes(_colour(x // grain * grain / width, y // grain * grain / height))
    return "data:image/png;base64," + base64.b64encode(_png(width, height, rows)).decode()


def _colour(x: float, y: float) -> tuple[int, int, int]:
    colour = _mix(_SKY_TOP, _SKY_LOW, y * 1.25)
    if math.hypot(x - 0.68, (y - 0.42) * 0.75) < 0.09:
        colour = _SUN
    for number, hill in enumerate(_HILLS):
        ridge = 0.58 + number * 0.13 + 0.06 * math.sin(x * (7 + 3 * number) + number * 2)
        if y > ridge:
            colour = hill
    return colour


def _mix(
    one: tuple[int, int, int], other: tuple[int, int, int], share: float
) -> tuple[int, int, int]:
    share = min(max(share, 0.0), 1.0)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _png(width: int, height: int, rows: bytes | bytearray) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(bytes(rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


__all__ = ["picture"]
