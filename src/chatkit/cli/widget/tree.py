"""What is wrong with a rendered widget: unknown types and props, values that do not fit a prop."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast, get_args

from pydantic import ValidationError

from chatkit.widgets.base import WidgetComponentBase
from chatkit.widgets.unions import StrictWidgetComponent, StrictWidgetRoot

_ROOTS = ("Card", "ListView", "Basic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake: the path to its component, and the prop or type that it is about."""

    path: str
    word: str
    message: str


def faults_of(root: Any) -> list[Fault]:
    """The mistakes of a widget, from its root down; none for one that every client can show."""
    if not isinstance(root, Mapping):
        return [Fault(path="", word="", message="a widget is a JSON object with a type")]
    kind = cast("Mapping[str, Any]", root).get("type")
    if kind not in _ROOTS:
        message = f"the root is a {' or '.join(_ROOTS)}, not {kind!r}"
        return [Fault(path="", word=str(kind), message=message)]
    return list(_faults(cast("Mapping[str, Any]", root), str(kind)))


def _faults(node: Mapping[str, Any], path: str) -> Iterator[Fault]:
    kind = node.get("type")
    model = _models().get(str(kind))
    if model is None:
        yield Fault(path=path, word=str(kind), message=f"{path}: there is no component {kind!r}")
    else:
        yield from _prop_faults(node, model, path)
    children = node.get("children")
    for number, child in enumerate(
        cast("list[Any]", children if isinstance(children, list) else [children])
    ):
        if isinstance(child, Mapping):
            inner = cast("Mapping[str, Any]", child)
            yield from _faults(inner, f"{path}.children[{number}].{inner.get('type')}")
        elif child is not None:
            yield Fault(path=path, word="children", message=f"{path}: {child!r} is no component")


def _prop_faults(
    node: Mapping[str, Any], model: type[WidgetComponentBase], path: str
) -> Iterator[Fault]:
    for prop in node.keys() - model.model_fields.keys():
        yield Fault(path=path, word=prop, message=f"{path} has no prop {prop!r}")
    # Children are looked at one by one: their mistakes would be named once for each level.
    own = dict(node)
    if isinstance(node.get("children"), list):
        own["children"] = []
    try:
        model.model_validate(own)
    except ValidationError as error:
        seen: set[str] = set()
        for one in error.errors():
            prop = str(one["loc"][0]) if one["loc"] else ""
            if prop not in seen and not (prop == "children" and "children" in node):
                seen.add(prop)
                yield Fault(path=path, word=prop, message=f"{path}.{prop}: {one['msg']}")


@cache
def _models() -> dict[str, type[WidgetComponentBase]]:
    unions = (StrictWidgetComponent, StrictWidgetRoot)
    models = [model for union in unions for model in get_args(get_args(union)[0])]
    return {model.model_fields["type"].default: model for model in models}


__all__ = ["Fault", "faults_of"]
