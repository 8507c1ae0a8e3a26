"""Markdown that grows: what is finished is printed once, what is open is drawn again."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatkit.cli.chat.markdown import Block, MarkdownStream, markdown, split_open
from chatkit.cli.chat.program import make_console
from cli.chat_terminal import Terminal

ANSWER = """\
# Title

A paragraph with **bold**,
on two lines.

- one
- two

  still two
  - inner
- three

1. first
2. second

| a | b |
|---|---|
| 1 | 2 |

```python
def f() -> int:
    return 1
```

> quoted

---

The end.
"""


def shown(source: str, width: int = 60) -> str:
    terminal = Terminal()
    make_console(file=terminal, force_terminal=True, width=width).print(markdown(source))
    return terminal.text


def streamed(pieces: list[str]) -> list[Block]:
    stream = MarkdownStream()
    blocks = [block for piece in pieces for block in stream.feed(piece)]
    return [*blocks, *stream.finish()]


def printed(blocks: list[Block]) -> str:
    terminal = Terminal()
    console = make_console(file=terminal, force_terminal=True, width=60)
    for block in blocks:
        if block.gap:
            console.print()
        console.print(markdown(block.source))
    return terminal.text


def test_blocks_are_cut_where_the_next_one_begins() -> None:
    """Items of a list are blocks of their own, without a gap between them."""
    blocks, rest = split_open(ANSWER)
    assert "".join(block.source for block in [*blocks, rest]) == ANSWER
    heads = [(block.source.split("\n")[0], block.gap) for block in [*blocks, rest]]
    assert heads == [
        ("# Title", True),
        ("A paragraph with **bold**,", True),
        ("- one", True),
        ("- two", False),
        ("- three", False),
        ("1. first", True),
        ("2. second", False),
        ("| a | b |", True),
        ("```python", True),
        ("> quoted", True),
        ("---", True),
        ("The end.", True),
    ]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 9), min_size=1))
def test_any_cutting_into_deltas_shows_the_same(sizes: list[int]) -> None:
    """How a model cuts its text must not change what is on the screen, nor lose a character."""
    pieces, at = [], 0
    while at < len(ANSWER):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(ANSWER[at : at + size])
        at += size
    blocks = streamed(pieces)
    assert "".join(block.source for block in blocks) == ANSWER
    assert printed(blocks) == printed(streamed([ANSWER]))


@settings(deadline=None)
@given(st.text(alphabet="ab `~#-*>|1.\n\t[]()_\\", max_size=60), st.integers(1, 5))
def test_no_markdown_loses_a_character_however_odd(text: str, size: int) -> None:
    """Half-written and nonsensical Markdown is what a model streams most of the time."""
    blocks = streamed([text[at : at + size] for at in range(0, len(text), size)])
    joined = "".join(block.source for block in blocks)
    assert joined.rstrip() == text.rstrip()


def test_a_long_block_of_code_gives_up_its_older_lines() -> None:
    """A program longer than the screen is printed as it comes, each line once."""
    code = "".join(f"line_{n} = {n}\n" for n in range(80))
    blocks = streamed([f"~~~~ python\n{code}~~~~\nThe end.\n"])
    streaming = MarkdownStream()
    finished = [*streaming.feed("Code:\n\n```\n"), *streaming.feed(code)]
    assert len(finished) == 2
    assert not streaming.open.gap
    assert len(streaming.open.source.split("\n")) < 15
    text = printed([*finished, *streaming.finish()])
    assert [line.strip() for line in text.split("\n")[3:]] == code.strip().split("\n")
    assert printed(blocks).endswith("  line_79 = 79\n\nThe end.")


def test_a_long_table_is_not_read_again_with_each_of_its_rows() -> None:
    """A thousand rows would be read half a million times; it is still shown, and what follows."""
    rows = [f"| {n} | {'x' * 40} |\n" for n in range(2_000)]
    began = time.process_time()
    blocks = streamed(["| a | b |\n", "|---|---|\n", *rows, "\n", "The end.\n"])
    assert time.process_time() - began < 20
    assert [block.source.split("\n")[0] for block in blocks] == ["| a | b |", "The end."]


def test_code_that_shows_fences_is_not_cut_inside() -> None:
    """What looks like the end of the code, and is none, could become one where it is cut."""
    code = "```md\n```python\n" + "text\n" * 40
    assert streamed([code]) == [Block(code, True)]


def test_text_is_shown_as_a_person_would_write_it() -> None:
    """No boxes, no background, addresses behind their words, numbers with dots."""
    text = shown("# Big\n\n## Less\n\n[words](https://x.example/?a=b&c)\n\n3. three\n4. four")
    assert text == "Big\n\nLess\n\nwords (https://x.example/?a=b&c)\n\n 3. three\n 4. four"
    assert shown("```\n  indented\n```") == "    indented"
    assert shown("x\n\n    code\n") == "x\n\n  code"


def test_aligned_numbers_go_on_beyond_nine() -> None:
    """A whole list at once is aligned to its longest number."""
    text = shown("".join(f"{n}. n\n" for n in range(8, 12)))
    assert text == "  8. n\n  9. n\n 10. n\n 11. n"


@pytest.mark.parametrize("source", ["", "\n\n", "   "])
def test_nothing_is_nothing(source: str) -> None:
    """Blank text gives no block and no line."""
    assert streamed([source]) == []
    assert shown(source) == ""
