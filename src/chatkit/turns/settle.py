"""How a turn ends: what was generated is saved, the last events go out, the state is set once.

Completed, failed and interrupted turns save for themselves; a stopped one asks the server's
`handle_stream_cancelled`, whose result the last events then tell. Whatever the store does, the
turn ends, and its readers are told.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from chatkit.errors import StoreClosed, StoreUnavailable, TurnLost
from chatkit.store.turn_log import TurnState
from chatkit.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    ErrorEvent,
    GeneratedImageItem,
    StructuredInputItem,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadStreamEvent,
    WorkflowItem,
)

from .failure import error_event, retryable_error
from .patience import delays
from .pump import StopCause
from .turn import Turn

logger = logging.getLogger(__name__)

_LEAST_TRIES: Final = 2
_MOST_TRIES: Final = 5
"""Of what no waiting mends, for all we know."""

_STATES: dict[StopCause | None, TurnState] = {
    None: "completed",
    "stopped": "stopped",
    "interrupted": "interrupted",
    "idle": "failed",
    "too_long": "failed",
    "too_large": "failed",
    "unlogged": "failed",
}


async def settle(turn: Turn, cause: StopCause | None, error: BaseException | None) -> None:
    """Ends the turn: exactly once, whatever the store does. Raises nothing."""
    turn.sealed = True
    turn.state = "failed" if error is not None else _STATES[cause]
    words = _last_words(turn, cause, error)
    if turn.state == "stopped":
        turn.host_has_saved = await _attempt(turn, lambda: _ask_host(turn)) is None
    if turn.drafts and await _saves_items(turn):
        turn.drafts.clear()
    if not await _saves_thread(turn) or turn.drafts:
        words = words or [retryable_error()]
        if turn.state == "completed":
            turn.state = "failed"
    for event in words:
        turn.tell(event)


def end_in_line(turn: Turn, cause: StopCause | None) -> None:
    """Ends a turn that was stopped before it had begun: there is nothing to save."""
    if cause == "stopped":
        turn.state = "stopped"
    else:
        turn.refuse(retryable_error())
        turn.state = "interrupted"


def _last_words(
    turn: Turn, cause: StopCause | None, error: BaseException | None
) -> list[ErrorEvent]:
    if error is not None:
        return [error_event(error, turn.id, turn.thread.id)]
    if cause is None or cause == "stopped":
        return []
    logger.warning("turn %s on thread %s ended early: %s", turn.id, turn.thread.id, cause)
    return [retryable_error()]


async def _saves_thread(turn: Turn) -> bool:
    """Saves what the handler changed on the thread, if anything; False if it could not."""
    return not turn.kept_thread.changed() or await _attempt(turn, turn.save_thread) is None


async def _saves_items(turn: Turn) -> bool:
    """Saves what is unfinished, trying again while the store is unavailable; False if it stays so.

    Another failure is tried again as well, less often: a host's own store has errors of its own.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + turn.around.limits.outage_seconds
    for tries, delay in enumerate(delays(), 1):
        error = await _attempt(turn, lambda: _close_drafts(turn))
        if error is None:
            return True
        if isinstance(error, StoreClosed | TurnLost):
            break
        if isinstance(error, asyncio.CancelledError):
            deadline = loop.time()  # nobody waits for long any more
        most = sys.maxsize if isinstance(error, StoreUnavailable) else _MOST_TRIES
        if tries >= _LEAST_TRIES and (tries >= most or loop.time() + delay > deadline):
            break
        await _sleep(delay)
    logger.error("turn %s: %d items are not saved yet", turn.id, len(turn.drafts))
    return False


async def _sleep(seconds: float) -> None:
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(seconds)


async def _attempt(turn: Turn, step: Callable[[], Awaitable[None]]) -> BaseException | None:
    """What kept the step from coming to its end in time, if anything."""
    try:
        async with asyncio.timeout(turn.around.limits.settle_seconds):
            await step()
    except asyncio.CancelledError as error:
        # The event loop is closing, and cancels everything once: the next step still runs.
        return error
    except (StoreUnavailable, TurnLost) as error:
        logger.warning("turn %s: what it had generated is not saved yet: %s", turn.id, error)
        return error
    except Exception as error:
        logger.exception("turn %s: saving what it had generated failed", turn.id)
        return error
    return None


async def _ask_host(turn: Turn) -> None:
    async with turn.lock:
        await turn.plan.on_cancelled(turn.thread, turn.drafts.items())


async def _close_drafts(turn: Turn) -> None:
    failure: Exception | None = None
    for item in turn.drafts.items():
        try:
            async with turn.lock:
                event = await _close(turn, item)
                if event is not None:
                    turn.tell(event)
        except Exception as error:  # noqa: BLE001 - the other items may fare better
            failure = error
    if failure is not None:
        raise failure


async def save_left(turn: Turn) -> list[ThreadStreamEvent]:
    """Saves what `settle` could not save; the events that tell of it. Raises what the store raises.

    May be called again: nothing is saved twice.
    """
    async with turn.lock:
        events = [await _close(turn, item) for item in turn.drafts.items()]
    return [event for event in events if event is not None]


async def _close(turn: Turn, item: ThreadItem) -> ThreadStreamEvent | None:
    """What became of an unfinished item, which is saved now if it is worth it."""
    if turn.host_has_saved:
        stored = await turn.writes.find(item.id)
        if stored is None:
            return ThreadItemRemovedEvent(item_id=item.id)
        return ThreadItemDoneEvent(item=stored)
    if turn.state == "completed" and isinstance(item, WorkflowItem):
        # The next turn may go on with it, so it is kept and not finished.
        await turn.writes.save_left(item)
        return None
    if turn.is_adopted(item.id) or is_worth_keeping(item):
        await turn.writes.save_left(item)
        return ThreadItemDoneEvent(item=item)
    return ThreadItemRemovedEvent(item_id=item.id)


def is_worth_keeping(item: ThreadItem) -> bool:
    """False for an unfinished item that shows nothing yet, or that nobody could answer."""
    if isinstance(item, AssistantMessageItem):
        return any(part.text.strip() for part in item.content)
    if isinstance(item, WorkflowItem):
        return bool(item.workflow.tasks)
    if isinstance(item, GeneratedImageItem):
        return item.image is not None
    return not isinstance(item, ClientToolCallItem | StructuredInputItem)


__all__ = ["end_in_line", "is_worth_keeping", "save_left", "settle"]
