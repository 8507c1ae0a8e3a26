"""Reads a turn as SSE bytes: a cursor into its feed, or into the log once it is over.

Readers that announced resume get ids and heartbeats, and leave without a trace. The others are
official clients, whose only way to stop an answer is to go away.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Self

from chatkit.store.shared_turns import SharesTurns
from chatkit.store.turn_log import TurnLog, TurnRecord
from chatkit.wire import SSE_FRAME, SSE_HEARTBEAT, SSE_TITLE_PENDING, sse_frame_with_ids

from .batches import Batches, batches
from .limits import OnDisconnect
from .plan import TurnPlan
from .pump import Pump
from .shared_reader import lost_frame, read_shared_turn
from .supervisor import Supervisor
from .turn import Turn

logger = logging.getLogger(__name__)

_SETTLE_MARGIN_SECONDS = 5.0
EVENTS_AT_ONCE = 500
"""How many events are read from the log at once."""
_TAKEN_AT_ONCE = 64
"""So many events are taken from the feed at once: a slow reader holds no more of its own."""


class Cursor:
    """A reader's place in a running turn; what it has yet to read is held for it."""

    def __init__(self, turn: Turn, after: int) -> None:
        self._turn = turn
        self._feed = turn.feed
        self.seq = after
        self.is_over = False
        self.has_lost = False
        """Set at the end when this reader did not get everything: it has to be told."""

    def __enter__(self) -> Self:
        self._feed.hold(self, self.seq)
        return self

    def __exit__(self, *_: object) -> None:
        self._feed.let_go(self)

    def take(self) -> list[bytes]:
        """The next events; none after a heartbeat's silence, and at the end.

        To be asked after the feed's sign, which is to be waited for where there is nothing yet.
        """
        feed = self._feed
        if self.seq < feed.kept:
            payloads = feed.read(self.seq, _TAKEN_AT_ONCE)
            self.seq += len(payloads)
            feed.hold(self, self.seq)
            return payloads
        if feed.closed:
            self.is_over, self.has_lost = True, feed.broken
        return []

    async def take_from_log(self) -> list[bytes]:
        """The next of the events that are no longer in memory; none where the log has lost them."""
        turn = self._turn
        payloads = await _read_log(turn.around.log, turn.id, self.seq) or []
        self.seq += len(payloads)
        self._feed.hold(self, self.seq)
        self.is_over = self.has_lost = not payloads
        return payloads


async def _read_log(log: TurnLog, turn_id: str, after: int) -> list[bytes] | None:
    """The next events in the log; None when it cannot be read now."""
    try:
        return await log.read(turn_id, after, EVENTS_AT_ONCE)
    except Exception as error:  # noqa: BLE001 - a log may raise anything
        logger.warning("turn %s: reading the turn log failed: %r", turn_id, error)
        return None


async def read_new_turn(
    plan: TurnPlan, supervisor: Callable[[], Supervisor], on_disconnect: OnDisconnect
) -> Batches:
    """The stream of an official client; the turn starts when the first byte is asked for."""
    pump = supervisor().launch(plan)
    try:
        feed = pump.turn.feed
        with Cursor(pump.turn, 0) as cursor:
            while not cursor.is_over:
                if cursor.seq >= feed.kept and not feed.closed:
                    payloads = batch = None  # sent, and perhaps large: not held while it waits
                    await feed.sign()
                is_there = cursor.seq >= feed.dropped
                payloads = cursor.take() if is_there else await cursor.take_from_log()
                for batch in batches(SSE_FRAME, payloads):
                    yield batch
            if cursor.has_lost:
                yield [lost_frame()]
    except BaseException:
        if on_disconnect == "stop":
            await _stop_and_wait(pump)
        raise
    if pump.turn.reader_is_cancelled:
        raise asyncio.CancelledError


