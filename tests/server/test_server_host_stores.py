"""Stores with a temper: strict keys, references, naive times, failures at every call."""

import asyncio
from contextlib import suppress
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
    read_until,
    says,
    text_input,
    tool_call,
    types,
    widget,
)
from stores import (
    WRITES,
    ByReferenceStore,
    FailingStore,
    PlainStore,
    SlowStore,
    StoreDown,
    StrictStore,
)

from chatkit.store import MemoryStore, NotFoundError
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    CustomTask,
    FileAttachment,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
)


async def everything(thread, user_message, context):
    """An answer that writes in every way."""
    yield added()
    yield delta("Hello")
    thread.title = "Dune"
    yield done("Hello")
    yield ThreadItemDoneEvent(item=hidden())
    yield ThreadItemReplacedEvent(item=answer("Replaced", "answer_0"))
    yield added(id="answer_2")
    yield delta("Left open", "answer_2")


REQUESTS = {
    "create": body("threads.create", input=text_input(attachments=["atc"])),
    "add": says(attachments=["atc"]),
    "tool output": body("threads.add_client_tool_output", thread_id="thr", result=1),
    "retry": body("threads.retry_after_item", thread_id="thr", item_id="user_1"),
}
METHODS = sorted(WRITES | {"load_thread", "load_thread_items", "load_item", "load_attachment"})


KINDS = [PlainStore, SlowStore, StrictStore, ByReferenceStore, MemoryStore]


def loaded(store: FailingStore) -> FailingStore:
    """The store with a thread, a message, an answer, a call and an attachment."""
    full = plain_store(message(), answer("Old", "answer_0"), tool_call())
    store.threads, store.items = full.threads, full.items
    store.attachments["atc"] = FileAttachment(id="atc", name="a.txt", mime_type="text/plain")
    return store


@pytest.mark.requirement("fault-18")
@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("method", METHODS)
async def test_a_store_may_fail_at_any_call(name: str, method: str) -> None:
    """Each method, each n-th call: one error, no leak, and the next turn works."""
    for nth in range(1, 6):
        store = loaded(FailingStore(method, nth))
        server = Host(store, everything)
        frames: list[bytes] = []
        with suppress(StoreDown):  # before the stream: the host's own handler answers it
            frames = [frame async for frame in await open_stream(server, REQUESTS[name])]
        errors = [frame for frame in frames if b'"type":"error"' in frame]
        assert len(errors) <= 1
        assert b"canary" not in b"".join(frames)
        assert store.failed == 1 or not errors
        assert frames or store.failed == 1
        store.method = ""
        thread_id = next(reversed(store.threads))
        calm = Host(store)
        assert "error" not in types(await read_stream(calm, says("Next", thread_id=thread_id)))
        await server.aclose()


@pytest.mark.parametrize("nth", range(1, 5))
async def test_a_failing_write_never_shows_what_is_not_stored(nth: int) -> None:
    """Design: save before show. What a client got as `done` is there after a reload."""
    store = loaded(FailingStore("add_thread_item", nth))
    events = await read_stream(Host(store, everything), says())
    shown = {event["item"]["id"] for event in events if event["type"] == "thread.item.done"}
    assert shown <= {item.id for item in store.of("thr")}


@pytest.mark.requirement("row-18")
@pytest.mark.parametrize(
    "kind", [PlainStore, SlowStore, StrictStore, ByReferenceStore, MemoryStore]
)
async def test_a_workflow_that_two_turns_work_on_is_saved_once(kind: type) -> None:
    """Design, row 18: officially the second `done` adds it again, which strict stores refuse."""
    server = Host(kind())
    flow = WorkflowItem(
        id="wf", thread_id="thr", created_at=NOW, workflow=Workflow(type="custom", tasks=[])
    )

    async def begins(thread, user_message, context):
        yield ThreadItemAddedEvent(item=flow)
        task = CustomTask(title="One")
        yield ThreadItemUpdatedEvent(
            item_id="wf", update=WorkflowTaskAdded(task_index=0, task=task)
        )

    async def ends(thread, user_message, context):
        task = CustomTask(title="Two")
        yield ThreadItemUpdatedEvent(
            item_id="wf", update=WorkflowTaskAdded(task_index=1, task=task)
        )
        item = await server.store.load_item(thread.id, "wf", context)
        finished = item.model_copy(
            update={"workflow": Workflow(type="custom", tasks=[*item.workflow.tasks, task])}
        )
        yield ThreadItemDoneEvent(item=finished)
        yield ThreadItemDoneEvent(item=finished)

    server.answer = begins
    events = await read_stream(server, body("threads.create", input=text_input()))
    assert "thread.item.done" not in types(events)[2:]
    thread_id = events[0]["thread"]["id"]
    server.answer = ends
    events = await read_stream(server, says(thread_id=thread_id))
    assert "error" not in types(events)
    page = await read_json(server, body("items.list", thread_id=thread_id, order="asc"))
    (kept,) = [item for item in page["data"] if item["type"] == "workflow"]
    assert [task["title"] for task in kept["workflow"]["tasks"]] == ["One", "Two"]


