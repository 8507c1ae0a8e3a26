"""The stage for tests of turns: an assistant moved by hand, readers that may leave, checks.

Nothing here waits for a time: a test tells the handler what to do next, and waits until a reader
has seen it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.store import Store, TurnLog
from chatkit.turns.fold import Drafts
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    CustomTask,
    HiddenContextItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
)
from chatkit.wire import encode, parse_event, parse_item

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ANN, BOB = {"user": "ann"}, {"user": "bob"}
RESUME = {"chatkit.resume": True}


def user_of(context: Any) -> str:
    """The owner of a context, as a host's store looks it up."""
    return context["user"]


class Hands:
    """One turn's handler in the test's hands."""

    def __init__(self, thread: ThreadMetadata, message: UserMessageItem | None) -> None:
        self.thread = thread
        self.message = message
        self.todo: asyncio.Queue[Any] = asyncio.Queue()
        self.cancelled = False
        self.closed = asyncio.Event()

    def __call__(self, *events: ThreadStreamEvent) -> None:
        """Has the handler yield these."""
        for event in events:
            self.todo.put_nowait(event)

    def end(self) -> None:
        """Has the handler return."""
        self.todo.put_nowait(None)

    def fail(self, error: BaseException) -> None:
        """Has the handler raise."""
        self.todo.put_nowait(error)

    async def play(self) -> AsyncIterator[ThreadStreamEvent]:
        """The handler."""
        try:
            while (step := await self.todo.get()) is not None:
                if isinstance(step, BaseException):
                    raise step
                yield step
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        finally:
            self.closed.set()


class Puppet(ChatKitServer[Any]):
    """Does what the test says; notes which answers were stopped."""

    def __init__(self, store: Store[Any], **options: Any) -> None:
        super().__init__(store, **options)
        self.begun: asyncio.Queue[Hands] = asyncio.Queue()
        self.stops: list[list[ThreadItem]] = []

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        hands = Hands(thread, input_user_message)
        self.begun.put_nowait(hands)
        async for event in hands.play():
            yield event

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: Any
    ) -> None:
        self.stops.append(pending_items)
        await super().handle_stream_cancelled(thread, pending_items, context)

    async def ask(self, request: dict[str, Any], context: Any = ANN) -> Any:
        """The JSON answer to a request that does not stream."""
        result = await self.process(json.dumps(request), context)
        assert isinstance(result, NonStreamingResult)
        return json.loads(result.json)

    async def open(self, request: dict[str, Any], context: Any = ANN) -> "Reader":
        """A reader of the stream; it has not begun to read."""
        result = await self.process(json.dumps(request), context)
        assert isinstance(result, StreamingResult)
        return Reader(result)

    async def read(self, request: dict[str, Any], context: Any = ANN) -> "Reader":
        """A reader of the stream, which reads."""
        return (await self.open(request, context)).start()

    async def start(
        self, request: dict[str, Any] | None = None, context: Any = ANN
    ) -> tuple["Reader", Hands]:
        """A turn whose handler has been called, and its first reader, who announced resume."""
        reader = await self.read(request or creates(**RESUME), context)
        hands = await asyncio.wait_for(self.begun.get(), 10)
        return await reader.gets(1), hands

    async def run(self, *events: ThreadStreamEvent, context: Any = ANN) -> "Reader":
        """A new thread's turn with these events, from start to end."""
        reader, hands = await self.start(context=context)
        hands(*events)
        hands.end()
        await reader.end()
        return reader

    async def in_line(self, thread_id: str, count: int = 1) -> None:
        """Returns once so many turns wait for the thread's running turn."""
        for _ in range(2_000):
            lane = self.supervisor()._lanes.get(thread_id)
            if lane is not None and len(lane._waiting) == count:
                return
            await asyncio.sleep(0.001)
        raise AssertionError(f"{count} turns never waited")

    def log(self) -> TurnLog:
        """The turn log."""
        return self.supervisor().log


@dataclass(slots=True)
class Frame:
    """One SSE message: an event, or a comment when there is none."""

    id: str | None
    event: dict[str, Any] | None

    @property
    def seq(self) -> int:
        """The number in the id."""
        assert self.id is not None
        return int(self.id.rpartition(".")[2])


def parse_frame(raw: bytes) -> Frame:
    """A frame as the server sends it."""
    assert raw.endswith(b"\n\n"), raw
    fields = dict(line.split(": ", 1) for line in raw.decode().strip().split("\n"))
    if "" in fields:
        return Frame(None, None)
    return Frame(fields.get("id"), json.loads(fields["data"]))


