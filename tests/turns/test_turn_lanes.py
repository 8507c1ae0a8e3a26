"""One running turn per thread: who waits, in which order, and what those who leave mean."""

import asyncio
from typing import Any

import pytest
from faulty_stores import SlowStore
from turn_stage import (
    RESUME,
    Hands,
    Puppet,
    Reader,
    added,
    adds,
    asks,
    attaches,
    check_ended,
    done,
    says,
    stored,
    texts,
    user_of,
)

from chatkit.errors import TooManyTurns, TurnBusy
from chatkit.store import MemoryStore, SQLiteStore, Store
from chatkit.turns import TurnLimits
from chatkit.types import (
    ClosedStatus,
    LockedStatus,
    SDKHiddenContextItem,
    UserMessageItem,
)


async def busy(server: Puppet) -> tuple[Reader, Hands]:
    """A thread with a turn that has said "so far"."""
    reader, hands = await server.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    return reader, hands


async def asked(server: Puppet, thread_id: str) -> list[str]:
    """What the thread's user messages say."""
    return [
        item.content[0].text
        for item in await stored(server.store, thread_id)
        if isinstance(item, UserMessageItem)
    ]


@pytest.mark.requirement("fault-17")
async def test_two_tabs_that_send_together_are_answered_one_after_the_other(
    server: Puppet,
) -> None:
    """Each question stands before its answer, and the answers do not mix."""
    first = await server.run(done("hello"))
    one = await server.read(adds(first.thread_id, "one", **RESUME))
    two = await server.read(adds(first.thread_id, "two", **RESUME))
    for number in range(2):
        hands = await server.begun.get()
        assert server.begun.empty(), "the second waits"
        assert hands.message is not None
        name = f"answer to {hands.message.content[0].text}"
        hands(added(name), says(f"{number}", name), done(f"{number}", name))
        hands.end()
    await asyncio.gather(one.end(), two.end())
    items = [item.id for item in await stored(server.store, first.thread_id)]
    assert items[3] == "answer to one"
    assert items[5] == "answer to two"
    assert await asked(server, first.thread_id) == ["hi", "one", "two"]


async def test_those_who_wait_go_on_in_the_order_they_came(server: Puppet) -> None:
    """First come, first served, up to the depth of the queue."""
    reader, hands = await busy(server)
    waiting = [
        await server.read(adds(reader.thread_id, f"m{number}", **RESUME)) for number in range(5)
    ]
    await server.in_line(reader.thread_id, 5)
    with pytest.raises(TooManyTurns) as caught:
        await server.open(adds(reader.thread_id, "one too many"))
    assert caught.value.status == 429
    hands.end()
    await reader.end()
    for stream in waiting:
        (await server.begun.get()).end()
        await stream.end()
    assert await asked(server, reader.thread_id) == ["hi", "m0", "m1", "m2", "m3", "m4"]


async def test_the_queue_may_fill_between_the_check_and_the_first_read(server: Puppet) -> None:
    """Six that were asked for at once: the last to be read hears it from its stream."""
    reader, hands = await busy(server)
    opened = [await server.open(adds(reader.thread_id, f"m{number}")) for number in range(6)]
    for stream in opened:
        stream.start()
    await opened[5].end()
    assert opened[5].types == ["error"]
    assert opened[5].events[0]["allow_retry"] is True
    hands.end()
    for _ in range(5):
        (await server.begun.get()).end()
    await asyncio.gather(*(stream.end() for stream in [reader, *opened]))


async def test_an_official_client_that_leaves_the_line_is_not_answered(server: Puppet) -> None:
    """Its message was not saved: its page shows it as not sent."""
    reader, hands = await busy(server)
    waiting = [await server.read(adds(reader.thread_id, f"m{number}")) for number in range(3)]
    await server.in_line(reader.thread_id, 3)
    await waiting[1].leave()
    hands.end()
    for stream in (waiting[0], waiting[2]):
        (await server.begun.get()).end()
        await stream.end()
    await reader.end()
    assert await asked(server, reader.thread_id) == ["hi", "m0", "m2"]
    assert server.stops == []


