"""Reads a turn as SSE bytes: a cursor into its feed, or into the log once it is over.

Readers that announced resume get ids and heartbeats, and leave without a trace. The others are
official clients, whose only way to stop an answer is to go away.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable

import anyio

from chatkit.store.turn_log import TurnLog
from chatkit.wire import SSE_HEARTBEAT, encode, sse_frame, sse_frame_with_id

from .failure import retryable_error
from .limits import OnDisconnect
from .plan import TurnPlan
from .pump import Pump
from .supervisor import Supervisor

_SETTLE_WAIT_SECONDS = 40.0
"""Longer than a turn takes to stop and settle: a reader that leaves waits for the saving."""
_EVENTS_AT_ONCE = 500


async def read_new_turn(
    plan: TurnPlan, supervisor: Callable[[], Supervisor], on_disconnect: OnDisconnect
) -> AsyncGenerator[bytes, None]:
    """The stream of an official client; the turn starts when the first byte is asked for."""
    pump = supervisor().launch(plan)
    feed = pump.turn.feed
    seq = 0
    try:
        while not (feed.closed and feed.kept == seq):
            for payload in feed.read(seq):
                seq += 1
                yield sse_frame(payload)
            await feed.more(seq)
        if feed.broken:
            yield sse_frame(encode(retryable_error()))
    except BaseException:
        if on_disconnect == "stop":
            await _stop_and_wait(pump)
        raise
    if pump.turn.reader_is_cancelled:
        raise asyncio.CancelledError


async def _stop_and_wait(pump: Pump) -> None:
    # Starlette cancels what it streams from: the wait is shielded, and bounded.
    pump.stop("stopped")
    with anyio.move_on_after(_SETTLE_WAIT_SECONDS, shield=True):
        await pump.turn.settled.wait()


async def read_new_resumable_turn(
    plan: TurnPlan, supervisor: Callable[[], Supervisor]
) -> AsyncGenerator[bytes, None]:
    """The stream of a client that announced resume; leaving it stops nothing."""
    pump = await supervisor().join_or_launch(plan)
    async for frame in read_live_turn(pump, 0):
        yield frame


async def read_live_turn(pump: Pump, after: int) -> AsyncGenerator[bytes, None]:
    """The rest of a running turn after event `after`, with ids and heartbeats, to its end."""
    turn, feed = pump.turn, pump.turn.feed
    heartbeat = turn.around.limits.heartbeat_seconds
    seq = after
    while not (feed.closed and feed.kept <= seq):
        for payload in feed.read(seq):
            seq += 1
            yield sse_frame_with_id(payload, turn.id, seq)
        if not await feed.more(seq, heartbeat):
            yield SSE_HEARTBEAT
    if feed.broken:
        yield sse_frame(encode(retryable_error()))


async def read_logged_turn(log: TurnLog, turn_id: str, after: int) -> AsyncGenerator[bytes, None]:
    """The rest of a turn that is over, after event `after`."""
    seq = after
    while payloads := await log.read(turn_id, seq, _EVENTS_AT_ONCE):
        for payload in payloads:
            seq += 1
            yield sse_frame_with_id(payload, turn_id, seq)


__all__ = [
    "read_live_turn",
    "read_logged_turn",
    "read_new_resumable_turn",
    "read_new_turn",
]
