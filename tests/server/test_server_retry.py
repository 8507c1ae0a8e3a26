"""`threads.retry_after_item`: what is dropped, what is answered again."""

import asyncio

import pytest
from hosts import (
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
    read_stream,
    says,
    types,
)
from stores import FailingStore, SlowStore

from chatkit.errors import ItemNotFound, NotFoundError, WrongItem


def retries(item_id: str = "user_1", thread_id: str = "thr") -> str:
    """The request to answer a message again."""
    return body("threads.retry_after_item", thread_id=thread_id, item_id=item_id)


async def test_what_came_after_the_message_is_dropped_and_it_is_answered_again() -> None:
    """Hidden items go too. The client drops its own copies: there are no `removed` events."""
    store = plain_store(message(id="user_0"), message(), answer("Old"), hidden(), answer("x", "a2"))
    server = Host(store)
    events = await read_stream(server, retries(), "ctx")
    assert types(events) == ["stream_options", "thread.item.done"]
    assert [item.id for item in store.of("thr")] == ["user_0", "user_1", "hello_user_1"]
    _, user_message, context = server.asked[0]
    assert user_message == message()
    assert context == "ctx"


async def test_the_last_message_can_be_retried() -> None:
    """Its answer failed before it had begun: there is nothing to drop."""
    store = plain_store(message())
    events = await read_stream(Host(store), retries())
    assert types(events) == ["stream_options", "thread.item.done"]
    assert store.writes == [("add_thread_item", "thr", "hello_user_1")]


async def test_a_message_far_back_can_be_retried() -> None:
    """More than one page of the store lies after it."""
    store = plain_store(message(), *[answer("x", f"answer_{n}") for n in range(250)])
    await read_stream(Host(store), retries())
    assert [item.id for item in store.of("thr")] == ["user_1", "hello_user_1"]


@pytest.mark.requirement("row-03")
async def test_an_unknown_item_is_an_error_and_drops_nothing() -> None:
    """Design, row 3: officially the whole thread would be dropped without an answer."""
    store = plain_store(message(), answer("Old"))
    with pytest.raises(ItemNotFound, match="zzz"):
        await Host(store).process(retries("zzz"), None)
    with pytest.raises(NotFoundError):
        await Host(store).process(retries(thread_id="zzz"), None)
    assert store.writes == []
    assert len(store.of("thr")) == 2


async def test_only_messages_of_a_person_can_be_retried() -> None:
    """A ValueError for a wrong item, as officially."""
    store = plain_store(message(), answer("Old"))
    with pytest.raises(WrongItem, match="user message") as caught:
        await Host(store).process(retries("answer_1"), None)
    assert isinstance(caught.value, ValueError)
    assert store.writes == []


@pytest.mark.requirement("row-03")
async def test_the_old_answer_stays_until_the_new_turn_is_under_way() -> None:
    """Design, row 3: a request that is never read, or that the log refuses, loses nothing."""
    store = plain_store(message(), answer("Old"))
    server = Host(store)
    await open_stream(server, retries())
    assert store.writes == []

    async def refuse(record: object, context: object) -> None:
        raise RuntimeError("the log is full")

    server.supervisor().log.begin = refuse
    events = await read_stream(server, retries())
    assert types(events) == ["error"]
    assert len(store.of("thr")) == 2


async def test_a_retry_stops_the_running_turn_first() -> None:
    """Design, Turns: what the stopped turn saves is dropped with the rest, not left behind."""
    store = plain_store(message(), kind=SlowStore)
    waits = asyncio.Event()

    async def endless(thread, user_message, context):
        yield added()
        yield delta("Partial")
        waits.set()
        await asyncio.Event().wait()

    server = Host(store, endless)
    first = asyncio.create_task(read_stream(server, retries()))
    await waits.wait()

    async def fresh(thread, user_message, context):
        yield done("Fresh", "answer_2")

    server.answer = fresh
    events = await read_stream(server, retries())
    assert types(await first)[-1] == "thread.item.done"
    assert types(events) == ["stream_options", "thread.item.done"]
    assert [item.id for item in store.of("thr")] == ["user_1", "answer_2"]


async def test_a_retry_that_the_store_fails_says_so_and_can_be_tried_again() -> None:
    """The error is an event, as the stream has begun."""
    store = FailingStore("delete_thread_item", nth=2)
    store.threads = plain_store().threads
    store.items = {"thr": [message(), answer("Old"), answer("Older", "answer_2")]}
    server = Host(store)
    events = await read_stream(server, retries())
    assert types(events) == ["error"]
    assert events[0]["allow_retry"] is True
    assert "canary" not in str(events)
    events = await read_stream(server, retries())
    assert types(events) == ["stream_options", "thread.item.done"]
    assert [item.id for item in store.of("thr")] == ["user_1", "hello_user_1"]


async def test_a_message_sent_after_a_retry_is_answered_too() -> None:
    """The thread goes on as if the first answer had never been."""
    store = plain_store(message(), answer("Old"))
    server = Host(store)
    await read_stream(server, retries())
    await read_stream(server, says("Next"))
    assert [item.type for item in store.of("thr")] == [
        "user_message",
        "assistant_message",
        "user_message",
        "assistant_message",
    ]
