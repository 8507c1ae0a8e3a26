"""Titles of the server's making: beside the answer, never in its way, never over somebody's own."""

import asyncio
from typing import Any

import pytest
from hosts import (
    NOW,
    Host,
    body,
    open_stream,
    plain_store,
    progress,
    read_json,
    read_stream,
    says,
    text_input,
)

from chatkit.store import MemoryStore, NotFoundError
from chatkit.turns import TurnLimits
from chatkit.types import ThreadMetadata, UserMessageItem

RENAME = body("threads.update", thread_id="thr", title="Mine")


class Titling(Host):
    """Makes a title when it is told to; notes what it was asked with."""

    def __init__(self, store: Any = None, answer: Any = None, **options: Any) -> None:
        super().__init__(store if store is not None else plain_store(), answer, **options)
        self.asked_for: list[tuple[ThreadMetadata, UserMessageItem]] = []
        self.begun = asyncio.Event()
        self.ready = asyncio.Event()
        self.next_title: str | None = "About trains"

    async def title_thread(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
    ) -> str | None:
        self.asked_for.append((thread, input_user_message))
        self.begun.set()
        await self.ready.wait()
        return self.next_title


def titles(events: list[dict[str, Any]]) -> list[str | None]:
    """The titles that a stream told."""
    return [event["thread"].get("title") for event in events if event["type"] == "thread.updated"]


async def settled(server: Titling) -> None:
    """Returns when no title is under way."""
    await server.supervisor().titles.wait("thr")


@pytest.mark.requirement("row-19")
async def test_a_title_that_is_ready_in_time_is_saved_and_told_in_the_stream() -> None:
    """The thread on screen gets its name while the answer still grows."""

    async def slowly(thread, message, context):
        yield progress()
        await settled(server)
        yield progress()

    server = Titling(answer=slowly)
    server.ready.set()
    events = await read_stream(server, says())
    assert titles(events) == ["About trains"]
    assert server.store.threads["thr"].title == "About trains"
    ((thread, message),) = server.asked_for
    assert (thread.id, message.content[0].text) == ("thr", "Hi")


@pytest.mark.requirement("row-19")
async def test_an_answer_does_not_wait_for_its_title() -> None:
    """It ends without it; the title is saved when it comes, and told by the next stream."""
    server = Titling()
    first = await read_stream(server, says())
    assert titles(first) == []
    assert server.store.threads["thr"].title is None
    server.ready.set()
    await settled(server)
    assert server.store.threads["thr"].title == "About trains"
    assert titles(await read_stream(server, says())) == ["About trains"]
    assert len(server.asked_for) == 1


async def test_a_page_that_can_resume_is_told_that_a_title_is_coming_and_may_wait_for_it() -> None:
    """With a comment at the end of the stream, which other clients ignore."""
    server = Titling()
    resume = {"chatkit.resume": True}
    resumable = body("threads.add_user_message", resume, thread_id="thr", input=text_input())
    frames = [frame async for frame in await open_stream(server, resumable)]
    assert frames[-1] == b": title pending\n\n"
    asks = body("threads.get_by_id", {"chatkit.title": True}, thread_id="thr")
    waiting = asyncio.create_task(read_json(server, asks))
    await server.begun.wait()
    await asyncio.sleep(0)
    assert not waiting.done()
    server.ready.set()
    assert (await waiting)["title"] == "About trains"
    again = [frame async for frame in await open_stream(server, resumable)]
    assert b": title pending\n\n" not in again


async def test_a_title_that_the_handler_gives_meanwhile_stays() -> None:
    """The app knows better than a model."""

    async def named(thread, message, context):
        await server.begun.wait()
        thread.title = "The app's own"
        yield progress()

    server = Titling(answer=named)
    await read_stream(server, says())
    server.ready.set()
    await settled(server)
    assert server.store.threads["thr"].title == "The app's own"


