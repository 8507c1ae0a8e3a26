"""Requests, and a server's parts, that are the same for both packages."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from chatkit.store import Store
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageItem,
    Page,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
)

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def body(type: str, **params: Any) -> str:
    """A request with these parameters."""
    return json.dumps({"type": type, "params": params})


def message(text: str = "Hi") -> dict[str, Any]:
    """A user's message."""
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": [], "inference_options": {}}


NEW_THREAD = body("threads.create", input=message())


def answer(thread: ThreadMetadata, texts: list[str]) -> AssistantMessageItem:
    """An assistant's message with a part for each text."""
    content = [AssistantMessageContent(text=text) for text in texts]
    return AssistantMessageItem(
        id="msg_answer", thread_id=thread.id, created_at=TIME, content=content
    )


def opening(thread: ThreadMetadata) -> list[Any]:
    """The events before the first delta."""
    part = AssistantMessageContentPartAdded(
        content_index=0, content=AssistantMessageContent(text="")
    )
    return [
        ThreadItemAddedEvent(item=answer(thread, [])),
        ThreadItemUpdatedEvent(item_id="msg_answer", update=part),
    ]


def ending(thread: ThreadMetadata, text: str) -> ThreadItemDoneEvent:
    """The event after the last delta."""
    return ThreadItemDoneEvent(item=answer(thread, [text]))


async def read(result: Any) -> list[bytes]:
    """All that a request is answered with."""
    if isinstance(result, AsyncIterator) or hasattr(result, "__aiter__"):
        return [chunk async for chunk in result]
    return [result.json]


def as_data(chunks: list[bytes]) -> list[Any]:
    """The answer as JSON data: each event of a stream, or the one body."""
    if not chunks[0].startswith(b"data: "):
        return [json.loads(b"".join(chunks))]
    frames = b"".join(chunks).decode().split("\n\n")
    return [json.loads(frame.removeprefix("data: ")) for frame in frames if frame]


class Shelf(Store[Any]):
    """The store of dicts that an app begins with: what it is given is what it keeps."""

    def __init__(self) -> None:
        self.threads: dict[str, ThreadMetadata] = {}
        self.items: dict[str, list[Any]] = {}

    async def load_thread(self, thread_id: str, context: Any) -> ThreadMetadata:
        return self.threads[thread_id].model_copy()

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        self.threads[thread.id] = thread

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[Any]:
        items = self.items.get(thread_id, [])
        return _page(items if order == "asc" else items[::-1], limit)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Any
    ) -> Page[ThreadMetadata]:
        threads = list(self.threads.values())
        return _page(threads if order == "asc" else threads[::-1], limit)

    async def add_thread_item(self, thread_id: str, item: Any, context: Any) -> None:
        self.items.setdefault(thread_id, []).append(item)

    async def save_item(self, thread_id: str, item: Any, context: Any) -> None:
        items = self.items.setdefault(thread_id, [])
        places = [place for place, kept in enumerate(items) if kept.id == item.id]
        if places:
            items[places[0]] = item
        else:
            items.append(item)

    async def load_item(self, thread_id: str, item_id: str, context: Any) -> Any:
        return next(item for item in self.items[thread_id] if item.id == item_id)

    async def _never(self, *args: Any) -> Any:
        raise NotImplementedError

    delete_thread = delete_thread_item = _never
    save_attachment = load_attachment = delete_attachment = _never


def _page(rows: list[Any], limit: int) -> Page[Any]:
    has_more = len(rows) > limit
    return Page(
        data=rows[:limit], has_more=has_more, after=rows[limit - 1].id if has_more else None
    )


def memory_store() -> Any:
    """The package's own store in memory, or for the package that has none the shelf."""
    try:
        from chatkit.store import MemoryStore
    except ImportError:
        return Shelf()
    return MemoryStore()


async def stored_items(store: Any, thread_id: str) -> list[Any]:
    """The items of the thread, as JSON data."""
    page = await store.load_thread_items(thread_id, None, 100_000, "asc", {})
    return [item.model_dump(mode="json", exclude_none=True) for item in page.data]


async def close(server: Any) -> None:
    """Ends what the server has started, if it can."""
    if hasattr(server, "aclose"):
        await server.aclose(0)
