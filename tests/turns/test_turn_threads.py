"""A thread while a turn runs on it, and after: read, renamed, titled late, deleted."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from faulty_stores import Broken, FaultyStore, GatedLog, SlowStore, unavailable
from hypothesis import given, settings
from hypothesis import strategies as st
from turn_stage import (
    ANN,
    RESUME,
    Puppet,
    View,
    added,
    adds,
    asks,
    attaches,
    done,
    flow,
    hidden,
    loads,
    removed,
    replaced,
    says,
    stored,
    task_added,
    texts,
    user_of,
)

from chatkit.errors import NotFoundError, ThreadNotFound, TurnNotFound
from chatkit.store import MemoryStore, Store
from chatkit.turns import TurnLimits
from chatkit.types import (
    ProgressUpdateEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadStreamEvent,
)


async def all_items(server: Puppet, thread_id: str, first: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a thread that was loaded, the later pages put before its unfinished ones."""
    items, has_more, after = first["data"], first["has_more"], first.get("after")
    drafts = []
    if has_more:
        place = next(n for n, item in enumerate(items) if item["id"] == after) + 1
        items, drafts = items[:place], items[place:]
    while has_more:
        page = await server.ask(
            asks("items.list", thread_id=thread_id, after=after, order="asc", limit=7)
        )
        items, has_more, after = items + page["data"], page["has_more"], page.get("after")
    known = {item["id"] for item in drafts}
    return [item for item in items if item["id"] not in known] + drafts


