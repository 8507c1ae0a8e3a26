"""Stop, disconnect, `aclose()`: what was generated is saved, exactly once, on slow stores too."""

import asyncio

import anyio
import pytest
from hosts import (
    NOW,
    Endless,
    Host,
    added,
    answer,
    body,
    delta,
    done,
    message,
    open_stream,
    parse_frame,
    plain_store,
    read_json,
    read_stream,
    read_until,
    says,
    types,
    widget,
)
from stores import ByReferenceStore, FailingStore, PlainStore, SlowStore, StrictStore

from chatkit.server import CANCEL_MARKER
from chatkit.types import (
    SDKHiddenContextItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
)

KINDS = [PlainStore, SlowStore, StrictStore, ByReferenceStore]


def check_saved(server: Endless) -> None:
    """The partial message, then the marker for the model; once each."""
    kept = server.store.of("thr")
    assert [item.type for item in kept] == [
        "user_message",
        "assistant_message",
        "sdk_hidden_context",
    ]
    assert kept[1].content[0].text == "Partial"
    assert kept[2].content == CANCEL_MARKER
    assert kept[2].id == "shcx_1"
    assert server.stops == [["answer_1"]]
    assert server.cancelled.is_set()


@pytest.mark.requirement("row-01")
@pytest.mark.parametrize("kind", KINDS)
async def test_closing_the_stream_saves_the_partial_message_and_the_marker(kind: type) -> None:
    """Design, row 1: `aclose()` is how frameworks leave; officially a store that awaits loses."""
    server = Endless(plain_store(kind=kind))
    stream = await open_stream(server, says())
    await read_until("tial", stream)
    await stream.json_events.aclose()
    check_saved(server)


@pytest.mark.requirement("row-01")
@pytest.mark.parametrize("kind", KINDS)
async def test_cancelling_the_task_that_reads_saves_them_too(kind: type) -> None:
    """Design, row 1: what Starlette does when the client goes away. All is saved when it ends."""
    server = Endless(plain_store(kind=kind))
    reading = asyncio.create_task(read_stream(server, says()))
    await server.going.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    check_saved(server)


@pytest.mark.requirement("row-01")
async def test_leaving_a_cancel_scope_of_anyio_saves_them_too() -> None:
    """Design, row 1: its cancellation comes again at every await until the scope is left."""
    server = Endless(plain_store(kind=SlowStore))
    async with anyio.create_task_group() as group:
        group.start_soon(read_stream, server, says())
        await server.going.wait()
        group.cancel_scope.cancel()
    check_saved(server)


@pytest.mark.requirement("row-01")
async def test_a_second_cancellation_does_not_cut_the_saving_short() -> None:
    """Design, row 1: servers cancel again when they shut down."""
    server = Endless(plain_store(kind=SlowStore))
    reading = asyncio.create_task(read_stream(server, says()))
    await server.going.wait()
    reading.cancel()
    await server.cancelled.wait()
    reading.cancel()
    await asyncio.wait([reading])
    await server.aclose()
    check_saved(server)


@pytest.mark.requirement("row-01")
async def test_a_stop_before_the_handler_has_begun_still_saves_the_message() -> None:
    """Design, row 1: the opening always runs to its end once the turn has begun."""
    store = plain_store(kind=SlowStore)
    server = Endless(store)
    stream = await open_stream(server, says())
    first = parse_frame(await anext(stream.json_events))
    await stream.json_events.aclose()
    assert first["item"]["type"] == "user_message"
    assert [item.type for item in store.of("thr")].count("user_message") == 1


async def test_a_blank_partial_message_is_not_saved_but_the_marker_is() -> None:
    """Source: server-behaviour: messages that have any text that isn't blank."""
    store = plain_store()
    going = asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        yield delta(" \n")
        yield ThreadItemAddedEvent(item=widget())
        going.set()
        await asyncio.Event().wait()

    reading = asyncio.create_task(read_stream(Host(store, reply), says()))
    await going.wait()
    reading.cancel()
    await asyncio.wait([reading])
    assert [item.type for item in store.of("thr")] == ["user_message", "sdk_hidden_context"]


async def test_the_marker_tells_the_model_and_no_client() -> None:
    """Apps' prompts rely on its words. Source: server-behaviour, Texts that the model sees."""
    assert CANCEL_MARKER == ("The user cancelled the stream. Stop responding to the prior request.")
    server = Endless(plain_store())
    stream = await open_stream(server, says())
    await read_until("tial", stream)
    await stream.json_events.aclose()
    page = await read_json(server, body("items.list", thread_id="thr"))
    assert "cancelled" not in str(page)
    assert len(page["data"]) == 2


async def test_a_host_may_save_a_stopped_answer_in_its_own_way() -> None:
    """The hook gets the thread, the pending items as they stand, and the context."""
    seen = []

    class Own(Endless):
        async def handle_stream_cancelled(self, thread, pending_items, context):
            await asyncio.sleep(0)
            seen.append((thread.id, [item.content[0].text for item in pending_items], context))

    server = Own(plain_store())
    stream = await open_stream(server, says(), "ctx")
    await read_until("tial", stream)
    await stream.json_events.aclose()
    assert seen == [("thr", ["Partial"], "ctx")]
    assert [item.type for item in server.store.of("thr")] == ["user_message"]


