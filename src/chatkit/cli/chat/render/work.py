"""What the assistant did on its way: tasks, workflows, and the sources that it names."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.styled import Styled
from rich.text import Text

from chatkit.cli.chat.markdown import markdown
from chatkit.cli.chat.safe import one_line
from chatkit.types import (
    CustomTask,
    DurationSummary,
    EntitySource,
    FileSource,
    FileTask,
    ImageTask,
    SearchTask,
    Source,
    Task,
    ThoughtTask,
    Workflow,
)

__all__ = ["render_sources", "render_task", "render_workflow"]

_MARKS = {"none": "•", "loading": "◌", "complete": "✓"}


def render_workflow(workflow: Workflow) -> RenderableType:
    """A line that sums it up and its tasks below, all dimmed: it is not the answer."""
    lines: list[RenderableType] = [Text(_headline(workflow), style="dim italic")]
    lines += [Padding(render_task(task), (0, 0, 0, 2)) for task in workflow.tasks]
    return Group(*lines)


def _headline(workflow: Workflow) -> str:
    is_reasoning = workflow.type == "reasoning"
    summary = workflow.summary
    if summary is None:
        return "Thinking…" if is_reasoning else "Working…"
    if isinstance(summary, DurationSummary):
        return f"{'Thought' if is_reasoning else 'Worked'} for {_duration(summary.duration)}"
    return one_line(summary.title)


def _duration(seconds: int) -> str:
    minutes, seconds = divmod(max(seconds, 0), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def render_task(task: Task) -> RenderableType:
    """A line with what was done, and what came of it below."""
    title, content, details = _parts(task)
    lines: list[RenderableType] = []
    if title or not content:
        mark = _MARKS[task.status_indicator]
        lines.append(Text(f"{mark} {one_line(title or task.type)}", style="dim"))
    if content:
        lines.append(Padding(Styled(markdown(content), "dim"), (0, 0, 0, 2 if title else 0)))
    lines += [Text(f"  {one_line(detail)}", style="dim") for detail in details]
    return Group(*lines)


def _parts(task: Task) -> tuple[str, str, Sequence[str]]:
    """A task's title, its Markdown and its further lines."""
    match task:
        case CustomTask() | ThoughtTask():
            return task.title or "", task.content or "", ()
        case SearchTask():
            sources = [f"{source.title} — {source.url}" for source in task.sources]
            queries = [f"searched for: {query}" for query in task.queries]
            return task.title or task.title_query or "Web search", "", [*queries, *sources]
        case FileTask():
            return task.title or "Files", "", [source.filename for source in task.sources]
        case ImageTask():
            return task.title or "Image", "", ()
        case _:
            assert_never(task)


def render_sources(sources: Iterable[Source]) -> RenderableType | None:
    """A numbered list of the sources, each once; None where there are none."""
    lines = list(dict.fromkeys(_line(source) for source in sources))
    if not lines:
        return None
    numbered = [Text(f"  {number}. {line}", style="dim") for number, line in enumerate(lines, 1)]
    return Group(Text("Sources", style="dim bold"), *numbered)


def _line(source: Source) -> str:
    title = one_line(source.title)
    if isinstance(source, FileSource):
        return _pair(title, one_line(source.filename))
    if isinstance(source, EntitySource):
        return one_line(source.label or source.title)
    return _pair(title, one_line(source.url, 500))


def _pair(title: str, place: str) -> str:
    return place if title in ("", place) else f"{title} — {place}"
