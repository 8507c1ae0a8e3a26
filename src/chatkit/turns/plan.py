"""What a turn is about to do: the request's part in it, as data and callables.

The server's operations make plans; this room runs them without knowing what they are.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field

from chatkit.types import ThreadItem, ThreadMetadata, ThreadStreamEvent

Events = AsyncIterator[ThreadStreamEvent]


# Not frozen, as to make one would take four times as long; nobody changes it all the same.
@dataclass(slots=True, kw_only=True)
class TurnPlan:
    """One response to one request. `context` is the host's, handed through untouched."""

    thread: ThreadMetadata
    """The thread as it stood when the request was checked."""
    context: object
    user: str | None
    """Whose the turn is, for limits that hold for each user; None for nobody in particular."""
    opening: Callable[[ThreadMetadata], Events]
    """What the request itself changes: always runs to its end once the turn has begun."""
    respond: Callable[[ThreadMetadata], Events]
    """The host's handler."""
    on_cancelled: Callable[[ThreadMetadata, list[ThreadItem]], Awaitable[None]]
    """Saves what a stopped handler had generated."""
    title: Callable[[ThreadMetadata], Awaitable[str | None]] | None = None
    """Makes a title for a thread that has none, beside the answer; None where nobody does."""
    check: Callable[[ThreadMetadata], None] = lambda thread: None
    """Refuses a thread that takes no such request; called when the turn is about to begin."""
    stops_running: bool = False
    """Stops the thread's running turn first, as a retry does."""
    request_id: str | None = None
    variables: Context = field(default_factory=copy_context)
    """The turn's own copy of the caller's contextvars: tracing and settings carry over."""


__all__ = ["Events", "TurnPlan"]
