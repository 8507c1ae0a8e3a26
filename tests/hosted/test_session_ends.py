"""Streams end with their session: cancelled here or elsewhere, or when its time is over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hosted_stage import WORKFLOW, Clock, Stage, asks, bearer, creates, events, session_request

from chatkit.client import ApiError, ChatKitClient
from chatkit.errors import StoreUnavailable
from chatkit.hosted import Sessions
from chatkit.hosted.sessions import LOOK_SECONDS
from chatkit.store import Session, SQLiteStore
from chatkit.store.memory.access import MemoryAccessStore

RESUME = {"metadata": {"chatkit.resume": True}}
Way = Literal["begun", "begun by an official client", "attached", "EventSource"]
WAYS: list[Way] = ["begun", "begun by an official client", "attached", "EventSource"]
"""How a page comes to a stream."""


@asynccontextmanager
async def open_stream(stage: Stage, secret: str, way: Way) -> AsyncIterator[AsyncIterator[str]]:
    """The rest of an open stream of an answer that has said "one "."""
    post, headers = stage.page.stream, bearer(secret)
    body = {**creates(), **({} if way == "begun by an official client" else RESUME)}
    async with post("POST", "/chatkit", json=body, headers=headers) as response:
        pieces = response.aiter_text()
        seen = await _until_one(pieces)
        if way.startswith("begun"):
            yield pieces
            return
    turn_id = seen.partition("id: ")[2].partition(".")[0]
    attach = {**asks("turns.attach", turn_id=turn_id, after=0), **RESUME}
    again = (
        post("POST", "/chatkit", json=attach, headers=headers)
        if way == "attached"
        else post("GET", f"/chatkit/turns/{turn_id}/events", headers=headers)
    )
    async with again as response:
        pieces = response.aiter_text()
        await _until_one(pieces)
        yield pieces


async def _until_one(pieces: AsyncIterator[str]) -> str:
    seen = ""
    while "one " not in seen:
        seen += await anext(pieces)
    return seen


@pytest.mark.parametrize("way", WAYS)
async def test_a_stream_ends_when_its_session_is_cancelled(stage: Stage, way: Way) -> None:
    """At once, however it was opened; a page that can come back is told to."""
    stage.server.gate.clear()
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    async with open_stream(stage, session.client_secret, way) as pieces:
        await stage.backend.beta.chatkit.sessions.cancel(session.id)
        rest = "".join([piece async for piece in pieces])
    assert rest == "retry: 0\n\n"
    stage.server.gate.set()


@pytest.mark.parametrize("way", ["begun", "EventSource"])
async def test_a_stream_ends_when_its_session_expires(stage: Stage, way: Way) -> None:
    """At that moment: nobody asks the database for it."""
    stage.server.gate.clear()
    secret = await stage.secret(expires_after={"anchor": "created_at", "seconds": 3})
    async with open_stream(stage, secret, way) as pieces:
        rest = "".join([piece async for piece in pieces])
    assert rest == "retry: 0\n\n"
    stage.server.gate.set()
    refused = await stage.ask(secret, asks("threads.list"))
    assert refused.json()["error"]["type"] == "client_secret_expired"


async def test_the_answer_of_a_client_that_cannot_come_back_is_stopped_and_saved(
    stage: Stage,
) -> None:
    """Its session was cancelled; what was said is there for the next one."""
    stage.server.gate.clear()
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    headers = bearer(session.client_secret)
    async with stage.page.stream("POST", "/chatkit", json=creates(), headers=headers) as response:
        pieces = response.aiter_text()
        seen = await _until_one(pieces)
        await stage.backend.beta.chatkit.sessions.cancel(session.id)
        async for _ in pieces:
            pass
    thread_id = events(seen)[0]["thread"]["id"]
    secret = await stage.secret()
    items = (await stage.ask(secret, asks("items.list", thread_id=thread_id))).json()["data"]
    assert items[0]["content"][0]["text"] == "one "


async def test_a_client_does_not_take_such_an_end_for_the_end_of_the_answer(stage: Stage) -> None:
    """It comes back, and learns that it is no longer let in."""
    stage.server.gate.clear()
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    headers = bearer(session.client_secret)
    async with ChatKitClient(f"{stage.url}/chatkit", headers=headers) as client:
        answer = client.create_thread("hello")
        async for _ in answer:
            if answer.text == "one ":
                break
        await stage.backend.beta.chatkit.sessions.cancel(session.id)
        with pytest.raises(ApiError) as refused:
            await answer.wait()
    assert (refused.value.status, refused.value.type) == (401, "session_cancelled")
    stage.server.gate.set()


async def test_a_cancellation_by_another_process_is_noticed(tmp_path: Path) -> None:
    """An open stream looks at its session every few seconds; here, every hundredth."""
    assert LOOK_SECONDS <= 60
    async with SQLiteStore[Any](tmp_path / "chat.sqlite3") as store:
        here = Sessions(store.access(), look_seconds=0.01)
        there = Sessions(store.access())
        session = await here.create(session_request())
        waiting = asyncio.create_task(here.wait_for_end(session))
        await there.cancel(session.id)
        async with asyncio.timeout(5):
            await waiting


async def test_a_database_that_is_away_ends_no_stream(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is looked at again; the session may be all right."""
    looked = asyncio.Event()

    class Away(MemoryAccessStore):
        async def load_session(self, session_id: str) -> Session | None:
            looked.set()
            raise StoreUnavailable("the disk is gone")

    access = Away()
    clock = Clock()
    sessions = Sessions(access, look_seconds=0.001, clock=clock)
    session = await sessions.create(session_request())
    waiting = asyncio.create_task(sessions.wait_for_end(session))
    await looked.wait()
    assert not waiting.done()
    clock.now += timedelta(seconds=600)
    async with asyncio.timeout(5):
        await waiting
    assert "the disk is gone" in caplog.text
