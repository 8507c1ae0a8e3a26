"""Several tasks shown as one, with a summary when they are done."""

from typing import Literal

from chatkit.icons import IconName
from chatkit.types.base import WireModel
from chatkit.types.tasks import Task

__all__ = ["CustomSummary", "DurationSummary", "Workflow", "WorkflowSummary"]


class CustomSummary(WireModel):
    """A finished workflow in words."""

    title: str
    icon: IconName | None = None


class DurationSummary(WireModel):
    """How long a finished workflow took, in seconds."""

    duration: int


# No field tells these two apart: the first whose required field is there is taken.
WorkflowSummary = CustomSummary | DurationSummary


class Workflow(WireModel):
    """A list of tasks; `reasoning` shows them as thoughts. `expanded` says whether it is open."""

    type: Literal["custom", "reasoning"]
    tasks: list[Task]
    summary: WorkflowSummary | None = None
    expanded: bool = False
