"""The model's reasoning as thoughts of a workflow, each part streamed.

Above: the run's reader. Below: the workflow's steps and the types. Summaries are shown, or the
reasoning itself where a model, mostly an open one, gives that instead.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel

from chatkit.types import ThoughtTask, ThreadStreamEvent, Workflow

from .context import AgentContext
from .deltas import thought_update
from .workflows import add_task, begin_workflow

__all__ = ["StreamingThoughtTracker", "Thoughts"]

Kind = Literal["summary", "text"]


class StreamingThoughtTracker(BaseModel):
    """A thought while it streams: the workflow's item, the task's place in it, the task so far."""

    item_id: str
    index: int
    task: ThoughtTask


class _Reasoning:
    """One reasoning item while it streams."""

    __slots__ = ("kind", "parts")

    def __init__(self) -> None:
        self.kind: Kind | None = None
        """Which of the two forms is shown: the first that came."""
        self.parts: dict[int, StreamingThoughtTracker] = {}


class Thoughts:
    """The reasoning of a run's response, by its place in the output."""

    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self._open: dict[int, _Reasoning] = {}

    def forget(self) -> None:
        """Another response begins: its places count from 0 again."""
        self._open.clear()

    def start(self, place: int) -> list[ThreadStreamEvent]:
        """Reasoning begins: in the open workflow, or in one of its own."""
        self._open[place] = _Reasoning()
        return self._begin()

    def thought_delta(self, data: Any) -> ThreadStreamEvent | None:
        """The event for more of a thought, or None for other data, and for a thought's first."""
        match data.__dict__.get("type"):
            case "response.reasoning_summary_text.delta":
                return self._grow(data.output_index, "summary", data.summary_index, data.delta)
            case "response.reasoning_text.delta":
                return self._grow(data.output_index, "text", data.content_index, data.delta)
            case _:
                return None

    async def summary_delta(self, data: Any) -> list[ThreadStreamEvent]:
        """More of a part of the summary."""
        return self._begin_or_grow(data.output_index, "summary", data.summary_index, data.delta)

    async def summary_done(self, data: Any) -> list[ThreadStreamEvent]:
        """A part of the summary is whole."""
        return self._set(data.output_index, "summary", data.summary_index, data.text)

    async def text_delta(self, data: Any) -> list[ThreadStreamEvent]:
        """More of the reasoning itself."""
        return self._begin_or_grow(data.output_index, "text", data.content_index, data.delta)

    async def text_done(self, data: Any) -> list[ThreadStreamEvent]:
        """A part of the reasoning itself is whole."""
        return self._set(data.output_index, "text", data.content_index, data.text)

    def _begin(self) -> list[ThreadStreamEvent]:
        if self._context.workflow_item is not None:
            return []
        return begin_workflow(self._context, Workflow(type="reasoning", tasks=[]))

    def _begin_or_grow(
        self, place: int, kind: Kind, part: int, delta: str
    ) -> list[ThreadStreamEvent]:
        event = self._grow(place, kind, part, delta)
        return [event] if event is not None else self._set(place, kind, part, delta)

    def _grow(self, place: int, kind: Kind, part: int, delta: str) -> ThreadStreamEvent | None:
        """The event for more of a thought, or None where the thought is yet to begin."""
        tracker = self._tracker(place, kind, part)
        return _thinking(tracker, tracker.task.content + delta) if tracker is not None else None

    def _set(self, place: int, kind: Kind, part: int, content: str) -> list[ThreadStreamEvent]:
        reasoning = self._open.setdefault(place, _Reasoning())
        reasoning.kind = reasoning.kind or kind
        if reasoning.kind != kind or not content:
            return []
        tracker = self._tracker(place, kind, part)
        if tracker is not None:
            return [_thinking(tracker, content)]
        task = ThoughtTask(content=content)
        events = self._begin() + add_task(self._context, task)
        item = self._context.workflow_item
        if item is not None:
            index = len(item.workflow.tasks) - 1
            reasoning.parts[part] = StreamingThoughtTracker(item_id=item.id, index=index, task=task)
        return events

    def _tracker(self, place: int, kind: Kind, part: int) -> StreamingThoughtTracker | None:
        """The part's thought, if it is in the workflow that is open."""
        reasoning, item = self._open.get(place), self._context.workflow_item
        if reasoning is None or reasoning.kind != kind or item is None:
            return None
        tracker = reasoning.parts.get(part)
        return tracker if tracker is not None and tracker.item_id == item.id else None


def _thinking(tracker: StreamingThoughtTracker, content: str) -> ThreadStreamEvent:
    # Past pydantic, which would find that the field is set already, in ten times the time.
    cast(Any, tracker.task).__dict__["content"] = content
    return thought_update(tracker.item_id, tracker.index, content)