@dataclass(eq=False)
class Reader:
    """Reads a stream in a task of its own, as an HTTP server does."""

    result: StreamingResult
    frames: list[Frame] = field(default_factory=list)
    task: asyncio.Task[None] | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> "Reader":
        """Begins to read."""
        self.task = asyncio.create_task(self._read())
        return self

    async def _read(self) -> None:
        try:
            async for raw in self.result:
                self.frames.append(parse_frame(raw))
                self._changed.set()
        finally:
            self._changed.set()

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events so far, comments left out."""
        return [frame.event for frame in self.frames if frame.event is not None]

    @property
    def types(self) -> list[str]:
        """Their types."""
        return [event["type"] for event in self.events]

    @property
    def text(self) -> str:
        """All text deltas so far."""
        return "".join(
            event["update"]["delta"]
            for event in self.events
            if event["type"] == "thread.item.updated" and "delta" in event["update"]
        )

    @property
    def thread_id(self) -> str:
        """The thread of the first event that names one."""
        for event in self.events:
            if event["type"] == "thread.created":
                return event["thread"]["id"]
            if "item" in event:
                return event["item"]["thread_id"]
        raise AssertionError("no event names a thread")

    @property
    def turn_id(self) -> str:
        """The turn's id."""
        return next(frame.id for frame in self.frames if frame.id).rpartition(".")[0]

    @property
    def seqs(self) -> list[int]:
        """The numbers of the events that have one."""
        return [frame.seq for frame in self.frames if frame.id is not None]

    async def until(self, seen: Callable[["Reader"], bool]) -> "Reader":
        """Returns once this holds of what was read."""
        assert self.task is not None
        while not seen(self):
            assert not self.task.done(), f"the stream ended: {self.events}"
            self._changed.clear()
            await self._changed.wait()
        return self

    async def sees(self, text: str) -> "Reader":
        """Returns once the text deltas have come to this."""
        return await self.until(lambda reader: reader.text == text)

    async def gets(self, count: int) -> "Reader":
        """Returns once there are so many events."""
        return await self.until(lambda reader: len(reader.events) >= count)

    async def end(self) -> "Reader":
        """Reads to the end."""
        await (self.task or self.start().task)  # type: ignore[misc]
        return self

    async def leave(self) -> None:
        """Goes away, as a client whose connection breaks: the reading task is cancelled."""
        assert self.task is not None
        self.task.cancel()
        await asyncio.wait([self.task])


def message(text: str) -> dict[str, Any]:
    """A message as clients send it."""
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": [], "inference_options": {}}


def creates(text: str = "hi", **metadata: Any) -> dict[str, Any]:
    """The request for a new thread."""
    return {"type": "threads.create", "params": {"input": message(text)}, "metadata": metadata}


def adds(thread_id: str, text: str = "and then?", **metadata: Any) -> dict[str, Any]:
    """The request for a further answer."""
    params = {"thread_id": thread_id, "input": message(text)}
    return {"type": "threads.add_user_message", "params": params, "metadata": metadata}


def asks(type: str, **params: Any) -> dict[str, Any]:
    """Any other request."""
    return {"type": type, "params": params}


def attaches(turn_id: str, after: int = 0) -> dict[str, Any]:
    """The request for the rest of a turn."""
    return {**asks("turns.attach", turn_id=turn_id, after=after), "metadata": RESUME}


def loads(thread_id: str) -> dict[str, Any]:
    """The request for a thread, by a client that announces resume."""
    return {**asks("threads.get_by_id", thread_id=thread_id), "metadata": RESUME}


def answer(text: str = "", id: str = "a", thread_id: str = "t") -> AssistantMessageItem:
    """A message of the assistant."""
    content = [AssistantMessageContent(text=text)] if text else []
    return AssistantMessageItem(id=id, thread_id=thread_id, created_at=NOW, content=content)


def added(id: str = "a") -> ThreadItemAddedEvent:
    """A message of the assistant begins."""
    return ThreadItemAddedEvent(item=answer(id=id))


def says(text: str, id: str = "a") -> ThreadItemUpdatedEvent:
    """It goes on."""
    update = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
    return ThreadItemUpdatedEvent(item_id=id, update=update)


def done(text: str, id: str = "a") -> ThreadItemDoneEvent:
    """It is whole."""
    return ThreadItemDoneEvent(item=answer(text, id))


