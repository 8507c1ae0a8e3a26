"""`stream_widget`: a widget, or one that grows, as the events of its item."""

import asyncio

import pytest
from hosts import NOW, Host, body, plain_store, read_json, read_stream, says, types

from chatkit.server import EmptyWidget, stream_widget
from chatkit.store import default_generate_id
from chatkit.types import (
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
)
from chatkit.widgets import Card, DynamicWidgetRoot, Markdown, Text, Title

THREAD = ThreadMetadata(id="thr", created_at=NOW)


def card(text: str, streaming: bool | None = None, title: str = "T") -> Card:
    """A Card with a title and a text that streams."""
    return Card(children=[Title(value=title), Markdown(id="m", value=text, streaming=streaming)])


async def states(*widgets: Card):
    """A generator of these states."""
    for widget in widgets:
        yield widget


async def events_of(widget, **options) -> list:
    """All events of a widget."""
    return [event async for event in stream_widget(THREAD, widget, **options)]


@pytest.mark.parametrize("widget", [card("Hi"), DynamicWidgetRoot(type="ListView", children=[])])
async def test_a_widget_is_one_item_that_is_done(widget) -> None:
    """Source: server-behaviour, Widgets. Its id is asked for as one of a message."""
    asked = []

    def generate_id(kind: str) -> str:
        asked.append(kind)
        return "own"

    (event,) = await events_of(widget, copy_text="Copy me", generate_id=generate_id)
    assert isinstance(event, ThreadItemDoneEvent)
    assert event.item.id == "own"
    assert event.item.thread_id == "thr"
    assert event.item.widget == widget
    assert event.item.copy_text == "Copy me"
    assert event.item.created_at.tzinfo is not None
    assert asked == ["message"]


async def test_without_a_generator_of_ids_a_widget_gets_a_new_message_id() -> None:
    """The default of the surface."""
    (first,), (second,) = await events_of(card("a")), await events_of(card("a"))
    assert first.item.id.startswith("msg_")
    assert first.item.id != second.item.id
    assert default_generate_id("message").startswith("msg_")


async def test_a_growing_widget_is_added_updated_and_done() -> None:
    """The first state, the differences, the last state; one item all along."""
    events = await events_of(
        states(
            card("", streaming=True),
            card("He", streaming=True),
            card("He", streaming=True, title="Title"),
            card("Hello", streaming=False, title="Title"),
        ),
        copy_text="Copy me",
    )
    added, *updates, done = events
    assert isinstance(added, ThreadItemAddedEvent)
    assert added.item.widget == card("", streaming=True)
    assert added.item.copy_text == "Copy me"
    assert isinstance(done, ThreadItemDoneEvent)
    assert done.item.widget == card("Hello", streaming=False, title="Title")
    assert (done.item.id, done.item.created_at) == (added.item.id, added.item.created_at)
    assert done.item.copy_text == "Copy me"
    assert all(isinstance(update, ThreadItemUpdatedEvent) for update in updates)
    assert {update.item_id for update in updates} == {added.item.id}
    assert [update.update for update in updates] == [
        WidgetStreamingTextValueDelta(component_id="m", delta="He", done=False),
        WidgetRootUpdated(widget=card("He", streaming=True, title="Title")),
        WidgetStreamingTextValueDelta(component_id="m", delta="llo", done=True),
    ]


async def test_a_generator_with_one_state_is_added_and_done() -> None:
    """As officially; nothing lies between."""
    assert [type(event) for event in await events_of(states(card("Hi")))] == [
        ThreadItemAddedEvent,
        ThreadItemDoneEvent,
    ]


@pytest.mark.requirement("row-14")
async def test_a_widget_that_is_changed_in_place_streams_too() -> None:
    """The generator's own object is never the event's: what was announced stays as it was."""
    widget = card("", streaming=True)

    async def grow():
        for piece in ("", "He", "llo"):
            widget.children[1].value += piece
            yield widget

    added, *updates, done = await events_of(grow())
    assert added.item.widget.children[1].value == ""
    assert [update.update.delta for update in updates] == ["He", "llo"]
    assert done.item.widget.children[1].value == "Hello"


