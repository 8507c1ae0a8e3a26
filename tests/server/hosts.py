"""Servers as hosts write them, the requests that clients send them, and what comes back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from stores import PlainStore

from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.store import Store
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientToolCallItem,
    HiddenContextItem,
    InferenceOptions,
    ProgressUpdateEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
)
from chatkit.widgets import Card, Text

NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
Events = AsyncIterator[ThreadStreamEvent]
Answer = Callable[[ThreadMetadata, UserMessageItem | None, Any], Events]


class Host(ChatKitServer[Any]):
    """Answers each turn with `answer`, by default one message "Hello"; notes what it was given."""

    def __init__(
        self, store: Store[Any] | None = None, answer: Answer | None = None, **options: Any
    ):
        super().__init__(store if store is not None else PlainStore(), **options)
        self.answer = answer or _hello
        self.asked: list[tuple[ThreadMetadata, UserMessageItem | None, Any]] = []

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> Events:
        self.asked.append((thread, input_user_message, context))
        async for event in self.answer(thread, input_user_message, context):
            yield event


async def _hello(thread: ThreadMetadata, message: UserMessageItem | None, context: Any) -> Events:
    yield ThreadItemDoneEvent(
        item=answer("Hello", id=f"hello_{message.id if message else 'again'}", thread_id=thread.id)
    )


class Endless(Host):
    """Says "Partial" and then waits for ever; notes how it was stopped."""

    def __init__(self, store: Store[Any], **options: Any) -> None:
        super().__init__(store, **options)
        self.going = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.stops: list[list[str]] = []

    async def respond(self, thread, input_user_message, context) -> AsyncIterator:
        yield added()
        yield delta("Par")
        yield delta("tial")
        self.going.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: object
    ) -> None:
        self.stops.append([item.id for item in pending_items])
        await super().handle_stream_cancelled(thread, pending_items, context)


def plain_store(
    *items: ThreadItem, thread: ThreadMetadata | None = None, kind: type = PlainStore
) -> Any:
    """A store of this kind with thread "thr" in it, holding these items."""
    store = kind()
    thread = thread or ThreadMetadata(id="thr", created_at=NOW)
    store.threads[thread.id] = thread
    store.items[thread.id] = list(items)
    return store


def message(
    text: str = "Hi", id: str = "user_1", thread_id: str = "thr", **fields: Any
) -> UserMessageItem:
    """A message of a person."""
    return UserMessageItem(
        id=id,
        thread_id=thread_id,
        created_at=NOW,
        content=[UserMessageTextContent(text=text)],
        inference_options=InferenceOptions(),
        **fields,
    )


def answer(text: str = "", id: str = "answer_1", thread_id: str = "thr") -> AssistantMessageItem:
    """A message of the assistant."""
    content = [AssistantMessageContent(text=text)] if text else []
    return AssistantMessageItem(id=id, thread_id=thread_id, created_at=NOW, content=content)


def hidden(
    id: str = "hidden_1", content: Any = "canary", thread_id: str = "thr"
) -> HiddenContextItem:
    """What the model sees and no client does."""
    return HiddenContextItem(id=id, thread_id=thread_id, created_at=NOW, content=content)


def tool_call(id: str = "call_1", status: Any = "pending", **fields: Any) -> ClientToolCallItem:
    """A call of a tool in the page."""
    return ClientToolCallItem(
        id=id,
        thread_id="thr",
        created_at=NOW,
        status=status,
        call_id=f"fc_{id}",
        name="get_location",
        arguments={"precise": True},
        **fields,
    )


def widget(id: str = "widget_1", value: str = "Hi") -> WidgetItem:
    """A Card with one text."""
    return WidgetItem(
        id=id, thread_id="thr", created_at=NOW, widget=Card(children=[Text(id="text", value=value)])
    )


def added(text: str = "", id: str = "answer_1") -> ThreadItemAddedEvent:
    """An assistant message begins."""
    return ThreadItemAddedEvent(item=answer(text, id))


def delta(text: str, id: str = "answer_1", index: int = 0) -> ThreadItemUpdatedEvent:
    """The text of a part goes on."""
    update = AssistantMessageContentPartTextDelta(content_index=index, delta=text)
    return ThreadItemUpdatedEvent(item_id=id, update=update)


def done(text: str, id: str = "answer_1") -> ThreadItemDoneEvent:
    """An assistant message is whole."""
    return ThreadItemDoneEvent(item=answer(text, id))


def progress(text: str = "…") -> ProgressUpdateEvent:
    """An event that changes nothing."""
    return ProgressUpdateEvent(text=text)


def raising(error: BaseException, *events: ThreadStreamEvent) -> Answer:
    """A handler that yields these and then raises."""

    async def reply(thread, user_message, context):
        for event in events:
            yield event
        raise error

    return reply


def body(type: str, metadata: dict[str, Any] | None = None, **params: Any) -> str:
    """A request as the page sends it."""
    request: dict[str, Any] = {"type": type, "params": params}
    if metadata is not None:
        request["metadata"] = metadata
    return json.dumps(request)


def text_input(
    text: str = "Hi", attachments: list[str] | None = None, **fields: Any
) -> dict[str, Any]:
    """A message as the page sends it."""
    return {
        "content": [{"type": "input_text", "text": text}],
        "attachments": attachments or [],
        "inference_options": {},
        **fields,
    }


def says(text: str = "Hi", thread_id: str = "thr", **fields: Any) -> str:
    """The request that adds a message to a thread."""
    return body("threads.add_user_message", thread_id=thread_id, input=text_input(text, **fields))


async def open_stream(
    server: ChatKitServer[Any], request: str, context: Any = None
) -> StreamingResult:
    """The stream that answers the request, not read yet."""
    result = await server.process(request, context)
    assert isinstance(result, StreamingResult)
    return result


async def read_stream(
    server: ChatKitServer[Any], request: str, context: Any = None
) -> list[dict[str, Any]]:
    """All events that answer the request."""
    return [parse_frame(frame) async for frame in await open_stream(server, request, context)]


async def read_into(events: list[dict[str, Any]], stream: StreamingResult) -> None:
    """Reads the stream to its end; what came before an exception is in the list."""
    async for frame in stream:
        events.append(parse_frame(frame))  # noqa: PERF401 - extend() would lose them


async def read_until(text: str, stream: StreamingResult) -> list[dict[str, Any]]:
    """The events up to the first one with this text in it; the stream stays open."""
    events: list[dict[str, Any]] = []
    async for frame in stream:
        events.append(parse_frame(frame))
        if text in frame.decode():
            break
    return events


def parse_frame(frame: bytes) -> dict[str, Any]:
    """The event of one chunk of a stream for a client that announced nothing."""
    assert frame.startswith(b"data: ")
    assert frame.endswith(b"\n\n")
    assert frame.count(b"\n") == 2
    return json.loads(frame[len(b"data: ") :])


async def read_json(server: ChatKitServer[Any], request: str, context: Any = None) -> Any:
    """The JSON that answers the request."""
    result = await server.process(request, context)
    assert isinstance(result, NonStreamingResult)
    return json.loads(result.json)


def types(events: list[dict[str, Any]]) -> list[str]:
    """The events' types, in order."""
    return [event["type"] for event in events]
