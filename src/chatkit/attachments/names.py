"""Names: what people call a file, made harmless, and what it is called where it is kept."""

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import quote

_LONGEST: Final = 200
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, marks that turn text around, halves of characters, line breaks."""
_SEPARATORS: Final = re.compile(r"[/\\]")


def display_name(given: str) -> str:
    """The name to show: one line, no folder, nothing invisible, at most 200 characters.

    `..\\..\\evil<U+202E>fdp.exe` is shown as `evilfdp.exe`; a name of which nothing is left as
    `file`.
    """
    visible = "".join(
        character for character in given if unicodedata.category(character) not in _INVISIBLE
    )
    name = _SEPARATORS.split(unicodedata.normalize("NFC", visible))[-1].strip()
    if not name.strip("."):
        return "file"
    if len(name) <= _LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        return name[:_LONGEST]
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"


def disposition(name: str, *, inline: bool) -> str:
    """The Content-Disposition of a file: shown, or saved under this name whatever is in it."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


def owner_key(owner: str) -> str:
    """The owner's name as 32 hexadecimal digits, for file names and links."""
    return _digest(owner)


def storage_key(owner: str, attachment_id: str) -> str:
    """What an attachment is called where it is kept: only hexadecimal digits and a hyphen.

    Nothing that a client sends ends up in a path, and the same id of another owner is another
    name: whoever is not the owner finds nothing.
    """
    return f"{_digest(owner)}-{_digest(attachment_id)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


__all__ = ["display_name", "disposition", "owner_key", "storage_key"]
