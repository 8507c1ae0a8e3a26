"""One scene for each update type."""

from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    CustomTask,
    FileSource,
    GeneratedImage,
    GeneratedImageItem,
    GeneratedImageUpdated,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    URLSource,
    WidgetComponentUpdated,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from chatkit.widgets import (
    Card,
    ListView,
    Markdown,
    Title,
)

from .stage import (
    PLACE,
    answer_item,
    flow_item,
    streamed,
    updated,
    widget_item,
)

_PART = AssistantMessageContent(text="Hello")
_CITED = AssistantMessageContent(
    text="Hello", annotations=[Annotation(index=5, source=FileSource(title="F", filename="f.txt"))]
)
_STREAMING_CARD = Card(
    children=[Markdown(id="md", value="", streaming=True), Title(id="t", value="A")]
)

UPDATES = [
    streamed(
        "update_assistant_message_content_part_added",
        "a message has a new part",
        ThreadItemAddedEvent(item=answer_item(None)),
        updated("answer_1", AssistantMessageContentPartAdded(content_index=0, content=_PART)),
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "update_assistant_message_content_part_text_delta",
        "the text goes on, of two parts in turn",
        ThreadItemAddedEvent(item=answer_item(None)),
        *(
            updated(
                "answer_1", AssistantMessageContentPartTextDelta(content_index=index, delta=delta)
            )
            for index, delta in ((0, "He"), (0, "llo"), (1, "Wor"), (1, "ld"), (0, "!"), (1, ""))
        ),
        ThreadItemDoneEvent(
            item=AssistantMessageItem(
                id="answer_1",
                **PLACE,
                content=[
                    AssistantMessageContent(text="Hello!"),
                    AssistantMessageContent(text="World"),
                ],
            )
        ),
    ),
    streamed(
        "update_assistant_message_content_part_annotation_added",
        "a part is cited, at a place and without one",
        ThreadItemAddedEvent(item=answer_item("Hello")),
        *(
            updated(
                "answer_1",
                AssistantMessageContentPartAnnotationAdded(
                    content_index=0, annotation_index=index, annotation=annotation
                ),
            )
            for index, annotation in enumerate(
                [*_CITED.annotations, Annotation(source=URLSource(title="U", url="https://x.test"))]
            )
        ),
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "update_assistant_message_content_part_done",
        "a part is whole, with its citations and without",
        ThreadItemAddedEvent(item=answer_item("Hel")),
        updated("answer_1", AssistantMessageContentPartDone(content_index=0, content=_CITED)),
        updated("answer_1", AssistantMessageContentPartDone(content_index=0, content=_PART)),
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "update_widget_streaming_text_value_delta",
        "a Markdown grows until it is done",
        ThreadItemAddedEvent(item=widget_item(_STREAMING_CARD)),
        updated(
            "widget_1",
            WidgetStreamingTextValueDelta(component_id="md", delta="He", done=False),
        ),
        updated(
            "widget_1",
            WidgetStreamingTextValueDelta(component_id="md", delta="llo", done=True),
        ),
        ThreadItemDoneEvent(item=widget_item(Card(children=[Markdown(id="md", value="Hello")]))),
    ),
    streamed(
        "update_widget_component_updated",
        "one component is replaced",
        ThreadItemAddedEvent(item=widget_item(_STREAMING_CARD)),
        updated(
            "widget_1",
            WidgetComponentUpdated(component_id="t", component=Title(id="t", value="B")),
        ),
        ThreadItemDoneEvent(item=widget_item(_STREAMING_CARD)),
    ),
    streamed(
        "update_widget_root_updated",
        "the whole widget is replaced",
        ThreadItemAddedEvent(item=widget_item(_STREAMING_CARD)),
        updated("widget_1", WidgetRootUpdated(widget=ListView(children=[]))),
        ThreadItemDoneEvent(item=widget_item(ListView(children=[]))),
    ),
    streamed(
        "update_workflow_task_added",
        "a workflow has a new task",
        ThreadItemAddedEvent(item=flow_item()),
        updated(
            "flow_1",
            WorkflowTaskAdded(
                task_index=0, task=CustomTask(title="One", status_indicator="loading")
            ),
        ),
        ThreadItemDoneEvent(item=flow_item(CustomTask(title="One"))),
    ),
    streamed(
        "update_workflow_task_updated",
        "a task is replaced",
        ThreadItemAddedEvent(item=flow_item(CustomTask(title="One"))),
        updated(
            "flow_1",
            WorkflowTaskUpdated(
                task_index=0, task=CustomTask(title="One", status_indicator="complete")
            ),
        ),
        ThreadItemDoneEvent(item=flow_item(CustomTask(title="One"))),
    ),
    streamed(
        "update_generated_image_updated",
        "an image gets better, with its progress and without",
        ThreadItemAddedEvent(item=GeneratedImageItem(id="image_1", **PLACE)),
        *(
            updated(
                "image_1",
                GeneratedImageUpdated(
                    image=GeneratedImage(id="ig_1", url=f"https://x.test/{name}"), progress=progress
                ),
            )
            for name, progress in (("a", 0.5), ("b", 1), ("c", None))
        ),
        ThreadItemDoneEvent(
            item=GeneratedImageItem(
                id="image_1", **PLACE, image=GeneratedImage(id="ig_1", url="https://x.test/c")
            )
        ),
    ),
]
