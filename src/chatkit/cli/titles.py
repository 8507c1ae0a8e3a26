"""The title of a new thread, made of its first words; an app may ask a second model instead."""

_LONGEST = 40


def make_title(text: str) -> str:
    """The first words, with a capital; "New conversation" without any."""
    words = " ".join(text.removeprefix("/").split())
    if not words:
        return "New conversation"
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"
    return words[0].upper() + words[1:]


__all__ = ["make_title"]