async def test_an_item_that_is_done_twice_in_a_turn_is_replaced() -> None:
    """Strict stores refuse the same key twice; the second version counts."""
    store = plain_store(kind=StrictStore)

    async def reply(thread, user_message, context):
        yield done("First")
        yield done("Second")

    events = await read_stream(Host(store, reply), says())
    assert "error" not in types(events)
    assert [item.content[0].text for item in store.of("thr")[1:]] == ["Second"]


async def test_items_with_naive_times_sort_among_ours() -> None:
    """Host code writes `datetime.now()`; a store that sorts by time must not get a TypeError."""

    class Sorting(PlainStore):
        async def load_thread_items(self, thread_id, after, limit, order, context):
            self.items[thread_id].sort(key=lambda item: item.created_at)
            return await super().load_thread_items(thread_id, after, limit, order, context)

    store = plain_store(kind=Sorting)

    async def reply(thread, user_message, context):
        item = AssistantMessageItem(
            id="a1",
            thread_id=thread.id,
            created_at=datetime.now(),
            content=[AssistantMessageContent(text="Now")],
        )
        assert abs(item.created_at - datetime.now(UTC)) < timedelta(seconds=30)
        yield ThreadItemDoneEvent(item=item)

    server = Host(store, reply)
    events = await read_stream(server, says())
    assert "error" not in types(events)
    assert events[-1]["item"]["created_at"].endswith("Z")
    page = await read_json(server, body("items.list", thread_id="thr", order="asc"))
    assert [item["id"] for item in page["data"]] == ["msg_1", "a1"]


async def test_a_store_by_reference_is_not_changed_behind_its_back() -> None:
    """What it keeps changes when it is saved, not when a handler changes its own objects."""
    store = plain_store(kind=ByReferenceStore)

    async def reply(thread, user_message, context):
        assert thread is not store.threads["thr"]
        thread.metadata["step"] = 1
        assert store.threads["thr"].metadata == {}
        yield added()
        assert store.threads["thr"].metadata == {"step": 1}
        thread.metadata["step"] = 2
        assert store.threads["thr"].metadata == {"step": 1}

    server = Host(store, reply)
    assert "error" not in types(await read_stream(server, says()))
    assert store.threads["thr"].metadata == {"step": 2}


async def test_a_turn_that_waited_gets_a_copy_of_the_thread_too() -> None:
    """It reads the thread anew; a store by reference hands out the very object that it keeps."""
    store = plain_store(kind=ByReferenceStore)
    going, finish = asyncio.Event(), asyncio.Event()

    async def reply(thread, user_message, context):
        assert thread is not store.threads["thr"]
        going.set()
        await finish.wait()
        yield widget_done(user_message.id)

    server = Host(store, reply)
    first = asyncio.create_task(read_stream(server, says("one")))
    await going.wait()
    second = asyncio.create_task(read_stream(server, says("two")))
    await asyncio.sleep(0)
    finish.set()
    for events in (await first, await second):
        assert "error" not in types(events)


def widget_done(id: str) -> ThreadItemDoneEvent:
    """A widget's `done`."""
    return ThreadItemDoneEvent(item=widget(f"w_{id}"))


async def test_a_slow_store_is_written_in_the_order_of_the_events() -> None:
    """Nothing overtakes: each write is over before its event is sent."""
    store = plain_store(kind=SlowStore)

    async def reply(thread, user_message, context):
        for n in range(5):
            yield done("x", f"a{n}")

    stream = await open_stream(Host(store, reply), says())
    for n in range(5):
        await read_until(f'"a{n}"', stream)
        assert f"a{n}" in [item.id for item in store.of("thr")]
    async for _ in stream:
        pass
    assert [call[2] for call in store.writes] == ["msg_1", *[f"a{n}" for n in range(5)]]


class Discreet(MemoryStore):
    """A host's store that shows nobody what is marked as secret."""

    async def load_thread(self, thread_id, context):
        thread = await super().load_thread(thread_id, context)
        if thread.metadata.get("secret"):
            raise NotFoundError(f"no thread {thread_id}")
        return thread

    async def load_threads(self, limit, after, order, context):
        page = await super().load_threads(limit, after, order, context)
        page.data = [thread for thread in page.data if not thread.metadata.get("secret")]
        return page

    async def load_thread_items(self, thread_id, after, limit, order, context):
        await self.load_thread(thread_id, context)
        return await super().load_thread_items(thread_id, after, limit, order, context)


async def test_a_subclass_of_our_store_that_loads_otherwise_is_asked_on_every_path() -> None:
    """What is quick because it goes past models must not go past the host's own check."""
    server = Host(Discreet())
    for name in ("open", "kept"):
        thread = ThreadMetadata(id=name, created_at=NOW, metadata={"secret": name == "kept"})
        await server.store.save_thread(thread, {})
        await server.store.add_thread_item(name, message(f"in {name}"), {})
    listed = await read_json(server, body("threads.list"))
    assert [thread["id"] for thread in listed["data"]] == ["open"]
    for kind in ("threads.get_by_id", "items.list"):
        assert await read_json(server, body(kind, thread_id="open"))
        with pytest.raises(NotFoundError):
            await read_json(server, body(kind, thread_id="kept"))
