"""What models, tools and other people write cannot steer the terminal."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from rich.text import Text as RichText

from chatkit.cli.chat import words
from chatkit.cli.chat.markdown import markdown
from chatkit.cli.chat.program import make_console
from chatkit.cli.chat.render import render_item
from chatkit.cli.chat.safe import Safe, one_line, safe
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    ClientEffectEvent,
    ClientToolCallItem,
    CustomTask,
    ErrorEvent,
    FileAttachment,
    GeneratedImage,
    GeneratedImageItem,
    LockedStatus,
    NoticeEvent,
    Page,
    StructuredInputFreeform,
    StructuredInputItem,
    TaskItem,
    Thread,
    URLSource,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
)
from chatkit.widgets import Button, Card, Markdown, Text, Title
from cli.chat_terminal import Terminal

EVIL = [
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
    "\x9b2J",
    "a\rb\x08c",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "&#27;[2J &#x9b;2J &#7;",
    "[a](http://x/\x1b[31m)",
    "`\x1b[31m`",
    "```\x1b[31m\n\x1b[2J\n```",
    "| \x1b[31m |\n|---|\n| \x07 |",
    "<\x1b[31m>",
    "![\x1b](http://x/\x07)",
]


def draw(renderable: Any) -> str:
    """What reaches the terminal; an unknown sequence or a control character fails in there."""
    terminal = Terminal()
    make_console(file=terminal, force_terminal=True, width=80).print(renderable)
    return terminal.text


@pytest.mark.parametrize("evil", EVIL)
def test_no_sequence_of_a_model_reaches_the_terminal(evil: str) -> None:
    """In text, tables, code, links, titles, buttons, errors, names of files: everywhere."""
    base: dict[str, Any] = {"id": "x", "thread_id": "t", "created_at": datetime.now(UTC)}
    source = URLSource(title=evil, url=evil)
    widget = Card(
        status={"text": evil},
        children=[Title(value=evil), Text(value=evil), Markdown(value=evil), Button(label=evil)],
    )
    items: list[Any] = [
        UserMessageItem(
            content=[UserMessageTextContent(text=evil)],
            attachments=[FileAttachment(id="a", name=evil, mime_type="text/plain")],
            quoted_text=evil,
            inference_options={},  # type: ignore[arg-type]
            **base,
        ),
        AssistantMessageItem(
            content=[AssistantMessageContent(text=evil, annotations=[Annotation(source=source)])],
            **base,
        ),
        ClientToolCallItem(call_id="c", name=evil, arguments={evil: evil}, output=evil, **base),
        GeneratedImageItem(image=GeneratedImage(id=evil, url=f"http://{evil}"), **base),
        StructuredInputItem(inputs=[StructuredInputFreeform(id="q", question=evil)], **base),
        TaskItem(task=CustomTask(title=evil, content=evil), **base),
        WidgetItem(widget=widget, **base),
    ]
    for item in items:
        rendered = render_item(item)
        assert rendered is not None
        draw(rendered.renderable)
    thread = Thread(
        id="t",
        created_at=base["created_at"],
        title=evil,
        status=LockedStatus(reason=evil),
        items=Page(),
    )
    draw(words.title_of(thread))
    draw(words.thread_state(thread))
    draw(words.error(ErrorEvent(message=evil)))
    draw(words.notice(NoticeEvent(level="info", title=evil, message=evil)))
    draw(words.effect(ClientEffectEvent(name=evil, data={evil: evil})))
    draw(words.remark(evil))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_any_text_is_printable_afterwards(text: str) -> None:
    """Whatever it is, what remains are characters, line ends and tabs; and Markdown of it too."""
    clean = safe(text)
    assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") for char in clean)
    clean.encode()
    assert "\n" not in one_line(text)
    draw(markdown(text))


def test_harmless_text_is_left_alone() -> None:
    """Languages, emoji, line ends, tabs; Windows line ends become plain ones."""
    text = "Grüße 你好 مرحبا 👩‍👩‍👧 \t\n e\u0301"
    assert safe(text) == text
    assert safe("a\r\nb") == "a\nb"
    assert one_line("  a \n b  ") == "a b"
    assert one_line("x" * 300) == "x" * 199 + "…"


def test_the_last_gate_also_drops_links_and_loose_blanks() -> None:
    """A link's address would be a sequence of its own; copied text has no blanks at line ends."""
    text = RichText("\n  a   \n\n")
    text.append("link", Style(link="http://x/\x1b[31m", underline=True))
    text.append("  ", Style(reverse=True))
    text.append("\n \n")
    terminal = Terminal()
    make_console(file=terminal, force_terminal=True, width=40).print(Safe(text), end="")
    assert terminal.lines == ["  a", "", "link  ", ""]
