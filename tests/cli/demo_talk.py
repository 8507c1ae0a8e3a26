"""Talks to the demo assistant in process, without its pauses."""

from typing import Any

from chatkit.cli.demo.assistant import DemoAssistant
from chatkit.cli.demo.pace import AT_ONCE
from chatkit.server import NonStreamingResult, StreamingResult
from chatkit.store import MemoryStore
from chatkit.types import (
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadStreamEvent,
    WidgetItem,
)
from chatkit.wire import SSEDecoder, encode_json, parse_event


class Talk:
    """One thread with the assistant."""

    def __init__(self, store: Any = None, **options: Any) -> None:
        self.store: Any = store or MemoryStore()
        self.server = DemoAssistant(self.store, pace=AT_ONCE, **options)
        self.thread_id = ""

    async def asks(self, type: str, **params: Any) -> list[ThreadStreamEvent]:
        """The events that answer a streaming request on this thread."""
        if self.thread_id:
            params["thread_id"] = self.thread_id
        result = await self.server.process(encode_json({"type": type, "params": params}), {})
        assert isinstance(result, StreamingResult)
        decoder = SSEDecoder()
        frames = b"".join([frame async for frame in result])
        events = [parse_event(data) for _, data in decoder.feed(frames)]
        if not self.thread_id and events[0].type == "thread.created":
            self.thread_id = events[0].thread.id
        return events

    async def gets(self, type: str, **params: Any) -> bytes:
        """The JSON that answers any other request."""
        params["thread_id"] = self.thread_id
        result = await self.server.process(encode_json({"type": type, "params": params}), {})
        assert isinstance(result, NonStreamingResult)
        return result.json

    async def says(self, text: str, **extras: Any) -> list[ThreadStreamEvent]:
        """The events that answer a message."""
        content = [*extras.pop("tags", []), {"type": "input_text", "text": text}]
        given = {"content": content, "attachments": [], "inference_options": {}, **extras}
        kind = "threads.add_user_message" if self.thread_id else "threads.create"
        return await self.asks(kind, input=given)

    async def uses(
        self, widget: WidgetItem | None, action: str, payload: Any = None
    ) -> list[ThreadStreamEvent]:
        """The events that answer a widget's action."""
        given = {"type": action, "payload": payload}
        item_id = widget.id if widget else None
        return await self.asks("threads.custom_action", item_id=item_id, action=given)

    async def items(self) -> list[ThreadItem]:
        """What is stored, hidden items too."""
        page = await self.store.load_thread_items(self.thread_id, None, 200, "asc", {})
        return page.data


def done_items(events: list[ThreadStreamEvent]) -> list[ThreadItem]:
    """The items that were finished or replaced."""
    kinds = ThreadItemDoneEvent | ThreadItemReplacedEvent
    return [event.item for event in events if isinstance(event, kinds)]


def widgets_of(events: list[ThreadStreamEvent]) -> list[WidgetItem]:
    """The widgets among them."""
    return [item for item in done_items(events) if isinstance(item, WidgetItem)]


def text_of(events: list[ThreadStreamEvent]) -> str:
    """All that the assistant said."""
    return "\n".join(
        part.text
        for item in done_items(events)
        if item.type == "assistant_message"
        for part in item.content
    )
