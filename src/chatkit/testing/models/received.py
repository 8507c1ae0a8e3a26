"""A request as the scripted model received it, and how its answer ended. Stands on latch.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from .latch import Latch

__all__ = ["Outcome", "ReceivedRequest", "parse_object"]


class Outcome(Enum):
    """How an answer ended."""

    COMPLETED = "completed"
    """All of it was sent."""
    ABORTED = "aborted"
    """The client went away before the end."""
    CUT = "cut"
    """The script cut the connection."""
    CLOSED = "closed"
    """The server was closed meanwhile."""


@dataclass(slots=True, kw_only=True, eq=False)
class ReceivedRequest:
    """One request, and what became of it."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name."""
    content: bytes
    body: dict[str, Any] | None
    """The parsed JSON, or None where it was no JSON object."""
    outcome: Outcome | None = None
    _settled: Latch = field(default_factory=Latch)

    @property
    def aborted(self) -> bool:
        """Whether the client went away before the end of its answer."""
        return self.outcome is Outcome.ABORTED

    async def settled(self) -> Outcome:
        """How the answer ended, once it has."""
        await self._settled.wait()
        return self.wait_settled(0)

    def wait_settled(self, timeout: float = 10) -> Outcome:
        """How the answer ended; blocks this thread until then. Raises: TimeoutError."""
        self._settled.wait_in_thread(timeout)
        assert self.outcome is not None  # noqa: S101  # set before the latch
        return self.outcome

    def settle(self, outcome: Outcome) -> None:
        """Note how the answer ended: the server's side."""
        self.outcome = outcome
        self._settled.set()


def parse_object(content: bytes) -> dict[str, Any] | None:
    """The JSON object in these bytes, or None when they are none."""
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return cast(dict[str, Any], body) if isinstance(body, dict) else None
