"""Scenes of work that is shown: workflows, tasks, reasoning, citations."""

from collections.abc import Sequence

from chatkit.types import (
    Annotation,
    CustomSummary,
    CustomTask,
    DurationSummary,
    EntitySource,
    FileSource,
    FileTask,
    ImageTask,
    SearchTask,
    Task,
    TaskItem,
    ThoughtTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    URLSource,
    WorkflowItem,
    WorkflowSummary,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from .stage import Events, Stage, update

_PAGES = [
    URLSource(
        title="Tide tables",
        url="https://example.com/tides",
        description="High and low water for the week",
        attribution="Harbour office",
        timestamp="Today",
    ),
    URLSource(title="Wind and waves", url="https://example.com/wind", attribution="Met service"),
]
_FILES = [FileSource(title="Chart of the bay", filename="bay-2026.pdf", group="Maps")]

_STEPS: Sequence[tuple[Task, Task]] = (
    (
        SearchTask(title="Looking up the weather", queries=["tides on saturday", "wind forecast"]),
        SearchTask(title="Looked up the weather", title_query="tides on saturday", sources=_PAGES),
    ),
    (
        FileTask(title="Reading the chart"),
        FileTask(title="Read the chart", sources=_FILES),
    ),
    (
        ImageTask(title="Looking at the harbour camera"),
        ImageTask(title="Looked at the harbour camera"),
    ),
    (
        CustomTask(title="Planning the route", icon="maps"),
        CustomTask(
            title="Planned the route",
            icon="maps",
            content="Out with the ebb at **09:40**, back before **16:00**.",
        ),
    ),
)

_THOUGHTS = """\
The question is whether 91 is a prime. It is odd, and its digits add up to 10, so neither 2 nor 3 \
divides it. It does not end in 0 or 5 either.

What about 7? Seven times thirteen is ninety-one. So it is not a prime, although it looks like one.\
"""


async def workflow(stage: Stage) -> Events:
    """A checklist that fills up, a task on its own, and an answer."""
    item = stage.workflow("custom")
    for number, (begun, done) in enumerate(_STEPS):
        begun = begun.model_copy(update={"status_indicator": "loading"})
        done = done.model_copy(update={"status_indicator": "complete"})
        item.workflow.tasks.append(begun)
        if number == 0:
            # Announced with its first task: an empty checklist would only flicker.
            yield ThreadItemAddedEvent(item=item)
        else:
            yield update(item, WorkflowTaskAdded(task_index=number, task=begun))
        await stage.pace.work(0.9)
        item.workflow.tasks[number] = done
        yield update(item, WorkflowTaskUpdated(task_index=number, task=done))
    yield _finished(item, CustomSummary(title="Planned a day at sea", icon="compass"))
    task = CustomTask(title="Noted it in your calendar", icon="calendar")
    yield ThreadItemDoneEvent(item=TaskItem(**stage.item_fields("task"), task=task))
    async for event in stage.say("Saturday is good: leave at **09:40** and be back by four."):
        yield event


async def reasoning(stage: Stage) -> Events:
    """Thoughts that stream, the time they took, and the answer."""
    item = stage.workflow("reasoning")
    yield ThreadItemAddedEvent(item=item)
    for number, thought in enumerate(_THOUGHTS.split("\n\n")):
        task = ThoughtTask(title=f"Thought {number + 1}", content="", status_indicator="loading")
        item.workflow.tasks.append(task)
        yield update(item, WorkflowTaskAdded(task_index=number, task=task))
        for word in thought.split():
            await stage.pace.word()
            task = task.model_copy(update={"content": f"{task.content} {word}".strip()})
            yield update(item, WorkflowTaskUpdated(task_index=number, task=task))
        task = task.model_copy(update={"status_indicator": "complete"})
        item.workflow.tasks[number] = task
        yield update(item, WorkflowTaskUpdated(task_index=number, task=task))
    yield _finished(item, DurationSummary(duration=3))
    async for event in stage.say("No: 91 is 7 times 13."):
        yield event


def _finished(item: WorkflowItem, summary: WorkflowSummary) -> ThreadItemDoneEvent:
    item.workflow.summary = summary
    item.workflow.expanded = False
    return ThreadItemDoneEvent(item=item)


async def sources(stage: Stage) -> Events:
    """Citations of a page, a file and a thing that the host knows."""
    text = (
        "High water is at 08:55 on Saturday, with a light wind from the west. The channel is "
        "2.4 m deep at the bar, which is enough for the *Heron*."
    )
    entity = EntitySource(
        id="boat_heron",
        title="Heron",
        icon="compass",
        label="Your boat",
        inline_label="Heron",
        interactive=True,
        description="Draught 1.1 m",
        data={"kind": "boat", "draught": "1.1"},
    )
    citations = [
        Annotation(source=_PAGES[0], index=text.index(",")),
        Annotation(source=_PAGES[1], index=text.index(".", 30)),
        Annotation(source=_FILES[0], index=text.index(", which")),
        Annotation(source=entity, index=len(text) - 1),
    ]
    async for event in stage.say(text, citations):
        yield event


__all__ = ["reasoning", "sources", "workflow"]
