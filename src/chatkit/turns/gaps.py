"""A log that has lost events in a crash of its own gets them again, while they are in memory.

Source: a PostgreSQL server that crashes empties its unlogged tables; items are not in them.
"""

import logging

from chatkit.store.turn_log import EventsMissing, TurnEvents, TurnLog

from .feed import Feed

logger = logging.getLogger(__name__)


async def append_anew(log: TurnLog, feed: Feed, run: TurnEvents, gap: EventsMissing) -> None:
    """Appends the run with all that the log lacks before it, if it is all in memory yet.

    If not, the turn goes on all the same; who reads its log is told that it is not whole.
    """
    logger.warning("the turn log has lost events: %s", gap)
    if feed.dropped <= gap.last_seq:
        lost = feed.since(gap.last_seq)[: run.first_seq - gap.last_seq - 1]
        whole = TurnEvents(run.turn_id, gap.last_seq + 1, [*lost, *run.payloads])
        await log.append([whole])


__all__ = ["append_anew"]
