"""Bytes to models and back, nothing else: request bodies, events, results, SSE framing.

Above: the server and the turns. Below: the types. Source: `shared/protocol/wire.json`, and what
openai-chatkit 1.6.5 sends: nulls left out, no metadata, one `data:` line for each event.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, cast

from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticSerializationError, to_json

from chatkit.errors import EventTooLarge
from chatkit.store.contract import ClientPage, ClientThread
from chatkit.store.json_lines import JsonLines
from chatkit.types import (
    ActiveTurn,
    AssistantMessageContentPartTextDelta,
    ChatKitReq,
    ThoughtTask,
    ThreadItem,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    WorkflowTaskUpdated,
)

MAX_EVENT_BYTES: Final = 8 * 1024 * 1024
"""The largest event that is sent, 8 MiB: room for a generated image as a data URL."""

_CLIENT: Final = {"exclude_metadata": True}


@lru_cache(maxsize=1)
def _requests() -> TypeAdapter[ChatKitReq]:
    return TypeAdapter(ChatKitReq)


@lru_cache(maxsize=1)
def _events() -> TypeAdapter[ThreadStreamEvent]:
    return TypeAdapter(ThreadStreamEvent)


@lru_cache(maxsize=1)
def _items() -> TypeAdapter[ThreadItem]:
    return TypeAdapter(ThreadItem)


def parse_request(body: str | bytes | bytearray) -> ChatKitReq:
    """The request model of a body.

    Raises: pydantic's ValidationError for a body that is not JSON, is nested deeper than about
    200 levels, names no known `type`, or misses a field.
    """
    return _requests().validate_json(body)


def parse_event(payload: str | bytes) -> ThreadStreamEvent:
    """The event model of one event's JSON. Raises pydantic's ValidationError."""
    return _events().validate_json(payload)


def parse_item(payload: str | bytes) -> ThreadItem:
    """The item model of one item's JSON. Raises pydantic's ValidationError."""
    return _items().validate_json(payload)


def encode(model: BaseModel) -> bytes:
    """The model's JSON as clients see it: nulls left out, metadata left out, UTF-8."""
    try:
        return to_json(model, by_alias=True, exclude_none=True, context=_CLIENT)
    except PydanticSerializationError:
        # A model that streams UTF-16 units may cut an emoji in two; UTF-8 cannot hold the halves.
        plain = model.model_dump(mode="json", by_alias=True, exclude_none=True, context=_CLIENT)
        return _whole_text(json.dumps(plain, ensure_ascii=False, separators=(",", ":"))).encode()


def encode_json(value: Any) -> bytes:
    """Plain JSON data as UTF-8 bytes."""
    return to_json(value)


def encode_page(page: ClientPage) -> bytes:
    """A page's JSON; rows that are stored JSON go out as they stand."""
    after = f',"after":{to_json(page.after).decode()}' if page.after is not None else ""
    has_more = "true" if page.has_more else "false"
    if isinstance(page.rows, JsonLines):
        return f'{{"data":[{page.rows.with_commas()}],"has_more":{has_more}{after}}}'.encode()
    try:
        # Each copy of a long page counts: it is put together at once.
        parts = cast("list[str]", [*page.rows]) or [""]
        parts[0] = '{"data":[' + parts[0]
        parts[-1] += f'],"has_more":{has_more}{after}}}'
        return ",".join(parts).encode()
    except TypeError:
        rows = [row if isinstance(row, str) else encode(row).decode() for row in page.rows]
        return encode_page(page._replace(rows=rows))


def encode_thread(thread: ClientThread, active_turn: ActiveTurn | None) -> bytes:
    """A thread's JSON with its items, and its running turn if it has one."""
    head = thread.row[: thread.row.rindex(',"items":')].encode()
    tail = b',"active_turn":' + encode(active_turn) if active_turn is not None else b""
    return b'%b,"items":%b%b}' % (head, encode_page(thread.page), tail)


