"""The host's context of a request: what its function makes of it, or a refusal."""

from inspect import isawaitable
from typing import Any, cast

from starlette.requests import Request

from .login import Authenticated
from .refused import Refused
from .settings import ContextFunction


async def make_context(function: ContextFunction | None, request: Request) -> Authenticated[Any]:
    """What the host's function returns or awaits to; an empty dict without a function.

    Raises: Refused for a login that has expired; whatever the function raises, of which `Refused`
    and starlette's HTTPException become answers.
    """
    if function is None:
        return Authenticated(cast("Any", {}))
    made = function(request)
    context = await made if isawaitable(made) else made
    if not isinstance(context, Authenticated):
        return Authenticated(context)
    login = cast("Authenticated[Any]", context)
    left = login.seconds_left()
    if left is not None and left <= 0:
        raise Refused(401, "the login has expired: sign in again")
    return login


__all__ = ["make_context"]
