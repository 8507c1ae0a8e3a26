"""Compares what annotations mean, however written: unions in any order, aliases followed."""

import types
from collections.abc import Mapping
from inspect import Parameter, signature
from typing import Annotated, Any, ForwardRef, Literal, TypeVar, Union, get_args, get_origin

from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from chatkit.lazy import LazyType


def shape(annotation: Any, names: Mapping[str, Any]) -> Any:
    """What the annotation accepts, as nested tuples and sets that compare equal where it is."""
    if isinstance(annotation, (str, ForwardRef)):
        text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        return shape(eval(text, dict(names)), names)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return annotated(arguments[0], arguments[1:], names)
    if origin is Literal:
        return ("one of", frozenset(arguments))
    if origin in (Union, types.UnionType):
        return union_of(shape(argument, names) for argument in arguments)
    if origin is not None:
        return (origin, tuple(shape(argument, names) for argument in arguments))
    return "T" if isinstance(annotation, TypeVar) else annotation


def union_of(members: Any) -> Any:
    """The union of shapes, flat: an optional union is one union with None."""
    flat: set[Any] = set()
    for member in members:
        flat |= member[1] if isinstance(member, tuple) and member[0] == "any of" else {member}
    return ("any of", frozenset(flat))


def annotated(annotation: Any, metadata: tuple[Any, ...], names: Mapping[str, Any]) -> Any:
    """The shape of an annotation with a discriminator or a pattern; other metadata is no shape."""
    inner = shape(annotation, names)
    for entry in metadata:
        if isinstance(entry, FieldInfo) and entry.discriminator:
            inner = ("told apart by", entry.discriminator, inner)
        if isinstance(entry, StringConstraints):
            inner = ("text like", entry.pattern)
    return inner


def field_shape(field: FieldInfo, names: Mapping[str, Any]) -> Any:
    """The shape of a model's field; pydantic moves an outer discriminator into the field."""
    inner = shape(field.annotation, names)
    for entry in field.metadata:
        if pattern := getattr(entry, "pattern", None):
            inner = ("text like", pattern)
        if isinstance(entry, LazyType):
            inner = shape(entry.type, names)
    return ("told apart by", field.discriminator, inner) if field.discriminator else inner


def parameters(function: Any) -> str:
    """The parameters as they are called: names, order, kinds and defaults."""
    shown: list[str] = []
    for parameter in signature(function).parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is Parameter.KEYWORD_ONLY and "*" not in shown:
            shown.append("*")
        default = parameter.default
        shown.append(
            parameter.name if default is Parameter.empty else f"{parameter.name}={default!r}"
        )
    return f"({', '.join(shown)})"
