"""Reads a turn that runs in another process, as SSE bytes: woken by its log, whatever wakes that.

Above: the server. An outage of the log is waited for, as the turn itself does.
"""

import asyncio
import logging
from time import monotonic

from chatkit.errors import StoreUnavailable
from chatkit.store.shared_turns import Follower, SharesTurns, TurnNews
from chatkit.wire import SSE_FRAME, SSE_HEARTBEAT, encode, sse_frame_with_ids

from .batches import Batches, batches
from .failure import retryable_error
from .limits import TurnLimits

logger = logging.getLogger(__name__)


async def read_shared_turn(
    log: SharesTurns, limits: TurnLimits, turn_id: str, after: int
) -> Batches:
    """The rest of a turn that runs in any process, after event `after`, with ids and heartbeats."""
    seq, sent_at, frame = after, monotonic(), sse_frame_with_ids(turn_id)
    with log.follow(turn_id, after) as follower:
        heard = _Heard(follower, limits)
        while (news := await heard.next()) is not None and not news.is_lost:
            if news.payloads:
                for batch in batches(frame, list(enumerate(news.payloads, seq + 1))):
                    yield batch
                seq += len(news.payloads)
                sent_at = monotonic()
            elif news.state != "running":
                return
            elif monotonic() - sent_at >= limits.heartbeat_seconds:
                sent_at = monotonic()
                yield [SSE_HEARTBEAT]
    yield [lost_frame()]


class _Heard:
    """What a follower says, in spite of outages."""

    def __init__(self, follower: Follower, limits: TurnLimits) -> None:
        self._follower = follower
        self._limits = limits
        self._silent_since: float | None = None

    async def next(self) -> TurnNews | None:
        """The news; none, as of a running turn, in an outage; None when that is too long."""
        try:
            news = await self._follower.next(self._limits.fallback_seconds)
        except StoreUnavailable as error:
            logger.warning("reading the turn log failed: %s", error)
            self._silent_since = self._silent_since or monotonic()
            if monotonic() - self._silent_since > self._limits.outage_seconds:
                return None
            await asyncio.sleep(self._limits.poll_seconds)
            return TurnNews(payloads=[], state="running")
        self._silent_since = None
        return news


def lost_frame() -> bytes:
    """What tells a reader that it did not get everything.

    It has no id: a reader that attaches again does so from the last event that it has seen.
    """
    return SSE_FRAME % encode(retryable_error())


__all__ = ["lost_frame", "read_shared_turn"]
