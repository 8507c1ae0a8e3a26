"""How a turn ends: what was generated is saved, the last events go out, the state is set once.

Completed, failed and interrupted turns save for themselves; a stopped one asks the server's
`handle_stream_cancelled`, whose result the last events then tell.
"""

import asyncio
import logging

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
}


async def settle(turn: Turn, cause: StopCause | None, error: BaseException | None) -> None:
    """Ends the turn: exactly once, whatever the store does. Raises nothing but a cancellation."""
    turn.sealed = True
    turn.state = "failed" if error is not None else _STATES[cause]
    try:
        async with asyncio.timeout(turn.around.limits.settle_seconds):
            await _save_what_is_left(turn, cause, error)
    except Exception:
        logger.exception("turn %s: saving what it had generated failed", turn.id)
        if turn.state == "completed":
            turn.state = "failed"
            await turn.emit(retryable_error(), closing=True)
    finally:
        turn.drafts.clear()


async def _save_what_is_left(
    turn: Turn, cause: StopCause | None, error: BaseException | None
) -> None:
    if turn.state == "stopped":
        await _save_stopped(turn)
    else:
        try:
            await _complete_drafts(turn)
        finally:
            for event in _last_words(turn, cause, error):
                await turn.emit(event, closing=True)
    await turn.save_thread()


def _last_words(
    turn: Turn, cause: StopCause | None, error: BaseException | None
) -> list[ErrorEvent]:
    if error is not None:
        return [error_event(error, turn.id, turn.thread.id)]
    if cause is not None:
        logger.warning("turn %s on thread %s ended early: %s", turn.id, turn.thread.id, cause)
        return [retryable_error()]
    return []


async def _save_stopped(turn: Turn) -> None:
    pending = turn.drafts.items()
    async with turn.lock:
        await turn.plan.on_cancelled(turn.thread, pending)
    for item in pending:
        stored = await turn.writes.find(item.id)
        if stored is not None:
            turn.tell(ThreadItemDoneEvent(item=stored))
        else:
            turn.tell(ThreadItemRemovedEvent(item_id=item.id))


async def _complete_drafts(turn: Turn) -> None:
    for item in turn.drafts.items():
        if isinstance(item, WorkflowItem) and turn.state == "completed":
            # The next turn may go on with it, so it is kept and not finished.
            await turn.writes.save_done(item)
        elif is_worth_keeping(item):
            await turn.emit(ThreadItemDoneEvent(item=item), closing=True)
        else:
            await turn.emit(ThreadItemRemovedEvent(item_id=item.id), closing=True)


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