async def test_a_resumable_client_that_leaves_the_line_is_answered_all_the_same(
    server: Puppet,
) -> None:
    """It can come back for it, as it can for a running turn."""
    reader, hands = await busy(server)
    waiting = await server.read(adds(reader.thread_id, "m", **RESUME))
    await server.in_line(reader.thread_id)
    await waiting.leave()
    hands.end()
    await reader.end()
    (await server.begun.get())(done("answered"))
    pump = server.supervisor().running_on(reader.thread_id)
    assert pump is not None
    late = await server.read(attaches(pump.turn.id))
    await late.until(lambda reader: reader.types[-1:] == ["thread.item.done"])
    await server.aclose(0)
    await late.end()
    assert "answered" in str(late.events)


async def test_a_turn_that_waits_can_be_attached_to_and_stopped(server: Puppet) -> None:
    """Its page was reloaded while it waited, or thought better of it."""
    reader, hands = await busy(server)
    waiting = await server.read(adds(reader.thread_id, "m", **RESUME))
    await server.in_line(reader.thread_id)
    (turn_id,) = server.supervisor()._pumps.keys() - {reader.turn_id}
    late = await server.read(attaches(turn_id))
    reply = await server.ask(asks("turns.stop", turn_id=turn_id))
    assert reply == {"id": turn_id, "state": "stopped"}
    await asyncio.gather(waiting.end(), late.end())
    assert waiting.events == late.events == []
    hands.end()
    await reader.end()
    assert await asked(server, reader.thread_id) == ["hi"]


async def test_with_reject_a_second_message_is_refused(store: Store[Any]) -> None:
    """`on_busy="reject"`: before the stream where that is known, else as its only event."""
    server = Puppet(store, on_busy="reject")
    first = await server.run(done("hello"))
    late = await server.open(adds(first.thread_id, "late"))
    reader, hands = await server.start(adds(first.thread_id, **RESUME))
    with pytest.raises(TurnBusy) as caught:
        await server.open(adds(first.thread_id, "two"))
    assert caught.value.status == 409
    assert (await late.end()).types == ["error"]
    hands.end()
    await reader.end()
    assert await asked(server, first.thread_id) == ["hi", "and then?"]
    await server.aclose()


async def test_with_interrupt_a_second_message_stops_the_answer(store: Store[Any]) -> None:
    """`on_busy="interrupt"`: what was said stays, and is marked as stopped for the model."""
    server = Puppet(store, on_busy="interrupt")
    reader, hands = await busy(server)
    second = await server.read(adds(reader.thread_id, "wait", **RESUME))
    await reader.end()
    assert hands.cancelled
    (await server.begun.get()).end()
    await second.end()
    assert await texts(store, reader.thread_id) == ["so far"]
    items = await stored(store, reader.thread_id)
    assert isinstance(items[2], SDKHiddenContextItem)
    assert isinstance(items[3], UserMessageItem)
    await check_ended(server, reader.turn_id, "stopped")
    await server.aclose()


async def test_with_interrupt_the_last_of_several_messages_is_answered() -> None:
    """Three in quick succession: all questions are kept, only the last one is answered."""
    server = Puppet(SlowStore(0.005), on_busy="interrupt")
    reader, _ = await busy(server)
    streams = [
        await server.read(adds(reader.thread_id, f"m{number}", **RESUME)) for number in range(3)
    ]
    hands = await server.begun.get()
    assert hands.message is not None
    assert hands.message.content[0].text == "m2"
    hands.end()
    await asyncio.gather(reader.end(), *(stream.end() for stream in streams))
    assert await asked(server, reader.thread_id) == ["hi", "m0", "m1", "m2"]
    assert [len(stops) for stops in server.stops] == [1, 0, 0]
    await server.aclose()


async def test_a_full_line_does_not_stop_the_answer(store: Store[Any]) -> None:
    """A message that is refused must not have cost the answer before it."""
    server = Puppet(store, on_busy="interrupt", limits=TurnLimits(queue_depth=0))
    reader, hands = await busy(server)
    with pytest.raises(TooManyTurns):
        await server.open(adds(reader.thread_id, "two"))
    hands(says("!"))
    await reader.sees("so far!")
    hands.end()
    await reader.end()
    await server.aclose()


