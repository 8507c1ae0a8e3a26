"""`threads.create` and `threads.add_user_message`: what is sent, what is saved, in which order."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hosts import (
    NOW,
    Host,
    added,
    answer,
    body,
    delta,
    done,
    hidden,
    message,
    open_stream,
    plain_store,
    read_json,
    read_stream,
    says,
    text_input,
    types,
)
from stores import ByReferenceStore, PlainStore, SlowStore, StrictStore

from chatkit.errors import NotFoundError
from chatkit.store import MemoryStore
from chatkit.types import (
    ClientEffectEvent,
    NoticeEvent,
    ProgressUpdateEvent,
    StreamOptions,
    Thread,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
)

STORES = [PlainStore, SlowStore, StrictStore, ByReferenceStore, MemoryStore]


async def test_a_new_thread_is_created_then_the_message_then_the_options_then_the_answer() -> None:
    """Clients build their view in this order. Source: server-behaviour, Order and persistence."""
    server = Host()
    events = await read_stream(server, body("threads.create", input=text_input("Hi")))
    assert types(events) == [
        "thread.created",
        "thread.item.done",
        "stream_options",
        "thread.item.done",
    ]
    assert events[0]["thread"]["items"] == {"data": [], "has_more": False}
    assert events[1]["item"]["type"] == "user_message"
    assert events[2] == {"type": "stream_options", "stream_options": {"allow_cancel": True}}
    assert events[3]["item"]["content"][0]["text"] == "Hello"


async def test_a_new_thread_is_saved_before_its_items_with_ids_of_the_store() -> None:
    """A foreign key needs the thread first; stores that number their rows override both ids."""
    store = PlainStore()
    events = await read_stream(Host(store), body("threads.create", input=text_input()))
    assert store.calls == [
        ("save_thread", "thr_1"),
        ("add_thread_item", "thr_1", "msg_1"),
        ("add_thread_item", "thr_1", "hello_msg_1"),
    ]
    assert events[0]["thread"]["id"] == "thr_1"
    assert events[1]["item"]["id"] == "msg_1"
    assert events[1]["item"]["thread_id"] == "thr_1"


async def test_a_message_is_added_before_the_answer_and_sent_back() -> None:
    """The page shows its message as the server has it; no `thread.created` this time."""
    store = plain_store(message(id="old"))
    server = Host(store)
    events = await read_stream(server, says("More", quoted_text="that"))
    assert types(events) == ["thread.item.done", "stream_options", "thread.item.done"]
    assert events[0]["item"]["content"] == [{"type": "input_text", "text": "More"}]
    assert events[0]["item"]["quoted_text"] == "that"
    assert [item.id for item in store.of("thr")] == ["old", "msg_1", "hello_msg_1"]
    assert store.names == ["load_thread", "add_thread_item", "add_thread_item"]
    thread, user_message, _ = server.asked[0]
    assert thread.id == "thr"
    assert user_message is not None
    assert user_message.id == "msg_1"


async def test_all_that_the_page_sends_with_a_message_reaches_the_handler() -> None:
    """Tags, the picked tool and model, and the context that the host passed in."""
    store = plain_store()
    server = Host(store)
    context = {"user": "ada"}
    request = says(
        content=[
            {"type": "input_text", "text": "Ask "},
            {
                "type": "input_tag",
                "id": "t1",
                "text": "Ada",
                "data": {"n": 1},
                "group": "People",
                "interactive": True,
            },
        ],
        inference_options={"tool_choice": {"id": "search"}, "model": "large"},
    )
    await read_stream(server, request, context)
    _, user_message, seen = server.asked[0]
    assert seen is context
    assert user_message is not None
    assert user_message.content[1].data == {"n": 1}
    assert user_message.inference_options.tool_choice.id == "search"
    assert user_message.inference_options.model == "large"


async def test_the_times_of_new_threads_and_messages_are_now_in_utc() -> None:
    """Design, Time: timezone-aware UTC everywhere."""
    store = PlainStore()
    events = await read_stream(Host(store), body("threads.create", input=text_input()))
    for moment in (store.threads["thr_1"].created_at, store.of("thr_1")[0].created_at):
        assert moment.tzinfo is UTC
        assert abs(datetime.now(UTC) - moment) < timedelta(seconds=30)
    assert re.fullmatch(r"[-0-9]{10}T[0-9:.]+Z", events[0]["thread"]["created_at"])


async def test_a_message_to_an_unknown_thread_is_an_error_before_the_stream() -> None:
    """A 404 in HTTP, not a stream that says no more than "error"."""
    store = plain_store()
    with pytest.raises(NotFoundError):
        await Host(store).process(says(thread_id="zzz"), None)
    assert store.writes == []


async def test_a_stream_that_nobody_reads_has_no_effect() -> None:
    """Design, Turns: a turn starts when its stream is first read, as officially."""
    store = plain_store()
    server = Host(store)
    stream = await open_stream(server, says())
    await open_stream(server, body("threads.create", input=text_input()))
    await stream.json_events.aclose()
    assert store.writes == []
    assert server.asked == []
    assert list(store.threads) == ["thr"]


async def test_the_options_of_the_stream_are_what_the_host_says() -> None:
    """`allow_cancel` hides the Stop button; it is asked with the thread and the context."""
    asked = []

    class Unstoppable(Host):
        def get_stream_options(self, thread: ThreadMetadata, context: object) -> StreamOptions:
            asked.append((thread.id, context))
            return StreamOptions(allow_cancel=False)

    events = await read_stream(Unstoppable(plain_store()), says(), "ctx")
    assert events[1]["stream_options"] == {"allow_cancel": False}
    assert asked == [("thr", "ctx")]


async def test_items_are_added_when_done_saved_when_replaced_and_deleted_when_removed() -> None:
    """`added` and `updated` save nothing; `done` adds, `replaced` upserts. Source: the issue."""
    store = plain_store(message(), answer("old", "answer_0"))

    async def reply(thread, user_message, context):
        yield added()
        yield delta("Hel")
        yield delta("lo")
        assert store.writes == [("add_thread_item", "thr", "msg_1")]
        yield done("Hello")
        assert store.writes[-1] == ("add_thread_item", "thr", "answer_1")
        yield ThreadItemReplacedEvent(item=answer("new", "answer_0"))
        assert store.writes[-1] == ("save_item", "thr", "answer_0")
        yield ThreadItemRemovedEvent(item_id="answer_1")
        assert store.writes[-1] == ("delete_thread_item", "thr", "answer_1")

    events = await read_stream(Host(store, reply), says())
    assert types(events)[2:] == [
        "thread.item.added",
        "thread.item.updated",
        "thread.item.updated",
        "thread.item.done",
        "thread.item.replaced",
        "thread.item.removed",
    ]
    assert [item.id for item in store.of("thr")] == ["user_1", "answer_0", "msg_1"]
    assert store.of("thr")[1].content[0].text == "new"


async def test_progress_effects_and_notices_are_sent_and_not_stored() -> None:
    """They are for the person who watches; history never replays them."""
    store = plain_store()

    async def reply(thread, user_message, context):
        yield ProgressUpdateEvent(icon="search", text="Looking")
        yield ClientEffectEvent(name="flash", data={"times": 2})
        yield NoticeEvent(level="warning", message="**Careful**", title="Note")

    events = await read_stream(Host(store, reply), says())
    assert events[2:] == [
        {"type": "progress_update", "icon": "search", "text": "Looking"},
        {"type": "client_effect", "name": "flash", "data": {"times": 2}},
        {"type": "notice", "level": "warning", "message": "**Careful**", "title": "Note"},
    ]
    assert store.writes == [("add_thread_item", "thr", "msg_1")]


@pytest.mark.parametrize("kind", STORES)
async def test_an_answer_is_stored_whatever_the_store_is_like(kind: type) -> None:
    """Slow, strict about keys, or keeping what it is given: the thread reads the same."""
    server = Host(kind())

    async def reply(thread, user_message, context):
        yield added()
        yield delta("Hello")
        yield done("Hello")

    server.answer = reply
    events = await read_stream(server, body("threads.create", input=text_input()))
    thread_id = events[0]["thread"]["id"]
    thread = await read_json(server, body("threads.get_by_id", thread_id=thread_id))
    assert [item["type"] for item in thread["items"]["data"]] == [
        "user_message",
        "assistant_message",
    ]


@pytest.mark.requirement("row-21")
async def test_the_thread_of_a_handler_can_be_saved_and_loaded_by_any_store() -> None:
    """Design, row 21: officially a new thread comes as a `Thread`, which cannot be read back."""
    for kind in STORES:
        server = Host(kind())

        async def reply(thread, user_message, context, server=server):
            assert type(thread) is ThreadMetadata
            await server.store.save_thread(thread, context)
            assert type(await server.store.load_thread(thread.id, context)) is ThreadMetadata
            return
            yield

        server.answer = reply
        events = await read_stream(server, body("threads.create", input=text_input()))
        assert "error" not in types(events)
        thread_id = events[0]["thread"]["id"]
        found = await read_json(server, body("threads.get_by_id", thread_id=thread_id))
        assert found["id"] == thread_id


async def test_a_host_that_kept_a_whole_thread_still_gets_metadata() -> None:
    """Rows that the official package wrote hold a `Thread` with items; they must be readable."""
    store = plain_store(
        thread=Thread(id="thr", created_at=NOW, items={"data": [], "has_more": False})
    )
    server = Host(store)
    await read_stream(server, says())
    assert type(server.asked[0][0]) is ThreadMetadata


@pytest.mark.requirement("sec-31", "row-07")
async def test_hidden_items_are_saved_and_never_sent() -> None:
    """Design, row 7: hidden context is for the model, whichever event brings it."""
    store = plain_store()

    async def reply(thread, user_message, context):
        yield ThreadItemAddedEvent(item=hidden())
        yield ThreadItemDoneEvent(item=hidden())
        yield ThreadItemReplacedEvent(item=hidden(content={"more": "canary"}))
        yield done("Hello")

    server = Host(store, reply)
    events = await read_stream(server, says())
    assert "canary" not in str(events)
    assert "hidden" not in str(events)
    assert types(events)[2:] == ["thread.item.done"]
    assert store.of("thr")[1].content == {"more": "canary"}
    for order in ("asc", "desc"):
        page = await read_json(server, body("items.list", thread_id="thr", order=order))
        assert "canary" not in str(page)
    thread = await read_json(server, body("threads.get_by_id", thread_id="thr"))
    assert "canary" not in str(thread)
