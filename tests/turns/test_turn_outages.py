"""A store that is away when an answer ends: nothing that a client saw is lost in the end."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from faulty_stores import FaultyStore, unavailable
from turn_stage import (
    ANN,
    RESUME,
    Puppet,
    added,
    adds,
    asks,
    attaches,
    check_ended,
    check_fold,
    done,
    loads,
    says,
    texts,
    user_of,
    whole_log,
)

from chatkit.errors import StoreClosed, StoreUnavailable
from chatkit.store import SQLiteStore
from chatkit.turns import TurnLimits


class Away(FaultyStore):
    """Saves no item for so many calls, or at all until it is told that it is back."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.back = asyncio.Event()

    async def add_thread_item(self, thread_id: str, item: Any, context: Any) -> None:
        if self.left:
            self.left -= 1
            raise unavailable()
        await super().add_thread_item(thread_id, item, context)
        self.back.set()


FOR_GOOD = 10**6


async def says_and_fails(server: Puppet, store: Away, calls: int) -> Any:
    """A reader of an answer whose model fails in the middle, while the store is away."""
    reader, hands = await server.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    store.left = calls
    hands.fail(RuntimeError("the model is gone"))
    return await reader.end()


@pytest.mark.requirement("fault-03", "fault-18")
async def test_an_outage_at_the_end_of_an_answer_is_waited_out() -> None:
    """The reader waits with it, and gets what was said as an item before the error."""
    store = Away()
    server = Puppet(store)
    reader = await says_and_fails(server, store, 4)
    assert reader.types[-2:] == ["thread.item.done", "error"]
    assert await texts(store, reader.thread_id) == ["so far"]
    await check_ended(server, reader.turn_id, "failed")
    await server.aclose()


@pytest.mark.requirement("fault-04", "fault-18")
async def test_what_an_outage_outlasted_is_saved_when_it_is_over() -> None:
    """Readers hear of an error they may retry; whoever asks for anything later sets it going."""
    store = Away()
    server = Puppet(store, limits=TurnLimits(outage_seconds=0.1))
    reader = await says_and_fails(server, store, FOR_GOOD)
    assert reader.types[-1] == "error"
    assert await texts(store, reader.thread_id) == []
    store.left = 0
    store.back.clear()
    await server.ask(asks("threads.list"))
    await asyncio.wait_for(store.back.wait(), 10)
    again = await (await server.read(attaches(reader.turn_id, len(reader.events)))).end()
    assert again.types == ["thread.item.done"]
    assert await texts(store, reader.thread_id) == ["so far"]
    await check_ended(server, reader.turn_id, "failed")
    await check_fold(store, await whole_log(server.log(), reader.turn_id), reader.thread_id)
    await server.aclose()


@pytest.mark.requirement("fault-18")
async def test_the_next_message_waits_for_what_was_not_saved_yet() -> None:
    """The model is to know what was said, and the thread keeps its order."""
    store = Away()
    server = Puppet(store, limits=TurnLimits(outage_seconds=0.1))
    reader = await says_and_fails(server, store, FOR_GOOD)
    refused = await (await server.read(adds(reader.thread_id))).end()
    assert refused.types == ["error"]
    store.left = 0
    again, hands = await server.start(adds(reader.thread_id, **RESUME))
    hands(added("b"), done("more", "b"))
    hands.end()
    await again.end()
    assert await texts(store, reader.thread_id) == ["so far", "more"]
    await server.aclose()


class Picky(Away):
    """Never keeps this one item."""

    async def add_thread_item(self, thread_id: str, item: Any, context: Any) -> None:
        if item.type == "assistant_message" and item.content[0].text == "so far":
            raise ValueError("too odd to keep")
        await super().add_thread_item(thread_id, item, context)


@pytest.mark.requirement("fault-18")
async def test_an_item_that_the_store_refuses_holds_up_no_further_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is lost, the log says so; the thread goes on."""
    store = Picky()
    server = Puppet(store, limits=TurnLimits(outage_seconds=0.1))
    reader = await says_and_fails(server, store, 0)
    again, hands = await server.start(adds(reader.thread_id, **RESUME))
    hands(added("b"), done("more", "b"))
    hands.end()
    await again.end()
    assert await texts(store, reader.thread_id) == ["more"]
    await check_ended(server, reader.turn_id, "failed")
    assert f"turn {reader.turn_id}: 1 items are lost" in caplog.text
    await server.aclose()


async def test_a_thread_that_was_deleted_meanwhile_stays_deleted() -> None:
    """What was not saved of it goes as well."""
    store = Away()
    server = Puppet(store, limits=TurnLimits(outage_seconds=0.1))
    reader = await says_and_fails(server, store, FOR_GOOD)
    store.left = 0
    await server.ask(asks("threads.delete", thread_id=reader.thread_id))
    await server.supervisor().recover()
    assert (await server.ask(asks("threads.list")))["data"] == []
    assert await server.log().load_turn(reader.turn_id) is None
    await server.aclose()


class AwayFile(SQLiteStore[Any]):
    """Keeps turns, and cannot keep items."""

    async def save_item(self, thread_id: str, item: Any, context: Any) -> None:
        if item.type == "assistant_message":
            raise StoreUnavailable("the disk is full")
        await super().save_item(thread_id, item, context)


@pytest.mark.requirement("fault-12", "fault-18")
async def test_what_was_not_saved_before_the_end_of_the_program_is_saved_at_its_next_start(
    tmp_path: Path,
) -> None:
    """The turn runs on in the log, so that the next start finds its text there."""
    path = tmp_path / "chat.db"
    async with AwayFile(path, owner=user_of) as away:
        server = Puppet(away, limits=TurnLimits(outage_seconds=0.1))
        reader, hands = await server.start()
        hands(added(), says("so far"))
        await reader.sees("so far")
        hands.fail(RuntimeError("the model is gone"))
        await reader.end()
        await server.aclose()
    async with SQLiteStore[Any](path, owner=user_of) as store:
        server = Puppet(store)
        await server.ask(loads(reader.thread_id))
        assert await texts(store, reader.thread_id) == ["so far"]
        await check_ended(server, reader.turn_id, "interrupted")
        log = await whole_log(server.log(), reader.turn_id)
        assert log[: len(reader.events)] == reader.events
        await check_fold(store, log, reader.thread_id)
        await server.aclose()


async def test_a_server_whose_store_was_closed_first_ends_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing comes back to a closed store, so nothing waits for it; the log says what to do.
    What its readers saw is in the file all the same."""
    path = tmp_path / "chat.db"
    store = SQLiteStore[Any](path, owner=user_of)
    server = Puppet(store, limits=TurnLimits(outage_seconds=3600))
    reader, hands = await server.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    await store.close()
    with pytest.raises(StoreClosed, match="it was closed"):
        await store.load_thread(reader.thread_id, ANN)
    async with asyncio.timeout(10):
        hands(says(" and on"))
        await reader.end()
        await server.aclose(0)
    assert reader.types[-1] == "error"
    assert "close the server first, with `await server.aclose()`" in caplog.text
    async with SQLiteStore[Any](path, owner=user_of) as store:
        again = Puppet(store)
        await again.ask(loads(reader.thread_id))
        assert await texts(store, reader.thread_id) == ["so far"]
        await again.aclose()
