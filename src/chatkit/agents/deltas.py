"""The events that a run tells most, each built at once with the update in it. Stands on the types.

The same models as ever, equal to those that pydantic builds from their parts in four times the
time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    ThoughtTask,
    ThreadItemUpdatedEvent,
    WorkflowTaskUpdated,
)
from chatkit.types.blank import Blank

__all__ = ["text_delta", "thought_update"]

_new: Callable[..., Any] = object.__new__


# One for each model: where all objects of a class have the same fields, Python sets them by place.
class _Event(Blank): ...


class _TextDelta(Blank): ...


class _ThoughtUpdate(Blank): ...


class _Thought(Blank): ...


def text_delta(item_id: str, content_index: int, delta: str) -> ThreadItemUpdatedEvent:
    """More text for a part of a message; the caller has looked at the types."""
    update = _begin(_TextDelta, {"content_index", "delta"})
    update.type = "assistant_message.content_part.text_delta"
    update.content_index = content_index
    update.delta = delta
    update.__class__ = AssistantMessageContentPartTextDelta
    return _updated(item_id, update)


def thought_update(item_id: str, task_index: int, content: str) -> ThreadItemUpdatedEvent:
    """A thought of a workflow, as it is now; the caller has looked at the types."""
    task = _begin(_Thought, {"content"})
    task.status_indicator = "none"
    task.type = "thought"
    task.title = None
    task.content = content
    task.__class__ = ThoughtTask
    update = _begin(_ThoughtUpdate, {"task_index", "task"})
    update.type = "workflow.task.updated"
    update.task_index = task_index
    update.task = task
    update.__class__ = WorkflowTaskUpdated
    return _updated(item_id, update)


def _updated(item_id: str, update: Any) -> ThreadItemUpdatedEvent:
    event = _begin(_Event, {"item_id", "update"})
    event.type = "thread.item.updated"
    event.item_id = item_id
    event.update = update
    event.__class__ = ThreadItemUpdatedEvent
    return event


def _begin(kind: type[Blank], given: set[str]) -> Any:
    """A blank of which these fields are given; all of them are yet to be set."""
    made = _new(kind)
    made.__pydantic_fields_set__ = given
    made.__pydantic_extra__ = None
    made.__pydantic_private__ = None
    return made