async def test_a_title_that_a_person_gives_meanwhile_stays() -> None:
    """Whether the model is still at it, or its title is being saved."""
    server = Titling()
    await read_stream(server, says())
    await server.begun.wait()
    assert (await read_json(server, RENAME))["title"] == "Mine"
    server.ready.set()
    await settled(server)
    assert server.store.threads["thr"].title == "Mine"


async def test_a_renaming_waits_for_a_title_that_is_being_saved() -> None:
    """The person's name is the last word, in the store as well."""
    saving, go_on = asyncio.Event(), asyncio.Event()

    class Slow(MemoryStore[Any]):
        async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
            if thread.title == "About trains":
                saving.set()
                await go_on.wait()
            await super().save_thread(thread, context)

    store = Slow()
    await store.save_thread(ThreadMetadata(id="thr", created_at=NOW), {})
    server = Titling(store)
    server.ready.set()
    await read_stream(server, says())
    await saving.wait()
    renaming = asyncio.create_task(read_json(server, RENAME))
    await asyncio.sleep(0)
    go_on.set()
    assert (await renaming)["title"] == "Mine"
    assert (await store.load_thread("thr", {})).title == "Mine"


async def test_a_thread_that_has_a_title_gets_no_other() -> None:
    """Nobody is asked, so nobody pays."""
    server = Titling(plain_store(thread=ThreadMetadata(id="thr", title="Old", created_at=NOW)))
    server.ready.set()
    await read_stream(server, says())
    assert server.asked_for == []


async def test_a_deleted_thread_gets_no_title() -> None:
    """And does not come back by one."""
    server = Titling()
    await read_stream(server, says())
    await server.begun.wait()
    await read_json(server, body("threads.delete", thread_id="thr"))
    assert not server.supervisor().titles.is_under_way("thr")
    with pytest.raises(NotFoundError):
        await server.store.load_thread("thr", {})


class Refusing:
    """A context that wants no titles."""

    automatic_thread_titling = False


async def test_a_context_may_want_no_titles() -> None:
    """As sessions of the hosted service's kind can."""
    server = Titling()
    await read_stream(server, says(), context=Refusing())
    assert server.asked_for == []


async def test_a_title_that_fails_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The log says so, and the next message asks again."""

    class Failing(Titling):
        async def title_thread(self, thread, input_user_message, context):
            await super().title_thread(thread, input_user_message, context)
            raise ConnectionError("no model here")

    server = Failing()
    server.ready.set()
    for _ in range(2):
        events = await read_stream(server, says())
        assert not [event for event in events if event["type"] == "error"]
        await settled(server)
    assert len(server.asked_for) == 2
    assert "no model here" in caplog.text


async def test_a_title_that_takes_too_long_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    """Thirty seconds by default."""
    server = Titling(limits=TurnLimits(title_seconds=0.01))
    await read_stream(server, says())
    await settled(server)
    assert "no title for thread thr: TimeoutError()" in caplog.text


@pytest.mark.parametrize(
    ("made", "kept"),
    [(None, None), ("  ", None), (" two\n words ", "two words"), ("x" * 500, "x" * 200)],
)
async def test_a_title_is_one_line_of_bounded_length(made: str | None, kept: str | None) -> None:
    """Whatever a model makes of it."""
    server = Titling()
    server.next_title = made
    server.ready.set()
    await read_stream(server, says())
    await settled(server)
    assert server.store.threads["thr"].title == kept


async def test_a_server_that_ends_lets_its_titles_be_made() -> None:
    """For as long as its answers may take; then they are given up."""
    patient, hurried = Titling(), Titling()
    for server in (patient, hurried):
        await read_stream(server, says())
        await server.begun.wait()
    closing = asyncio.create_task(patient.aclose(5))
    await asyncio.sleep(0)
    patient.ready.set()
    await closing
    await hurried.aclose(0)
    assert patient.store.threads["thr"].title == "About trains"
    assert hurried.store.threads["thr"].title is None
