"""How long somebody may stay: until their login expires, or the host's function refuses them.

Above: the gate. A stream may be open for an hour, and a login end in the middle of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import time
from typing import Generic

from starlette.exceptions import HTTPException
from typing_extensions import TypeVar

from .refused import Refused

logger = logging.getLogger(__name__)

TContext = TypeVar("TContext")


@dataclass(frozen=True, slots=True)
class Authenticated(Generic[TContext]):
    """What a `context` function may return: the context, and when the login behind it expires.

        return Authenticated({"user": claims["sub"]}, expires_at=claims["exp"])

    `expires_at` is a datetime, or seconds since 1970 as a JSON Web Token has them. Open streams
    end then, unless the function, asked again, tells of a later time.
    """

    context: TContext
    expires_at: datetime | float | None = field(default=None, kw_only=True)

    def seconds_left(self) -> float | None:
        """How long the login lasts from now on; None for as long as it is not refused."""
        if self.expires_at is None:
            return None
        end = self.expires_at
        return (end.timestamp() if isinstance(end, datetime) else end) - time()


async def wait_for_end(
    login: Authenticated[TContext],
    ask_again: Callable[[], Awaitable[Authenticated[TContext]]],
    recheck_seconds: float | None,
) -> None:
    """Returns when the login has expired, or asking again for it was refused.

    A failure of another kind says nothing of the login: it is logged, and asked again later.
    """
    while True:
        pauses = [each for each in (login.seconds_left(), recheck_seconds) if each is not None]
        if not pauses:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(max(min(pauses), 0))
        if recheck_seconds is not None:
            try:
                login = await ask_again()
            except (Refused, HTTPException):
                return
            except Exception as error:  # noqa: BLE001 - a host's function may raise anything
                logger.warning("asking again who reads a stream failed: %r", error)
        left = login.seconds_left()
        if left is not None and left <= 0:
            return


__all__ = ["Authenticated", "wait_for_end"]
