"""Plans: what the turn of each type of request does.

Above: the responses, which look everything up and change nothing. A plan's opening, which runs
when the stream is first read, makes the changes. Below: the turns.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, NamedTuple

from chatkit.actions import Action
from chatkit.errors import CustomStreamError, ErrorCode, StreamError
from chatkit.turns.plan import Events, TurnPlan
from chatkit.turns.thread_watch import client_thread, plain_metadata
from chatkit.types import (
    BaseReq,
    ClientToolCallItem,
    StreamOptionsEvent,
    StructuredInputItem,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)

from .attachments import delete_attachments, keep_attachments
from .history import items_after_message
from .resume import request_id_of
from .titling import makes_titles
from .user_agent import turn_variables

if TYPE_CHECKING:
    from .server import ChatKitServer

    Server = ChatKitServer[Any]


class Asked(NamedTuple):
    """A request that may be answered: by whom, on which thread, for whom."""

    server: Server
    request: BaseReq
    thread: ThreadMetadata
    context: Any


class Plan(TurnPlan):
    """What all have in common: `respond` answers to no message, after what the opening did."""

    __slots__ = ("server",)

    needs_active_thread = True

    def __init__(self, asked: Asked) -> None:
        server, request, thread, context = asked
        self.server = server
        super().__init__(
            thread,
            context,
            user=server.user_of(context),
            request_id=request_id_of(request),
            variables=turn_variables(),
        )

    def check(self, thread: ThreadMetadata) -> None:
        """Refuses a locked or closed thread. Raises: CustomStreamError."""
        status = thread.status
        if self.needs_active_thread and status.type != "active":
            # The reason is the host's own text for its users; theirs to see.
            raise CustomStreamError(status.reason or f"This conversation is {status.type}.")

    def respond(self, thread: ThreadMetadata) -> Events:
        """The answer without a message of the user's."""
        return self.server.respond(thread, None, self.context)

    async def on_cancelled(self, thread: ThreadMetadata, pending: list[ThreadItem]) -> None:
        """Asks the host."""
        await self.server.handle_stream_cancelled(thread, pending, self.context)

    @property
    def makes_title(self) -> bool:
        """Only a message gives a thread its title."""
        return False

    async def title(self, thread: ThreadMetadata) -> str | None:
        """None."""
        return None

    def options(self, thread: ThreadMetadata) -> StreamOptionsEvent:
        """What the page may do while the turn runs."""
        return StreamOptionsEvent(
            stream_options=self.server.get_stream_options(thread, self.context)
        )

    async def check_is_pending(self, thread: ThreadMetadata, item_id: str) -> None:
        """Refuses what another tab handed in while this turn waited. Raises: StreamError."""
        stored = await self.server.store.load_item(thread.id, item_id, self.context)
        if getattr(stored, "status", None) != "pending":
            raise StreamError(ErrorCode.STREAM_ERROR, allow_retry=False)


class AnswerPlan(Plan):
    """Answers to a message."""

    __slots__ = ("message",)

    def __init__(self, asked: Asked, message: UserMessageItem) -> None:
        super().__init__(asked)
        self.message = message

    def respond(self, thread: ThreadMetadata) -> Events:
        """The answer to the message."""
        return self.server.respond(thread, self.message, self.context)


class MessagePlan(AnswerPlan):
    """A message in a thread that is there."""

    __slots__ = ()

    async def opening(self, thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        """Saves the message, and marks its attachments as used."""
        await keep_attachments(self.server, self.message, self.context)
        yield ThreadItemDoneEvent(item=self.message)
        yield self.options(thread)

    @property
    def makes_title(self) -> bool:
        """Whether the server makes titles, and the context wants any."""
        return makes_titles(self.server, self.context)

    async def title(self, thread: ThreadMetadata) -> str | None:
        """The server's."""
        return await self.server.title_thread(thread, self.message, self.context)


class NewThreadPlan(MessagePlan):
    """A new thread with its first message."""

    __slots__ = ()

    async def opening(self, thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        """Saves the thread, then the message."""
        await self.server.store.save_thread(plain_metadata(thread), self.context)
        yield ThreadCreatedEvent(thread=client_thread(thread))
        async for event in super().opening(thread):
            yield event


class ToolOutputPlan(Plan):
    """The output of a client tool call."""

    __slots__ = ("completed", "stale")

    needs_active_thread = False

    def __init__(self, asked: Asked, completed: ClientToolCallItem, stale: list[str]) -> None:
        super().__init__(asked)
        self.completed = completed
        self.stale = stale
        """The ids of calls that nobody will answer any more."""

    async def opening(self, thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        """Saves the call with its output, and deletes the stale ones."""
        await self.check_is_pending(thread, self.completed.id)
        await self.server.store.save_item(thread.id, self.completed, self.context)
        for item_id in self.stale:
            await self.server.store.delete_thread_item(thread.id, item_id, self.context)
        yield self.options(thread)


class StructuredInputPlan(Plan):
    """The answers to the assistant's questions."""

    __slots__ = ("answered",)

    def __init__(self, asked: Asked, answered: StructuredInputItem) -> None:
        super().__init__(asked)
        self.answered = answered

    async def opening(self, thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        """Saves the questions with their answers."""
        await self.check_is_pending(thread, self.answered.id)
        yield self.options(thread)
        yield ThreadItemReplacedEvent(item=self.answered)


class RetryPlan(AnswerPlan):
    """Another answer to a message that is there, in the place of what came after it."""

    __slots__ = ()

    stops_running = True

    async def opening(self, thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        """Deletes what came after the message."""
        store, context = self.server.store, self.context
        # Looked up now: the turn that was stopped for this one has saved its partial answer.
        _, later = await items_after_message(store, thread.id, self.message.id, context)
        await delete_attachments(self.server, later, thread.id, context)
        for item in later:
            await store.delete_thread_item(thread.id, item.id, context)
        yield self.options(thread)


class ActionPlan(Plan):
    """A widget's action."""

    __slots__ = ("action", "sender")

    needs_active_thread = False

    def __init__(self, asked: Asked, action: Action[str, Any], sender: ThreadItem | None) -> None:
        super().__init__(asked)
        self.action = action
        self.sender = sender

    async def opening(self, thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        """Looks at the widget as it is by now."""
        if self.sender is not None:
            # An action that ran while this one waited may have replaced it.
            store, item_id = self.server.store, self.sender.id
            self.sender = await store.load_item(thread.id, item_id, self.context)
            if not isinstance(self.sender, WidgetItem):
                raise StreamError(ErrorCode.STREAM_ERROR, allow_retry=False)
        yield self.options(thread)

    def respond(self, thread: ThreadMetadata) -> Events:
        """What the host's `action` answers."""
        widget = self.sender if isinstance(self.sender, WidgetItem) else None
        return self.server.action(thread, self.action, widget, self.context)


__all__ = [
    "ActionPlan",
    "AnswerPlan",
    "Asked",
    "MessagePlan",
    "NewThreadPlan",
    "Plan",
    "RetryPlan",
    "StructuredInputPlan",
    "ToolOutputPlan",
]
