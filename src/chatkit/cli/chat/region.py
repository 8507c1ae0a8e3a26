"""The last lines of a terminal, drawn again and again in place, while finished text goes above.

Only lines that changed are written, each over the old one, in a single write: nothing flickers.
The region is never taller than the screen, as what has scrolled away cannot be drawn over.
"""

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments
from rich.text import Text

__all__ = ["Region"]

_CLEAR_BELOW = "\x1b[J"
_CLEAR_LINE_END = "\x1b[K"
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
# Terminals that know synchronised output show all of a write at once; others ignore it.
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"


class Region:
    """Where a growing answer is shown. Without a terminal nothing is live; finished text shows."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_live = console.is_terminal and not console.is_dumb_terminal
        self._lines: list[str] = []
        self._width = 0
        self._is_open = False

    def open(self) -> None:
        """From here on the region is drawn; the cursor is hidden."""
        self._is_open = True
        if self._is_live:
            self._write(_HIDE_CURSOR)

    def close(self) -> None:
        """Takes the region away and shows the cursor again."""
        if self._is_open and self._is_live:
            self._write(self._back_to(0) + _CLEAR_BELOW + _SHOW_CURSOR)
        self._is_open = False
        self._lines = []

    def print(self, renderable: RenderableType) -> None:
        """Writes finished text above the region, for good."""
        if not (self._is_live and self._is_open):
            self._console.print(renderable)
            return
        text = self._encode(renderable)
        below = "".join(f"{line}\n" for line in self._lines)
        self._write(f"{_BEGIN}{self._back_to(0)}{_CLEAR_BELOW}{text}{below}{_END}")

    def draw(self, renderable: RenderableType) -> None:
        """Shows this in the region from now on; cut at the top where the screen is too small."""
        if not (self._is_live and self._is_open):
            return
        lines = self._layout(renderable)
        if self._width != self._console.width:
            # The terminal has moved the old lines about: they are left where they are.
            self._lines, self._width = [], self._console.width
        kept = _common_start(self._lines, lines)
        if kept == len(lines) == len(self._lines):
            return
        changed = "".join(f"{line}{_CLEAR_LINE_END}\n" for line in lines[kept:])
        self._write(f"{_BEGIN}{self._back_to(kept)}{changed}{_CLEAR_BELOW}{_END}")
        self._lines = lines

    def _layout(self, renderable: RenderableType) -> list[str]:
        width, height = self._console.size
        # One column stays free: a line that is wider than thought would break the counting.
        options = self._console.options.update(width=max(width - 1, 1))
        lines = self._console.render_lines(renderable, options, pad=False)
        most = max(height - 2, 1)
        if len(lines) > most:
            more = self._console.render_lines(Text("…", style="dim"), options, pad=False)
            lines = [*more, *lines[len(lines) - most + 1 :]]
        segments = [segment for line in lines for segment in (*line, Segment.line())]
        return self._encode(Segments(segments)).split("\n")[:-1]

    def _encode(self, renderable: RenderableType) -> str:
        with self._console.capture() as captured:
            self._console.print(renderable)
        return captured.get()

    def _back_to(self, line: int) -> str:
        up = len(self._lines) - line
        return f"\r\x1b[{up}A" if up else ""

    def _write(self, text: str) -> None:
        self._console.file.write(text)
        self._console.file.flush()


def _common_start(old: list[str], new: list[str]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count