async def test_a_hook_that_fails_leaves_the_thread_usable(caplog) -> None:
    """It is logged; the reader that left hears nothing of it, and the next message is answered."""

    class Broken(Endless):
        async def handle_stream_cancelled(self, thread, pending_items, context):
            raise ValueError("canary")

    server = Broken(plain_store())
    stream = await open_stream(server, says())
    await read_until("tial", stream)
    await stream.json_events.aclose()
    assert "saving what it had generated failed" in caplog.text
    calm = Host(server.store)
    assert "error" not in types(await read_stream(calm, says("Next")))


async def test_a_handler_that_ends_just_before_the_stop_is_not_called_stopped() -> None:
    """Everything had been sent: nothing is pending, and no marker must say otherwise."""
    store = plain_store()

    async def reply(thread, user_message, context):
        yield done("Whole")

    server = Host(store, reply)
    stream = await open_stream(server, says())
    await read_until("Whole", stream)
    await stream.json_events.aclose()
    await server.aclose()
    assert [item.type for item in store.of("thr")] == ["user_message", "assistant_message"]


async def test_what_was_done_before_the_stop_is_not_pending() -> None:
    """Only what was under way is handed to the hook."""
    server = Endless(plain_store())

    async def reply(thread, user_message, context):
        yield done("First", "a0")
        async for event in Endless.respond(server, thread, user_message, context):
            yield event

    server.respond = reply
    stream = await open_stream(server, says())
    await read_until("tial", stream)
    await stream.json_events.aclose()
    assert server.stops == [["answer_1"]]
    assert [item.id for item in server.store.of("thr")] == ["msg_1", "a0", "answer_1", "shcx_1"]


@pytest.mark.requirement("row-01")
async def test_the_model_run_upstream_is_cancelled() -> None:
    """Design, row 1: what the handler awaits is cancelled, so that nobody pays for the rest."""
    upstream = asyncio.Event()

    async def run():
        try:
            await asyncio.Event().wait()
        finally:
            upstream.set()

    server = Endless(plain_store())

    async def reply(thread, user_message, context):
        yield added()
        server.going.set()
        await run()

    server.respond = reply
    reading = asyncio.create_task(read_stream(server, says()))
    await server.going.wait()
    reading.cancel()
    await asyncio.wait([reading])
    assert upstream.is_set()


async def test_a_store_that_fails_while_a_stop_is_saved_is_logged(caplog) -> None:
    """The reader has left: there is nobody to tell, and the thread goes on."""
    store = plain_store(kind=lambda: FailingStore("add_thread_item", nth=2))
    server = Endless(store)
    stream = await open_stream(server, says())
    await read_until("tial", stream)
    await stream.json_events.aclose()
    assert store.failed == 1
    assert "saving what it had generated failed" in caplog.text
    assert "error" not in types(await read_stream(Host(store), says("Next")))


def test_the_default_hook_is_what_subclasses_call() -> None:
    """It may be called from a host's own hook, with items of its choice."""

    async def run() -> list[ThreadItem]:
        store = plain_store()
        server = Host(store)
        thread = ThreadMetadata(id="thr", created_at=NOW)
        await server.handle_stream_cancelled(thread, [answer("Kept"), message(), widget()], None)
        return store.of("thr")

    kept = asyncio.run(run())
    assert [item.type for item in kept] == ["assistant_message", "sdk_hidden_context"]
    assert isinstance(kept[1], SDKHiddenContextItem)
    assert kept[1].created_at.tzinfo is not None


async def long_answer(thread, user_message, context):
    """An answer of many kinds of event, with waits in between."""
    yield added(id="a1")
    await asyncio.sleep(0)
    for word in ("One ", "two "):
        yield delta(word, "a1")
    yield done("One two ", "a1")
    thread.title = "Counting"
    yield ThreadItemAddedEvent(item=widget("w1"))
    await asyncio.sleep(0)
    yield ThreadItemDoneEvent(item=widget("w1"))
    yield ThreadItemReplacedEvent(item=answer("One, two", "a1"))
    yield added(id="a2")
    yield delta("three", "a2")
    await asyncio.sleep(0)
    yield done("three", "a2")


@pytest.mark.requirement("fault-22", "fault-23")
@pytest.mark.parametrize("kind", [PlainStore, SlowStore, StrictStore])
@pytest.mark.parametrize("events_read", range(1, 14))
async def test_a_client_may_leave_after_any_event(kind: type, events_read: int) -> None:
    """What it saw as done is stored, nothing is stored twice, and the thread goes on."""
    store = plain_store(kind=kind)
    server = Host(store, long_answer)
    stream = await open_stream(server, says())
    seen = [parse_frame(await anext(stream.json_events)) for _ in range(events_read)]
    await stream.json_events.aclose()
    stored = [item.id for item in store.of("thr")]
    assert len(stored) == len(set(stored))
    shown = {event["item"]["id"] for event in seen if event["type"] == "thread.item.done"}
    assert shown <= set(stored)
    assert [item.type for item in store.of("thr")].count("sdk_hidden_context") <= 1
    assert "error" not in types(await read_stream(Host(store), says("Next")))
