"""Text that PostgreSQL takes: its TEXT refuses one character, U+0000, which an id may contain.

JSON escapes it, so only ids and names need this.
"""

_ESCAPE = "\x1a"


def to_text(text: str) -> str:
    """The text with U+0000 escaped; different texts stay different."""
    if "\x00" in text or _ESCAPE in text:
        return text.replace(_ESCAPE, _ESCAPE + "1").replace("\x00", _ESCAPE + "0")
    return text


def from_text(text: str) -> str:
    """What `to_text` was given."""
    if _ESCAPE in text:
        return text.replace(_ESCAPE + "0", "\x00").replace(_ESCAPE + "1", _ESCAPE)
    return text


__all__ = ["from_text", "to_text"]
