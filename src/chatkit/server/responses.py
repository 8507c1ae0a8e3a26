"""The requests that are answered with a stream: one function for each type makes its turn's plan.

A function only reads, and refuses what cannot be answered. Above: the server. Below: the plans.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chatkit.errors import NotPending, WrongItem
from chatkit.turns.plan import TurnPlan
from chatkit.turns.thread_watch import plain_metadata
from chatkit.types import (
    BaseReq,
    StructuredInputItem,
    ThreadMetadata,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    UserMessageInput,
    UserMessageItem,
)

from .attachments import load_attachments, sent
from .history import find_pending_call, items_after_message
from .plans import (
    ActionPlan,
    Asked,
    MessagePlan,
    NewThreadPlan,
    RetryPlan,
    StructuredInputPlan,
    ToolOutputPlan,
)
from .structured_input import with_answers

if TYPE_CHECKING:
    from .server import ChatKitServer

    Server = ChatKitServer[Any]


async def _create_thread(server: Server, request: ThreadsCreateReq, context: Any) -> TurnPlan:
    thread = ThreadMetadata(
        id=server.store.generate_thread_id(context), created_at=datetime.now(UTC)
    )
    message = await _user_message(server, thread, request.params.input, context)
    return NewThreadPlan(Asked(server, request, thread, context), message)


async def _add_user_message(
    server: Server, request: ThreadsAddUserMessageReq, context: Any
) -> TurnPlan:
    thread = await _load_thread(server, request.params.thread_id, context)
    message = await _user_message(server, thread, request.params.input, context)
    return MessagePlan(Asked(server, request, thread, context), message)


async def _add_tool_output(
    server: Server, request: ThreadsAddClientToolOutputReq, context: Any
) -> TurnPlan:
    thread = await _load_thread(server, request.params.thread_id, context)
    call, stale = await find_pending_call(server.store, thread.id, context)
    completed = call.model_copy(update={"output": request.params.result, "status": "completed"})
    return ToolOutputPlan(Asked(server, request, thread, context), completed, stale)


async def _add_structured_input(
    server: Server, request: ThreadsAddStructuredInputReq, context: Any
) -> TurnPlan:
    params = request.params
    thread = await _load_thread(server, params.thread_id, context)
    item = await server.store.load_item(thread.id, params.item_id, context)
    if not isinstance(item, StructuredInputItem):
        raise WrongItem(item.id, "a structured input")
    if item.status != "pending":
        raise NotPending(item.id)
    return StructuredInputPlan(
        Asked(server, request, thread, context), with_answers(item, params.input)
    )


async def _retry(server: Server, request: ThreadsRetryAfterItemReq, context: Any) -> TurnPlan:
    params = request.params
    thread = await _load_thread(server, params.thread_id, context)
    message, _ = await items_after_message(server.store, thread.id, params.item_id, context)
    return RetryPlan(Asked(server, request, thread, context), message)


async def _custom_action(server: Server, request: ThreadsCustomActionReq, context: Any) -> TurnPlan:
    params = request.params
    thread = await _load_thread(server, params.thread_id, context)
    sender = None
    if params.item_id is not None:
        sender = await server.store.load_item(thread.id, params.item_id, context)
    return ActionPlan(Asked(server, request, thread, context), params.action, sender)


async def _load_thread(server: Server, thread_id: str, context: Any) -> ThreadMetadata:
    await server.supervisor().save_late_changes(thread_id)
    return plain_metadata(await server.store.load_thread(thread_id, context))


async def _user_message(
    server: Server, thread: ThreadMetadata, given: UserMessageInput, context: Any
) -> UserMessageItem:
    attachments = await load_attachments(server, given.attachments, context)
    return UserMessageItem(
        id=server.store.generate_item_id("message", thread, context),
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        content=given.content,
        attachments=[sent(attachment, thread.id) for attachment in attachments],
        quoted_text=given.quoted_text,
        inference_options=given.inference_options,
    )


PLANS: dict[type[BaseReq], Callable[[Server, Any, Any], Awaitable[TurnPlan]]] = {
    ThreadsCreateReq: _create_thread,
    ThreadsAddUserMessageReq: _add_user_message,
    ThreadsAddClientToolOutputReq: _add_tool_output,
    ThreadsAddStructuredInputReq: _add_structured_input,
    ThreadsRetryAfterItemReq: _retry,
    ThreadsCustomActionReq: _custom_action,
}
"""The plan for each request type that streams a response."""
