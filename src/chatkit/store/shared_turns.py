"""SharesTurns: what a turn log adds whose turns run in several processes, on any machines.

Above: the turns. Every method may be called for a turn of any process. Nothing here relies on a
message being delivered: whoever waits looks for himself every second or so.
"""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import NamedTuple, Protocol, Self, runtime_checkable

from .turn_log import TurnRecord, TurnState


class TurnNews(NamedTuple):
    """What there is to read of a turn: events, or else how it stands. None: it is gone."""

    payloads: list[bytes]
    state: TurnState | None
    is_lost: bool = False
    """The events that would follow are not kept, or not any more."""


class Follower(ABC):
    """A reader's place in a turn that runs in some other process. Used in a `with` block."""

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Follows no more."""

    @abstractmethod
    async def next(self, seconds: float) -> TurnNews:
        """The next events, at the latest after so many seconds none; `state` is of that moment.

        A turn that has ended has no more events once none were given with its last state.
        Raises StoreUnavailable.
        """


@runtime_checkable
class SharesTurns(Protocol):
    """A turn log that several processes write to and read from at the same time."""

    @property
    def reap_seconds(self) -> float:
        """How often each process should look for orphans."""
        ...

    @property
    def flush_seconds(self) -> float:
        """The least time between two appends: what comes meanwhile is appended together."""
        ...

    def follow(self, turn_id: str, after: int) -> Follower:
        """Reads the turn on from event `after`."""
        ...

    async def find_running(self, thread_id: str) -> TurnRecord | None:
        """The running turn of the thread, in whatever process; whose it is, is not checked."""
        ...

    async def request_stop(self, turn_id: str) -> None:
        """Asks the process that runs the turn to stop it; does nothing once it is over."""
        ...

    async def next_stops(self) -> list[str]:
        """Waits until somebody asks for stops of turns that run here; their ids, again and again
        until they have ended."""
        ...

    async def wait_for_end(self, turn_id: str, seconds: float) -> TurnState | None:
        """The turn's state once it has ended, or "running" after so many seconds; None: gone."""
        ...


__all__ = ["Follower", "SharesTurns", "TurnNews"]