class Tale:
    """Draws a handler's events that make sense one after the other."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.open: list[str] = []
        self.closed: list[str] = []
        self.tasks = 1
        self.number = 0

    def next(self) -> ThreadStreamEvent:
        """One more event."""
        choices = ["begin", "hide", "progress", "workflow"]
        choices += ["say"] * 4 * bool(self.open) + ["finish"] * bool(self.open)
        choices += ["replace", "remove"] * bool(self.closed)
        return getattr(self, self.data.draw(st.sampled_from(choices), "event"))()

    def begin(self) -> ThreadStreamEvent:
        self.number += 1
        self.open.append(f"m{self.number}")
        return added(self.open[-1])

    def say(self) -> ThreadStreamEvent:
        return says(self.data.draw(st.text(max_size=3)), self._pick(self.open))

    def finish(self) -> ThreadStreamEvent:
        name = self._pick(self.open)
        self.open.remove(name)
        self.closed.append(name)
        return done("whole", name)

    def replace(self) -> ThreadStreamEvent:
        return replaced("another", self._pick(self.closed))

    def remove(self) -> ThreadStreamEvent:
        name = self._pick(self.closed)
        self.closed.remove(name)
        return removed(name)

    def hide(self) -> ThreadStreamEvent:
        self.number += 1
        return hidden(f"h{self.number}")

    def progress(self) -> ThreadStreamEvent:
        return ProgressUpdateEvent(text="…")

    def workflow(self) -> ThreadStreamEvent:
        self.tasks += 1
        return task_added(f"task {self.tasks}", self.tasks - 1)

    def _pick(self, names: list[str]) -> str:
        return self.data.draw(st.sampled_from(names))


@pytest.mark.requirement("fault-27")
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_thread_read_at_any_moment_and_its_running_turn_make_the_whole(
    data: st.DataObject,
) -> None:
    """`active_turn.seq` is exact: page and rest give what a reader from the start has.

    Also with commits for many events, hidden items, a workflow of an earlier turn that goes on,
    and threads of more than a page. The order of items that stream side by side is not compared:
    a reader has them as they began, the thread as they ended.
    """
    committing = data.draw(st.booleans(), "a log with commits")
    earlier = data.draw(st.sampled_from([0, 3, 25]), "earlier items")

    async def play() -> None:
        store = SlowStore()
        log = GatedLog(store) if committing else None
        server = Puppet(store, turn_log=log)
        first = await server.run(
            ThreadItemAddedEvent(item=flow("task 1")),
            *[done("earlier", f"e{number}") for number in range(earlier)],
        )
        thread_id = first.thread_id
        await server.supervisor().drain(1)
        reader, hands = await server.start(adds(thread_id, **RESUME))
        tale = Tale(data)
        loading: list[asyncio.Task[dict[str, Any]]] = []
        for _ in range(data.draw(st.integers(1, 25), "events")):
            hands(tale.next())
            for _ in range(data.draw(st.integers(0, 4), "ticks")):
                await asyncio.sleep(0)
            if data.draw(st.booleans(), "load"):
                loading.append(asyncio.create_task(server.ask(loads(thread_id))))
        views: list[View] = []
        followers = []
        for task in loading:
            page = await task
            active = page["active_turn"]
            views.append(View(await all_items(server, thread_id, page["items"])))
            followers.append(await server.read(attaches(active["id"], active["seq"])))
        hands.end()
        await reader.end()
        final = await server.ask(asks("threads.get_by_id", thread_id=thread_id))
        expected = View(await all_items(server, thread_id, final["items"])).json()
        for view, follower in zip(views, followers, strict=True):
            await follower.end()
            assert view.apply(follower.events).json() == expected
        assert "canary" not in str((reader.events, expected))
        await server.aclose()

    asyncio.run(play())


async def test_a_turn_that_begins_while_its_thread_is_read_is_not_missed() -> None:
    """Read just before the turn, the page would stand still for good."""

    class LateReader(MemoryStore[Any]):
        gate = asyncio.Event()
        reading = asyncio.Event()

        async def load_client_items(self, *arguments: Any) -> Any:
            page = await super().load_client_items(*arguments)
            self.reading.set()
            await self.gate.wait()
            return page

    store = LateReader(owner=user_of)
    server = Puppet(store)
    first = await server.run(done("x"))
    loading = asyncio.create_task(server.ask(loads(first.thread_id)))
    await store.reading.wait()
    reader, hands = await server.start(adds(first.thread_id, **RESUME))
    store.gate.set()
    page = await loading
    assert page["active_turn"]["id"] == reader.turn_id
    hands.end()
    await reader.end()
    await server.aclose()


async def test_official_clients_get_a_thread_without_a_running_turn(server: Puppet) -> None:
    """They could do nothing with it: only what is stored, as officially."""
    reader, hands = await server.start()
    hands(added(), says("x"))
    await reader.sees("x")
    page = await server.ask(asks("threads.get_by_id", thread_id=reader.thread_id))
    assert "active_turn" not in page
    assert [item["type"] for item in page["items"]["data"]] == ["user_message"]
    hands.end()
    await reader.end()


async def test_a_rename_during_an_answer_stays_and_is_shown_to_its_readers(
    server: Puppet,
) -> None:
    """The handler changes the thread too: neither undoes the other."""
    reader, hands = await server.start()
    await reader.gets(3)
    hands.thread.metadata["step"] = 1
    hands(added())
    await reader.until(lambda reader: reader.types[-1] == "thread.updated")
    request = asks("threads.update", thread_id=reader.thread_id, title="Mine")
    renamed, _ = await asyncio.gather(server.ask(request), asyncio.sleep(0))
    hands.thread.metadata["step"] = 2
    hands(done("x"))
    hands.end()
    await reader.end()
    assert renamed["title"] == "Mine"
    updates = [event["thread"] for event in reader.events if event["type"] == "thread.updated"]
    assert updates[-1]["title"] == "Mine"
    thread = await server.store.load_thread(reader.thread_id, ANN)
    assert (thread.title, thread.metadata) == ("Mine", {"step": 2})


async def test_a_rename_and_the_handlers_own_save_do_not_overwrite_each_other() -> None:
    """Both read, change and write: in turn, on a store that takes its time."""
    server = Puppet(SlowStore(0.005))
    reader, hands = await server.start()
    await reader.gets(3)
    renames = []
    for step in range(5):
        hands.thread.metadata["step"] = step
        hands(ProgressUpdateEvent(text="…"))
        request = asks("threads.update", thread_id=reader.thread_id, title=f"Title {step}")
        renames.append(asyncio.create_task(server.ask(request)))
        await asyncio.sleep(0.002)
    await asyncio.gather(*renames)
    hands.end()
    await reader.end()
    thread = await server.store.load_thread(reader.thread_id, ANN)
    assert (thread.title, thread.metadata) == ("Title 4", {"step": 4})
    await server.aclose()


async def test_a_change_made_while_the_thread_is_saved_is_saved_too() -> None:
    """A titling task finishes in the middle of another save."""
    store = SlowStore()
    server = Puppet(store)
    reader, hands = await server.start()
    await reader.gets(3)
    store.gate.clear()
    store.writing.clear()
    hands.thread.metadata["step"] = 1
    hands(ProgressUpdateEvent(text="…"))
    await store.writing.wait()
    hands.thread.title = "Late"
    hands.thread.metadata.pop("step")
    store.gate.set()
    hands.end()
    await reader.end()
    thread = await store.load_thread(reader.thread_id, ANN)
    assert (thread.title, thread.metadata) == ("Late", {})
    await server.aclose()


async def test_a_title_set_after_the_answer_is_saved_and_sent_with_the_next(
    server: Puppet,
) -> None:
    """Row 19: a titling task takes longer than the answer; nobody knows of it but the host."""
    reader, hands = await server.start()
    hands(done("x"))
    hands.end()
    await reader.end()
    hands.thread.title = "Late"
    for _ in range(100):
        await asyncio.sleep(0.01)
        if (await server.store.load_thread(reader.thread_id, ANN)).title:
            break
    again, more = await server.start(adds(reader.thread_id, **RESUME))
    assert more.thread.title == "Late"
    more.end()
    await again.end()
    assert again.types[0] == "thread.updated"
    assert again.events[0]["thread"]["title"] == "Late"


async def test_a_late_title_is_saved_before_the_next_answer_and_at_the_end(
    server: Puppet,
) -> None:
    """The next question, a rename or the end of the server come before the next look."""
    reader, hands = await server.start()
    hands.end()
    await reader.end()
    hands.thread.title = "Late"
    again, more = await server.start(adds(reader.thread_id, **RESUME))
    assert more.thread.title == "Late"
    more.end()
    await again.end()
    more.thread.title = "Later"
    await server.aclose()
    assert (await server.store.load_thread(reader.thread_id, ANN)).title == "Later"


async def test_a_title_that_comes_during_the_next_answer_is_saved_and_sent_with_it(
    server: Puppet,
) -> None:
    """The user asks again before the title is there: it belongs to the earlier handler's thread."""
    reader, hands = await server.start()
    hands.end()
    await reader.end()
    again, more = await server.start(adds(reader.thread_id, **RESUME))
    hands.thread.title = "Late"
    await again.until(lambda reader: "thread.updated" in reader.types)
    more.thread.metadata["step"] = 1
    more.end()
    await again.end()
    thread = await server.store.load_thread(reader.thread_id, ANN)
    assert (thread.title, thread.metadata) == ("Late", {"step": 1})


