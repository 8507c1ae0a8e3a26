"""Locked and closed threads: read, but not written to."""

import asyncio

import pytest
from hosts import (
    Host,
    body,
    plain_store,
    progress,
    read_json,
    read_stream,
    says,
    types,
)

from chatkit.types import ActiveStatus, ClosedStatus, LockedStatus


@pytest.mark.requirement("row-08")
@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (LockedStatus(reason="Moderated"), "Moderated"),
        (LockedStatus(), "locked"),
        (ClosedStatus(reason="Solved"), "Solved"),
        (ClosedStatus(), "closed"),
    ],
)
async def test_a_locked_or_closed_thread_refuses_messages_and_can_be_read(status, shown) -> None:
    """Design, row 8: officially only the page's composer keeps messages out."""
    store = plain_store()
    store.threads["thr"].status = status
    server = Host(store)
    (event,) = await read_stream(server, says())
    assert event["type"] == "error"
    assert event["code"] == "custom"
    assert shown in event["message"]
    assert event["allow_retry"] is False
    assert server.asked == []
    assert store.writes == []
    thread = await read_json(server, body("threads.get_by_id", thread_id="thr"))
    assert thread["status"]["type"] == status.type
    assert await read_json(server, body("items.list", thread_id="thr")) == {
        "data": [],
        "has_more": False,
    }


@pytest.mark.requirement("row-08")
async def test_a_thread_that_is_open_again_takes_messages_again() -> None:
    """A lock is for now."""
    store = plain_store()
    store.threads["thr"].status = LockedStatus()
    server = Host(store)
    await read_stream(server, says())
    store.threads["thr"].status = ActiveStatus()
    assert "error" not in types(await read_stream(server, says()))


@pytest.mark.requirement("row-08")
async def test_a_message_that_waited_is_refused_when_the_turn_before_it_locked_the_thread() -> None:
    """Design, row 8: the thread is looked at when the turn begins, not when it was asked for."""
    store = plain_store()
    going, lock = asyncio.Event(), asyncio.Event()

    async def reply(thread, user_message, context):
        going.set()
        await lock.wait()
        thread.status = LockedStatus(reason="Enough")
        yield progress()

    server = Host(store, reply)
    first = asyncio.create_task(read_stream(server, says("one")))
    await going.wait()
    second = asyncio.create_task(read_stream(server, says("two")))
    await asyncio.sleep(0)
    lock.set()
    await first
    assert [event.get("message") for event in await second] == ["Enough"]
    assert len(store.of("thr")) == 1
