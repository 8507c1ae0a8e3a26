"""An item of a thread as text for a terminal: pure, from the item alone."""

from dataclasses import dataclass, field
from typing import assert_never

from pydantic_core import to_json
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from chatkit.cli.chat.markdown import markdown
from chatkit.cli.chat.safe import one_line, safe
from chatkit.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    EndOfTurnItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputItem,
    TaskItem,
    ThreadItem,
    UserMessageItem,
    UserMessageTagContent,
    WidgetItem,
    WorkflowItem,
)

from .fields import WidgetAction
from .widgets import render_widget
from .work import render_sources, render_task, render_workflow

__all__ = ["Rendered", "render_item", "render_item_sources"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An item as text, and what can be pressed in it, in the order of their numbers."""

    renderable: RenderableType
    actions: list[WidgetAction] = field(default_factory=list[WidgetAction])


def render_item(item: ThreadItem, first_number: int = 1) -> Rendered | None:
    """The item as text; None for one that shows nothing. Actions get numbers from the given on."""
    if isinstance(item, WidgetItem):
        drawing = render_widget(item, first_number)
        return Rendered(renderable=drawing.renderable, actions=drawing.actions)
    renderable = _render(item)
    return Rendered(renderable=renderable) if renderable is not None else None


def render_item_sources(item: AssistantMessageItem) -> RenderableType | None:
    """The sources that the message names, or None."""
    annotations = [each for part in item.content for each in part.annotations]
    return render_sources(annotation.source for annotation in annotations)


def _render(item: ThreadItem) -> RenderableType | None:
    match item:
        case UserMessageItem():
            return _user_message(item)
        case AssistantMessageItem():
            return _assistant_message(item)
        case WorkflowItem():
            return render_workflow(item.workflow)
        case TaskItem():
            return render_task(item.task)
        case ClientToolCallItem():
            return _tool_call(item)
        case StructuredInputItem():
            return _structured_input(item)
        case GeneratedImageItem():
            return _generated_image(item)
        case EndOfTurnItem() | HiddenContextItem() | SDKHiddenContextItem() | WidgetItem():
            return None
        case _:
            assert_never(item)


def _user_message(item: UserMessageItem) -> RenderableType:
    words = "".join(
        f"@{part.text}" if isinstance(part, UserMessageTagContent) else part.text
        for part in item.content
    )
    lines: list[RenderableType] = []
    if item.quoted_text:
        lines.append(Text(f"│ {one_line(item.quoted_text)}", style="dim italic"))
    lines.append(Text.assemble(("> ", "bold cyan"), (safe(words), "bold")))
    lines += [Text(f"  attached: {one_line(each.name)}", style="dim") for each in item.attachments]
    return Group(*lines)


def _assistant_message(item: AssistantMessageItem) -> RenderableType | None:
    lines: list[RenderableType] = []
    for part in item.content:
        if part.text.strip():
            lines += [*([Text()] if lines else []), markdown(part.text)]
    sources = render_item_sources(item)
    if sources is not None:
        lines += [*([Text()] if lines else []), sources]
    return Group(*lines) if lines else None


def _tool_call(item: ClientToolCallItem) -> RenderableType:
    call = f"{one_line(item.name)}({_json(item.arguments)})"
    result = " — waiting for a result" if item.status == "pending" else f" → {_json(item.output)}"
    return Text.assemble(("tool ", "dim"), (call, "yellow"), (result, "dim"))


def _json(value: object) -> str:
    return one_line(to_json(value, fallback=str).decode(), 1_000)


def _structured_input(item: StructuredInputItem) -> RenderableType:
    lines: list[RenderableType] = []
    for question in item.inputs:
        lines.append(Text(f"? {one_line(question.question, 1_000)}", style="bold"))
        if question.answer is not None and question.answer.values:
            answer = ", ".join(one_line(value) for value in question.answer.values)
            lines.append(Padding(Text(answer), (0, 0, 0, 2)))
        elif item.status != "pending":
            lines.append(Text("  skipped", style="dim"))
    return Group(*lines)


def _generated_image(item: GeneratedImageItem) -> RenderableType:
    if item.image is None:
        return Text("(an image is being made…)", style="dim")
    where = "" if item.image.url.startswith("data:") else f" {one_line(item.image.url, 500)}"
    return Text(f"(image {one_line(item.image.id)}{where})", style="dim")
