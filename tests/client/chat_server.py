"""A real chat server on a real socket, whose answers the tests write as plain functions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from chatkit.actions import Action
from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore
from chatkit.testing.models.listener import Listener
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    AudioInput,
    SyncCustomActionResponse,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
    WidgetItem,
)

Events = AsyncIterator[ThreadStreamEvent]
Respond = Callable[["Chat", ThreadMetadata, UserMessageItem | None], Events]
Act = Callable[["Chat", ThreadMetadata, Action[str, Any], WidgetItem | None], Events]


class Chat(ChatKitServer[dict[str, Any]]):
    """A server whose answers are functions, and which counts what it is asked."""

    def __init__(self, respond: Respond, act: Act | None = None, **options: Any) -> None:
        super().__init__(MemoryStore(), **options)
        self.on_respond, self.on_act = respond, act
        self.messages: list[str] = []
        self.opinions: list[tuple[list[str], str]] = []
        self.actions: list[tuple[str, Any]] = []
        self.sync_reply: WidgetItem | None = None

    def new_id(self, thread: ThreadMetadata, kind: Any = "message") -> str:
        return self.store.generate_item_id(kind, thread, {})

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> Events:
        self.messages.append(text_of(input_user_message) if input_user_message else "")
        async for event in self.on_respond(self, thread, input_user_message):
            yield event

    async def action(
        self, thread: ThreadMetadata, action: Any, sender: WidgetItem | None, context: Any
    ) -> Events:
        self.actions.append((action.type, action.payload))
        assert self.on_act is not None
        async for event in self.on_act(self, thread, action, sender):
            yield event

    async def sync_action(
        self, thread: ThreadMetadata, action: Any, sender: WidgetItem | None, context: Any
    ) -> SyncCustomActionResponse:
        self.actions.append((action.type, action.payload))
        return SyncCustomActionResponse(updated_item=self.sync_reply)

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: Any, context: Any
    ) -> None:
        self.opinions.append((item_ids, feedback))

    async def transcribe(self, audio_input: AudioInput, context: Any) -> TranscriptionResult:
        return TranscriptionResult(text=f"{len(audio_input.data)} bytes {audio_input.media_type}")


def text_of(message: UserMessageItem) -> str:
    return "".join(part.text for part in message.content)


def message(
    chat: Chat, thread: ThreadMetadata, text: str = "", id: str | None = None
) -> AssistantMessageItem:
    """An assistant's message."""
    return AssistantMessageItem(
        id=id or chat.new_id(thread),
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        content=[AssistantMessageContent(text=text)] if text else [],
    )


def delta(item_id: str, text: str) -> ThreadItemUpdatedEvent:
    """A piece of an assistant's message."""
    update = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
    return ThreadItemUpdatedEvent(item_id=item_id, update=update)


async def say(chat: Chat, thread: ThreadMetadata, pieces: AsyncIterator[str]) -> Events:
    """Streams a message piece by piece."""
    item = message(chat, thread)
    yield ThreadItemAddedEvent(item=item)
    said = ""
    async for piece in pieces:
        said += piece
        yield delta(item.id, piece)
    yield ThreadItemDoneEvent(item=message(chat, thread, said, item.id))


async def pieces_of(pieces: Sequence[str]) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece


def saying(*pieces: str) -> Respond:
    """Answers every message with these pieces."""

    def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        return say(chat, thread, pieces_of(pieces))

    return respond


def saying_and_waiting(*pieces: str, then: str = "", go_on: asyncio.Event | None = None) -> Respond:
    """Answers with these pieces, waits to go on (for ever by default), and says the rest."""
    gate = go_on or asyncio.Event()

    async def all_pieces() -> AsyncIterator[str]:
        for piece in pieces:
            yield piece
        await gate.wait()
        yield then

    def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        return say(chat, thread, all_pieces())

    return respond


def yielding(*make: Callable[[Chat, ThreadMetadata], ThreadStreamEvent]) -> Respond:
    """Answers every message with these events."""

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        for each in make:
            yield each(chat, thread)

    return respond


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0) -> AsyncIterator[Listener]:
    """The app on a real socket."""
    listener = Listener(app, port)
    await listener.start()
    try:
        yield listener
    finally:
        await listener.stop()


@asynccontextmanager
async def serving(
    chat: Chat, *, port: int = 0, routes: Sequence[BaseRoute] = (), **options: Any
) -> AsyncIterator[Listener]:
    """The server behind this package's own ASGI app."""
    app = create_app(chat, routes=routes, drain_on_signals=False, **options)
    async with listening(app, port) as listener:
        try:
            yield listener
        finally:
            await chat.aclose(0)


def address(listener: Listener) -> str:
    return f"http://127.0.0.1:{listener.port}/chatkit"
