"""Reading threads and items, renaming and deleting: the requests that are answered at once."""

import asyncio
import json

import pytest
from hosts import (
    NOW,
    Host,
    added,
    answer,
    body,
    delta,
    hidden,
    message,
    plain_store,
    read_json,
    read_stream,
    says,
    types,
)
from stores import FailingStore, PlainStore, StoreDown

from chatkit.errors import InvalidRequest, NotFoundError
from chatkit.store import AttachmentStore, MemoryStore
from chatkit.types import FileAttachment, LockedStatus, ThreadMetadata

SECRET = {"plan": "canary"}


def gets(thread_id: str = "thr") -> str:
    """The request for a thread."""
    return body("threads.get_by_id", thread_id=thread_id)


def lists(**params: object) -> str:
    """The request for a thread's items."""
    return body("items.list", **{"thread_id": "thr", **params})


async def keeping(kind: type, *items: object) -> Host:
    """A host whose store of this kind holds thread "thr" with these items."""
    server = Host(kind())
    await server.store.save_thread(ThreadMetadata(id="thr", created_at=NOW, metadata=SECRET), None)
    for item in items:
        await server.store.add_thread_item("thr", item, None)
    return server


def ids(page: dict) -> list[str]:
    """The ids of a page's rows."""
    return [row["id"] for row in page["data"]]


KINDS = pytest.mark.parametrize("kind", [PlainStore, MemoryStore])


@KINDS
async def test_a_thread_comes_with_its_first_twenty_items_and_no_metadata(kind: type) -> None:
    """Ascending, with `has_more` and the cursor for `items.list`. Source: the issue."""
    server = await keeping(kind, *[answer("x", f"a{n:02}") for n in range(25)])
    thread = await read_json(server, gets())
    assert list(thread) == ["id", "created_at", "status", "items"]
    assert thread["created_at"] == "2025-01-02T03:04:05Z"
    assert ids(thread["items"]) == [f"a{n:02}" for n in range(20)]
    assert (thread["items"]["has_more"], thread["items"]["after"]) == (True, "a19")
    rest = await read_json(server, lists(after="a19", order="asc"))
    assert ids(rest) == [f"a{n}" for n in range(20, 25)]
    assert rest["has_more"] is False
    assert "after" not in rest


async def test_all_that_clients_may_know_of_a_thread_is_sent() -> None:
    """Title, status with its reason, image domains."""
    thread = ThreadMetadata(
        id="thr",
        created_at=NOW,
        title="Dune",
        status=LockedStatus(reason="Moderated"),
        allowed_image_domains=["x.test"],
    )
    sent = await read_json(Host(plain_store(thread=thread)), gets())
    assert sent["title"] == "Dune"
    assert sent["status"] == {"type": "locked", "reason": "Moderated"}
    assert sent["allowed_image_domains"] == ["x.test"]


@KINDS
async def test_items_are_listed_newest_first_twenty_at_a_time_by_default(kind: type) -> None:
    """Source: the request's defaults. A limit of 0 means the default too, as officially."""
    server = await keeping(kind, *[answer("x", f"a{n:02}") for n in range(25)])
    for request in (lists(), lists(limit=None), lists(limit=0)):
        page = await read_json(server, request)
        assert ids(page) == [f"a{n:02}" for n in range(24, 4, -1)]
        assert (page["has_more"], page["after"]) == (True, "a05")


@pytest.mark.requirement("row-11")
@KINDS
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_hidden_items_never_leave_a_page_short(kind: type, order: str) -> None:
    """Design, row 11: officially a page may be empty and yet say `has_more`."""
    items = [hidden(f"h{n}") for n in range(7)]
    items[3:3] = [answer("x", "a1")]
    items += [answer("x", "a2"), answer("x", "a3")]
    server = await keeping(kind, *items)
    shown = ["a1", "a2", "a3"] if order == "asc" else ["a3", "a2", "a1"]
    first = await read_json(server, lists(limit=2, order=order))
    assert ids(first) == shown[:2]
    assert first["has_more"] is True
    second = await read_json(server, lists(limit=2, order=order, after=first["after"]))
    assert ids(second) == shown[2:]
    assert second["has_more"] is False


@pytest.mark.requirement("row-11")
@KINDS
async def test_a_thread_of_hidden_items_reads_as_an_empty_one(kind: type) -> None:
    """Design, row 11: a client that pages on while `has_more` must come to an end."""
    server = await keeping(kind, *[hidden(f"h{n}") for n in range(30)])
    assert await read_json(server, lists()) == {"data": [], "has_more": False}
    assert (await read_json(server, gets()))["items"] == {"data": [], "has_more": False}


@pytest.mark.requirement("row-11")
async def test_a_page_ends_where_it_is_full_also_in_the_middle_of_a_stores_page() -> None:
    """The cursor is the last row that was sent, or some would be left out."""
    items = [hidden("h0"), answer("x", "a0"), answer("x", "a1"), answer("x", "a2"), hidden("h1")]
    server = Host(plain_store(*items))
    first = await read_json(server, lists(limit=2, order="asc"))
    assert (ids(first), first["after"]) == (["a0", "a1"], "a1")
    second = await read_json(server, lists(limit=2, order="asc", after="a1"))
    assert second == {"data": [second["data"][0]], "has_more": False}


