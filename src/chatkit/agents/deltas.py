"""The events that a run tells most, each built at once with the update in it. Stands on the types.

The same models as ever, equal to those that pydantic builds from their parts in three times the
time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    ThoughtTask,
    ThreadItemUpdatedEvent,
    WorkflowTaskUpdated,
)

__all__ = ["text_delta", "thought_update"]

_new: Callable[..., Any] = object.__new__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__
_set_fields_set = BaseModel.__dict__["__pydantic_fields_set__"].__set__


def text_delta(item_id: str, content_index: int, delta: str) -> ThreadItemUpdatedEvent:
    """More text for a part of a message; the caller has looked at the types."""
    # Both as `_bare` makes them, without its calls: nothing else is built as often.
    update = _new(AssistantMessageContentPartTextDelta)
    _set_extra(update, None)
    _set_private(update, None)
    _set_fields_set(update, {"content_index", "delta"})
    fields = update.__dict__
    fields["type"] = "assistant_message.content_part.text_delta"
    fields["content_index"] = content_index
    fields["delta"] = delta
    event = _new(ThreadItemUpdatedEvent)
    _set_extra(event, None)
    _set_private(event, None)
    _set_fields_set(event, {"item_id", "update"})
    fields = event.__dict__
    fields["type"] = "thread.item.updated"
    fields["item_id"] = item_id
    fields["update"] = update
    return event


def thought_update(item_id: str, task_index: int, content: str) -> ThreadItemUpdatedEvent:
    """A thought of a workflow, as it is now; the caller has looked at the types."""
    task = _bare(ThoughtTask, {"content"})
    task.__dict__.update(status_indicator="none", type="thought", title=None, content=content)
    update = _bare(WorkflowTaskUpdated, {"task_index", "task"})
    update.__dict__.update(type="workflow.task.updated", task_index=task_index, task=task)
    return _updated(item_id, update)


def _updated(item_id: str, update: Any) -> ThreadItemUpdatedEvent:
    event = _bare(ThreadItemUpdatedEvent, {"item_id", "update"})
    fields = event.__dict__
    fields["type"] = "thread.item.updated"
    fields["item_id"] = item_id
    fields["update"] = update
    return event


def _bare(model: Any, given: set[str]) -> Any:
    """A model without its fields yet, as `model_construct` makes it, of which these are given."""
    made = _new(model)
    _set_extra(made, None)
    _set_private(made, None)
    _set_fields_set(made, given)
    return made
