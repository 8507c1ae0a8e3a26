"""Requests that named themselves: which turn each began, so that it is not begun twice."""

from chatkit.errors import NotFoundError
from chatkit.store.contract import Store

from .pump import Pump


class NamedRequests:
    """The running and waiting turns by the name of their request, which two users may share."""

    def __init__(self, store: Store[object]) -> None:
        self._store = store
        self._pumps: dict[str, list[Pump]] = {}

    def add(self, pump: Pump) -> None:
        """Remembers the turn, if its request has a name."""
        name = pump.turn.plan.request_id
        if name is not None:
            self._pumps.setdefault(name, []).append(pump)

    def discard(self, pump: Pump) -> None:
        """Forgets the turn."""
        name = pump.turn.plan.request_id
        if name is not None and name in self._pumps:
            left = [other for other in self._pumps[name] if other is not pump]
            if left:
                self._pumps[name] = left
            else:
                del self._pumps[name]

    def has(self, name: str | None) -> bool:
        """Whether a turn runs or waits that a request with this name began, whoever's it is."""
        return name in self._pumps

    async def find(self, name: str | None, context: object) -> Pump | None:
        """The caller's turn that a request with this name began, or None.

        Nothing is awaited after the last look, so whoever gets None may begin the turn.
        """
        if name is None:
            return None
        foreign: set[Pump] = set()
        while True:
            pumps = [pump for pump in self._pumps.get(name, ()) if pump not in foreign]
            if not pumps:
                return None
            if await self._is_owner(pumps[0], context):
                return pumps[0]
            foreign.add(pumps[0])

    async def _is_owner(self, pump: Pump, context: object) -> bool:
        thread_id = pump.turn.thread.id
        # Before the look: the thread may be saved while the store answers.
        has_begun = bool(pump.turn.feed.last_seq)
        if await self._may_load(thread_id, context):
            return True
        if has_begun or pump.is_in_line:
            return False
        # The thread may be new: with the turn's first event it is saved.
        await pump.turn.feed.more(0)
        return await self._may_load(thread_id, context)

    async def _may_load(self, thread_id: str, context: object) -> bool:
        try:
            await self._store.load_thread(thread_id, context)
        except NotFoundError:
            return False
        return True


__all__ = ["NamedRequests"]
