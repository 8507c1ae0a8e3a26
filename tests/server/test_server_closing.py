"""Closing a server: answers end in time, or are interrupted."""

import asyncio

from hosts import (
    Endless,
    Host,
    added,
    done,
    open_stream,
    plain_store,
    read_into,
    read_stream,
    says,
    types,
)
from stores import SlowStore


async def test_with_continue_the_answer_goes_on_when_its_reader_leaves() -> None:
    """Design, Turns: `on_disconnect="continue"`; the client finds the whole answer on reload."""
    store = plain_store(kind=SlowStore)
    going, finish = asyncio.Event(), asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        going.set()
        await finish.wait()
        yield done("Whole")

    server = Host(store, reply, on_disconnect="continue")
    reading = asyncio.create_task(read_stream(server, says()))
    await going.wait()
    reading.cancel()
    await asyncio.wait([reading])
    finish.set()
    await server.aclose()
    assert [item.type for item in store.of("thr")] == ["user_message", "assistant_message"]
    assert store.of("thr")[1].content[0].text == "Whole"


async def test_closing_the_server_interrupts_what_does_not_end_in_time() -> None:
    """Design, Turns: the partial text is kept, and the client is told that it may retry."""
    server = Endless(plain_store(kind=SlowStore))
    events: list[dict] = []
    reading = asyncio.create_task(read_into(events, await open_stream(server, says())))
    await server.going.wait()
    await server.aclose(drain_seconds=0)
    await reading
    assert types(events)[-2:] == ["thread.item.done", "error"]
    assert events[-1] == {"type": "error", "code": "stream.error", "allow_retry": True}
    kept = server.store.of("thr")
    assert [item.type for item in kept] == ["user_message", "assistant_message"]
    assert kept[1].content[0].text == "Partial"


async def test_closing_the_server_waits_for_what_ends_in_time() -> None:
    """A deploy must not cut answers that are almost there."""
    store = plain_store(kind=SlowStore)
    going = asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        going.set()
        await asyncio.sleep(0.02)  # what is left of the answer
        yield done("Whole")

    server = Host(store, reply)
    reading = asyncio.create_task(read_stream(server, says()))
    await going.wait()
    await server.aclose(drain_seconds=30)
    assert types(await reading)[-1] == "thread.item.done"


async def test_closing_a_server_that_served_nothing_does_nothing() -> None:
    """The lifespan of an app ends whether or not anybody chatted."""
    await Host(plain_store()).aclose()
