"""What people and the assistant write: parts of messages, options for the answer, citations."""

from typing import Annotated, Any, Literal

from pydantic import FailFast, Field

from chatkit.types.base import WireModel
from chatkit.types.sources import Source

__all__ = [
    "Annotation",
    "AssistantMessageContent",
    "InferenceOptions",
    "ToolChoice",
    "UserMessageContent",
    "UserMessageInput",
    "UserMessageTagContent",
    "UserMessageTextContent",
]


class UserMessageTextContent(WireModel):
    """Plain text of a person."""

    type: Literal["input_text"] = "input_text"
    text: str


class UserMessageTagContent(WireModel):
    """An entity that a person mentioned with `@`; `data` is what the page knows of it."""

    type: Literal["input_tag"] = "input_tag"
    id: str
    text: str
    data: dict[str, Any]
    group: str | None = None
    interactive: bool = False


UserMessageContent = Annotated[
    UserMessageTextContent | UserMessageTagContent, Field(discriminator="type")
]


class ToolChoice(WireModel):
    """A tool that the person picked in the composer."""

    id: str


class InferenceOptions(WireModel):
    """What the person chose for the answer: a tool, a model."""

    tool_choice: ToolChoice | None = None
    model: str | None = None


class UserMessageInput(WireModel):
    """A message as the page sends it; `attachments` by id."""

    content: Annotated[list[UserMessageContent], FailFast()]
    attachments: Annotated[list[str], FailFast()]
    quoted_text: str | None = None
    inference_options: InferenceOptions


class Annotation(WireModel):
    """A citation; `index` is the place in the text, counted in characters."""

    type: Literal["annotation"] = "annotation"
    source: Source
    index: int | None = None


class AssistantMessageContent(WireModel):
    """A part of the assistant's answer, in Markdown, with its citations."""

    annotations: list[Annotation] = Field(default_factory=list[Annotation])
    text: str
    type: Literal["output_text"] = "output_text"