class EventEncoder:
    """Encodes the events of one turn.

    Keeps the bytes around a text delta, the event sent most: only the delta's text is encoded
    anew (a fifth of the instructions of encoding the models). A thought comes as a whole with
    every piece: what was encoded before is kept too.
    """

    def __init__(self) -> None:
        self._item_id: str | None = None
        self._content_index = 0
        self._head = ""
        self._half = ""
        self._thought_place: tuple[object, ...] = ()
        self._thought_head = b""
        self._thought, self._quoted = "", bytearray()

    def encode(self, event: ThreadStreamEvent) -> bytes:
        """The event's JSON. Raises: EventTooLarge above MAX_EVENT_BYTES."""
        if type(event) is ThreadItemUpdatedEvent:
            update = event.update
            if type(update) is AssistantMessageContentPartTextDelta:
                return self.encode_text_delta(event.item_id, update.content_index, update.delta)
            if type(update) is WorkflowTaskUpdated and type(update.task) is ThoughtTask:
                return _checked(self._encode_thought(event, update.task_index, update.task))
        return _checked(encode(event))

    def encode_text_delta(self, item_id: str, content_index: int, delta: str) -> bytes:
        """The JSON of the event that says so much more of a part's text.

        Raises: EventTooLarge above MAX_EVENT_BYTES.
        """
        if item_id != self._item_id or content_index != self._content_index:
            self._begin_part(item_id, content_index)
        if self._half:
            delta, self._half = self._half + delta, ""
        try:
            payload = f"{self._head}{encode_basestring(delta)}}}}}".encode()
        except UnicodeEncodeError:
            # The first half of a character waits for the second one, in the next delta.
            if "\ud800" <= delta[-1] <= "\udbff":
                delta, self._half = delta[:-1], delta[-1]
            payload = f"{self._head}{encode_basestring(_whole_text(delta))}}}}}".encode()
        return payload if len(payload) <= MAX_EVENT_BYTES else _checked(payload)

    def _encode_thought(
        self, event: ThreadItemUpdatedEvent, task_index: int, task: ThoughtTask
    ) -> bytes:
        text = task.content
        try:
            place = (event.item_id, task_index, task.status_indicator, task.title)
            if place != self._thought_place:
                self._thought_head = _thought_head(*place).encode()
                self._thought_place = place
            if not text.startswith(self._thought):
                self._thought, self._quoted = "", bytearray()
            self._quoted += encode_basestring(text[len(self._thought) :])[1:-1].encode()
        except UnicodeEncodeError:
            return encode(event)
        self._thought = text
        return b'%b%b"}}}' % (self._thought_head, self._quoted)

    def _begin_part(self, item_id: str, content_index: int) -> None:
        self._item_id, self._content_index, self._half = item_id, content_index, ""
        update = '{"type":"assistant_message.content_part.text_delta","content_index":'
        self._head = (
            f'{{"type":"thread.item.updated","item_id":{encode_basestring(item_id)},'
            f'"update":{update}{content_index},"delta":'
        )


def _thought_head(item_id: str, task_index: int, status: str, title: str | None) -> str:
    """The JSON of a thought's event up to its text."""
    shown = f'"title":{encode_basestring(title)},' if title is not None else ""
    return (
        f'{{"type":"thread.item.updated","item_id":{encode_basestring(item_id)},'
        f'"update":{{"type":"workflow.task.updated","task_index":{task_index},'
        f'"task":{{"status_indicator":"{status}","type":"thought",{shown}"content":"'
    )


def _whole_text(text: str) -> str:
    from chatkit.store.rows import whole_text  # such text is rare, and so are servers without rows

    return whole_text(text)


def _checked(payload: bytes) -> bytes:
    if len(payload) > MAX_EVENT_BYTES:
        raise EventTooLarge(len(payload), MAX_EVENT_BYTES)
    return payload


SSE_FRAME: Final = b"data: %b\n\n"
"""One SSE message, to be filled with an event's JSON."""


def sse_frame_with_ids(turn_id: str) -> bytes:
    """One SSE message with `id: <turn_id>.<seq>`, to be filled with a number and an event's JSON.

    For clients that announced resume.
    """
    return b"id: %b.%%d\ndata: %%b\n\n" % turn_id.encode()


SSE_HEARTBEAT: Final = b": keep-alive\n\n"
"""A comment line; readers ignore it, proxies see that the stream lives."""

SSE_TITLE_PENDING: Final = b": title pending\n\n"
"""A comment at the end of a resumable stream: the thread's title is still being made."""

SSE_TO_BE_CONTINUED: Final = b"retry: 0\n\n"
"""Ends a stream whose turn goes on: the reader is to come back at once, as who it is by then."""


class SSEDecoder:
    """Decodes a `text/event-stream` body, fed in pieces of any size.

    Liberal in what it takes: CRLF, CR or LF, comments, fields it does not know, several `data:`
    lines, characters cut between two pieces, a byte order mark.
    Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
    """

    def __init__(self) -> None:
        self._pending = b""
        self._data: list[bytes] = []
        self._last_id: str | None = None
        self._start = True
        self.is_to_be_continued = False
        """The server said that more follows for who comes back after the stream's end."""

    def feed(self, piece: bytes) -> Iterator[tuple[str | None, bytes]]:
        """The messages that this piece completes, each as (last id or None, data)."""
        buffer = self._pending + piece
        if self._start and len(buffer) >= 3:
            buffer = buffer.removeprefix(b"\xef\xbb\xbf")
            self._start = False
        # A CR at the end may be half of a CRLF: wait for the next piece to tell.
        held = buffer.endswith(b"\r")
        lines = buffer[: -1 if held else None].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *complete, rest = lines.split(b"\n")
        self._pending = rest + (b"\r" if held else b"")
        for line in complete:
            message = self._take(line)
            if message is not None:
                yield message

    def _take(self, line: bytes) -> tuple[str | None, bytes] | None:
        if not line:
            data, self._data = self._data, []
            return (self._last_id, b"\n".join(data)) if data else None
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"id" and b"\0" not in value:
            self._last_id = value.decode(errors="replace")
        elif field == b"retry" and value == b"0":
            self.is_to_be_continued = True
        return None


__all__ = [
    "MAX_EVENT_BYTES",
    "SSE_FRAME",
    "SSE_HEARTBEAT",
    "SSE_TITLE_PENDING",
    "SSE_TO_BE_CONTINUED",
    "EventEncoder",
    "SSEDecoder",
    "encode",
    "encode_json",
    "encode_page",
    "encode_thread",
    "parse_event",
    "parse_item",
    "parse_request",
    "sse_frame_with_ids",
]
