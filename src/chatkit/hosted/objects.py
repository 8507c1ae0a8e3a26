"""The objects of the REST API, as the public `openai` packages parse them.

Source: `openai.types.beta.chatkit`, version 2 and 3. Pure functions from models to JSON values.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chatkit.store.access import Session
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    Attachment,
    ClientToolCallItem,
    CustomTask,
    FileSource,
    GeneratedImageItem,
    SearchTask,
    StructuredInputItem,
    Task,
    TaskItem,
    ThoughtTask,
    ThreadItem,
    ThreadMetadata,
    URLSource,
    UserMessageItem,
    WidgetItem,
    WorkflowItem,
)
from chatkit.wire import encode, encode_json

from .sessions import Status, request_of

Object = dict[str, Any]

_CLOSED: Final = ("locked", "closed")


def session_object(session: Session, status: Status, secret: str | None) -> Object:
    """A session; without its secret for whoever came in with one."""
    request = request_of(session)
    most = request.rate_limits.max_requests_per_1_minute
    shown: Object = {
        "id": session.id,
        "object": "chatkit.session",
        "status": status,
        "user": session.user,
        "expires_at": int(session.expires_at.timestamp()),
        "workflow": request.workflow.model_dump(),
        "chatkit_configuration": request.chatkit_configuration.model_dump(),
        "rate_limits": {"max_requests_per_1_minute": most},
        "max_requests_per_1_minute": most,
    }
    return shown if secret is None else {**shown, "client_secret": secret}


def thread_object(thread: ThreadMetadata, user: str) -> Object:
    """A thread, without its items."""
    status: Object = {"type": thread.status.type}
    if thread.status.type in _CLOSED:
        status["reason"] = getattr(thread.status, "reason", None)
    return {
        "id": thread.id,
        "object": "chatkit.thread",
        "created_at": int(thread.created_at.timestamp()),
        "title": thread.title,
        "status": status,
        "user": user,
    }


def deleted_object(thread_id: str) -> Object:
    """What is said of a thread that is gone."""
    return {"id": thread_id, "object": "chatkit.thread.deleted", "deleted": True}


def list_object(data: Sequence[Object], has_more: bool) -> Object:
    """A page, with the ids of its first and last object as cursors."""
    return {
        "object": "list",
        "data": list(data),
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": has_more,
    }


def item_object(item: ThreadItem) -> Object | None:
    """An item; None for what the API knows no object for: hidden items, and ends of turns.

    What has none of its own becomes the nearest: an image a widget with it, a form the tasks of
    asking and answering each question.
    """
    body = _body_of(item)
    if body is None:
        return None
    return {
        "id": item.id,
        "object": "chatkit.thread_item",
        "created_at": int(item.created_at.timestamp()),
        "thread_id": item.thread_id,
        **body,
    }


def _body_of(item: ThreadItem) -> Object | None:
    match item:
        case UserMessageItem():
            return _user_message(item)
        case AssistantMessageItem():
            content = [_output_text(part) for part in item.content]
            return {"type": "chatkit.assistant_message", "content": content}
        case ClientToolCallItem():
            return _tool_call(item)
        case TaskItem():
            task = _task(item.task)
            return {"type": "chatkit.task", "task_type": task.pop("type"), **task}
        case WorkflowItem():
            return _task_group([_task(task) for task in item.workflow.tasks])
        case StructuredInputItem():
            return _task_group(_answers(item))
        case WidgetItem():
            return {"type": "chatkit.widget", "widget": encode(item.widget).decode()}
        case GeneratedImageItem() if item.image is not None:
            image = {"type": "Image", "src": item.image.url}
            card = {"type": "Card", "children": [image]}
            return {"type": "chatkit.widget", "widget": encode_json(card).decode()}
        case _:
            return None


def _user_message(item: UserMessageItem) -> Object:
    content = [{"type": "input_text", "text": part.text} for part in item.content]
    if item.quoted_text:
        content.append({"type": "quoted_text", "text": item.quoted_text})
    options = item.inference_options
    choice = options.tool_choice
    chosen = {"model": options.model, "tool_choice": choice and {"id": choice.id}}
    return {
        "type": "chatkit.user_message",
        "content": content,
        "attachments": [_attachment(attachment) for attachment in item.attachments],
        "inference_options": chosen if any(chosen.values()) else None,
    }


def _attachment(attachment: Attachment) -> Object:
    preview = getattr(attachment, "preview_url", None)
    return {
        "id": attachment.id,
        "type": attachment.type,
        "name": attachment.name,
        "mime_type": attachment.mime_type,
        "preview_url": None if preview is None else str(preview),
    }


def _output_text(part: AssistantMessageContent) -> Object:
    annotations: list[Mapping[str, Any]] = []
    for annotation in part.annotations:
        source = annotation.source
        if isinstance(source, FileSource):
            found = {"type": "file", "filename": source.filename}
            annotations.append({"type": "file", "source": found})
        elif isinstance(source, URLSource):
            annotations.append({"type": "url", "source": {"type": "url", "url": source.url}})
    return {"type": "output_text", "text": part.text, "annotations": annotations}


def _tool_call(item: ClientToolCallItem) -> Object:
    is_done = item.status == "completed"
    return {
        "type": "chatkit.client_tool_call",
        "status": "completed" if is_done else "in_progress",
        "call_id": item.call_id,
        "name": item.name,
        "arguments": encode_json(item.arguments).decode(),
        "output": encode_json(item.output).decode() if is_done else None,
    }


def _task_group(tasks: Sequence[Object]) -> Object:
    return {"type": "chatkit.task_group", "tasks": list(tasks)}


def _task(task: Task) -> Object:
    summary = None
    if isinstance(task, CustomTask | ThoughtTask):
        summary = task.content
    elif isinstance(task, SearchTask):
        summary = ", ".join(task.queries) or task.title_query
    kind = "thought" if isinstance(task, ThoughtTask) else "custom"
    return {"type": kind, "heading": task.title, "summary": summary}


def _answers(item: StructuredInputItem) -> list[Object]:
    return [
        {
            "type": "custom",
            "heading": question.question,
            "summary": ", ".join(question.answer.values) if question.answer else None,
        }
        for question in item.inputs
    ]


__all__ = [
    "Object",
    "deleted_object",
    "item_object",
    "list_object",
    "session_object",
    "thread_object",
]
