"""A handler changes its thread in place: it is saved, and the client told, right after."""

import asyncio

import pytest
from hosts import (
    Host,
    added,
    body,
    delta,
    done,
    plain_store,
    progress,
    read_json,
    read_stream,
    says,
    text_input,
    types,
)
from stores import ByReferenceStore, FailingStore, PlainStore, SlowStore, StrictStore

from chatkit.errors import CustomStreamError
from chatkit.store import MemoryStore
from chatkit.types import ClosedStatus, LockedStatus


async def answered(reply, store=None, request=None) -> tuple[list[dict], PlainStore]:
    """The events after the opening, and the store."""
    store = store or plain_store()
    events = await read_stream(Host(store, reply), request or says())
    return events[2:], store


async def test_a_change_is_saved_and_sent_right_after_the_event_during_which_it_was_made() -> None:
    """Source: server-behaviour. Not at the end: the page shows the title while the answer runs."""

    async def reply(thread, user_message, context):
        yield progress("1")
        thread.title = "Dune"
        yield progress("2")
        yield progress("3")

    events, store = await answered(reply)
    assert types(events) == [
        "progress_update",
        "progress_update",
        "thread.updated",
        "progress_update",
    ]
    assert events[2]["thread"]["title"] == "Dune"
    assert events[2]["thread"]["items"] == {"data": [], "has_more": False}
    assert store.names.count("save_thread") == 1
    assert store.threads["thr"].title == "Dune"


async def test_a_change_after_the_last_event_is_saved_and_sent_at_the_end() -> None:
    """Source: server-behaviour."""

    async def reply(thread, user_message, context):
        yield progress()
        thread.title = "Late"

    events, store = await answered(reply)
    assert types(events) == ["progress_update", "thread.updated"]
    assert store.threads["thr"].title == "Late"


async def test_a_change_without_any_event_is_saved_and_sent() -> None:
    """A handler may do no more than rename the thread."""

    async def reply(thread, user_message, context):
        thread.title = "Only"
        return
        yield

    events, store = await answered(reply)
    assert types(events) == ["thread.updated"]
    assert store.threads["thr"].title == "Only"


async def test_a_thread_that_stays_as_it_is_is_not_saved() -> None:
    """The check is made for each event, the write only for a change."""

    async def reply(thread, user_message, context):
        thread.title = thread.title
        thread.metadata = dict(thread.metadata)
        for _ in range(50):
            yield progress()

    events, store = await answered(reply)
    assert "thread.updated" not in types(events)
    assert "save_thread" not in store.names


@pytest.mark.parametrize(
    "change",
    [
        lambda thread: setattr(thread, "title", "T"),
        lambda thread: setattr(thread, "status", LockedStatus(reason="r")),
        lambda thread: setattr(thread, "status", ClosedStatus()),
        lambda thread: setattr(thread, "allowed_image_domains", ["x.test"]),
        lambda thread: thread.metadata.update(step=1),
        lambda thread: thread.metadata["deep"]["list"].append(3),
        lambda thread: thread.metadata["deep"].update(flag=True),
    ],
    ids=["title", "lock", "close", "domains", "metadata", "nested list", "nested dict"],
)
async def test_any_part_of_a_thread_may_change_in_place(change) -> None:
    """Also deep inside its metadata, where apps keep the state of a conversation."""
    store = plain_store()
    store.threads["thr"].metadata = {"deep": {"list": [1, 2]}}

    async def reply(thread, user_message, context):
        change(thread)
        yield progress()

    events, store = await answered(reply, store)
    assert types(events) == ["progress_update", "thread.updated"]
    assert "metadata" not in events[1]["thread"]
    expected = plain_store().threads["thr"]
    expected.metadata = {"deep": {"list": [1, 2]}}
    change(expected)
    assert store.threads["thr"] == expected


async def test_metadata_is_never_sent_with_a_change() -> None:
    """Source: server-behaviour: threads sent to clients never carry it."""

    async def reply(thread, user_message, context):
        thread.metadata["key"] = "canary"
        yield progress()

    events, store = await answered(reply)
    assert "canary" not in str(events)
    assert store.threads["thr"].metadata == {"key": "canary"}


async def test_a_task_beside_the_answer_may_change_the_thread() -> None:
    """Titling in the background, as the official examples do. Source: server-behaviour."""
    titled = asyncio.Event()

    async def set_title(thread):
        thread.title = "From beside"
        titled.set()

    async def reply(thread, user_message, context):
        task = asyncio.create_task(set_title(thread))
        yield progress()
        await titled.wait()
        yield progress()
        await task

    events, store = await answered(reply)
    assert "thread.updated" in types(events)
    assert store.threads["thr"].title == "From beside"


@pytest.mark.requirement("row-24")
@pytest.mark.parametrize("failures", [1, 2])
async def test_a_change_that_could_not_be_saved_is_tried_again_with_the_next_event(
    failures: int,
) -> None:
    """Design, row 24: officially the error ends the answer, and the change is forgotten."""

    class Flaky(FailingStore):
        async def called(self, method, *ids):
            self.nth = min(self.names.count(method) + 1, failures) if method == self.method else 0
            await super().called(method, *ids)

    store = plain_store(kind=lambda: Flaky("save_thread"))

    async def reply(thread, user_message, context):
        thread.title = "Dune"
        yield progress("1")
        yield progress("2")
        yield progress("3")
        yield done("Hello")

    events, _ = await answered(reply, store)
    assert store.failed == failures
    assert types(events).count("thread.updated") == 1
    assert types(events).index("thread.updated") == failures + 1
    assert "error" not in types(events)
    assert store.threads["thr"].title == "Dune"


@pytest.mark.requirement("row-24")
async def test_a_change_that_can_never_be_saved_is_an_error_once_the_answer_is_safe() -> None:
    """Design, row 24: the answer is kept, and the client does not show what is not stored."""
    store = plain_store(kind=lambda: FailingStore("save_thread", forever=True))

    async def reply(thread, user_message, context):
        thread.title = "Dune"
        yield done("Hello")

    events, _ = await answered(reply, store)
    assert types(events) == ["thread.item.done", "error"]
    assert "canary" not in str(events)
    assert [item.type for item in store.of("thr")] == ["user_message", "assistant_message"]


async def test_a_change_is_saved_also_when_the_handler_fails_after_it() -> None:
    """Lock the thread, then tell why: officially the change comes after the error."""

    async def reply(thread, user_message, context):
        yield progress()
        thread.status = LockedStatus(reason="Moderated")
        raise CustomStreamError("No more of this")

    events, store = await answered(reply)
    assert sorted(types(events)) == ["error", "progress_update", "thread.updated"]
    assert store.threads["thr"].status == LockedStatus(reason="Moderated")


@pytest.mark.parametrize(
    "kind", [PlainStore, SlowStore, StrictStore, ByReferenceStore, MemoryStore]
)
async def test_a_new_thread_may_be_titled_on_any_store(kind: type) -> None:
    """The first answer usually is when it gets its title."""
    server = Host(kind())

    async def reply(thread, user_message, context):
        yield added()
        thread.title = "Dune"
        yield delta("Hello")
        yield done("Hello")

    server.answer = reply
    events = await read_stream(server, body("threads.create", input=text_input()))
    updates = [event for event in events if event["type"] == "thread.updated"]
    assert [update["thread"]["title"] for update in updates] == ["Dune"]
    thread_id = events[0]["thread"]["id"]
    thread = await read_json(server, body("threads.get_by_id", thread_id=thread_id))
    assert thread["title"] == "Dune"
