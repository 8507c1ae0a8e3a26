"""Follows a turn of another process: woken by the listener, reading with all other readers."""

from typing import Final

from chatkit.store.shared_turns import Follower, TurnNews

from .reads import Reads
from .wakes import Wakes

_EVENTS_AT_ONCE: Final = 500


class PostgresFollower(Follower):
    """One reader's place."""

    def __init__(self, turn_id: str, after: int, wakes: Wakes, reads: Reads) -> None:
        self._turn_id = turn_id
        self._after = after
        self._wakes = wakes
        self._reads = reads
        # Rings from now on: what comes after the first read is not missed.
        self._bell = wakes.add(turn_id)
        self._may_wait = False

    def __exit__(self, *_: object) -> None:
        self._wakes.discard(self._turn_id, self._bell)

    async def next(self, seconds: float) -> TurnNews:
        if self._may_wait:
            await self._bell.wait(seconds)
        news = await self._reads.ask(self._turn_id, self._after, _EVENTS_AT_ONCE)
        self._after += len(news.payloads)
        # There may be more than was asked for; and the end comes after the last events.
        ended = news.state != "running" and bool(news.payloads)
        self._may_wait = len(news.payloads) < _EVENTS_AT_ONCE and not ended
        return news


__all__ = ["PostgresFollower"]
