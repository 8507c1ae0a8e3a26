"""Decodes the form of an upload while it comes in. Stands on python-multipart; no I/O.

Source: RFC 7578; the web component sends the file in the field `file`.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from chatkit.errors import InvalidRequest

FIELD: Final = "file"
_MOST_OTHER_BYTES: Final = 64 * 1024
"""Other fields are skipped; so much of them is skipped and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStart:
    """The file's part begins; both texts are the client's own and may be empty."""

    name: str
    mime_type: str


class FileForm:
    """Finds the one file in a form, fed in pieces of any size."""

    def __init__(self, content_type: str) -> None:
        """Raises: InvalidRequest for a body that is no such form."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise InvalidRequest("send the file as multipart/form-data, in the field `file`")
        self._found: list[FileStart | bytes] = []
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._in_file = False
        self._files = 0
        self._skipped = 0
        self._ended = False
        callbacks: Any = {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._take_header_name,
            "on_header_value": self._take_header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_part,
            "on_part_data": self._take_data,
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks)
        except FormParserError as error:
            raise InvalidRequest(f"the form cannot be read: {error}") from None

    def feed(self, piece: bytes) -> Generator[FileStart | bytes, None, None]:
        """What this piece has of the file: its start, and bytes. Raises: InvalidRequest."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise InvalidRequest(f"the form cannot be read: {error}") from None
        found, self._found = self._found, []
        yield from found

    def close(self) -> None:
        """Says that no piece will follow. Raises: InvalidRequest without a whole file."""
        if not self._ended:
            raise InvalidRequest("the form broke off")
        if self._files != 1:
            raise InvalidRequest("the form must have one file, in the field `file`")

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _begin_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._in_file = options.get(b"name") == FIELD.encode()
        if not self._in_file:
            return
        self._files += 1
        if self._files > 1:
            raise InvalidRequest("the form must have one file, not several")
        self._found.append(
            FileStart(
                name=options.get(b"filename", b"").decode(errors="replace"),
                mime_type=self._headers.get(b"content-type", b"").decode("latin-1"),
            )
        )

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._found.append(data[start:end])
            return
        self._skipped += end - start
        if self._skipped > _MOST_OTHER_BYTES:
            raise InvalidRequest("the form has too much besides the file")

    def _end(self) -> None:
        self._ended = True


__all__ = ["FileForm", "FileStart"]