async def test_a_retry_stops_the_answer_and_drops_it(server: Puppet) -> None:
    """Also with messages in between that wait: they came first, and go with the answer."""
    reader, hands = await busy(server)
    question = (await stored(server.store, reader.thread_id))[0]
    waiting = await server.read(adds(reader.thread_id, "in between", **RESUME))
    await server.in_line(reader.thread_id)
    request = asks("threads.retry_after_item", thread_id=reader.thread_id, item_id=question.id)
    retry = await server.read({**request, "metadata": RESUME})
    again = await server.begun.get()
    assert again.message is not None
    assert again.message.id == question.id
    again(done("better", "b"))
    again.end()
    await asyncio.gather(reader.end(), waiting.end(), retry.end())
    assert hands.cancelled
    assert [item.id for item in await stored(server.store, reader.thread_id)] == [question.id, "b"]
    await check_ended(server, reader.turn_id, "stopped")


@pytest.mark.parametrize("status", [LockedStatus(reason="Enough."), ClosedStatus()])
async def test_a_thread_that_was_locked_meanwhile_refuses_those_who_wait(
    server: Puppet, status: Any
) -> None:
    """The check is made when the turn begins, with the thread as it is then."""
    reader, hands = await busy(server)
    waiting = await server.read(adds(reader.thread_id, "m", **RESUME))
    await server.in_line(reader.thread_id)
    hands.thread.status = status
    hands(says("."))
    hands.end()
    await asyncio.gather(reader.end(), waiting.end())
    assert waiting.types == ["error"]
    assert await asked(server, reader.thread_id) == ["hi"]


async def test_those_who_waited_get_the_thread_as_it_is_now(server: Puppet) -> None:
    """The turn before them may have changed its title, or what the host keeps in it."""
    reader, hands = await busy(server)
    waiting = await server.read(adds(reader.thread_id, "m", **RESUME))
    await server.in_line(reader.thread_id)
    hands.thread.title = "Named"
    hands.thread.metadata["count"] = 1
    hands.end()
    await reader.end()
    later = await server.begun.get()
    assert (later.thread.title, later.thread.metadata) == ("Named", {"count": 1})
    later.thread.metadata["count"] = 2
    later.end()
    await waiting.end()
    thread = await server.store.load_thread(reader.thread_id, {"user": "ann"})
    assert (thread.title, thread.metadata) == ("Named", {"count": 2})


async def test_a_handler_never_gets_the_stores_own_thread() -> None:
    """A store may hand out the very object that it keeps: changes in it would look saved."""

    class ByReference(MemoryStore[Any]):
        kept: Any = None

        async def load_thread(self, thread_id: str, context: Any) -> Any:
            if self.kept is None:
                self.kept = await super().load_thread(thread_id, context)
            return self.kept

    server = Puppet(ByReference(owner=user_of))
    reader, hands = await busy(server)
    waiting = await server.read(adds(reader.thread_id, "m", **RESUME))
    await server.in_line(reader.thread_id)
    hands.end()
    await reader.end()
    later = await server.begun.get()
    later.thread.title = "Named"
    later(done("x", "b"))
    later.end()
    await waiting.end()
    assert waiting.types[-1] == "thread.updated"
    await server.aclose()


async def test_turns_of_other_threads_do_not_wait(server: Puppet) -> None:
    """A lane for each thread."""
    one, hands = await busy(server)
    two = await server.run(done("x"))
    assert two.types[-1] == "thread.item.done"
    hands.end()
    await one.end()


async def test_a_thread_that_another_process_answers_is_busy(tmp_path: Any) -> None:
    """The database lets one turn run per thread, whichever process asks."""
    path = tmp_path / "chat.db"
    async with (
        SQLiteStore(path, owner=user_of) as one,
        SQLiteStore(path, owner=user_of) as two,
    ):
        here, there = Puppet(one), Puppet(two)
        reader, hands = await busy(here)
        refused = await (await there.read(adds(reader.thread_id))).end()
        assert refused.types == ["error"]
        assert refused.events[0]["allow_retry"] is True
        hands.end()
        await reader.end()
        again, hands = await there.start(adds(reader.thread_id, **RESUME))
        hands.end()
        assert "error" not in (await again.end()).types
        await asyncio.gather(here.aclose(), there.aclose())
