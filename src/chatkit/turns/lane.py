"""A thread's lane: one turn runs, the others wait in the order they came.

Two turns of one thread never interleave; what comes while one runs is queued, rejected or
interrupts it, as the server was told.
"""

from chatkit.errors import TooManyTurns, TurnBusy

from .limits import OnBusy
from .plan import TurnPlan
from .pump import Pump


class Lane:
    """Who runs on a thread, and who waits."""

    def __init__(self, on_busy: OnBusy, depth: int) -> None:
        self._on_busy = on_busy
        self._depth = depth
        self._waiting: list[Pump] = []
        self._holders = 0
        self.running: Pump | None = None

    @property
    def is_empty(self) -> bool:
        """True when nobody runs, waits or holds it: the lane may be forgotten."""
        return self._is_free and not self._waiting

    @property
    def is_hurried(self) -> bool:
        """True when a turn that waits would have stopped the one that runs, had it been there."""
        return any(self._stops_running(pump.turn.plan) for pump in self._waiting)

    def check(self, plan: TurnPlan) -> None:
        """Raises: TurnBusy or TooManyTurns where the plan's turn could not run or wait now."""
        if self._is_free:
            return
        if self._on_busy == "reject" and not plan.stops_running:
            raise TurnBusy(plan.thread.id)
        if len(self._waiting) >= self._depth:
            raise TooManyTurns(self._depth + 1)

    async def enter(self, pump: Pump) -> bool:
        """Returns once it is this pump's turn; True if it had to wait.

        A pump that is stopped while it waits returns too, with its `cause` set.
        Raises: TurnBusy or TooManyTurns where it may not wait.
        """
        if self._is_free:
            self.running = pump
            return False
        self.check(pump.turn.plan)
        if self.running is not None and self._stops_running(pump.turn.plan):
            self.running.stop("stopped")
        self._waiting.append(pump)
        await pump.wait_in_line()
        return True

    def leave(self, pump: Pump) -> None:
        """Lets the next one go on, if it was this pump's turn; else takes it out of the line."""
        if self.running is pump:
            self.running = None
            self._call_next()
        elif pump in self._waiting:
            self._waiting.remove(pump)

    def hold(self) -> None:
        """Lets no turn begin until `release`; the one that runs goes on."""
        self._holders += 1

    def release(self) -> None:
        """Lets turns begin again."""
        self._holders -= 1
        self._call_next()

    @property
    def _is_free(self) -> bool:
        return self.running is None and not self._holders

    def _stops_running(self, plan: TurnPlan) -> bool:
        return plan.stops_running or self._on_busy == "interrupt"

    def _call_next(self) -> None:
        while self._waiting and self._is_free:
            following = self._waiting.pop(0)
            if following.cause is None:
                self.running = following
                following.call_up()


__all__ = ["Lane"]
