"""Types of files: how they are written, which go together, what a browser may show.

Pure tables and functions; sniff.py looks at the bytes.
"""

from pathlib import PurePath
from typing import Final

UNKNOWN: Final = "application/octet-stream"

IMAGE_FORMATS: Final = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
}
"""Images that browsers and models can look at, each with Pillow's name for it."""

_ALIASES: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/apng": "image/png",
    "application/x-pdf": "application/pdf",
    "application/x-json": "application/json",
    "application/x-yaml": "application/yaml",
    "application/jsonl": "application/x-ndjson",
    "application/x-javascript": "application/javascript",
    "application/x-zip-compressed": "application/zip",
    "text/rtf": "application/rtf",
    "audio/mp3": "audio/mpeg",
    "audio/wav": "audio/x-wav",
    "audio/x-m4a": "audio/mp4",
    "audio/flac": "audio/x-flac",
}

_TEXT_LIKE: Final = frozenset(
    {
        "application/json",
        "application/x-ndjson",
        "application/xml",
        "application/yaml",
        "application/toml",
        "application/javascript",
        "application/sql",
        "application/xhtml+xml",
        "image/svg+xml",
    }
)

_BY_ENDING: Final = {
    ".csv": "text/csv",
    ".css": "text/css",
    ".gif": "image/gif",
    ".htm": "text/html",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "application/javascript",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".rtf": "application/rtf",
    ".sql": "application/sql",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".tsv": "text/tab-separated-values",
    ".webp": "image/webp",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
} | dict.fromkeys(
    # Source code, for which browsers know no type or a wrong one (.ts is video to them).
    (
        *(".c", ".cfg", ".conf", ".cpp", ".cs", ".env", ".go", ".h", ".hpp", ".ini", ".java"),
        *(".jsx", ".kt", ".log", ".lua", ".php", ".pl", ".py", ".r", ".rb", ".rs", ".rst"),
        *(".scala", ".sh", ".swift", ".tex", ".ts", ".tsx", ".txt", ".vue"),
    ),
    "text/plain",
)
_MISTAKEN: Final = frozenset({"", UNKNOWN, "video/mp2t", "video/vnd.dlna.mpeg-tts"})

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
_ZIPPED: Final = ("application/zip", "application/epub+zip", _OFFICE, _OPEN)
_OLE: Final = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")


def declared_type(mime_type: str, name: str) -> str:
    """The type that a client means: without parameters, by its usual name.

    Where a browser knows no type, the name's ending tells; what neither tells is
    `application/octet-stream`.
    """
    plain = mime_type.partition(";")[0].strip().lower()
    if plain in _MISTAKEN:
        return _BY_ENDING.get(PurePath(name.lower()).suffix, UNKNOWN)
    return _ALIASES.get(plain, plain)


def is_text(mime_type: str) -> bool:
    """True for types whose files a person can read in an editor."""
    return mime_type.startswith("text/") or mime_type in _TEXT_LIKE


def is_zipped(mime_type: str) -> bool:
    """True for ZIP archives and the documents that are written as such."""
    return mime_type.startswith(_ZIPPED)


def agree(declared: str, found: str) -> bool:
    """True when a file whose bytes look like `found` may be declared as `declared`."""
    if is_text(declared):
        return found == "text/plain"
    if is_zipped(declared):
        # Documents are told from other archives only where they begin as usual.
        return is_zipped(found) and found in (declared, "application/zip")
    if declared.startswith(_OLE):
        return found in _OLE
    return declared in (UNKNOWN, _ALIASES.get(found, found))


def is_shown_inline(mime_type: str) -> bool:
    """True for what a browser may show; all the rest, HTML and SVG too, is only saved."""
    return mime_type in IMAGE_FORMATS or mime_type == "application/pdf"


__all__ = [
    "IMAGE_FORMATS",
    "UNKNOWN",
    "agree",
    "declared_type",
    "is_shown_inline",
    "is_text",
    "is_zipped",
]
