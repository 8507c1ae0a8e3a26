"""One scene for each task type and each source type."""

from typing import Any

from chatkit.types import (
    Annotation,
    CustomTask,
    EntitySource,
    FileSource,
    FileTask,
    ImageTask,
    SearchTask,
    ThoughtTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    URLSource,
    WorkflowTaskAdded,
)

from .stage import (
    Scene,
    answer_item,
    flow_item,
    streamed,
    updated,
)


def _task(name: str, about: str, *tasks: Any) -> Scene:
    return streamed(
        name,
        about,
        ThreadItemAddedEvent(item=flow_item()),
        *(
            updated("flow_1", WorkflowTaskAdded(task_index=index, task=task))
            for index, task in enumerate(tasks)
        ),
        ThreadItemDoneEvent(item=flow_item(*tasks)),
    )


_URL = URLSource(
    title="Dune",
    description="A desert",
    timestamp="yesterday",
    group="Web",
    url="https://x.test/dune?a=1&b=2",
    attribution="x.test",
)
_FILE = FileSource(title="Notes", filename="notes.txt", description="Mine")

TASKS = [
    _task(
        "task_custom",
        "a step of any kind, with each indicator",
        CustomTask(title="One", icon="bolt", content="*One*", status_indicator="loading"),
        CustomTask(title="Two", status_indicator="complete"),
        CustomTask(),
    ),
    _task(
        "task_web_search",
        "a search: what was asked, what was found",
        SearchTask(
            title="Searching", title_query="dune", queries=["dune", "desert"], sources=[_URL]
        ),
        SearchTask(),
    ),
    _task("task_thought", "a thought", ThoughtTask(title="Hm", content="I *think*")),
    _task("task_file", "files that were read", FileTask(title="Reading", sources=[_FILE])),
    _task("task_image", "an image that was made", ImageTask(title="Painting"), ImageTask()),
]


def _source(name: str, about: str, *sources: Any) -> Scene:
    annotations = [
        Annotation(source=source, index=index) for index, source in enumerate(sources, 1)
    ]
    return streamed(name, about, ThreadItemDoneEvent(item=answer_item(annotations=annotations)))


SOURCES = [
    _source("source_url", "a page of the web", _URL, URLSource(title="U", url="https://x.test")),
    _source("source_file", "a file", _FILE, FileSource(title="F", filename="f.txt")),
    _source(
        "source_entity",
        "something that the host knows",
        EntitySource(
            id="ada",
            title="Ada",
            description="A person",
            timestamp="1815",
            group="People",
            icon="profile",
            label="Ada L.",
            inline_label="Ada",
            interactive=True,
            data={"age": 36, "nick": None},
            preview="lazy",
        ),
        EntitySource(id="bob", title="Bob"),
    ),
]
