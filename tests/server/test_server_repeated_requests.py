"""Requests with a name of their own, sent twice: they begin one turn."""

import asyncio

import pytest
from hosts import (
    NOW,
    Host,
    body,
    done,
    open_stream,
    plain_store,
    text_input,
)
from resuming import RESUME, frames_of, gated, resumable
from stores import PlainStore

from chatkit.store import MemoryStore
from chatkit.types import ThreadMetadata


@pytest.mark.requirement("fault-08")
async def test_a_request_that_is_sent_twice_begins_one_turn() -> None:
    """Reliability, fault 8: a proxy sends it again; the second gets the same events."""
    server, gate = await gated()
    tasks = [asyncio.create_task(frames_of(server, resumable("Hi", "req_1"))) for _ in range(2)]
    await asyncio.sleep(0)
    gate.set()
    first, second = [await task for task in tasks]
    assert first == second
    assert [item.type for item in server.store.of("thr")] == ["user_message", "assistant_message"]
    assert await frames_of(server, resumable("Hi", "req_1")) == first
    assert len(server.asked) == 1


@pytest.mark.requirement("fault-09")
async def test_a_request_that_is_sent_twice_makes_one_new_thread() -> None:
    """Reliability, fault 9: the answer was lost on the way, the request comes again."""
    server = Host(PlainStore())
    request = body("threads.create", {**RESUME, "chatkit.request_id": "req_1"}, input=text_input())
    first = await frames_of(server, request)
    assert await frames_of(server, request) == first
    assert list(server.store.threads) == ["thr_1"]


async def test_two_users_may_choose_the_same_name_for_a_request() -> None:
    """Names are the clients' own; nobody gets to read another one's answer by guessing."""
    store = MemoryStore(owner=str)
    for user in ("ada", "eve"):
        await store.save_thread(ThreadMetadata(id=user, created_at=NOW), user)

    async def reply(thread, user_message, context):
        yield done(f"For {context}", f"a_{context}")

    server = Host(store, reply)
    for user in ("ada", "eve"):
        frames = await frames_of(server, resumable("Hi", "same", user), user)
        assert f"For {user}".encode() in frames[-1]


async def test_a_request_name_of_a_client_that_cannot_come_back_is_ignored() -> None:
    """Its retry comes after a disconnect, which stopped its first turn."""
    server = Host(plain_store())
    request = body(
        "threads.add_user_message",
        {"chatkit.request_id": "req_1"},
        thread_id="thr",
        input=text_input(),
    )
    for _ in range(2):
        async for _ in await open_stream(server, request):
            pass
    assert len(server.asked) == 2
