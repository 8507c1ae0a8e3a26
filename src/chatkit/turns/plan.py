"""What a turn is about to do: the request's part in it.

The server's operations make plans; this room runs them without knowing what they are.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextvars import Context

from chatkit.types import ThreadItem, ThreadMetadata, ThreadStreamEvent

Events = AsyncIterator[ThreadStreamEvent]


class TurnPlan(ABC):
    """One response to one request. As many are held as turns run, so it weighs little."""

    __slots__ = ("context", "request_id", "thread", "user", "variables")

    stops_running = False
    """Whether it stops the thread's running turn first, as a retry does."""

    def __init__(
        self,
        thread: ThreadMetadata,
        context: object,
        *,
        user: str | None,
        request_id: str | None,
        variables: Context,
    ) -> None:
        self.thread = thread
        """The thread as it stood when the request was checked."""
        self.context = context
        """The host's, handed through untouched."""
        self.user = user
        """Whose the turn is, for limits that hold for each user; None for nobody in particular."""
        self.request_id = request_id
        self.variables = variables
        """The turn's own copy of the caller's contextvars: tracing and settings carry over."""

    @abstractmethod
    def check(self, thread: ThreadMetadata) -> None:
        """Refuses a thread that takes no such request; called when the turn is about to begin."""

    @abstractmethod
    def opening(self, thread: ThreadMetadata) -> Events:
        """What the request itself changes: always runs to its end once the turn has begun."""

    @abstractmethod
    def respond(self, thread: ThreadMetadata) -> Events:
        """The host's handler."""

    @abstractmethod
    async def on_cancelled(self, thread: ThreadMetadata, pending: list[ThreadItem]) -> None:
        """Saves what a stopped handler had generated."""

    @property
    @abstractmethod
    def makes_title(self) -> bool:
        """Whether somebody makes a title for a thread that has none."""

    @abstractmethod
    async def title(self, thread: ThreadMetadata) -> str | None:
        """A title, made beside the answer; None for none now."""


__all__ = ["Events", "TurnPlan"]
