"""One thread item as input items, where nothing has to be asked of the host: pure functions.

Above: the converter, whose hooks they are. Below: texts.py, citations.py and the types. Neither
`openai` nor `agents` is imported: what goes to the model are plain dicts.
"""

from __future__ import annotations

from json import JSONEncoder
from typing import Any, TypeAlias

from pydantic_core import to_jsonable_python

from chatkit.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    CustomTask,
    EndOfTurnItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputItem,
    Task,
    TaskItem,
    UserMessageItem,
    UserMessageTagContent,
    WidgetItem,
    WorkflowItem,
)

from . import texts
from .citations import encode_citation
from .widget_json import encode_widget_json

__all__ = [
    "Input",
    "InputItem",
    "encode_answer_text",
    "encode_answers",
    "encode_end_of_turn",
    "encode_hidden_context",
    "encode_image",
    "encode_plain_message",
    "encode_task_item",
    "encode_tool_call",
    "encode_widget",
    "encode_workflow",
    "input_text",
    "quoted_message",
    "said_and_mentioned",
    "user_message",
]

InputItem: TypeAlias = dict[str, Any]
Input: TypeAlias = InputItem | list[InputItem] | None

_to_json = JSONEncoder(default=to_jsonable_python).encode


def input_text(text: str) -> dict[str, Any]:
    """A part of a message that is text."""
    return {"type": "input_text", "text": text}


def user_message(*content: Any) -> InputItem:
    """A message of the user with these parts."""
    return {"type": "message", "role": "user", "content": list(content)}


def encode_plain_message(item: UserMessageItem, quotes: bool) -> list[InputItem] | None:
    """A message of a person, or None when it has attachments or mentions."""
    if item.attachments:
        return None
    said: list[str] = []
    for part in item.content:
        if part.type != "input_text":
            return None
        said.append(part.text)
    text = "".join(said)
    content = [{"type": "input_text", "text": text}]
    message: InputItem = {"type": "message", "role": "user", "content": content}
    return [message, quoted_message(item.quoted_text)] if quotes and item.quoted_text else [message]


def said_and_mentioned(item: UserMessageItem) -> tuple[str, list[UserMessageTagContent]]:
    """What a person wrote, mentions as `@text`, and each entity mentioned, once."""
    tags: dict[str, UserMessageTagContent] = {}
    said: list[str] = []
    for part in item.content:
        if isinstance(part, UserMessageTagContent):
            tags.setdefault(part.id, part)
            said.append(f"@{part.text}")
        else:
            said.append(part.text)
    return "".join(said), list(tags.values())


def quoted_message(quoted: str) -> InputItem:
    """What a person quoted, as a message of its own."""
    return user_message(input_text(texts.QUOTED_TEXT.format(quoted=quoted)))


def encode_answer_text(item: AssistantMessageItem) -> InputItem:
    """An answer of the assistant, with its citations."""
    content: list[Any] = []
    for part in item.content:
        annotations: list[Any] = []
        for annotation in part.annotations:
            citation = encode_citation(annotation, part.text)
            if citation is not None:
                annotations.append(citation)
        content.append(
            {
                "annotations": annotations,
                "text": part.text,
                "type": "output_text",
                "logprobs": None,
            }
        )
    return {"type": "message", "content": content, "role": "assistant"}


def encode_tool_call(item: ClientToolCallItem) -> list[InputItem] | None:
    """A call of a client tool and its output; nothing while it is pending."""
    if item.status == "pending":
        return None
    call_id = item.call_id
    return [
        {
            "type": "function_call",
            "call_id": call_id,
            "name": item.name,
            "arguments": _to_json(item.arguments),
        },
        {
            "type": "function_call_output",
            "call_id": call_id,
            "output": _to_json(item.output),
        },
    ]


def encode_widget(item: WidgetItem) -> InputItem:
    """A widget, as its JSON."""
    text = texts.WIDGET.format(id=item.id, widget=encode_widget_json(item.widget))
    return user_message(input_text(text))


def encode_image(item: GeneratedImageItem) -> InputItem | None:
    """A generated image, once it is there."""
    if item.image is None:
        return None
    image = {"type": "input_image", "detail": "auto", "image_url": item.image.url}
    return user_message(input_text(texts.GENERATED_IMAGE), image)


def encode_hidden_context(item: HiddenContextItem | SDKHiddenContextItem) -> InputItem:
    """Context that people do not see. Raises: NotImplementedError where it is no string."""
    if not isinstance(item.content, str):
        raise NotImplementedError(
            f"the hidden context {item.id!r} is no string: override hidden_context_to_input to "
            "say what the model sees of it"
        )
    return user_message(input_text(texts.HIDDEN_CONTEXT.format(content=item.content)))


def encode_task_item(item: TaskItem) -> InputItem | None:
    """A custom task that says something; the other kinds are shown to people only."""
    return _encode_task(item.task)


def encode_workflow(item: WorkflowItem) -> list[InputItem]:
    """The custom tasks of a workflow, a message each."""
    messages = [_encode_task(task) for task in item.workflow.tasks]
    return [message for message in messages if message is not None]


def encode_end_of_turn(item: EndOfTurnItem) -> None:
    """Nothing: it is for the page."""


def encode_answers(item: StructuredInputItem) -> InputItem:
    """The questions with their answers, one a line."""
    answers: list[str] = []
    for question in item.inputs:
        if question.answer is None:
            answer = texts.UNANSWERED
        elif question.answer.skipped:
            answer = texts.SKIPPED
        else:
            answer = ", ".join(question.answer.values)
        answers.append(texts.ANSWER.format(question=question.question, answer=answer))
    text = texts.STRUCTURED_INPUT.format(status=item.status, answers="\n".join(answers))
    return user_message(input_text(text))


def _encode_task(task: Task) -> InputItem | None:
    if not isinstance(task, CustomTask):
        return None
    said = [text for text in (task.title, task.content) if text]
    return user_message(input_text(texts.TASK.format(task=": ".join(said)))) if said else None
