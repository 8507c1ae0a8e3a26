"""Follows a turn of another process: woken by the listener, reading with all other readers."""

from typing import TYPE_CHECKING, Final

from chatkit.store.shared_turns import Follower, TurnNews
from chatkit.store.turn_log import TurnEvents

from .reads import Reads
from .wakes import Wakes

if TYPE_CHECKING:
    from chatkit.store.redis import RedisStreams

_EVENTS_AT_ONCE: Final = 500


_DEAF_SECONDS: Final = 0.25
"""How often a reader looks for himself while Redis, which should tell him, is away."""


class PostgresFollower(Follower):
    """One reader's place. With `streams`, events come from there where none are missing."""

    def __init__(
        self,
        turn_id: str,
        after: int,
        wakes: Wakes,
        reads: Reads,
        streams: "RedisStreams | None" = None,
    ) -> None:
        self._turn_id = turn_id
        self._after = after
        self._wakes = wakes
        self._reads = reads
        # Rings from now on: what comes after the first read is not missed.
        self._bell = wakes.add(turn_id)
        self._may_wait = False
        self._streams = streams
        self._heard: list[TurnEvents] = []
        if streams is not None:
            streams.follow(turn_id, after, self._hear)

    def __exit__(self, *_: object) -> None:
        self._wakes.discard(self._turn_id, self._bell)
        if self._streams is not None:
            self._streams.unfollow(self._turn_id, self._hear)

    async def next(self, seconds: float) -> TurnNews:
        if self._may_wait:
            is_deaf = self._streams is not None and not self._streams.is_reading
            await self._bell.wait(min(seconds, _DEAF_SECONDS) if is_deaf else seconds)
        heard, self._heard = self._heard, []
        payloads = follow_on(heard, self._after)
        if payloads:
            self._after += len(payloads)
            return TurnNews(payloads=payloads, state="running")
        news = await self._reads.ask(self._turn_id, self._after, _EVENTS_AT_ONCE)
        self._after += len(news.payloads)
        # There may be more than was asked for; and the end comes after the last events.
        ended = news.state != "running" and bool(news.payloads)
        self._may_wait = len(news.payloads) < _EVENTS_AT_ONCE and not ended
        return news

    def _hear(self, run: TurnEvents) -> None:
        self._heard.append(run)
        self._bell.ring()


def follow_on(runs: list[TurnEvents], after: int) -> list[bytes]:
    """The events of these runs that follow event `after` without a gap."""
    payloads: list[bytes] = []
    for run in runs:
        following = after + len(payloads) + 1
        if run.first_seq > following:
            break
        payloads += run.payloads[following - run.first_seq :]
    return payloads


__all__ = ["PostgresFollower", "follow_on"]
