"""Waiting out an outage, or a cancellation: what is to be done again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain, repeat
from typing import TypeVar

from chatkit.errors import StoreClosed, StoreUnavailable

Result = TypeVar("Result")

_DELAYS = (0.05, 0.1, 0.2, 0.5)
_LAST_DELAY = 1.0


def delays() -> Iterator[float]:
    """How many seconds to wait before each new attempt; without end."""
    return chain(_DELAYS, repeat(_LAST_DELAY))


async def patiently(attempt: Callable[[], Awaitable[Result]], seconds: float) -> Result:
    """What the attempt gives, made again for so many seconds while the store is unavailable.

    Raises: StoreUnavailable when it stays so; at once StoreClosed and what else the attempt raises.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    for delay in delays():
        try:
            return await attempt()
        except StoreClosed:
            raise
        except StoreUnavailable:
            if loop.time() + delay > deadline:
                raise
        await asyncio.sleep(delay)
    raise AssertionError("unreachable")  # pragma: no cover - the delays never end


async def in_spite_of_a_cancel(step: Callable[[], Awaitable[None]]) -> None:
    """Takes the step, once more if it was cancelled: a loop that closes cancels everything once."""
    try:
        await step()
    except asyncio.CancelledError:
        await step()


__all__ = ["delays", "in_spite_of_a_cancel", "patiently"]
