"""Markdown for a terminal, and where growing Markdown may be cut: what is finished, what is open.

Finished blocks are printed once and scroll away; only the open rest is drawn again and again.
"""

from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markdown import CodeBlock, Heading, ListItem, Markdown
from rich.padding import Padding
from rich.segment import Segment
from rich.syntax import Syntax

from .safe import Safe, safe

__all__ = ["Block", "MarkdownStream", "markdown", "split_open"]

_OPEN_CODE_LINES = 24
"""An open block of code longer than this gives up its older lines."""
_KEPT_CODE_LINES = 8
_LONG_BLOCK = 8_000

_PARSER = MarkdownIt().enable("strikethrough").enable("table")


@dataclass(frozen=True, slots=True)
class Block:
    """A finished piece of Markdown; `gap` where an empty line stands before it."""

    source: str
    gap: bool


def split_open(source: str) -> tuple[list[Block], Block]:
    """The finished blocks of growing Markdown, and the open rest.

    A block is finished once another one has begun; so is an item of an outermost list. The older
    lines of a long block of code are finished too. Together they make up the source, but for the
    fences that are added where code is cut.
    """
    lines = source.split("\n")
    lines = [*(line + "\n" for line in lines[:-1]), *lines[-1:]]
    starts = _starts(_PARSER.parse(source))
    ends = [start for start, _ in starts[1:]]
    begins = [0, *ends]
    blocks = [
        Block("".join(lines[begin:end]), gap)
        for begin, end, (_, gap) in zip(begins, ends, starts, strict=False)
    ]
    gap = starts[-1][1] if starts else True
    code, rest = _split_code(lines[begins[-1] :])
    if code:
        blocks.append(Block(code, gap))
    return blocks, Block("".join(rest), gap and not code)


def _starts(tokens: list[Token]) -> list[tuple[int, bool]]:
    """The first line of each block and of each item of an outermost list; whether a gap is due."""
    starts: list[tuple[int, bool]] = []
    in_list = False
    for token in tokens:
        if token.map is None:
            continue
        if token.level == 0:
            in_list = token.type in ("bullet_list_open", "ordered_list_open")
            starts.append((token.map[0], True))
        elif in_list and token.level == 1 and token.map[0] != starts[-1][0]:
            starts.append((token.map[0], False))
    return starts


def _split_code(lines: list[str]) -> tuple[str, list[str]]:
    """The older lines of an open block of code as a block of its own, and the rest as another."""
    fence = lines[0].strip()
    mark = fence[: len(fence) - len(fence.lstrip("`~"))]
    complete = len(lines) - 1
    if len(mark) < 3 or complete <= _OPEN_CODE_LINES:
        return "", lines
    if any(line.strip().startswith(mark) for line in lines[1:]):
        return "", lines  # closed, or about to be
    cut = complete - _KEPT_CODE_LINES
    return "".join([*lines[:cut], mark, "\n"]), [lines[0], *lines[cut:]]


class MarkdownStream:
    """One text as it grows: takes deltas, gives finished blocks, keeps the open rest."""

    def __init__(self) -> None:
        self.text = ""
        """All that was taken in, as it was."""
        self.open = Block("", True)
        """What is not finished yet."""
        self._look_again_at = 0

    def feed(self, delta: str) -> list[Block]:
        """Takes text in; the blocks that it finishes."""
        self.text += delta
        clean = safe(delta.replace("\r", ""))
        self.open = replace(self.open, source=self.open.source + clean)
        # A block ends with a line: to look more often would find nothing. A long block, such as a
        # table, is looked at less and less often, as each look reads all of it.
        if "\n" not in clean or len(self.open.source) < self._look_again_at:
            return []
        return self._take()

    def finish(self) -> list[Block]:
        """The rest, as the text is complete."""
        blocks = self._take()
        rest, self.open = self.open, Block("", True)
        return [*blocks, rest] if rest.source.strip() else blocks

    def _take(self) -> list[Block]:
        blocks, rest = split_open(self.open.source)
        if blocks:
            blocks[0] = replace(blocks[0], gap=self.open.gap)
            self.open = rest
        size = len(self.open.source)
        self._look_again_at = size + size // 8 if size > _LONG_BLOCK else 0
        return blocks


class _Heading(Heading):
    """A heading at the left, in bold, the highest ones underlined."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        self.text.stylize("bold underline" if self.tag in ("h1", "h2") else "bold")
        yield self.text


class _Code(CodeBlock):
    """Code without a box or a background: easy to copy, and fine on any terminal."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        code = str(self.text).rstrip("\n")
        highlighted = Syntax(
            "", self.lexer_name, theme=self.theme, background_color="default"
        ).highlight(code)
        highlighted.rstrip()
        highlighted.no_wrap = False
        yield Padding(highlighted, (0, 0, 0, 2), expand=False)


class _Item(ListItem):
    """An item of a list; its number ends with a dot."""

    def render_number(
        self, console: Console, options: ConsoleOptions, number: int, last_number: int
    ) -> RenderResult:
        # The library's last number is one too high.
        mark = f" {number}. ".rjust(len(f" {last_number - 1}. "))
        lines = console.render_lines(
            self.elements, options.update(width=options.max_width - len(mark)), style=self.style
        )
        for index, line in enumerate(lines):
            yield Segment(mark if index == 0 else " " * len(mark))
            yield from line
            yield Segment.line()


class _ChatMarkdown(Markdown):
    elements = {  # noqa: RUF012 - the library's own table, with some entries changed
        **Markdown.elements,
        "heading_open": _Heading,
        "list_item_open": _Item,
        "fence": _Code,
        "code_block": _Code,
    }


def markdown(source: str) -> RenderableType:
    """Markdown as a renderable, harmless; the address of a link stands behind its text."""
    return Safe(_ChatMarkdown(safe(source), code_theme="ansi_dark", hyperlinks=False))
