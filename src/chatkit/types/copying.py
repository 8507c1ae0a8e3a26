"""A copy of a model that shares nothing that can change: what an event was, whatever becomes of it.

Stands on pydantic. Does what `model_copy(deep=True)` does in half its time or less, as messages
are trees: nothing in one holds itself or is held twice.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any, TypeVar, cast

from pydantic import BaseModel

__all__ = ["deep_copy"]

Model = TypeVar("Model", bound=BaseModel)

_UNCHANGING = frozenset({str, int, float, bool, type(None), bytes, datetime})
_DEEP_COPY: Any = BaseModel.__deepcopy__
_new: Callable[..., Any] = object.__new__
_set = object.__setattr__


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
    if getattr(kind, "__deepcopy__", None) is not _DEEP_COPY or value.__pydantic_private__:
        return deepcopy(value)
    model = _new(kind)
    _set(model, "__dict__", _copy_values(value.__dict__))
    _set(model, "__pydantic_extra__", _copy(value.__pydantic_extra__))
    _set(model, "__pydantic_fields_set__", set(value.__pydantic_fields_set__))
    _set(model, "__pydantic_private__", None)
    return model


def _copy_values(values: dict[Any, Any]) -> dict[Any, Any]:
    # Most are text and numbers: looked at here, they cost no call.
    return {
        key: each if each.__class__ in _UNCHANGING else _copy(each) for key, each in values.items()
    }
