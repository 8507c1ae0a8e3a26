"""The requests that are answered with a stream: one function for each type makes its turn's plan.

A plan only reads. What it changes is in its opening, which runs when the stream is first read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from chatkit.errors import CustomStreamError, ErrorCode, NotPending, StreamError, WrongItem
from chatkit.turns.plan import Events, TurnPlan
from chatkit.turns.thread_watch import client_thread, plain_metadata
from chatkit.types import (
    BaseReq,
    StreamOptionsEvent,
    StructuredInputItem,
    ThreadCreatedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    UserMessageInput,
    UserMessageItem,
    WidgetItem,
)

from .attachments import delete_attachments, keep_attachments, load_attachments, sent
from .history import find_pending_call, items_after_message
from .resume import request_id_of
from .structured_input import with_answers
from .titling import TitleMaker, title_maker
from .user_agent import turn_variables

if TYPE_CHECKING:
    from .server import ChatKitServer

    Server = ChatKitServer[Any]


async def _create_thread(server: Server, request: ThreadsCreateReq, context: Any) -> TurnPlan:
    thread = ThreadMetadata(
        id=server.store.generate_thread_id(context), created_at=datetime.now(UTC)
    )
    message = await _user_message(server, thread, request.params.input, context)

    async def opening(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        await server.store.save_thread(plain_metadata(thread), context)
        yield ThreadCreatedEvent(thread=client_thread(thread))
        async for event in _add_message(server, thread, message, context):
            yield event

    return _answering(server, request, thread, message, context, opening)


async def _add_user_message(
    server: Server, request: ThreadsAddUserMessageReq, context: Any
) -> TurnPlan:
    thread = await _load_thread(server, request.params.thread_id, context)
    message = await _user_message(server, thread, request.params.input, context)
    opening = partial(_add_message, server, message=message, context=context)
    return _answering(server, request, thread, message, context, opening)


async def _add_tool_output(
    server: Server, request: ThreadsAddClientToolOutputReq, context: Any
) -> TurnPlan:
    thread = await _load_thread(server, request.params.thread_id, context)
    call, stale = await find_pending_call(server.store, thread.id, context)
    completed = call.model_copy(update={"output": request.params.result, "status": "completed"})

    async def opening(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        await _check_still_pending(server, thread, call.id, context)
        await server.store.save_item(thread.id, completed, context)
        for item_id in stale:
            await server.store.delete_thread_item(thread.id, item_id, context)
        yield _stream_options(server, thread, context)

    return _plan(server, request, thread, context, opening, _respond(server, None, context))


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
    answered = with_answers(item, params.input)

    async def opening(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        await _check_still_pending(server, thread, item.id, context)
        yield _stream_options(server, thread, context)
        yield ThreadItemReplacedEvent(item=answered)

    return _plan(
        server,
        request,
        thread,
        context,
        opening,
        _respond(server, None, context),
        check=check_takes_messages,
    )


async def _retry(server: Server, request: ThreadsRetryAfterItemReq, context: Any) -> TurnPlan:
    params = request.params
    thread = await _load_thread(server, params.thread_id, context)
    message, _ = await items_after_message(server.store, thread.id, params.item_id, context)

    async def opening(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        # Looked up again: the turn that was stopped for this one has saved its partial answer.
        _, later = await items_after_message(server.store, thread.id, message.id, context)
        await delete_attachments(server, later, thread.id, context)
        for item in later:
            await server.store.delete_thread_item(thread.id, item.id, context)
        yield _stream_options(server, thread, context)

    return _plan(
        server,
        request,
        thread,
        context,
        opening,
        _respond(server, message, context),
        check=check_takes_messages,
        stops_running=True,
    )


async def _custom_action(server: Server, request: ThreadsCustomActionReq, context: Any) -> TurnPlan:
    params = request.params
    thread = await _load_thread(server, params.thread_id, context)
    sender = None
    if params.item_id is not None:
        sender = await server.store.load_item(thread.id, params.item_id, context)

    async def opening(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        nonlocal sender
        if sender is not None:
            # As it is by now: an action that ran while this one waited may have replaced it.
            sender = await server.store.load_item(thread.id, sender.id, context)
        if sender is not None and not isinstance(sender, WidgetItem):
            raise StreamError(ErrorCode.STREAM_ERROR, allow_retry=False)
        yield _stream_options(server, thread, context)

    def act(thread: ThreadMetadata) -> Events:
        widget = sender if isinstance(sender, WidgetItem) else None
        return server.action(thread, params.action, widget, context)

    return _plan(server, request, thread, context, opening, act)


def check_takes_messages(thread: ThreadMetadata) -> None:
    """Refuses a locked or closed thread. Raises: CustomStreamError."""
    status = thread.status
    if status.type != "active":
        # The reason is the host's own text for its users; theirs to see.
        reason = status.reason or f"This conversation is {status.type}."
        raise CustomStreamError(reason)


async def _check_still_pending(
    server: Server, thread: ThreadMetadata, item_id: str, context: Any
) -> None:
    """Refuses what another tab handed in while this turn waited. Raises: StreamError."""
    stored = await server.store.load_item(thread.id, item_id, context)
    if getattr(stored, "status", None) != "pending":
        raise StreamError(ErrorCode.STREAM_ERROR, allow_retry=False)


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


async def _add_message(
    server: Server, thread: ThreadMetadata, message: UserMessageItem, context: Any
) -> AsyncIterator[ThreadStreamEvent]:
    await keep_attachments(server, message, context)
    yield ThreadItemDoneEvent(item=message)
    yield _stream_options(server, thread, context)


def _stream_options(server: Server, thread: ThreadMetadata, context: Any) -> StreamOptionsEvent:
    return StreamOptionsEvent(stream_options=server.get_stream_options(thread, context))


def _respond(
    server: Server, message: UserMessageItem | None, context: Any
) -> Callable[[ThreadMetadata], Events]:
    return lambda thread: server.respond(thread, message, context)


def _answering(
    server: Server,
    request: BaseReq,
    thread: ThreadMetadata,
    message: UserMessageItem,
    context: Any,
    opening: Callable[[ThreadMetadata], Events],
) -> TurnPlan:
    respond, title = _respond(server, message, context), title_maker(server, message, context)
    return _plan(
        server,
        request,
        thread,
        context,
        opening,
        respond,
        title=title,
        check=check_takes_messages,
    )


def _plan(
    server: Server,
    request: BaseReq,
    thread: ThreadMetadata,
    context: Any,
    opening: Callable[[ThreadMetadata], Events],
    respond: Callable[[ThreadMetadata], Events],
    *,
    title: TitleMaker | None = None,
    check: Callable[[ThreadMetadata], None] = lambda thread: None,
    stops_running: bool = False,
) -> TurnPlan:
    return TurnPlan(
        thread=thread,
        context=context,
        user=server.user_of(context),
        opening=opening,
        respond=respond,
        on_cancelled=lambda thread, pending: server.handle_stream_cancelled(
            thread, pending, context
        ),
        title=title,
        check=check,
        stops_running=stops_running,
        request_id=request_id_of(request),
        variables=turn_variables(),
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
