"""What a thread is made of: one model for each type of item."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chatkit.types.attachments import Attachment
from chatkit.types.base import UtcDatetime, WireModel
from chatkit.types.elsewhere import WidgetRoot
from chatkit.types.messages import (
    AssistantMessageContent,
    InferenceOptions,
    UserMessageContent,
)
from chatkit.types.structured_input import StructuredInput
from chatkit.types.tasks import Task
from chatkit.types.workflows import Workflow

__all__ = [
    "AssistantMessageItem",
    "ClientToolCallItem",
    "EndOfTurnItem",
    "GeneratedImage",
    "GeneratedImageItem",
    "HiddenContextItem",
    "SDKHiddenContextItem",
    "StructuredInputItem",
    "TaskItem",
    "ThreadItem",
    "ThreadItemBase",
    "UserMessageItem",
    "WidgetItem",
    "WorkflowItem",
]


class ThreadItemBase(WireModel):
    """What every item has; the id is unique within the server."""

    id: str
    thread_id: str
    created_at: UtcDatetime


class UserMessageItem(ThreadItemBase):
    """A message of a person."""

    type: Literal["user_message"] = "user_message"
    content: list[UserMessageContent]
    attachments: list[Attachment] = Field(default_factory=list[Attachment])
    quoted_text: str | None = None
    inference_options: InferenceOptions


class AssistantMessageItem(ThreadItemBase):
    """A message of the assistant, whole or so far."""

    type: Literal["assistant_message"] = "assistant_message"
    content: list[AssistantMessageContent]


class ClientToolCallItem(ThreadItemBase):
    """A call of a tool that runs in the page; `output` is there once it is completed."""

    type: Literal["client_tool_call"] = "client_tool_call"
    status: Literal["pending", "completed"] = "pending"
    call_id: str
    name: str
    arguments: dict[str, Any]
    output: Any | None = None


class WidgetItem(ThreadItemBase):
    """A widget; `copy_text` is what its copy button copies."""

    type: Literal["widget"] = "widget"
    widget: WidgetRoot
    copy_text: str | None = None


class GeneratedImage(WireModel):
    """An image of the model; `url` may be a data URL."""

    id: str
    url: str


class GeneratedImageItem(ThreadItemBase):
    """An image of the model, or the place where it will appear."""

    type: Literal["generated_image"] = "generated_image"
    image: GeneratedImage | None = None


class StructuredInputItem(ThreadItemBase):
    """A form with questions, which stands in the place of the composer while it is pending."""

    type: Literal["structured_input"] = "structured_input"
    status: Literal["pending", "answered", "skipped"] = "pending"
    inputs: list[StructuredInput]


class TaskItem(ThreadItemBase):
    """A single step of work."""

    type: Literal["task"] = "task"
    task: Task


class WorkflowItem(ThreadItemBase):
    """Steps of work, shown as one."""

    type: Literal["workflow"] = "workflow"
    workflow: Workflow


class HiddenContextItem(ThreadItemBase):
    """Context for the model that no client ever sees; put there by the host."""

    type: Literal["hidden_context_item"] = "hidden_context_item"
    content: Any


class SDKHiddenContextItem(ThreadItemBase):
    """Context for the model that no client ever sees; put there by this package."""

    type: Literal["sdk_hidden_context"] = "sdk_hidden_context"
    content: str


class EndOfTurnItem(ThreadItemBase):
    """Closes a turn; shows nothing."""

    type: Literal["end_of_turn"] = "end_of_turn"


ThreadItem = Annotated[
    UserMessageItem
    | AssistantMessageItem
    | ClientToolCallItem
    | WidgetItem
    | GeneratedImageItem
    | StructuredInputItem
    | WorkflowItem
    | TaskItem
    | HiddenContextItem
    | SDKHiddenContextItem
    | EndOfTurnItem,
    Field(discriminator="type"),
]
"""Any item, told apart by `type`."""
