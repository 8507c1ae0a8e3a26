"""Assistants and stores for the HTTP tests: answers that wait to be told to go on, slow writes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    Attachment,
    HiddenContextItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

WRITE_SECONDS = 0.005


class SlowStore(MemoryStore[Any]):
    """A store whose every write really awaits, as a database's does."""

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        await asyncio.sleep(WRITE_SECONDS)
        await super().save_thread(thread, context)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await asyncio.sleep(WRITE_SECONDS)
        await super().add_thread_item(thread_id, item, context)

    async def save_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await asyncio.sleep(WRITE_SECONDS)
        await super().save_item(thread_id, item, context)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Any) -> None:
        await asyncio.sleep(WRITE_SECONDS)
        await super().delete_thread_item(thread_id, item_id, context)

    async def save_attachment(self, attachment: Attachment, context: Any) -> None:
        await asyncio.sleep(WRITE_SECONDS)
        await super().save_attachment(attachment, context)


class Echo(ChatKitServer[Any]):
    """Answers with the words of the message, one event each."""

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        item = draft(thread, self.store, context)
        yield ThreadItemAddedEvent(item=item)
        text = text_of(input_user_message)
        for word in text.split(" "):
            yield says(item, word + " ")
        yield ThreadItemDoneEvent(item=with_text(item, text))


class Gated(ChatKitServer[Any]):
    """Says "one two ", waits for the gate, and goes on with "three"."""

    def __init__(self, store: MemoryStore[Any], **options: Any) -> None:
        super().__init__(store, **options)
        self.gate = asyncio.Event()
        self.waiting = asyncio.Event()
        self.handler_closed = asyncio.Event()
        self.cancelled: list[list[ThreadItem]] = []
        self.contexts: list[Any] = []

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        self.contexts.append(context)
        item = draft(thread, self.store, context)
        yield ThreadItemDoneEvent(item=hidden(thread, "what only the model may know"))
        yield ThreadItemAddedEvent(item=item)
        try:
            yield says(item, "one ")
            yield says(item, "two ")
            self.waiting.set()
            await self.gate.wait()
            yield says(item, "three")
            yield ThreadItemDoneEvent(item=with_text(item, "one two three"))
        finally:
            self.handler_closed.set()

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: Any
    ) -> None:
        self.cancelled.append(pending_items)
        await super().handle_stream_cancelled(thread, pending_items, context)


def draft(thread: ThreadMetadata, store: Any, context: Any) -> AssistantMessageItem:
    """A message of the assistant that says nothing yet."""
    return AssistantMessageItem(
        id=store.generate_item_id("message", thread, context),
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        content=[],
    )


def hidden(thread: ThreadMetadata, text: str) -> HiddenContextItem:
    """Context that no client may see."""
    return HiddenContextItem(
        id=f"hid_{thread.id}", thread_id=thread.id, created_at=datetime.now(UTC), content=text
    )


def says(item: AssistantMessageItem, text: str) -> ThreadItemUpdatedEvent:
    """The next words of a message."""
    update = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
    return ThreadItemUpdatedEvent(item_id=item.id, update=update)


def with_text(item: AssistantMessageItem, text: str) -> AssistantMessageItem:
    """The message, finished."""
    return item.model_copy(update={"content": [AssistantMessageContent(text=text)]})


def text_of(message: UserMessageItem | None) -> str:
    """What the person wrote."""
    if message is None:
        return ""
    return " ".join(part.text for part in message.content)


def message(text: str) -> dict[str, Any]:
    """A message as clients send it."""
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": [], "inference_options": {}}


def creates(text: str = "hello") -> dict[str, Any]:
    """The request for a new thread."""
    return {"type": "threads.create", "params": {"input": message(text)}}


def adds(thread_id: str, text: str = "and then?") -> dict[str, Any]:
    """The request for a further answer."""
    return {
        "type": "threads.add_user_message",
        "params": {"thread_id": thread_id, "input": message(text)},
    }


def asks(type: str, **params: Any) -> dict[str, Any]:
    """Any other request."""
    return {"type": type, "params": params}


async def stored_items(store: MemoryStore[Any], context: Any = None) -> list[ThreadItem]:
    """The items of the only thread, hidden ones too."""
    threads = await store.load_threads(10, None, "asc", context or {})
    assert len(threads.data) == 1
    page = await store.load_thread_items(threads.data[0].id, None, 100, "asc", context or {})
    return page.data


def stored_texts(items: list[ThreadItem]) -> list[str]:
    """What the assistant's stored messages say."""
    return [
        "".join(part.text for part in item.content)
        for item in items
        if isinstance(item, AssistantMessageItem)
    ]
