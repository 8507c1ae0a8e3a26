"""The workflow that an agent has open: what each step does to it, and the events that say so.

Above: the context's methods, and the run's own reasoning. Below: the types. The open workflow is
the host's to read and to change, so every event carries a copy of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from chatkit.store import StoreItemType
from chatkit.types import (
    CustomSummary,
    DurationSummary,
    Task,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from chatkit.types.copying import deep_copy

__all__ = [
    "HasWorkflow",
    "add_task",
    "begin_workflow",
    "finish_workflow",
    "make_way",
    "update_task",
]

_LEAVES_IT_OPEN = frozenset({"client_tool_call", "hidden_context_item", "sdk_hidden_context"})
"""Items that are nothing to look at: a workflow goes on around them."""


class HasWorkflow(Protocol):
    """Who has a workflow open: an `AgentContext`."""

    thread: ThreadMetadata
    workflow_item: WorkflowItem | None

    def generate_id(self, type: StoreItemType, thread: ThreadMetadata | None = None) -> str:
        """A new id for an item of this type."""
        ...


def begin_workflow(context: HasWorkflow, workflow: Workflow) -> list[ThreadStreamEvent]:
    """Open a workflow, and finish the one that is open.

    A custom one is announced with its first task, a reasoning one at once.
    """
    events = finish_workflow(context)
    context.workflow_item = WorkflowItem(
        id=context.generate_id("workflow"),
        thread_id=context.thread.id,
        created_at=datetime.now(UTC),
        workflow=workflow,
    )
    if _is_announced(workflow):
        events.append(ThreadItemAddedEvent(item=deep_copy(context.workflow_item)))
    return events


def add_task(context: HasWorkflow, task: Task) -> list[ThreadStreamEvent]:
    """Add a task to the open workflow; a custom one is opened where there is none."""
    item = context.workflow_item
    if item is None:
        return begin_workflow(context, Workflow(type="custom", tasks=[task]))
    was_announced = _is_announced(item.workflow)
    tasks = item.workflow.tasks
    tasks.append(task)
    if not was_announced:
        return [ThreadItemAddedEvent(item=deep_copy(item))]
    update = WorkflowTaskAdded(task_index=len(tasks) - 1, task=deep_copy(task))
    return [ThreadItemUpdatedEvent(item_id=item.id, update=update)]


def update_task(context: HasWorkflow, task: Task, task_index: int) -> list[ThreadStreamEvent]:
    """Put another task in the place of one; a negative index counts from the end.

    Raises: ValueError without an open workflow; IndexError.
    """
    item = context.workflow_item
    if item is None:
        raise ValueError("no workflow is open: start one, or add a task, before you update one")
    tasks = item.workflow.tasks
    index = task_index + len(tasks) if task_index < 0 else task_index
    if not 0 <= index < len(tasks):
        raise IndexError(f"no task {task_index} among the {len(tasks)} of the open workflow")
    tasks[index] = task
    update = WorkflowTaskUpdated(task_index=index, task=deep_copy(task))
    return [ThreadItemUpdatedEvent(item_id=item.id, update=update)]


def finish_workflow(
    context: HasWorkflow,
    summary: CustomSummary | DurationSummary | None = None,
    expanded: bool | None = None,
) -> list[ThreadStreamEvent]:
    """Finish the open workflow, if any: with this summary, its own, or else its duration.

    It stays as `expanded` as it is unless that is said.
    """
    item, context.workflow_item = context.workflow_item, None
    if item is None:
        return []
    workflow = item.workflow
    workflow.summary = summary or workflow.summary or _duration(item.created_at)
    workflow.expanded = workflow.expanded if expanded is None else expanded
    return [ThreadItemDoneEvent(item=deep_copy(item))]


def make_way(context: HasWorkflow, event: ThreadStreamEvent) -> list[ThreadStreamEvent]:
    """What comes before an event of the host: the end of the open workflow, if it shows an item.

    A workflow that the host announces by itself becomes the open one.
    """
    if not isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent):
        return []
    item: ThreadItem = event.item
    is_open = context.workflow_item is not None and context.workflow_item.id == item.id
    if item.type in _LEAVES_IT_OPEN or (is_open and isinstance(event, ThreadItemAddedEvent)):
        return []
    if is_open:
        context.workflow_item = None
        return []
    events = finish_workflow(context)
    if isinstance(item, WorkflowItem) and isinstance(event, ThreadItemAddedEvent):
        context.workflow_item = deep_copy(item)
    return events


def _is_announced(workflow: Workflow) -> bool:
    return workflow.type == "reasoning" or bool(workflow.tasks)


def _duration(since: datetime) -> DurationSummary:
    seconds = (datetime.now(UTC) - since).total_seconds()
    return DurationSummary(duration=max(0, int(seconds)))
