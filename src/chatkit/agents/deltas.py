"""The events that a run tells most, each built at once with the update in it. Stands on the types.

The same models as ever: pydantic builds one from nested data in half the time that it takes to
build its parts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from chatkit.types import ThreadItemUpdatedEvent

__all__ = ["text_delta", "thought_update"]


def text_delta(item_id: str, content_index: int, delta: str) -> ThreadItemUpdatedEvent:
    """More text for a part of a message."""
    kind = "assistant_message.content_part.text_delta"
    update = {"type": kind, "content_index": content_index, "delta": delta}
    return _build()({"item_id": item_id, "update": update})


def thought_update(item_id: str, task_index: int, content: str) -> ThreadItemUpdatedEvent:
    """A thought of a workflow, as it is now."""
    task = {"type": "thought", "content": content}
    update = {"type": "workflow.task.updated", "task_index": task_index, "task": task}
    return _build()({"item_id": item_id, "update": update})


@cache
def _build() -> Callable[[Any], ThreadItemUpdatedEvent]:
    return TypeAdapter(ThreadItemUpdatedEvent).validator.validate_python