async def test_a_late_title_does_not_undo_a_rename(server: Puppet) -> None:
    """Only what changed is written: here the metadata, long after the user chose a title."""
    reader, hands = await server.start()
    hands.end()
    await reader.end()
    await server.ask(asks("threads.update", thread_id=reader.thread_id, title="Mine"))
    hands.thread.metadata["topic"] = "tea"
    await server.aclose()
    thread = await server.store.load_thread(reader.thread_id, ANN)
    assert (thread.title, thread.metadata) == ("Mine", {"topic": "tea"})


async def test_a_late_change_does_not_bring_a_deleted_thread_back(server: Puppet) -> None:
    """Deleted by the user, or by the host directly in its store."""
    for delete in ("through the server", "in the store"):
        reader, hands = await server.start()
        hands.end()
        await reader.end()
        if delete == "in the store":
            await server.store.delete_thread(reader.thread_id, ANN)
        else:
            await server.ask(asks("threads.delete", thread_id=reader.thread_id))
        hands.thread.title = "Late"
        await asyncio.sleep(0.15)
        await server.supervisor().save_late_changes(reader.thread_id)
        with pytest.raises(NotFoundError):
            await server.store.load_thread(reader.thread_id, ANN)
    await server.aclose()
    assert (await server.ask(asks("threads.list")))["data"] == []


