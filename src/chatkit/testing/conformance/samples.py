"""One item of each type, with content that stores are known to lose: nulls, odd text, numbers."""

from datetime import datetime
from typing import Any

from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    ClientToolCallItem,
    CustomSummary,
    CustomTask,
    EndOfTurnItem,
    EntitySource,
    FileAttachment,
    GeneratedImage,
    GeneratedImageItem,
    HiddenContextItem,
    ImageAttachment,
    InferenceOptions,
    SDKHiddenContextItem,
    SearchTask,
    StructuredInputAnswer,
    StructuredInputFreeform,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    TaskItem,
    ThoughtTask,
    ThreadItem,
    ToolChoice,
    URLSource,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import Card

ODD_TEXT = (
    "NUL \x00, emoji 👩\u200d👩\u200d👧, \u2028 line, right-to-left שלום, "
    "quotes '\"`, \\, %_, \t\r\n, \U0010ffff"
)
"""Text that UTF-8, JSON and SQL each treat in their own way."""

ODD_DATA: dict[str, Any] = {
    "null": None,
    "nested": [{"a": None, "b": [1, 2.5, -3, True, "x"]}, []],
    ODD_TEXT: ODD_TEXT,
    "big": 9007199254740993,
}
"""JSON data that must come back as it is, nulls and long integers included."""


def image_attachment(attachment_id: str, thread_id: str | None = None) -> ImageAttachment:
    """An image with metadata."""
    return ImageAttachment.model_validate(
        {
            "id": attachment_id,
            "name": f"{ODD_TEXT}.png",
            "mime_type": "image/png",
            "thread_id": thread_id,
            "preview_url": "https://files.example.com/1.png?signature=a%20b",
            "metadata": {"bucket": "private", "size": None},
        }
    )


def file_attachment(attachment_id: str, thread_id: str | None = None) -> FileAttachment:
    """A file that is to be uploaded yet."""
    return FileAttachment.model_validate(
        {
            "id": attachment_id,
            "name": "report.pdf",
            "mime_type": "application/pdf",
            "thread_id": thread_id,
            "upload_descriptor": {
                "url": "https://files.example.com/upload",
                "method": "PUT",
                "headers": {"x-token": "1"},
            },
        }
    )


def messages(thread_id: str, at: datetime) -> list[ThreadItem]:
    """What people and the assistant said."""
    return [
        UserMessageItem(
            id="item-user",
            thread_id=thread_id,
            created_at=at,
            content=[
                UserMessageTextContent(text=ODD_TEXT),
                UserMessageTagContent(id="tag", text="@it", data=ODD_DATA, interactive=True),
            ],
            attachments=[file_attachment("atc-1", thread_id), image_attachment("atc-2", thread_id)],
            quoted_text="before",
            inference_options=InferenceOptions(tool_choice=ToolChoice(id="search"), model="m"),
        ),
        AssistantMessageItem(
            id="item-assistant",
            thread_id=thread_id,
            created_at=at,
            content=[
                AssistantMessageContent(
                    text=ODD_TEXT,
                    annotations=[
                        Annotation(source=URLSource(title="t", url="https://example.com"), index=3),
                        Annotation(source=EntitySource(title="e", id="1", data={"k": None})),
                    ],
                ),
                AssistantMessageContent(text=""),
            ],
        ),
        HiddenContextItem(id="item-hidden", thread_id=thread_id, created_at=at, content=ODD_DATA),
        HiddenContextItem(id="item-hidden-none", thread_id=thread_id, created_at=at, content=None),
        SDKHiddenContextItem(
            id="item-sdk-hidden", thread_id=thread_id, created_at=at, content="cancelled"
        ),
        EndOfTurnItem(id="item-end", thread_id=thread_id, created_at=at),
    ]


def widget(thread_id: str, at: datetime) -> WidgetItem:
    """A card with a text, a button and a chart."""
    card = Card.model_validate(
        {
            "children": [
                {"type": "Text", "value": "**hi**", "id": "text", "streaming": False},
                {"type": "Button", "label": "Go"},
                {
                    "type": "Chart",
                    "data": [{"x": "a", "y": 1.5}],
                    "series": [{"type": "bar", "dataKey": "y"}],
                    "xAxis": "x",
                },
            ]
        }
    )
    return WidgetItem(
        id="item-widget", thread_id=thread_id, created_at=at, widget=card, copy_text="hi"
    )


def work(thread_id: str, at: datetime) -> list[ThreadItem]:
    """Tools, images and steps."""
    searched = SearchTask(title="Searching", queries=["a", "b"], status_indicator="loading")
    return [
        ClientToolCallItem(
            id="item-tool",
            thread_id=thread_id,
            created_at=at,
            status="completed",
            call_id="call",
            name="tool",
            arguments=ODD_DATA,
            output=[None, {"a": None}],
        ),
        GeneratedImageItem(
            id="item-image",
            thread_id=thread_id,
            created_at=at,
            image=GeneratedImage(id="image", url="data:image/png;base64,AAAA"),
        ),
        TaskItem(id="item-task", thread_id=thread_id, created_at=at, task=searched),
        WorkflowItem(
            id="item-workflow",
            thread_id=thread_id,
            created_at=at,
            workflow=Workflow(
                type="reasoning",
                tasks=[ThoughtTask(content="thinking"), CustomTask(title="step", content=ODD_TEXT)],
                summary=CustomSummary(title="Done"),
                expanded=True,
            ),
        ),
    ]


def questions(thread_id: str, at: datetime) -> StructuredInputItem:
    """A form that was answered."""
    return StructuredInputItem(
        id="item-questions",
        thread_id=thread_id,
        created_at=at,
        status="answered",
        inputs=[
            StructuredInputMultipleChoice(
                id="q1",
                question="Which?",
                options=[StructuredInputMultipleChoiceOption(value="a")],
                multiple=True,
                answer=StructuredInputAnswer(values=["a", "other"]),
            ),
            StructuredInputFreeform(id="q2", question="Why?", description=None),
        ],
    )


def every_item(thread_id: str, at: datetime) -> list[ThreadItem]:
    """At least one item of each type, all of the same time."""
    return [
        *messages(thread_id, at),
        widget(thread_id, at),
        *work(thread_id, at),
        questions(thread_id, at),
    ]