@KINDS
async def test_threads_are_listed_newest_first_without_items_or_metadata(kind: type) -> None:
    """The history list. Its cursor is the last thread's id."""
    server = Host(kind())
    for n in range(3):
        thread = ThreadMetadata(
            id=f"thr_{n}", created_at=NOW.replace(day=n + 1), title=f"T{n}", metadata=SECRET
        )
        await server.store.save_thread(thread, None)
    page = await read_json(server, body("threads.list", limit=2))
    assert ids(page) == ["thr_2", "thr_1"]
    assert (page["has_more"], page["after"]) == (True, "thr_1")
    assert page["data"][0]["items"] == {"data": [], "has_more": False}
    assert "canary" not in str(page)
    rest = await read_json(server, body("threads.list", limit=2, after="thr_1"))
    assert (ids(rest), rest["has_more"]) == (["thr_0"], False)
    oldest = await read_json(server, body("threads.list", limit=9999, order="asc"))
    assert ids(oldest) == ["thr_0", "thr_1", "thr_2"]


@pytest.mark.parametrize("request_", [lists(limit=-1), body("threads.list", limit=-5)])
async def test_a_negative_limit_is_refused(request_: str) -> None:
    """Some databases take it for "no limit"."""
    with pytest.raises(InvalidRequest, match="limit"):
        await Host(plain_store()).process(request_, None)


@KINDS
@pytest.mark.parametrize(
    "request_",
    [
        gets("zzz"),
        lists(thread_id="zzz"),
        body("threads.update", thread_id="zzz", title="T"),
        body("threads.delete", thread_id="zzz"),
        body("items.feedback", thread_id="zzz", item_ids=["a"], kind="positive"),
    ],
    ids=lambda request: json.loads(request)["type"],
)
async def test_an_unknown_thread_is_not_found(kind: type, request_: str) -> None:
    """A 404 in HTTP. Officially some of these answer as if it existed."""
    server = await keeping(kind)
    with pytest.raises(NotFoundError):
        await server.process(request_, None)


async def test_a_thread_is_renamed() -> None:
    """The answer is the thread; only its title changed."""
    thread = ThreadMetadata(id="thr", created_at=NOW, metadata=SECRET)
    store = plain_store(answer("x"), thread=thread)
    sent = await read_json(Host(store), body("threads.update", thread_id="thr", title="Dune"))
    assert sent["title"] == "Dune"
    assert sent["items"] == {"data": [], "has_more": False}
    assert "canary" not in str(sent)
    assert store.threads["thr"].title == "Dune"
    assert store.threads["thr"].metadata == SECRET
    assert store.calls == [("load_thread", "thr"), ("save_thread", "thr")]


async def test_a_new_title_survives_what_the_running_handler_changes() -> None:
    """The handler has a copy of the thread from before; saving it must not undo the title."""
    store = plain_store()
    going, renamed = asyncio.Event(), asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        going.set()
        await renamed.wait()
        thread.metadata["step"] = 2
        yield delta("x")

    server = Host(store, reply)
    running = asyncio.create_task(read_stream(server, says()))
    await going.wait()
    await read_json(server, body("threads.update", thread_id="thr", title="Mine"))
    renamed.set()
    await running
    assert store.threads["thr"].title == "Mine"
    assert store.threads["thr"].metadata == {"step": 2}


class Files(AttachmentStore):
    """Where the bytes would be."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def delete_attachment(self, attachment_id: str, context: object) -> None:
        self.deleted.append(attachment_id)


def file(id: str) -> FileAttachment:
    """An attachment's record."""
    return FileAttachment(id=id, name="a.txt", mime_type="text/plain", thread_id="thr")


@pytest.mark.requirement("row-09")
async def test_deleting_a_thread_deletes_its_attachments_and_their_bytes() -> None:
    """Design, row 9: officially both stay for ever."""
    messages = [
        message(id=f"u{n}", attachments=[file(f"f{n}a"), file(f"f{n}b")]) for n in range(120)
    ]
    store = plain_store(*messages)
    store.attachments = {row.id: row for entry in messages for row in entry.attachments}
    del store.attachments["f0a"]  # a record that was lost must not save the bytes
    files = Files()
    server = Host(store, attachment_store=files)
    assert await read_json(server, body("threads.delete", thread_id="thr")) == {}
    assert store.threads == {}
    assert store.items == {}
    assert store.attachments == {}
    assert len(files.deleted) == 240
    assert store.names[-1] == "delete_thread"


@pytest.mark.requirement("row-09")
async def test_without_an_attachment_store_the_records_are_deleted_all_the_same() -> None:
    """A host may keep files in its own way; its rows must not point to a thread that is gone."""
    store = plain_store(message(attachments=[file("f1")]))
    store.attachments = {"f1": file("f1")}
    await read_json(Host(store), body("threads.delete", thread_id="thr"))
    assert store.attachments == {}


@pytest.mark.requirement("fault-33")
async def test_deleting_a_thread_stops_its_running_turn() -> None:
    """Design, Turns: retry and delete stop the running turn first, or it would write again."""
    store = plain_store()
    going = asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        yield delta("Partial")
        going.set()
        await asyncio.Event().wait()

    server = Host(store, reply)
    running = asyncio.create_task(read_stream(server, says()))
    await going.wait()
    await read_json(server, body("threads.delete", thread_id="thr"))
    assert "error" not in types(await running)
    assert store.threads == {}
    assert store.items == {}
    assert store.names[-1] == "delete_thread"


async def test_a_store_that_fails_while_reading_says_so_to_the_host() -> None:
    """There is no stream to put an error event in: the host's own handler answers."""
    with pytest.raises(StoreDown):
        await Host(FailingStore("load_thread")).process(gets(), None)
