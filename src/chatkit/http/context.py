"""The host's context of a request: what its function makes of it, or a refusal."""

from inspect import isawaitable
from typing import Any

from starlette.requests import Request

from .settings import ContextFunction


async def make_context(function: ContextFunction | None, request: Request) -> Any:
    """What the host's function returns or awaits to; an empty dict without a function.

    Raises: whatever it raises; `Refused` and starlette's HTTPException become answers.
    """
    if function is None:
        return {}
    context = function(request)
    return await context if isawaitable(context) else context


__all__ = ["make_context"]
