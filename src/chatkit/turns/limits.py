"""How long, how large and how many: the limits of turns, with their defaults."""

from dataclasses import dataclass
from typing import Literal

OnDisconnect = Literal["stop", "continue"]
OnBusy = Literal["queue", "reject", "interrupt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLimits:
    """Seconds, counts and bytes; a turn that meets one of the first five fails, retryable."""

    idle_seconds: float = 120.0
    """The longest silence of a handler."""
    wall_seconds: float = 3_600.0
    """The longest turn."""
    max_events: int = 1_000_000
    """The most events of a turn."""
    max_bytes: int = 64 * 1024 * 1024
    """The most bytes of a turn's events."""
    outage_seconds: float = 30.0
    """How long a turn waits for a store or a log that is unavailable."""
    cancel_seconds: float = 5.0
    """How long a stopped handler may go on; then the turn ends without it."""
    settle_seconds: float = 30.0
    """How long saving what was generated may take."""
    title_seconds: float = 30.0
    """How long making a thread's title may take."""
    stall_seconds: float = 2.0
    """A handler that blocks the event loop for longer is warned about."""
    unlogged_events: int = 1_000
    """A handler waits while this many of its events are not in the log yet."""
    unlogged_bytes: int = 1024 * 1024
    """A handler waits while this many bytes of its events are not in the log yet."""
    memory_bytes: int = 16 * 1024 * 1024
    """A running turn's events in memory; older ones are read from the log, if it keeps them."""
    keep_seconds: float = 3_600.0
    """How long the events of a turn that is over are kept for readers who come back."""
    trim_seconds: float = 300.0
    """What is older is trimmed when a turn ends, at most this often."""
    heartbeat_seconds: float = 15.0
    """A resumable stream says that it lives after this much silence."""
    poll_seconds: float = 0.25
    """How often a reader looks for events of a turn that runs in another process."""
    fallback_seconds: float = 1.0
    """How often who is to be told of such events looks for himself all the same."""
    turns_per_user: int = 20
    """How many turns of one user may run or wait at one process; more are refused."""
    queue_depth: int = 5
    """How many turns may wait for a thread's running turn."""


__all__ = ["OnBusy", "OnDisconnect", "TurnLimits"]
