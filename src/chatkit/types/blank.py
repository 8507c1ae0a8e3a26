"""A model before it is one: what builds models that need no look from pydantic. Stands on the base.

What is set in a model passes pydantic, value by value; in a blank Python sets it, in a tenth of
the time. Models are all alike inside, so that any of them may begin as a blank.
"""

from collections.abc import Callable
from typing import Any

from chatkit.types.base import WireModel

__all__ = ["blank"]

_new: Callable[..., Any] = object.__new__


class _Blank(WireModel):
    # Both of them: where one is pydantic's, Python looks for either by its name.
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


def blank(given: set[str]) -> Any:
    """A model of which these fields are given: to get all of its fields, and then its `__class__`.

    The caller knows that what it sets is valid. Raises TypeError for a class, when it is set, that
    has slots of its own.
    """
    made = _new(_Blank)
    made.__pydantic_fields_set__ = given
    made.__pydantic_extra__ = None
    made.__pydantic_private__ = None
    return made
