"""Which function call of the model a call of a client tool stands for. Stands on asyncio.

A tool asks for a client tool by setting a field of its context, which says nothing of the call
that runs the tool: it is found again by the arguments, by the name, or by being the last.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["AskedCalls", "FunctionCall", "match_calls"]


class Asked(Protocol):
    """A call of a client tool."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """A function call of the model, in its n-th response; `arguments` is the JSON that it wrote."""

    response: int
    id: str | None
    call_id: str
    name: str
    arguments: str


class AskedCalls:
    """The client tools that were asked for; each tool that runs asks for one at most."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked: dict[object, Any] = {}

    def ask(self, call: Asked | None) -> None:
        """Note a call, in the place of what the same task asked for; None forgets them all."""
        if call is None:
            self._asked.clear()
            return
        self._asked[_asking_task() or object()] = call

    def take(self) -> list[Any]:
        """The calls asked for, in their order; they are forgotten."""
        asked, self._asked = list(self._asked.values()), {}
        return asked


def match_calls(
    asked: Sequence[Asked], made: Sequence[FunctionCall]
) -> list[tuple[Any, FunctionCall | None]]:
    """Each call of a client tool with the function call that it stands for.

    Those of the latest response come first. No function call is given to two of them, and None
    where there is none left.
    """
    left = sorted(made, key=lambda call: -call.response)
    found: dict[int, FunctionCall] = {}
    for fits in (_same_call, _same_arguments, _same_name):
        for number, call in enumerate(asked):
            match = None if number in found else _first_fit(fits, call, left)
            if match is not None:
                found[number] = match
                left.remove(match)
    rest = [number for number in range(len(asked)) if number not in found]
    latest = [call for call in left if call.response == left[0].response]
    found.update(zip(reversed(rest), reversed(latest), strict=False))
    return [(call, found.get(number)) for number, call in enumerate(asked)]


def _asking_task() -> object | None:
    """The tool's task, or None in a thread: one thread may run several tools."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _first_fit(
    fits: Callable[[Asked, FunctionCall], bool], asked: Asked, made: Sequence[FunctionCall]
) -> FunctionCall | None:
    return next((call for call in made if fits(asked, call)), None)


def _same_call(asked: Asked, made: FunctionCall) -> bool:
    return _same_name(asked, made) and _same_arguments(asked, made)


def _same_name(asked: Asked, made: FunctionCall) -> bool:
    return asked.name == made.name


def _same_arguments(asked: Asked, made: FunctionCall) -> bool:
    try:
        return bool(asked.arguments == json.loads(made.arguments))
    except ValueError:
        return False