async def test_a_new_root_may_use_the_components_of_the_last_one_again() -> None:
    """That is what makes a long widget cheap to stream."""
    title, rows = Title(value="T"), [Text(value=str(n)) for n in range(50)]

    async def grow():
        for text in ("a", "ab", "abc"):
            yield Card(children=[title, *rows, Markdown(id="m", value=text)])

    _, *updates, _ = await events_of(grow())
    assert [update.update.delta for update in updates] == ["b", "c"]


@pytest.mark.requirement("row-16")
async def test_a_generator_without_a_state_is_an_error() -> None:
    """Design, row 16: officially `async generator raised StopAsyncIteration`."""
    with pytest.raises(EmptyWidget, match="without yielding a widget"):
        await events_of(states())


async def test_what_a_generator_raises_reaches_the_handler() -> None:
    """It decides what the client is told; what was announced is completed by the turn."""

    async def fails():
        yield card("Half")
        raise ValueError

    events = []
    with pytest.raises(ValueError):  # noqa: PT011 - it is the generator's own, without words
        await collect(events, stream_widget(THREAD, fails()))
    assert [type(event) for event in events] == [ThreadItemAddedEvent]


async def collect(events: list, stream) -> None:
    """Reads a stream into the list."""
    async for event in stream:
        events.append(event)  # noqa: PERF401 - what came before an exception counts


@pytest.mark.parametrize("events_read", [1, 2])
async def test_the_generator_is_closed_when_its_consumer_stops(events_read: int) -> None:
    """It may hold a connection to a model."""
    closed = asyncio.Event()

    async def grow():
        try:
            for text in ("a", "ab", "abc"):
                yield card(text)
        finally:
            closed.set()

    stream = stream_widget(THREAD, grow())
    for _ in range(events_read):
        await anext(stream)
    await stream.aclose()
    assert closed.is_set()


async def test_a_turn_stores_the_last_state_and_a_stop_the_generator() -> None:
    """Through the server: `done` adds the item; a stop closes what the widget waits for."""
    store = plain_store()
    closed, going = asyncio.Event(), asyncio.Event()

    async def grow(endless: bool):
        try:
            yield card("He", streaming=True)
            yield card("Hello", streaming=True)
            going.set()
            if endless:
                await asyncio.Event().wait()
        finally:
            closed.set()

    async def reply(thread, user_message, context):
        async for event in stream_widget(thread, grow(context == "endless")):
            yield event

    server = Host(store, reply)
    events = await read_stream(server, says())
    assert types(events)[2:] == ["thread.item.added", "thread.item.updated", "thread.item.done"]
    page = await read_json(server, body("items.list", thread_id="thr"))
    assert page["data"][0]["widget"]["children"][1]["value"] == "Hello"
    closed.clear()
    going.clear()
    reading = asyncio.create_task(read_stream(server, says(), "endless"))
    await going.wait()
    reading.cancel()
    await asyncio.wait([reading])
    assert closed.is_set()


@pytest.mark.requirement("row-16", "row-25")
async def test_a_widget_that_breaks_off_is_kept_as_far_as_it_came() -> None:
    """Design, row 25; and a delta that was done has ended its component's streaming."""
    store = plain_store()

    async def fails():
        yield card("He", streaming=True)
        yield card("Hello", streaming=True)
        yield card("Hello!")
        raise ValueError

    async def reply(thread, user_message, context):
        async for event in stream_widget(thread, fails()):
            yield event

    events = await read_stream(Host(store, reply), says())
    assert types(events)[-2:] == ["thread.item.done", "error"]
    markdown = store.of("thr")[1].widget.children[1]
    assert (markdown.value, markdown.streaming) == ("Hello!", False)
