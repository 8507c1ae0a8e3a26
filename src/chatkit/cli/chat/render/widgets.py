"""A widget as readable text: titles, rows, tables, charts; what can be pressed gets a number.

Works on the widget's JSON, so that a component of an unknown type shows what it holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from pydantic_core import to_jsonable_python
from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from chatkit.cli.chat.markdown import markdown
from chatkit.cli.chat.safe import Safe, one_line, safe
from chatkit.types import WidgetItem

from .charts import render_chart
from .fields import Field, Node, WidgetAction, children_of, field_of, find_fields, text_of

__all__ = ["Drawing", "render_widget"]

_MOST_GRIDS = 4
"""Rows and tables inside so many others are drawn one below the other: each level of them costs
several times the one before."""
_WIDEST_ROW = 8
_DEEPEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in the widget a component stands."""

    fields: tuple[Field, ...] = ()
    submit: Any = None
    """The action of the form around it."""
    depth: int = 0
    grids: int = 0
    """How many rows and tables it is inside of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A widget, drawn, and what can be pressed in it, in the order of their numbers."""

    renderable: RenderableType
    actions: list[WidgetAction]


def render_widget(item: WidgetItem, first_number: int) -> Drawing:
    """The widget as text; its actions are numbered from `first_number` on."""
    painter = _Painter(item.id, first_number)
    root: Any = to_jsonable_python(item.widget, fallback=str)
    lines = painter.draw(cast(Node, root), _Place())
    return Drawing(renderable=Safe(Group(*lines)), actions=painter.actions)


class _Painter:
    """Draws one widget, and gathers its actions on the way."""

    def __init__(self, item_id: str, first_number: int) -> None:
        self._item_id = item_id
        self._first = first_number
        self.actions: list[WidgetAction] = []

    def draw(self, node: Node, place: _Place) -> list[RenderableType]:
        """The component's lines."""
        if place.depth > _DEEPEST:
            return [Text("…")]
        kind = text_of(node, "type")
        paint = _PAINTERS.get(kind)
        if paint is not None:
            return paint(self, node, place)
        field = field_of(node, {})
        if field is not None:
            return [self._field(node, field, place)]
        return self._unknown(node, place)

    def inside(self, node: Node, place: _Place) -> list[RenderableType]:
        """The lines of all components inside this one."""
        inner = replace(place, depth=place.depth + 1)
        return [line for child in children_of(node) for line in self.draw(child, inner)]

    def number(self, label: str, action: Any, fields: tuple[Field, ...]) -> Text:
        """The number under which the action can be triggered; nothing where there is none."""
        if not isinstance(action, Mapping) or not text_of(cast(Node, action), "type"):
            return Text()
        config = cast(Node, action)
        self.actions.append(
            WidgetAction(
                item_id=self._item_id,
                label=label,
                type=text_of(config, "type"),
                payload=config.get("payload"),
                by_client=config.get("handler") == "client",
                streaming=config.get("streaming") is not False,
                fields=fields,
            )
        )
        return Text(f"[{self._first + len(self.actions) - 1}] ", style="bold cyan")

    def _field(self, node: Node, field: Field, place: _Place) -> RenderableType:
        caption = next((f.label for f in place.fields if f.name == field.name), field.label)
        number = self.number(caption, node.get("onChangeAction"), place.fields or (field,))
        return Text.assemble(number, (f"{caption}: ", "dim"), _shown_value(field))

    def _unknown(self, node: Node, place: _Place) -> list[RenderableType]:
        text = text_of(node, "value", "label", "title", "text")
        action = node.get("onClickAction")
        number = self.number(one_line(text or text_of(node, "type")), action, place.fields)
        own: list[RenderableType] = []
        if text or number:
            own.append(Text.assemble(number, safe(text or text_of(node, "type"))))
        return own + self.inside(node, place)


def _shown_value(field: Field) -> Text:
    if field.kind == "check":
        return Text("☑" if field.default == "yes" else "☐")
    if field.kind == "choice":
        parts = [
            f"({'•' if value == field.default else ' '}) {label}" for value, label in field.options
        ]
        return Text("  ".join(parts))
    if field.kind == "secret":
        return Text("_____")
    return Text(safe(field.default) or "_____")


