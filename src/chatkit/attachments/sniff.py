"""Looks at a file's bytes while they come in: what it is, and whether it is two things at once.

Three views are kept, whatever the size of the file: its beginning, its end, and whether all of
it so far is text. Stands on filetype. Nothing is unpacked.
"""

import re
from typing import Final

import filetype  # pyright: ignore[reportMissingTypeStubs]

from .errors import AttachmentTypeRefused
from .kinds import IMAGE_FORMATS, UNKNOWN, agree, is_text, is_zipped

HEAD_BYTES: Final = 8 * 1024
"""As much as filetype looks at."""
TAIL_BYTES: Final = 65_536 + 22
"""Where the end of a ZIP archive must be: its longest comment, and the record before it."""

_TEXT_BYTES: Final = bytes({*range(0x20, 0x100), *b"\t\n\f\r\x1b"} - {0x7F})
_READABLE_FORMATS: Final = ("application/pdf", "application/rtf", "application/postscript")
"""Formats that may be all text, and yet are no text to whoever opens them."""
_SNIFFED_BYTES: Final = 1024
"""How far into a file readers of PDF, and browsers of old, look for a beginning."""
_HTML: Final = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|svg|\?php)\b", re.I)
_ZIP_END, _ZIP_ENTRY = b"PK\x05\x06", b"PK\x01\x02"


class Sniffer:
    """Takes a file in pieces of any size; `check` judges it."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._is_text = True

    def feed(self, piece: bytes) -> None:
        """Looks at the next piece."""
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
        self._tail = (self._tail + piece[-TAIL_BYTES:])[-TAIL_BYTES:]
        self._is_text = self._is_text and not piece.translate(None, _TEXT_BYTES)

    def check(self, declared: str) -> None:
        """Raises: AttachmentTypeRefused for a file that is not, or not only, what it is said to
        be."""
        found = self.found_type()
        if not agree(declared, found) and not (found == UNKNOWN and _is_unknown(declared)):
            raise AttachmentTypeRefused(
                f"the file is declared as {declared} but is {_shown(found)}"
            )
        other = None if found == "text/plain" else self._second_type(found)
        if other is not None:
            raise AttachmentTypeRefused(f"the file is {_shown(found)} and {other} at once")

    def found_type(self) -> str:
        """What the bytes look like: a type, `text/plain` for any text, or `UNKNOWN`."""
        found = str(filetype.guess_mime(self._head) or UNKNOWN) if self._head else UNKNOWN  # pyright: ignore
        if self._is_text and found not in _READABLE_FORMATS:
            # Some programs begin with letters only ("BM", "MZ"); no such file is all text.
            return "text/plain"
        return found

    def _second_type(self, found: str) -> str | None:
        start = self._head[:_SNIFFED_BYTES]
        if found != "application/pdf" and b"%PDF-" in start:
            return "a PDF"
        if found in IMAGE_FORMATS and _HTML.search(start):
            return "a web page"
        if not is_zipped(found) and self._ends_as_zip():
            return "an archive"
        return None

    def _ends_as_zip(self) -> bool:
        end = self._tail.rfind(_ZIP_END)
        return end >= 0 and _ZIP_ENTRY in self._tail[:end]


def _is_unknown(mime_type: str) -> bool:
    """True for a type that nobody can tell by a file's bytes."""
    if is_text(mime_type):
        return False
    return not any(agree(mime_type, str(known.mime)) for known in filetype.TYPES)  # pyright: ignore


def _shown(found: str) -> str:
    if found == UNKNOWN:
        return "something unknown"
    return "text" if found == "text/plain" else found


__all__ = ["HEAD_BYTES", "TAIL_BYTES", "Sniffer"]
