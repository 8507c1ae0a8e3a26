"""When and how often a lost connection is tried again, and what is told of it meanwhile."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

__all__ = ["ConnectionChange", "Patience", "Reconnect", "Reconnected", "Reconnecting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnecting:
    """The connection is lost; the next try follows after `delay` seconds."""

    attempt: int
    delay: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnected:
    """The stream goes on where it broke off, after so many tries."""

    attempts: int


ConnectionChange = Reconnecting | Reconnected


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnect:
    """How a lost connection is tried again; all in seconds.

    The delay before try n is drawn evenly from `shortest` up to twice as much for each try
    before, and never above `longest`: a thousand clients do not come back at once. After
    `give_up_after` without a single event the loss is final. A stream that is silent for
    `silence`, without even a heartbeat, counts as lost.
    """

    shortest: float = 0.5
    longest: float = 30.0
    give_up_after: float = 600.0
    silence: float = 40.0
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def delay(self, attempt: int) -> float:
        """Seconds to wait before this try; the first is 1."""
        ceiling = min(self.longest, self.shortest * 2.0 ** min(attempt, 32))
        return self.shortest + (ceiling - self.shortest) * self.random()


@dataclass(slots=True)
class Patience:
    """How often one stream was tried in a row, and for how long."""

    policy: Reconnect
    attempts: int = 0
    _since: float = field(default=0.0)

    def next_delay(self) -> float | None:
        """Seconds to wait before the next try, or None when it is time to give up."""
        now = self.policy.clock()
        if self.attempts == 0:
            self._since = now
        if now - self._since >= self.policy.give_up_after:
            return None
        self.attempts += 1
        return self.policy.delay(self.attempts)

    def succeeded(self) -> int:
        """How many tries it took; from here on the count starts anew."""
        attempts, self.attempts = self.attempts, 0
        return attempts