async def _stop_and_wait(pump: Pump) -> None:
    import anyio  # a process whose readers all stay to the end needs none of it

    pump.stop("stopped")
    limits = pump.turn.around.limits
    longest = limits.cancel_seconds + limits.settle_seconds + _SETTLE_MARGIN_SECONDS
    # Starlette cancels what it streams from: the wait is shielded, and bounded.
    with anyio.move_on_after(longest, shield=True):
        await pump.turn.settled.wait()


def read_new_resumable_turn(plan: TurnPlan, supervisor: Callable[[], Supervisor]) -> Batches:
    """The stream of a client that announced resume; leaving it stops nothing."""

    async def begun() -> Pump:
        return await supervisor().join_or_launch(plan)

    return _read_resumable(supervisor, begun, 0)


def read_live_turn(supervisor: Supervisor, pump: Pump, after: int) -> Batches:
    """The rest of a running turn after event `after`, with ids and heartbeats, to its end."""

    async def there() -> Pump:
        return pump

    return _read_resumable(lambda: supervisor, there, after)


async def _read_resumable(
    supervisor: Callable[[], Supervisor], find: Callable[[], Awaitable[Pump]], after: int
) -> Batches:
    turn = (await find()).turn
    frame = sse_frame_with_ids(turn.id)
    feed = turn.feed
    with Cursor(turn, after) as cursor:
        while not cursor.is_over:
            if cursor.seq >= feed.kept and not feed.closed:
                payloads = numbered = batch = None
                await feed.sign()
            is_there = cursor.seq >= feed.dropped
            payloads = cursor.take() if is_there else await cursor.take_from_log()
            if not payloads and not cursor.is_over:
                yield [SSE_HEARTBEAT]
            numbered = list(enumerate(payloads, cursor.seq - len(payloads) + 1))
            for batch in batches(frame, numbered):
                yield batch
        if cursor.has_lost:
            yield [lost_frame()]
    if turn.earlier is not None:
        async with aclosing(read_logged_turn(supervisor(), turn.earlier, 0)) as rest:
            async for batch in rest:
                yield batch
    if turn.around.awaits_title(turn.thread.id):
        yield [SSE_TITLE_PENDING]


async def read_logged_turn(supervisor: Supervisor, record: TurnRecord, after: int) -> Batches:
    """The rest of a turn that is over, or runs in another process, after event `after`."""
    if isinstance(supervisor.log, SharesTurns) and record.state == "running":
        shared = read_shared_turn(supervisor.log, supervisor.limits, record.id, after)
        async for batch in shared:
            yield batch
        return
    seq, silence = after, 0.0
    limits, frame = supervisor.limits, sse_frame_with_ids(record.id)
    while (payloads := await _read_log(supervisor.log, record.id, seq)) is not None:
        for batch in batches(frame, list(enumerate(payloads, seq + 1))):
            yield batch
        seq += len(payloads)
        if payloads:
            silence = 0.0
            continue
        if record.state != "running":
            break
        await asyncio.sleep(limits.poll_seconds)
        record = await _look_again(supervisor, record)
        silence += limits.poll_seconds
        if silence >= limits.heartbeat_seconds:
            silence = 0.0
            yield [SSE_HEARTBEAT]
    if payloads is None or seq < record.last_seq:
        yield [lost_frame()]


async def _look_again(supervisor: Supervisor, record: TurnRecord) -> TurnRecord:
    """The turn as it is now; what nobody runs any more is settled first."""
    try:
        await supervisor.recover()
        return await supervisor.log.load_turn(record.id) or _gone(record)
    except Exception as error:  # noqa: BLE001 - a log may raise anything
        logger.warning("turn %s: the turn log is unavailable: %r", record.id, error)
        return record


def _gone(record: TurnRecord) -> TurnRecord:
    """The record of a turn whose thread was deleted while it was read."""
    return replace(record, state="stopped", last_seq=0)


__all__ = [
    "EVENTS_AT_ONCE",
    "Cursor",
    "read_live_turn",
    "read_logged_turn",
    "read_new_resumable_turn",
    "read_new_turn",
]
