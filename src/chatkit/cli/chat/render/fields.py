"""What a person can do with a widget: its actions, by number, and the fields that go with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from chatkit.cli.chat.safe import one_line

__all__ = ["Field", "Node", "WidgetAction", "children_of", "field_of", "find_fields", "text_of"]

Node = Mapping[str, Any]
"""A component as JSON."""

Kind = Literal["text", "long", "secret", "choice", "check"]

_FIELD_TYPES = ("Input", "Textarea", "Select", "RadioGroup", "DatePicker", "Checkbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form. `options` are pairs of value and label; `hint` says what is expected."""

    name: str
    label: str
    kind: Kind = "text"
    default: str = ""
    required: bool = False
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetAction:
    """What a button, a row or a field of a widget sends; `fields` are asked for before."""

    item_id: str
    label: str
    type: str
    payload: Any
    by_client: bool
    streaming: bool
    fields: tuple[Field, ...] = ()


def children_of(node: Node) -> list[Node]:
    """The components inside this one."""
    children = node.get("children")
    nodes = cast(list[Any], children) if isinstance(children, list) else [children]
    return [cast(Node, child) for child in nodes if isinstance(child, dict)]


def text_of(node: Node, *names: str) -> str:
    """The first of these props that holds text."""
    for name in names:
        value = node.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def find_fields(nodes: Sequence[Node]) -> tuple[Field, ...]:
    """All fields inside, with the captions that labels give them."""
    components = list(_walk(nodes))
    captions = {
        text_of(node, "fieldName"): one_line(text_of(node, "value"))
        for node in components
        if node.get("type") == "Label"
    }
    fields = (field_of(node, captions) for node in components)
    return tuple(field for field in fields if field is not None)


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children_of(node)))


def field_of(node: Node, captions: Mapping[str, str]) -> Field | None:
    """The field that this component is; None for any other component, or one that is disabled."""
    kind = node.get("type")
    editable = node.get("editable")
    if kind == "Text" and isinstance(editable, dict):
        node = {**cast(Node, editable), "defaultValue": text_of(node, "value"), "type": "Input"}
    elif kind not in _FIELD_TYPES or node.get("disabled") is True:
        return None
    name = text_of(node, "name")
    if not name:
        return None
    own_caption = one_line(text_of(node, "label", "ariaLabel", "placeholder"))
    return Field(
        name=name,
        label=captions.get(name) or own_caption or one_line(name),
        kind=_kind(node),
        default=_default(node),
        required=node.get("required") is True,
        hint=_hint(node),
        options=_options(node),
    )


def _kind(node: Node) -> Kind:
    kind = node.get("type")
    if kind in ("Select", "RadioGroup"):
        return "choice"
    if kind == "Checkbox":
        return "check"
    if kind == "Textarea":
        return "long"
    return "secret" if node.get("inputType") == "password" else "text"


def _default(node: Node) -> str:
    if node.get("type") == "Checkbox":
        return "yes" if node.get("defaultChecked") is True else "no"
    default = text_of(node, "defaultValue")
    return default[:10] if node.get("type") == "DatePicker" else default


def _hint(node: Node) -> str:
    if node.get("type") == "DatePicker":
        return "YYYY-MM-DD"
    kind = text_of(node, "inputType")
    return kind if kind in ("number", "email", "tel", "url") else ""


def _options(node: Node) -> tuple[tuple[str, str], ...]:
    options = node.get("options")
    rows = cast(list[Any], options) if isinstance(options, list) else []
    nodes = [cast(Node, row) for row in rows if isinstance(row, dict)]
    return tuple(
        (text_of(row, "value"), one_line(text_of(row, "label", "value")))
        for row in nodes
        if row.get("disabled") is not True
    )
