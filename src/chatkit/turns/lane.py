"""A thread's lane: one turn runs, the others wait in the order they came.

Two turns of one thread never interleave; what comes while one runs is queued, rejected or
interrupts it, as the server was told.
"""

from collections import deque

from chatkit.errors import TooManyTurns, TurnBusy

from .limits import OnBusy
from .pump import Pump


class Lane:
    """Who runs on a thread, and who waits."""

    def __init__(self, on_busy: OnBusy, depth: int) -> None:
        self._on_busy = on_busy
        self._depth = depth
        self._waiting: deque[Pump] = deque()
        self.running: Pump | None = None

    @property
    def is_empty(self) -> bool:
        """True when nobody runs or waits: the lane may be forgotten."""
        return self.running is None and not self._waiting

    def check(self, thread_id: str) -> None:
        """Raises TurnBusy where a second message would be rejected now."""
        if self._on_busy == "reject" and self.running is not None:
            raise TurnBusy(thread_id)

    async def enter(self, pump: Pump) -> bool:
        """Returns once it is this pump's turn; True if it had to wait.

        A pump that is stopped while it waits returns too, with its `cause` set.
        Raises: TurnBusy or TooManyTurns where it may not wait.
        """
        if self.running is None:
            self.running = pump
            return False
        plan = pump.turn.plan
        if plan.stops_running or self._on_busy == "interrupt":
            self.running.stop("stopped")
        elif self._on_busy == "reject":
            raise TurnBusy(plan.thread.id)
        if len(self._waiting) >= self._depth:
            raise TooManyTurns(self._depth + 1)
        self._waiting.append(pump)
        await pump.wait_in_line()
        return True

    def leave(self, pump: Pump) -> None:
        """Lets the next one go on, if it was this pump's turn; else takes it out of the line."""
        if self.running is not pump:
            if pump in self._waiting:
                self._waiting.remove(pump)
            return
        self.running = None
        while self._waiting and self.running is None:
            following = self._waiting.popleft()
            if following.cause is None:
                self.running = following
                following.call_up()

    def stop_all(self) -> list[Pump]:
        """Stops the running turn and all that wait; those that were asked to."""
        pumps = [*self._waiting, *([self.running] if self.running else [])]
        for pump in pumps:
            pump.stop("stopped")
        return pumps


__all__ = ["Lane"]
