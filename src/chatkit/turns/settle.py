"""How a turn ends: what was generated is saved, the last events go out, the state is set once.

Completed, failed and interrupted turns save for themselves; a stopped one asks the server's
`handle_stream_cancelled`, whose result the last events then tell. Whatever the store does, the
turn ends, and its readers are told.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

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
    WorkflowItem,
)

from .failure import error_event, retryable_error
from .pump import StopCause
from .turn import Turn

logger = logging.getLogger(__name__)

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
    host_has_saved = turn.state == "stopped" and await _completes(turn, lambda: _ask_host(turn))
    if not await _saves_all(turn, host_has_saved):
        words = words or [retryable_error()]
        if turn.state == "completed":
            turn.state = "failed"
    turn.drafts.clear()
    for event in words:
        turn.tell(event)


def _last_words(
    turn: Turn, cause: StopCause | None, error: BaseException | None
) -> list[ErrorEvent]:
    if error is not None:
        return [error_event(error, turn.id, turn.thread.id)]
    if cause is None or cause == "stopped":
        return []
    logger.warning("turn %s on thread %s ended early: %s", turn.id, turn.thread.id, cause)
    return [retryable_error()]


async def _saves_all(turn: Turn, host_has_saved: bool) -> bool:
    saved = await _completes(turn, lambda: _close_drafts(turn, host_has_saved))
    if not saved:
        # Once more: the loop may be closing, or the store had failed at one item of several.
        saved = await _completes(turn, lambda: _close_drafts(turn, host_has_saved))
    return await _completes(turn, turn.save_thread) and saved


async def _completes(turn: Turn, step: Callable[[], Awaitable[None]]) -> bool:
    """True when the step came to its end in time."""
    try:
        async with asyncio.timeout(turn.around.limits.settle_seconds):
            await step()
    except asyncio.CancelledError:
        # The event loop is closing, and cancels everything once: the next step still runs.
        return False
    except Exception:
        logger.exception("turn %s: saving what it had generated failed", turn.id)
        return False
    return True


async def _ask_host(turn: Turn) -> None:
    async with turn.lock:
        await turn.plan.on_cancelled(turn.thread, turn.drafts.items())


async def _close_drafts(turn: Turn, host_has_saved: bool) -> None:
    failure: Exception | None = None
    for item in turn.drafts.items():
        try:
            async with turn.lock:
                if host_has_saved:
                    await _tell_what_the_host_did(turn, item)
                else:
                    await _close(turn, item)
        except Exception as error:  # noqa: BLE001 - the other items may fare better
            failure = error
    if failure is not None:
        raise failure


async def _tell_what_the_host_did(turn: Turn, item: ThreadItem) -> None:
    stored = await turn.writes.find(item.id)
    if stored is not None:
        turn.tell(ThreadItemDoneEvent(item=stored))
    else:
        turn.tell(ThreadItemRemovedEvent(item_id=item.id))


async def _close(turn: Turn, item: ThreadItem) -> None:
    if turn.state == "completed" and isinstance(item, WorkflowItem):
        # The next turn may go on with it, so it is kept and not finished.
        await turn.writes.save_left(item)
    elif turn.is_adopted(item.id) or is_worth_keeping(item):
        await turn.writes.save_left(item)
        turn.tell(ThreadItemDoneEvent(item=item))
    else:
        turn.tell(ThreadItemRemovedEvent(item_id=item.id))


def is_worth_keeping(item: ThreadItem) -> bool:
    """False for an unfinished item that shows nothing yet, or that nobody could answer."""
    if isinstance(item, AssistantMessageItem):
        return any(part.text.strip() for part in item.content)
    if isinstance(item, WorkflowItem):
        return bool(item.workflow.tasks)
    if isinstance(item, GeneratedImageItem):
        return item.image is not None
    return not isinstance(item, ClientToolCallItem | StructuredInputItem)


__all__ = ["is_worth_keeping", "settle"]
