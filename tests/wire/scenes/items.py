"""One scene for each item type."""

from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    CustomSummary,
    CustomTask,
    DurationSummary,
    EndOfTurnItem,
    GeneratedImage,
    GeneratedImageItem,
    HiddenContextItem,
    InferenceOptions,
    SDKHiddenContextItem,
    TaskItem,
    ThoughtTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ToolChoice,
    URLSource,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import (
    Card,
    Title,
)

from .stage import (
    IMAGE,
    PLACE,
    answer_item,
    call_item,
    flow_item,
    form_item,
    streamed,
    widget_item,
)

ITEMS = [
    streamed(
        "item_user_message",
        "a handler may add a message in the user's name",
        ThreadItemDoneEvent(
            item=UserMessageItem(
                id="user_2",
                **PLACE,
                content=[
                    UserMessageTextContent(text="Look: "),
                    UserMessageTagContent(id="ada", text="Ada", data={}),
                ],
                attachments=[IMAGE],
                inference_options=InferenceOptions(tool_choice=ToolChoice(id="search")),
            )
        ),
    ),
    streamed(
        "item_assistant_message",
        "several parts, one of them cited",
        ThreadItemDoneEvent(
            item=AssistantMessageItem(
                id="answer_1",
                **PLACE,
                content=[
                    AssistantMessageContent(text="# One"),
                    AssistantMessageContent(
                        text="Two",
                        annotations=[Annotation(source=URLSource(title="T", url="https://x.test"))],
                    ),
                ],
            )
        ),
    ),
    streamed(
        "item_client_tool_call",
        "a tool for the page to run: pending, and completed",
        ThreadItemDoneEvent(item=call_item()),
        ThreadItemReplacedEvent(
            item=call_item(status="completed", output={"city": "Ulm", "zip": None})
        ),
    ),
    streamed(
        "item_widget",
        "a widget with what its copy button copies",
        ThreadItemDoneEvent(
            item=widget_item(Card(size="sm", children=[Title(value="Hi")]), copy_text="Hi")
        ),
    ),
    streamed(
        "item_generated_image",
        "a place for an image, and the image",
        ThreadItemAddedEvent(item=GeneratedImageItem(id="image_1", **PLACE)),
        ThreadItemDoneEvent(
            item=GeneratedImageItem(
                id="image_1",
                **PLACE,
                image=GeneratedImage(id="ig_1", url="data:image/png;base64,AAAA"),
            )
        ),
    ),
    streamed("item_structured_input", "a form", ThreadItemDoneEvent(item=form_item())),
    streamed(
        "item_workflow",
        "steps shown as one: with a summary in words, and with a duration",
        ThreadItemDoneEvent(
            item=flow_item(
                CustomTask(title="One"), summary=CustomSummary(title="Done", icon="check")
            )
        ),
        ThreadItemDoneEvent(
            item=WorkflowItem(
                id="flow_2",
                **PLACE,
                workflow=Workflow(
                    type="reasoning",
                    tasks=[ThoughtTask(content="Hm")],
                    summary=DurationSummary(duration=3),
                    expanded=True,
                ),
            )
        ),
    ),
    streamed(
        "item_task",
        "one step by itself",
        ThreadItemDoneEvent(
            item=TaskItem(id="task_1", **PLACE, task=CustomTask(title="One", content="*Did* it"))
        ),
    ),
    streamed(
        "item_hidden_context_item",
        "what the host hides never leaves the server",
        ThreadItemDoneEvent(item=HiddenContextItem(id="hidden_1", **PLACE, content="secret")),
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "item_sdk_hidden_context",
        "nor what the package hides",
        ThreadItemDoneEvent(item=SDKHiddenContextItem(id="hidden_1", **PLACE, content="secret")),
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "item_end_of_turn",
        "closes a turn and shows nothing",
        ThreadItemDoneEvent(item=answer_item()),
        ThreadItemDoneEvent(item=EndOfTurnItem(id="end_1", **PLACE)),
    ),
]
