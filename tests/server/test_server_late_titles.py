"""What a task beside the answer changes on the thread after the stream has ended."""

import asyncio

import pytest
from hosts import (
    Host,
    plain_store,
    progress,
    read_stream,
    says,
)
from stores import PlainStore


@pytest.mark.requirement("row-19")
async def test_a_title_set_after_the_stream_is_saved_and_told_by_the_next_one() -> None:
    """Design, row 19: officially it is lost, as nobody looks at the thread any more."""
    store = plain_store()
    ended, tasks = asyncio.Event(), []

    async def set_title(thread):
        await ended.wait()
        thread.title = "At last"

    async def reply(thread, user_message, context):
        tasks.append(asyncio.create_task(set_title(thread)))
        yield progress()

    server = Host(store, reply)
    await read_stream(server, says())
    ended.set()
    await tasks[0]

    async def plain(thread, user_message, context):
        assert thread.title == "At last"
        yield progress()

    server.answer = plain
    events = await read_stream(server, says())
    assert store.threads["thr"].title == "At last"
    assert [event["thread"]["title"] for event in events if event["type"] == "thread.updated"] == [
        "At last"
    ]


@pytest.mark.requirement("row-19")
async def test_a_title_set_after_the_stream_is_saved_when_the_server_closes() -> None:
    """Design, row 19: a process that ends must not take the title with it."""
    store = plain_store()
    threads = []

    async def reply(thread, user_message, context):
        threads.append(thread)
        yield progress()

    server = Host(store, reply)
    await read_stream(server, says())
    threads[0].title = "At last"
    await server.aclose()
    assert store.threads["thr"].title == "At last"


@pytest.mark.requirement("row-19")
async def test_a_title_set_after_the_stream_is_saved_without_another_request() -> None:
    """Design, row 19: the thread is looked at for a minute, first after a tenth of a second."""
    saved = asyncio.Event()

    class Telling(PlainStore):
        async def save_thread(self, thread, context):
            await super().save_thread(thread, context)
            saved.set()

    store = plain_store(kind=Telling)
    threads = []

    async def reply(thread, user_message, context):
        threads.append(thread)
        yield progress()

    server = Host(store, reply)
    await read_stream(server, says())
    threads[0].title = "At last"
    await saved.wait()
    assert store.threads["thr"].title == "At last"
