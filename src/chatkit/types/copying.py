"""A copy of a model that shares nothing that can change: what an event was, whatever becomes of it.

Stands on the blank. Does what `model_copy(deep=True)` does in half its time or less, as messages
are trees: nothing in one holds itself or is held twice.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from chatkit.types.blank import Blank

__all__ = ["deep_copy"]

Model = TypeVar("Model", bound=BaseModel)

_UNCHANGING = frozenset({str, int, float, bool, type(None), bytes, datetime})
_DEEP_COPY: Any = BaseModel.__deepcopy__
_new: Callable[..., Any] = object.__new__


def deep_copy(model: Model) -> Model:
    """An equal model, with copies of all that it holds."""
    return _copy(model)


def _copy(value: Any) -> Any:
    kind: Any = value.__class__
    if kind in _UNCHANGING:
        return value
    if kind is list:
        return [_copy(each) for each in cast("list[Any]", value)]
    if kind is dict:
        return _copy_values(cast("dict[Any, Any]", value))
    if not _is_plain(kind):
        return deepcopy(value)
    model = _new(Blank)
    model.__dict__ = _copy_values(value.__dict__)
    model.__pydantic_fields_set__ = set(value.__pydantic_fields_set__)
    model.__pydantic_extra__ = _copy(value.__pydantic_extra__)
    model.__pydantic_private__ = None
    try:
        model.__class__ = kind
    except TypeError:
        return deepcopy(value)  # its class has slots of its own
    return model


@lru_cache(maxsize=512)
def _is_plain(kind: Any) -> bool:
    """Whether a value of this type is a model, which holds nothing but its fields and props."""
    return getattr(kind, "__deepcopy__", None) is _DEEP_COPY and not kind.__private_attributes__


def _copy_values(values: dict[Any, Any]) -> dict[Any, Any]:
    copied = dict(values)
    for key, each in values.items():
        # Most are text and numbers: looked at here, they cost no call.
        if type(each) not in _UNCHANGING:
            copied[key] = _copy(each)
    return copied
