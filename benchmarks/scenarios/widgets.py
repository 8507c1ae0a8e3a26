"""A widget that grows, compared with what it was; and widgets as JSON."""

import json
import warnings
from typing import Any

warnings.simplefilter("ignore", DeprecationWarning)  # the official one dislikes typed widgets

from chatkit.actions import ActionConfig  # noqa: E402
from chatkit.server import diff_widget  # noqa: E402
from chatkit.widgets import (  # noqa: E402
    Badge,
    Box,
    Button,
    Card,
    Divider,
    Markdown,
    Row,
    Text,
    Title,
    WidgetComponentBase,
)

from . import Work  # noqa: E402

TEXT = "A sentence of the answer. " * 40


def static_part(index: int) -> WidgetComponentBase:
    """One of the components that stay as they are."""
    match index % 4:
        case 0:
            return Row(gap=2, children=[Text(value=f"Row {index}"), Badge(label="new")])
        case 1:
            return Title(value=f"Section {index}")
        case 2:
            action = ActionConfig(type="open", payload={"index": index})
            return Button(label="Open", onClickAction=action)
        case _:
            return Divider()


def static_parts() -> list[WidgetComponentBase]:
    """Rows count for three components, so these 32 are 48."""
    return [static_part(index) for index in range(32)]


def card(text: str, static: list[WidgetComponentBase]) -> Card:
    """The Card with 49 components under it, the last of which streams."""
    return Card(children=[*static, Markdown(id="answer", value=text, streaming=True)])


def nested(depth: int) -> Card:
    """A text under so many boxes."""
    component: WidgetComponentBase = Text(value="deep")
    for level in range(depth - 2):
        component = Box(padding=level % 4, children=[component])
    return Card(children=[component])


async def growing(kind: str) -> Work:
    """One update; `shared` states have the same child objects, `rebuilt` ones have new ones."""
    parts = static_parts()
    before = card(TEXT, parts)
    after = card(TEXT + "More", parts if kind == "shared" else static_parts())

    async def run() -> Any:
        for _ in range(9):
            diff_widget(before, after)
        return diff_widget(before, after)

    async def outcome(updates: Any) -> Any:
        return [update.model_dump(mode="json", exclude_none=True) for update in updates]

    return Work(units=10, run=run, outcome=outcome)


async def as_json(depth: int = 0) -> Work:
    """A widget's JSON, as it is sent and stored."""
    widget = nested(depth) if depth else card(TEXT, static_parts())

    async def run() -> Any:
        for _ in range(9):
            widget.model_dump_json(exclude_none=True)
        return widget.model_dump_json(exclude_none=True)

    async def outcome(text: Any) -> Any:
        return json.loads(text)

    return Work(units=10, run=run, outcome=outcome)
