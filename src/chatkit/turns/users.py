"""How many turns each user has here, running or waiting: nobody may take a whole server."""

from collections import Counter

from chatkit.errors import TooManyTurns

from .plan import TurnPlan
from .pump import Pump


class TurnsOfUsers:
    """Counts the turns of one server on one event loop; those of nobody in particular are not."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._users: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def check(self, plan: TurnPlan) -> None:
        """Raises: TooManyTurns where the plan's turn would be one too many of its user."""
        user = plan.user
        if user is not None and self._counts[user] >= self._limit:
            raise TooManyTurns(self._limit)

    def add(self, pump: Pump) -> None:
        """Counts a turn."""
        user = pump.turn.plan.user
        if user is not None:
            self._users[pump.turn.id] = user
            self._counts[user] += 1

    def check_begun(self, pump: Pump) -> None:
        """Raises: TooManyTurns for a turn that was let through together with too many others.

        It is not counted any more then: of the others, one may begin in its place.
        """
        user = self._users.get(pump.turn.id)
        if user is not None and self._counts[user] > self._limit:
            self.discard(pump)
            raise TooManyTurns(self._limit)

    def discard(self, pump: Pump) -> None:
        """Counts the turn no more."""
        user = self._users.pop(pump.turn.id, None)
        if user is not None:
            self._counts[user] -= 1
            if not self._counts[user]:
                del self._counts[user]


__all__ = ["TurnsOfUsers"]
