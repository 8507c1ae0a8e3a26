"""Tool calls on the server as tasks of a workflow, where the converter shows them.

Above: the run's reader. Below: the workflow's steps and the types.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

from chatkit.types import (
    Task,
    ThreadItemReplacedEvent,
    ThreadStreamEvent,
    WorkflowItem,
)
from chatkit.types.copying import deep_copy

from .context import AgentContext
from .response_converter import ResponseStreamConverter, ToolCall, resolve
from .workflows import add_task, update_task

__all__ = ["ToolTasks"]


@dataclass(slots=True, kw_only=True)
class _Shown:
    """A call that is shown: the workflow it is in, and its place there."""

    call: ToolCall
    item: WorkflowItem
    index: int


class ToolTasks:
    """The tool calls of a run that are shown, by the ids of the calls."""

    def __init__(self, context: AgentContext[Any], converter: ResponseStreamConverter) -> None:
        self._context, self._converter = context, converter
        self._shown: dict[str, _Shown] = {}

    async def called(self, item: Any) -> list[ThreadStreamEvent]:
        """A tool was called: what the converter shows of it, if anything."""
        raw: Any = item.raw_item
        if _field(raw, "type") != "function_call":
            return []
        call = ToolCall(
            name=_field(raw, "name"),
            call_id=_field(raw, "call_id"),
            arguments=_field(raw, "arguments") or "",
        )
        task = await self._task(call)
        if task is None:
            return []
        events = add_task(self._context, task)
        workflow = self._context.workflow_item
        if workflow is not None:
            index = len(workflow.workflow.tasks) - 1
            self._shown[call.call_id] = _Shown(call=call, item=workflow, index=index)
        return events

    async def returned(self, item: Any) -> list[ThreadStreamEvent]:
        """A tool has returned: its task, now with the output."""
        shown = self._shown.pop(_field(item.raw_item, "call_id") or "", None)
        if shown is None:
            return []
        task = await self._task(replace(shown.call, output=str(item.output)))
        if task is None:
            return []
        if self._context.workflow_item is shown.item:
            return update_task(self._context, task, shown.index)
        # What the tool showed has ended the workflow: it is finished, and changes once more.
        shown.item.workflow.tasks[shown.index] = task
        return [ThreadItemReplacedEvent(item=deep_copy(shown.item))]

    async def _task(self, call: ToolCall) -> Task | None:
        return cast("Task | None", await resolve(self._converter.tool_call_to_task(call)))


def _field(raw: Any, name: str) -> Any:
    """A field of what the SDK gives as a model or as a dict."""
    if isinstance(raw, dict):
        return cast("dict[str, Any]", raw).get(name)
    return getattr(raw, name, None)
