"""Files as people have them, and as attackers make them."""

import io
import struct
import zipfile
import zlib

from PIL import Image

PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OCTETS = "application/octet-stream"


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    """A small picture, red on its left, blue on its right."""
    image = Image.new("RGB", size, (200, 0, 0))
    image.paste((0, 0, 200), (size[0] // 2, 0, *size))
    encoded = io.BytesIO()
    image.save(encoded, form, **options)
    return encoded.getvalue()


def photo_with_place(orientation: int = 6) -> bytes:
    """A JPEG as a phone takes it: lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone Maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    return picture("JPEG", exif=exif)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG whose pixels take width times height bytes, packed a thousandfold."""
    rows = b"\0" * (width + 1)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(rows) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", header)
        + _png_chunk(b"IDAT", packed)
        + _png_chunk(b"IEND", b"")
    )


def png_of_claimed_size(width: int, height: int) -> bytes:
    """A PNG that says it is so large and has next to no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", header)
        + _png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _png_chunk(b"IEND", b"")
    )


def pdf(text: str = "Hello") -> bytes:
    """The least that is a PDF."""
    return (
        f"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj % {text}\ntrailer<</Root 1 0 R>>\n%%EOF".encode()
    )


def archive(names: tuple[str, ...] = ("payload.class",)) -> bytes:
    """A ZIP archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name in names:
            file.writestr(name, b"\xca\xfe\xba\xbe")
    return written.getvalue()


def word_document() -> bytes:
    """A ZIP archive laid out as a Word document."""
    return archive(("[Content_Types].xml", "_rels/.rels", "word/document.xml"))


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
