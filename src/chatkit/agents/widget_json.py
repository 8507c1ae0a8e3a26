"""A widget as JSON for a model: the props that were set, without nulls, in their order.

Much shorter than what the page gets, which carries every default. Stands on the widgets.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel
from pydantic_core import to_json

if TYPE_CHECKING:
    from chatkit.widgets import WidgetRoot

__all__ = ["encode_widget_json"]

_ATOMS = frozenset((str, int, float, bool))


def encode_widget_json(widget: WidgetRoot) -> str:
    """The widget's JSON, each component's `type` at its end unless it was set like the others."""
    return to_json(_shown(widget)).decode()


def _shown(value: Any) -> Any:
    kind = value.__class__
    if kind in _ATOMS:
        return value
    if kind is dict:
        items = cast(dict[str, Any], value).items()
        return {name: _shown(inner) for name, inner in items if inner is not None}
    if kind is list or kind is tuple:
        return [_shown(inner) for inner in cast(list[Any], value) if inner is not None]
    return _shown_model(value) if isinstance(value, BaseModel) else value


@cache
def _is_own(kind: type) -> bool:
    return kind.__module__.startswith("chatkit.")


@cache
def _is_component(kind: type) -> bool:
    from chatkit.widgets import WidgetComponentBase  # loaded where there is a widget, only

    return issubclass(kind, WidgetComponentBase)


def _shown_model(model: BaseModel) -> dict[str, Any]:
    if not _is_own(model.__class__):
        # A host's subclass may exclude, rename or compute fields: pydantic knows how.
        return model.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    was_set = model.__pydantic_fields_set__
    shown = {
        name: value if value.__class__ in _ATOMS else _shown(value)
        for name, value in model.__dict__.items()
        if value is not None and name in was_set
    }
    if model.__pydantic_extra__:
        shown |= _shown(model.__pydantic_extra__)
    if "type" not in shown and _is_component(model.__class__):
        shown["type"] = model.__dict__["type"]
    return shown