async def test_a_late_change_that_is_being_saved_does_not_bring_a_deleted_thread_back() -> None:
    """The look came just before the user deleted the thread."""
    store = SlowStore()
    server = Puppet(store)
    reader, hands = await server.start()
    hands.end()
    await reader.end()
    store.gate.clear()
    store.writing.clear()
    hands.thread.title = "Late"
    await store.writing.wait()
    deleting = asyncio.create_task(server.ask(asks("threads.delete", thread_id=reader.thread_id)))
    await asyncio.sleep(0.01)
    store.gate.set()
    await deleting
    with pytest.raises(NotFoundError):
        await store.load_thread(reader.thread_id, ANN)
    await server.aclose()


async def test_a_late_change_that_cannot_be_saved_is_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At the next look, or at the end."""
    store = FaultyStore()
    store.error = Broken
    server = Puppet(store)
    reader, hands = await server.start()
    hands.end()
    await reader.end()
    store.calls.clear()
    store.fails = ("save_thread", 1)
    hands.thread.title = "Late"
    await server.supervisor().save_late_changes(reader.thread_id)
    assert "saving a late change" in caplog.text
    await server.aclose()
    assert (await store.load_thread(reader.thread_id, ANN)).title == "Late"


async def test_a_thread_is_not_watched_for_ever(
    server: Puppet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute; then nothing of the turn is left."""
    monkeypatch.setattr("chatkit.turns.late_changes._LOOKS_AFTER", (0.001, 0.001))
    monkeypatch.setattr("chatkit.turns.late_changes._TICK_SECONDS", 0.001)
    monkeypatch.setattr("chatkit.turns.late_changes._MAX_UNTOLD", 1)
    late = server.supervisor()._late
    for _ in range(3):
        reader, hands = await server.start()
        hands.end()
        await reader.end()
        hands.thread.title = "Late"
        await server.supervisor().save_late_changes(reader.thread_id)
    await asyncio.sleep(0.02)
    assert late._watched == {}
    assert len(late._untold) == 1


@pytest.mark.requirement("fault-33")
async def test_a_thread_that_is_deleted_during_an_answer_takes_everything_along(
    server: Puppet,
) -> None:
    """The turn is stopped first; its log goes, and those who wait hear of it."""
    reader, hands = await server.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    waiting = await server.read(adds(reader.thread_id, **RESUME))
    await server.in_line(reader.thread_id)
    await server.ask(asks("threads.delete", thread_id=reader.thread_id))
    await asyncio.gather(reader.end(), waiting.end())
    assert hands.cancelled
    assert reader.types[-1] == "thread.item.done"
    assert waiting.types == ["error"]
    assert waiting.events[0]["message"] == "This conversation no longer exists."
    assert await server.log().load_turn(reader.turn_id) is None
    with pytest.raises(TurnNotFound):
        await server.open(attaches(reader.turn_id))
    with pytest.raises(ThreadNotFound):
        await server.store.load_thread(reader.thread_id, ANN)
    hands.thread.title = "Late"
    await server.aclose()
    assert (await server.ask(asks("threads.list")))["data"] == []


@pytest.mark.requirement("fault-33")
async def test_a_message_that_comes_while_its_thread_is_deleted_is_refused() -> None:
    """It waits for the end of the deletion, and then there is no thread to answer in."""

    class SlowToDelete(SlowStore):
        deleting = asyncio.Event()
        may_delete = asyncio.Event()

        async def delete_thread(self, thread_id: str, context: Any) -> None:
            self.deleting.set()
            await self.may_delete.wait()
            await super().delete_thread(thread_id, context)

    store = SlowToDelete()
    server = Puppet(store)
    first = await server.run(done("x"))
    deleting = asyncio.create_task(server.ask(asks("threads.delete", thread_id=first.thread_id)))
    await store.deleting.wait()
    late = await server.read(adds(first.thread_id))
    await server.in_line(first.thread_id)
    store.may_delete.set()
    await deleting
    await late.end()
    assert late.types == ["error"]
    assert server.begun.empty()
    with pytest.raises(NotFoundError):
        await store.load_thread(first.thread_id, ANN)
    await server.aclose()


@pytest.mark.requirement("fault-33")
async def test_a_thread_that_the_host_deletes_in_its_store_fails_the_turn(
    server: Puppet,
) -> None:
    """Behind the server's back: the answer has nowhere to go, and the thread stays deleted."""
    reader, hands = await server.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    await server.store.delete_thread(reader.thread_id, ANN)
    hands.thread.title = "Late"
    hands(done("so far"))
    hands.end()
    await reader.end()
    assert reader.types[-1] == "error"
    with pytest.raises(NotFoundError):
        await server.store.load_thread(reader.thread_id, ANN)