def _card(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    fields = find_fields(children_of(node)) if node.get("asForm") is True else ()
    confirm, cancel = (_mapping(node.get(name)) for name in ("confirm", "cancel"))
    submit = confirm.get("action")
    lines = painter.inside(node, replace(place, fields=fields, submit=submit))
    feet = Text("   ").join(
        Text.assemble(painter.number(label, foot.get("action"), given), (label, "bold"))
        for foot, given in ((confirm, fields), (cancel, ()))
        if (label := one_line(text_of(foot, "label")))
    )
    if feet:
        lines += [Text(), feet]
    status = _mapping(node.get("status"))
    title = Text(one_line(text_of(status, "text")), style="dim") if status else None
    if place.depth:
        return [*([title] if title else []), *lines]
    return [Panel(Group(*lines), title=title, title_align="left", expand=False, style="none")]


def _list_view(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    status = text_of(_mapping(node.get("status")), "text")
    head: list[RenderableType] = [Text(one_line(status), style="dim")] if status else []
    return head + painter.inside(node, place)


def _list_row(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    action = node.get("onClickAction")
    number = painter.number(_words(node), action, place.fields)
    lines = painter.inside(node, replace(place, grids=place.grids + 1))
    if not number:
        return lines
    if place.grids >= _MOST_GRIDS:
        return [number, *lines]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(number, Group(*lines))
    return [grid]


def _row(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    inner = replace(place, depth=place.depth + 1, grids=place.grids + 1)
    cells = [painter.draw(child, inner) for child in children_of(node)]
    cells = [cell for cell in cells if cell]
    if len(cells) < 2 or len(cells) > _WIDEST_ROW or place.grids >= _MOST_GRIDS:
        return [line for cell in cells for line in cell]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_row(*(Group(*cell) for cell in cells))
    return [grid]


def _box(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    if node.get("direction") == "row":
        return _row(painter, node, place)
    return painter.inside(node, place)


def _form(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    submit = node.get("onSubmitAction")
    fields = find_fields(children_of(node))
    lines = _box(painter, node, replace(place, fields=fields, submit=submit))
    has_button = any(action.type == _mapping(submit).get("type") for action in painter.actions)
    if submit is not None and not has_button:
        lines.append(Text.assemble(painter.number("Submit", submit, fields), ("Submit", "bold")))
    return lines


def _button(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    label = one_line(text_of(node, "label", "iconStart", "iconEnd")) or "button"
    if node.get("disabled") is True:
        return [Text(label, style="dim strike")]
    action = node.get("onClickAction")
    if action is None and node.get("submit") is True:
        action = place.submit
    return [Text.assemble(painter.number(label, action, place.fields), (label, "bold"))]


def _text(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    field = field_of(node, {})
    if field is not None:
        return [Text.assemble((f"{field.label}: ", "dim"), _shown_value(field))]
    style = "bold" if node.get("weight") in ("bold", "semibold") else ""
    style += " italic" if node.get("italic") is True else ""
    style += " strike" if node.get("lineThrough") is True else ""
    return _line(text_of(node, "value"), style.strip())


def _label(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    if any(field.name == node.get("fieldName") for field in place.fields):
        return []  # it stands before its field
    return _line(text_of(node, "value"), "dim")


def _image(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    source = text_of(node, "src")
    where = "" if source.startswith("data:") else one_line(source, 300)
    words = " ".join(filter(None, (one_line(text_of(node, "alt")), where)))
    return [Text(f"(image: {words})" if words else "(image)", style="dim")]


def _table(painter: _Painter, node: Node, place: _Place) -> list[RenderableType]:
    rows = children_of(node)
    width = max((len(children_of(row)) for row in rows), default=0)
    if not width or place.grids >= _MOST_GRIDS:
        return painter.inside(node, place)
    head = bool(rows and rows[0].get("header") is True)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, show_header=head, header_style="bold")
    drawn = [_cells(painter, row, place, width) for row in rows]
    for column in range(width):
        table.add_column(drawn[0][column] if head else "")
    for cells in drawn[1:] if head else drawn:
        table.add_row(*cells)
    return [table]


def _cells(painter: _Painter, row: Node, place: _Place, width: int) -> list[RenderableType]:
    inner = replace(place, depth=place.depth + 2, grids=place.grids + 1)
    cells: list[RenderableType] = [Group(*painter.draw(cell, inner)) for cell in children_of(row)]
    return cells + [Text()] * (width - len(cells))


def _line(text: str, style: str) -> list[RenderableType]:
    return [Text(safe(text), style=style)] if text else []


def _words(node: Node) -> str:
    """The first words inside, to name a row by."""
    own = one_line(text_of(node, "value", "label"), 60)
    return own or next(filter(None, (_words(child) for child in children_of(node))), "")


def _mapping(value: Any) -> Node:
    return cast(Node, value) if isinstance(value, Mapping) else {}


_PAINTERS: dict[str, Callable[[_Painter, Node, _Place], list[RenderableType]]] = {
    "Card": _card,
    "ListView": _list_view,
    "ListViewItem": _list_row,
    "Basic": _box,
    "Box": _box,
    "Col": _box,
    "Row": _row,
    "Form": _form,
    "Transition": _box,
    "Table": _table,
    "Table.Row": _row,
    "Table.Cell": _box,
    "Button": _button,
    "Text": _text,
    "Title": lambda painter, node, place: _line(text_of(node, "value"), "bold underline"),
    "Caption": lambda painter, node, place: _line(text_of(node, "value"), "dim"),
    "Markdown": lambda painter, node, place: [markdown(text_of(node, "value"))],
    "Badge": lambda painter, node, place: [
        Text(f"({one_line(text_of(node, 'label'))})", style="bold")
    ],
    "Label": _label,
    "Image": _image,
    "Icon": lambda painter, node, place: [],
    "Spacer": lambda painter, node, place: [],
    "Divider": lambda painter, node, place: [Rule(style="dim")],
    "Chart": lambda painter, node, place: render_chart(node),
}
