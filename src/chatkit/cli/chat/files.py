"""Files that go out with a message, and images that come in."""

import base64
import binascii
import mimetypes
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from chatkit.client import ChatKitClient
from chatkit.types import GeneratedImage

__all__ = ["FileProblem", "read_file", "save_image"]

_MOST_BYTES = 100 * 1024 * 1024
_SUFFIXES = {"image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif", "image/png": ".png"}
_MAGIC = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp"}


class FileProblem(Exception):
    """A file cannot be read or written; the text says which and why."""


def read_file(path: Path) -> tuple[str, bytes, str]:
    """The file's name, its bytes and its MIME type. Raises: FileProblem."""
    path = path.expanduser()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise FileProblem(f"{path} is over {_MOST_BYTES // 1024 // 1024} MB")
        data = path.read_bytes()
    except OSError as error:
        raise FileProblem(f"{path}: {error.strerror or error}") from None
    return path.name, data, mimetypes.guess_type(path.name)[0] or _guess(data)


def _guess(data: bytes) -> str:
    """The type of a file whose name says nothing: text where it reads as text."""
    try:
        is_text = "\0" not in data.decode()
    except UnicodeDecodeError:
        is_text = False
    return "text/plain" if is_text else "application/octet-stream"


async def save_image(client: ChatKitClient, image: GeneratedImage, folder: Path) -> Path:
    """Where the image was saved: its bytes come with the URL, or are fetched from it.

    Raises: FileProblem, ClientError.
    """
    if image.url.startswith("data:"):
        data, mime_type = _data_url(image.url)
    else:
        data, mime_type = await client.download(image.url), ""
    # The name comes from a server: it must not lead anywhere else.
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", image.id)[:80] or "image"
    path = folder / f"{stem}{_suffix(data, mime_type)}"
    _write(path, data)
    return path


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise FileProblem(f"{path}: {error.strerror or error}") from None


def _data_url(url: str) -> tuple[bytes, str]:
    head, _, body = url.removeprefix("data:").partition(",")
    mime_type, *parameters = head.split(";")
    data = unquote_to_bytes(body)
    if "base64" not in parameters:
        return data, mime_type
    try:
        return base64.b64decode(data), mime_type
    except binascii.Error:
        raise FileProblem("the image's data cannot be read") from None


def _suffix(data: bytes, mime_type: str) -> str:
    found = (suffix for magic, suffix in _MAGIC.items() if data.startswith(magic))
    return next(found, _SUFFIXES.get(mime_type, ".bin"))
