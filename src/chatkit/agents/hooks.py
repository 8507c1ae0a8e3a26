"""How a converter's hooks are written and called: `async def` or plain, awaited or not.

The hooks were plain functions in older official releases and are coroutines in newer ones, and
apps override them and call `super()` in the style of their day. Stands on the standard library.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine, Generator
from types import MethodType
from typing import Any, TypeVar, cast

__all__ = ["hook", "settle"]

F = TypeVar("F", bound=Callable[..., Coroutine[Any, Any, Any]])


def hook(function: F) -> F:
    """The hook in a form whose result can be used at once and can be awaited too.

    For an `async def` that waits for nothing. What it returns is a dict or a list as it is; in
    the place of None stands an empty list, which is awaited to None.
    """
    return cast(F, _Hook(function))


async def settle(result: Any) -> list[Any]:
    """What a hook returned, as a list: awaited as often as it takes, None as no value."""
    while inspect.isawaitable(result):
        result = await result
    if result is None:
        return []
    return list(cast(Any, result)) if isinstance(result, list | tuple) else [result]


class _Hook:
    """A method that runs its coroutine on the spot; for `inspect` it is a coroutine function."""

    def __init__(self, function: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self.__code__ = function.__code__
        self.__defaults__ = function.__defaults__
        self.__kwdefaults__ = function.__kwdefaults__

    def __get__(self, instance: object | None, owner: type) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> _ReadyDict | _ReadyList:
        coroutine = self._function(*args, **kwargs)
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return _ready(stop.value)
        coroutine.close()
        raise RuntimeError(f"{self._function.__qualname__} waits for something: it is no `hook`")


class _ReadyDict(dict[str, Any]):
    """A dict that may be awaited."""

    def __await__(self) -> Generator[Any, None, dict[str, Any]]:
        return dict(self)
        yield


class _ReadyList(list[Any]):
    """A list that may be awaited; to None where it stands for that."""

    is_none = False

    def __await__(self) -> Generator[Any, None, list[Any] | None]:
        return None if self.is_none else list(self)
        yield


def _ready(value: Any) -> _ReadyDict | _ReadyList:
    if isinstance(value, dict):
        return _ReadyDict(cast(dict[str, Any], value))
    ready = _ReadyList(value or ())
    ready.is_none = value is None
    return ready