def replaced(text: str, id: str = "a") -> ThreadItemReplacedEvent:
    """It is another."""
    return ThreadItemReplacedEvent(item=answer(text, id))


def removed(id: str = "a") -> ThreadItemRemovedEvent:
    """It is gone."""
    return ThreadItemRemovedEvent(item_id=id)


def hidden(id: str = "h") -> ThreadItemDoneEvent:
    """What only the model may know."""
    item = HiddenContextItem(id=id, thread_id="t", created_at=NOW, content="canary")
    return ThreadItemDoneEvent(item=item)


def flow(*tasks: str, id: str = "w") -> WorkflowItem:
    """A workflow with these tasks."""
    workflow = Workflow(type="custom", tasks=[CustomTask(title=title) for title in tasks])
    return WorkflowItem(id=id, thread_id="t", created_at=NOW, workflow=workflow)


def task_added(title: str, index: int, id: str = "w") -> ThreadItemUpdatedEvent:
    """The workflow goes on."""
    update = WorkflowTaskAdded(task_index=index, task=CustomTask(title=title))
    return ThreadItemUpdatedEvent(item_id=id, update=update)


async def stored(store: Store[Any], thread_id: str, context: Any = ANN) -> list[ThreadItem]:
    """The thread's items, hidden ones too; a crash course leaves more than one page of them."""
    items: list[ThreadItem] = []
    after = None
    while True:
        page = await store.load_thread_items(thread_id, after, 1_000, "asc", context)
        items += page.data
        if not page.has_more:
            return items
        after = page.after


async def texts(store: Store[Any], thread_id: str, context: Any = ANN) -> list[str]:
    """What the assistant's stored messages say."""
    return [
        "".join(part.text for part in item.content)
        for item in await stored(store, thread_id, context)
        if isinstance(item, AssistantMessageItem)
    ]


class View:
    """What a client shows: a page of items, changed by events."""

    def __init__(self, items: list[dict[str, Any]] | None = None) -> None:
        self.items = {item["id"]: parse_item(json.dumps(item)) for item in items or []}

    def apply(self, events: list[dict[str, Any]]) -> "View":
        """Takes events in, as the protocol says."""
        for raw in events:
            event = parse_event(json.dumps(raw))
            if isinstance(event, ThreadItemRemovedEvent):
                self.items.pop(event.item_id, None)
            elif isinstance(event, ThreadItemUpdatedEvent):
                self._update(event)
            elif isinstance(
                event, ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent
            ):
                self.items[event.item.id] = event.item
        return self

    def _update(self, event: ThreadItemUpdatedEvent) -> None:
        if event.item_id in self.items:
            drafts = Drafts()
            drafts.adopt(self.items[event.item_id])
            drafts.apply(event)
            (self.items[event.item_id],) = drafts.items()

    def json(self) -> dict[str, Any]:
        """The items, for comparison; the order is that of a thread."""
        return {item_id: json.loads(encode(item)) for item_id, item in self.items.items()}


async def whole_log(log: TurnLog, turn_id: str) -> list[dict[str, Any]]:
    """All events of a turn, as the log keeps them."""
    found: list[bytes] = []
    while page := await log.read(turn_id, len(found), 100):
        found += page
    return [json.loads(payload) for payload in found]


def check_prefix(seen: list[dict[str, Any]], log: list[dict[str, Any]], after: int = 0) -> None:
    """P: what a client saw is a contiguous run of the log, nothing twice."""
    assert seen == log[after : after + len(seen)]


async def check_fold(store: Store[Any], log: list[dict[str, Any]], thread_id: str) -> None:
    """F: folding the log gives the stored items, each as the log says it is."""
    view = View().apply(log).json()
    kept = {item.id: json.loads(encode(item)) for item in await stored(store, thread_id)}
    found = {item_id: kept.get(item_id) for item_id in view}
    different = {name: (found[name], view[name]) for name in view if found[name] != view[name]}
    assert not different, f"stored, and what the log says: {different}; the log: {log[-6:]}"
    said = {event["item"]["id"] for event in log if "item" in event}
    assert not (said - view.keys()) & kept.keys(), "what the log says is gone is stored"


async def check_ended(server: Puppet, turn_id: str, *states: str) -> None:
    """T: exactly one terminal state, and it is one of these."""
    record = await server.log().load_turn(turn_id)
    assert record is not None
    assert record.state in (states or ("completed", "stopped", "failed", "interrupted"))
    assert record.ended_at is not None
    assert not await server.log().finish(turn_id, "completed")