async def test_a_thread_change_whose_save_failed_is_tried_again_with_the_next_event() -> None:
    """Row 24: and the readers are told once it is saved."""
    store = FaultyStore()
    server = Puppet(store, limits=TurnLimits(settle_seconds=1))
    reader, hands = await server.start()
    await reader.gets(3)
    store.calls.clear()
    store.fails = ("save_thread", 1)
    hands.thread.title = "Named"
    hands(added(), says("x"))
    await reader.until(lambda reader: "thread.updated" in reader.types)
    assert reader.types[3:] == ["thread.item.added", "thread.item.updated", "thread.updated"]
    hands(done("x"))
    hands.end()
    await reader.end()
    assert (await store.load_thread(reader.thread_id, ANN)).title == "Named"
    await server.aclose()


async def test_an_update_that_does_not_fit_is_logged_and_does_not_end_the_stream(
    server: Puppet, caplog: pytest.LogCaptureFixture
) -> None:
    """Row 24: an index out of range, or an item that nobody has announced."""
    reader = await server.run(
        ThreadItemAddedEvent(item=flow()),
        task_added("out of range", 7),
        task_added("of nobody", 0, id="unknown"),
        task_added("again", 0, id="unknown"),
        task_added("fits", 0),
        ThreadItemDoneEvent(item=flow("fits")),
    )
    assert "error" not in reader.types
    assert "does not fit" in caplog.text
    assert "out of range" not in str(reader.events)


async def test_an_item_that_an_earlier_turn_left_open_is_kept_at_any_end(
    server: Puppet,
) -> None:
    """A workflow goes on in the next turn, which is stopped: what it had is not taken away."""
    first = await server.run(ThreadItemAddedEvent(item=flow("one")))
    assert "thread.item.done" not in first.types[2:]
    reader, hands = await server.start(adds(first.thread_id, **RESUME))
    hands(task_added("two", 1))
    hands.fail(Broken())
    await reader.end()
    (item,) = [item for item in await stored(server.store, first.thread_id) if item.id == "w"]
    assert [task.title for task in item.workflow.tasks] == ["one", "two"]  # type: ignore[union-attr]
    assert reader.types[-2:] == ["thread.item.done", "error"]


@pytest.fixture
async def gated() -> AsyncIterator[tuple[Puppet, GatedLog]]:
    """A server whose log commits."""
    log = GatedLog(MemoryStore(owner=user_of))
    server = Puppet(log._threads, turn_log=log)  # type: ignore[arg-type]
    yield server, log
    await server.aclose(0)


async def test_a_thread_is_shown_only_as_far_as_the_log_keeps_it(
    gated: tuple[Puppet, GatedLog],
) -> None:
    """Or a crash would take back what the page has shown."""
    server, log = gated
    reader, hands = await server.start()
    await reader.gets(3)
    log.gate.clear()
    hands(added(), says("x"))
    await asyncio.sleep(0)
    loading = asyncio.create_task(server.ask(loads(reader.thread_id)))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not loading.done()
    log.gate.set()
    page = await loading
    assert page["active_turn"]["seq"] <= log._turns[reader.turn_id].last_seq
    hands.end()
    await reader.end()


async def test_a_store_that_cannot_be_asked_refuses_the_turn(store: Store[Any]) -> None:
    """The thread is loaded anew for who has waited; a database that is away then is an error."""
    faulty = FaultyStore()
    server = Puppet(faulty)
    reader, hands = await server.start()
    waiting = await server.read(adds(reader.thread_id, **RESUME))
    await server.in_line(reader.thread_id)
    faulty.calls.clear()
    faulty.fails, faulty.error, faulty.for_good = ("load_thread", 1), unavailable, False
    hands.end()
    await asyncio.gather(reader.end(), waiting.end())
    assert waiting.types == ["error"]
    assert waiting.events[0]["allow_retry"] is True
    assert await texts(faulty, reader.thread_id) == []
    await server.aclose()
