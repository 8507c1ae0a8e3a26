"""The limits of turns: silence, length, size, blocking calls, and what waits for the log."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from faulty_stores import FaultyStore, unavailable
from turn_stage import (
    RESUME,
    Puppet,
    added,
    check_ended,
    creates,
    done,
    replaced,
    says,
    texts,
    user_of,
    whole_log,
)

from chatkit.store import MemoryStore
from chatkit.turns import TurnLimits
from chatkit.types import ProgressUpdateEvent, ThreadStreamEvent


def limited(**limits: Any) -> Puppet:
    """A server with these limits."""
    return Puppet(MemoryStore(owner=user_of), limits=TurnLimits(**limits))


@pytest.mark.requirement("fault-19")
async def test_a_model_that_stalls_fails_after_the_idle_limit() -> None:
    """A connection to a model that is silently gone: the text so far is kept."""
    server = limited(idle_seconds=0.5)  # longer than a busy machine takes to hear the test
    reader, hands = await server.start()
    hands(added(), says("so far"))
    await reader.end()
    assert hands.cancelled
    assert reader.types[-1] == "error"
    assert reader.events[-1]["allow_retry"] is True
    assert await texts(server.store, reader.thread_id) == ["so far"]
    await check_ended(server, reader.turn_id, "failed")
    await server.aclose()


@pytest.mark.requirement("fault-19")
async def test_a_model_that_says_something_now_and_then_is_not_idle() -> None:
    """The limit is for one silence, not for all of them."""
    server = limited(idle_seconds=0.2)

    class Slow(Puppet):
        async def respond(
            self, thread: Any, input_user_message: Any, context: Any
        ) -> AsyncIterator[ThreadStreamEvent]:
            yield added()
            for _ in range(10):
                await asyncio.sleep(0.04)
                yield says("x")
            yield done("x" * 10)

    slow = Slow(server.store, limits=TurnLimits(idle_seconds=0.2))
    reader = await (await slow.read(creates(**RESUME))).end()
    assert "error" not in reader.types
    await slow.aclose()


async def test_waiting_for_the_store_is_not_the_handlers_silence() -> None:
    """A slow database has its own limit; the model is not to blame."""
    store = FaultyStore("add_thread_item", 2)
    store.error = unavailable
    store.for_good = False
    server = Puppet(store, limits=TurnLimits(idle_seconds=0.03, outage_seconds=5))
    reader, hands = await server.start()
    hands(done("x"))
    hands.end()
    await reader.end()
    assert store.failed == 1
    assert reader.types[-1] == "thread.item.done"
    await server.aclose()


async def test_a_store_that_never_answers_is_a_failure_in_the_end() -> None:
    """Nobody stops the turn, and the store says nothing: a bound all the same."""

    class Silent(MemoryStore[Any]):
        async def save_item(self, thread_id: str, item: Any, context: Any) -> None:
            if item.id == "a":
                await asyncio.Event().wait()
            await super().save_item(thread_id, item, context)

    limits = TurnLimits(
        idle_seconds=0.05, outage_seconds=0.02, cancel_seconds=0.05, settle_seconds=0.1
    )
    server = Puppet(Silent(owner=user_of), limits=limits)
    reader, hands = await server.start()
    hands(replaced("never saved"))
    await reader.end()
    assert reader.types[-1] == "error"
    await check_ended(server, reader.turn_id, "failed")
    await server.aclose()


class Endless(Puppet):
    """Never stops talking."""

    pause = 0.0

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        yield added()
        while True:
            if self.pause:
                await asyncio.sleep(self.pause)
            yield says("x" * 100)


@pytest.mark.requirement("fault-20")
@pytest.mark.parametrize(
    "limits",
    [{"max_events": 500}, {"max_bytes": 100_000}, {"wall_seconds": 0.1}],
    ids=lambda limits: next(iter(limits)),
)
async def test_a_model_that_never_ends_meets_a_limit(limits: dict[str, Any]) -> None:
    """Time, number or size: the text so far is kept, the client may try again."""
    server = Endless(MemoryStore(owner=user_of), limits=TurnLimits(**limits))
    server.pause = 0.005 if "wall_seconds" in limits else 0.0
    reader = await (await server.read(creates(**RESUME))).end()
    assert reader.types[-2:] == ["thread.item.done", "error"]
    assert await texts(server.store, reader.thread_id) == [reader.text]
    assert reader.events == await whole_log(server.log(), reader.turn_id)
    await check_ended(server, reader.turn_id, "failed")
    await server.aclose()


@pytest.mark.requirement("fault-35")
async def test_a_blocking_call_in_a_handler_is_warned_about_by_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Everything stands still meanwhile, all heartbeats too: the host has to know which turn."""

    class Blocking(Puppet):
        async def respond(
            self, thread: Any, input_user_message: Any, context: Any
        ) -> AsyncIterator[ThreadStreamEvent]:
            yield added()
            time.sleep(1.0)  # noqa: ASYNC251 - that is the fault
            yield done("slept")
            await asyncio.Event().wait()

    server = Blocking(MemoryStore(owner=user_of), limits=TurnLimits(stall_seconds=0.3))
    reader = await server.read(creates(**RESUME))
    await reader.until(lambda reader: reader.types[-1:] == ["thread.item.done"])
    await asyncio.sleep(0.01)
    warnings = [record for record in caplog.records if "blocking call" in record.message]
    assert len(warnings) == 1
    assert reader.turn_id in warnings[0].message
    assert "asyncio.to_thread" in warnings[0].message
    await server.aclose(0)
    await reader.end()


async def test_the_clock_stops_with_the_last_turn() -> None:
    """A server that does nothing does nothing."""
    server = limited(stall_seconds=5)
    await server.run(done("x"))
    await asyncio.sleep(0.6)
    assert server.supervisor()._clock._timer is None
    await server.aclose()


async def test_a_handler_that_never_waits_lets_readers_read() -> None:
    """A thousand events at once are seen while they come, not after the last."""
    server = Endless(MemoryStore(owner=user_of), limits=TurnLimits(max_events=2_000))
    reader = await server.read(creates(**RESUME))
    await reader.gets(50)
    assert len(reader.events) < 1_000
    await reader.end()
    assert reader.seqs == list(range(1, len(reader.events) + 1))
    await server.aclose()


async def test_an_item_that_is_too_large_to_be_shown_leaves_what_was_shown(server: Puppet) -> None:
    """Nothing is saved that no client could load; the text so far stays, and the error says why."""
    reader, hands = await server.start()
    hands(added(), says("so far"), done("x" * (9 * 1024 * 1024)))
    await reader.end()
    assert reader.types[-2:] == ["thread.item.done", "error"]
    assert reader.events[-1]["message"] == "This answer is too large to be shown."
    assert await texts(server.store, reader.thread_id) == ["so far"]
    await check_ended(server, reader.turn_id, "failed")


async def test_an_event_that_is_too_large_fails_its_turn_only(server: Puppet) -> None:
    """8 MiB and more would stop many a proxy and page; the client hears that it failed."""
    other, other_hands = await server.start()
    reader, hands = await server.start()
    hands(ProgressUpdateEvent(text="x" * (9 * 1024 * 1024)))
    await reader.end()
    assert reader.types[-1] == "error"
    await check_ended(server, reader.turn_id, "failed")
    other_hands(done("fine"))
    other_hands.end()
    assert "error" not in (await other.end()).types
