"""Text of models, tools and other people, made harmless for a terminal.

An escape sequence in an answer could rewrite the screen, the clipboard or the window's title, and
a direction override can make text read as something else. Both are shown instead of obeyed.
"""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.style import Style

__all__ = ["Safe", "one_line", "safe"]

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_DIRECTION_OVERRIDES = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))

_TABLE: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"},  # ␀ to ␟
    **dict.fromkeys((*range(0x80, 0xA0), *_DIRECTION_OVERRIDES), _REPLACEMENT),
    **dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT),  # halves of a character
    0x7F: "\N{SYMBOL FOR DELETE}",
    0x2028: "\n",
    0x2029: "\n",
}


def safe(text: str) -> str:
    """The text with control characters made visible; line ends and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_TABLE)


def one_line(text: str, limit: int = 200) -> str:
    """The text as one harmless line of at most so many characters."""
    line = " ".join(safe(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


class Safe:
    """A renderable whose every segment is made harmless as it is drawn.

    The last gate: Markdown may decode entities after the source was looked at. Empty lines at
    both ends and blanks at the ends of lines go too: what is copied from the terminal is clean.
    """

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Segment]:
        lines = console.render_lines(self._renderable, options, pad=False)
        clean = [_clean(line) for line in lines]
        while clean and not clean[-1]:
            clean.pop()
        while clean and not clean[0]:
            clean.pop(0)
        for line in clean:
            yield from line
            yield Segment.line()


def _clean(line: list[Segment]) -> list[Segment]:
    segments = [
        Segment(safe(text), _without_link(style))
        for text, style, control in line
        if control is None
    ]
    while segments and not segments[-1].text.rstrip(" ") and not _shows(segments[-1].style):
        segments.pop()
    if segments and not _shows(segments[-1].style):
        text, style, _ = segments.pop()
        segments.append(Segment(text.rstrip(" "), style))
    return segments


def _shows(style: Style | None) -> bool:
    """Whether a blank in this style can be seen."""
    return style is not None and bool(style.reverse or style.underline or style.strike)


def _without_link(style: Style | None) -> Style | None:
    # A link's address would go into an escape sequence of its own.
    return style.update_link(None) if style is not None and style.link else style
