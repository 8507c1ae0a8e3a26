"""How turns end: stopped, left, failed, cancelled, at every moment and on stores that fail."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from faulty_stores import METHODS, Broken, FaultyStore, SlowStore
from turn_stage import (
    RESUME,
    Puppet,
    Reader,
    added,
    adds,
    asks,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    creates,
    done,
    flow,
    hidden,
    removed,
    replaced,
    says,
    stored,
    task_added,
    texts,
    user_of,
    whole_log,
)

from chatkit.errors import CustomStreamError
from chatkit.store import MemoryStore, SQLiteStore
from chatkit.turns import TurnLimits
from chatkit.types import (
    SDKHiddenContextItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
)

SCRIPT: list[ThreadStreamEvent] = [
    added("a"),
    says("one ", "a"),
    hidden(),
    says("two", "a"),
    done("one two", "a"),
    ThreadItemAddedEvent(item=flow()),
    task_added("look", 0),
    added("b"),
    says("three", "b"),
    done("three", "b"),
    replaced("three!", "b"),
    added("c"),
    says("four", "c"),
    removed("c"),
    added("d"),
    says("five", "d"),
]
"""Every kind of event, and items left open at the end."""


def markers(items: list[ThreadItem]) -> int:
    """How many times the model is told that the answer was stopped."""
    return sum(isinstance(item, SDKHiddenContextItem) for item in items)


async def play_until(server: Puppet, count: int, **options: Any) -> Reader:
    """A turn whose handler has yielded so many events of the script, and waits."""
    reader, hands = await server.start(creates(**options))
    hands(*SCRIPT[:count])
    shown = count - (count > 2)
    await reader.gets(3 + shown)
    return reader


@pytest.mark.requirement("fault-22")
@pytest.mark.parametrize("count", range(len(SCRIPT) + 1))
async def test_a_stop_after_any_event_saves_what_was_shown(server: Puppet, count: int) -> None:
    """The log's fold is the thread; the state is `stopped`; the host is told once."""
    reader = await play_until(server, count, **RESUME)
    reply = await server.ask(asks("turns.stop", turn_id=reader.turn_id))
    assert reply["state"] == "stopped"
    await reader.end()
    log = await whole_log(server.log(), reader.turn_id)
    assert reader.events == log
    await check_fold(server.store, log, reader.thread_id)
    await check_ended(server, reader.turn_id, "stopped")
    items = await stored(server.store, reader.thread_id)
    assert markers(items) == 1
    assert len(server.stops) == 1
    assert "error" not in reader.types


@pytest.mark.requirement("fault-23")
@pytest.mark.parametrize("count", range(len(SCRIPT) + 1))
async def test_an_official_client_that_leaves_after_any_event_stops_its_turn(
    server: Puppet, count: int
) -> None:
    """Its only way to stop; what it saw is stored once the reader is closed."""
    reader = await play_until(server, count)
    thread_id = reader.thread_id
    pump = server.supervisor().running_on(thread_id)
    assert pump is not None
    await reader.leave()
    assert pump.turn.settled.is_set()
    log = await whole_log(server.log(), pump.turn.id)
    check_prefix(reader.events, log)
    await check_fold(server.store, log, thread_id)
    await check_ended(server, pump.turn.id, "stopped")
    assert len(server.stops) == 1


@pytest.mark.requirement("fault-23")
@pytest.mark.parametrize("count", range(len(SCRIPT) + 1))
async def test_with_continue_a_client_that_leaves_after_any_event_stops_nothing(
    count: int,
) -> None:
    """`on_disconnect="continue"`: the answer is there when somebody looks again."""
    server = Puppet(MemoryStore(owner=user_of), on_disconnect="continue")
    reader, hands = await server.start(creates())
    hands(*SCRIPT[:count])
    await reader.gets(3 + count - (count > 2))
    pump = server.supervisor().running_on(reader.thread_id)
    assert pump is not None
    await reader.leave()
    assert not pump.turn.settled.is_set()
    hands(*SCRIPT[count:])
    hands.end()
    await pump.turn.settled.wait()
    log = await whole_log(server.log(), pump.turn.id)
    await check_fold(server.store, log, reader.thread_id)
    await check_ended(server, pump.turn.id, "completed")
    assert await texts(server.store, reader.thread_id) == ["one two", "three!", "five"]
    await server.aclose()


@pytest.mark.requirement("fault-24")
@pytest.mark.parametrize("ticks", range(12))
async def test_a_stop_that_races_the_end_leaves_one_state(ticks: int) -> None:
    """Whoever comes first: a turn is completed or stopped, its text is there, once."""
    server = Puppet(SlowStore())
    reader, hands = await server.start()
    hands(added(), says("x"))
    await reader.sees("x")
    hands(done("x"))
    hands.end()
    for _ in range(ticks):
        await asyncio.sleep(0)
    reply = await server.ask(asks("turns.stop", turn_id=reader.turn_id))
    await reader.end()
    await check_ended(server, reader.turn_id, reply["state"])
    assert reply["state"] in ("completed", "stopped")
    assert len(server.stops) == (reply["state"] == "stopped")
    assert await texts(server.store, reader.thread_id) == ["x"]
    await check_fold(server.store, reader.events, reader.thread_id)
    await server.aclose()


@pytest.mark.requirement("fault-21")
@pytest.mark.parametrize(
    ("error", "event"),
    [
        (Broken("a secret"), {"code": "stream.error", "allow_retry": True}),
        (CustomStreamError("Too long."), {"code": "custom", "message": "Too long."}),
    ],
)
async def test_a_model_that_raises_midway_leaves_its_text_and_one_error(
    server: Puppet, error: Exception, event: dict[str, Any]
) -> None:
    """Both: what was said is an item, and the client knows that more was to come."""
    reader, hands = await server.start()
    hands(added(), says("so far"))
    hands.fail(error)
    await reader.end()
    assert reader.types[-2:] == ["thread.item.done", "error"]
    assert {key: reader.events[-1][key] for key in event} == event
    assert "secret" not in str(reader.events)
    assert await texts(server.store, reader.thread_id) == ["so far"]
    log = await whole_log(server.log(), reader.turn_id)
    assert log == reader.events
    await check_fold(server.store, log, reader.thread_id)
    await check_ended(server, reader.turn_id, "failed")
    assert server.stops == []


def _cases() -> list[tuple[str, int]]:
    return [(method, number) for method in METHODS for number in range(1, 9)]


@pytest.mark.requirement("fault-18")
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize(("method", "number"), _cases())
async def test_a_store_that_fails_at_any_call_ends_the_turn_and_nothing_else(
    method: str, number: int, for_good: bool
) -> None:
    """T: one terminal state. U: another thread's turn goes on. L: nothing is left running."""
    store = FaultyStore()
    server = Puppet(store, limits=TurnLimits(settle_seconds=0.5, outage_seconds=0.05))
    other, other_hands = await server.start()
    reader, hands = await server.start()
    store.calls.clear()
    store.fails, store.for_good = (method, number), for_good
    hands(*SCRIPT)
    hands.thread.title = "A title"
    hands(says("!", "d"))
    hands.end()
    await reader.end()
    record = await server.log().load_turn(reader.turn_id)
    assert record is not None
    # "running": items are not saved yet, and the turn's end waits for the store.
    assert record.state in ("completed", "failed", "running")
    assert (reader.types[-1] == "error") == (record.state != "completed")
    log = await whole_log(server.log(), reader.turn_id)
    assert reader.events == log
    store.fails = ("", 0)
    other_hands(added(), says("fine"), done("fine"))
    other_hands.end()
    assert (await other.end()).types[-1] == "thread.item.done"
    again, hands = await server.start(adds(reader.thread_id, **RESUME))
    hands.end()
    assert "error" not in (await again.end()).types
    await check_ended(server, reader.turn_id, "completed", "failed")
    await check_fold(store, await whole_log(server.log(), reader.turn_id), reader.thread_id)
    await server.aclose()


@pytest.mark.requirement("fault-18")
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize(("method", "number"), _cases())
async def test_a_store_that_fails_at_any_call_of_a_stop_still_lets_it_end(
    method: str, number: int, for_good: bool
) -> None:
    """Readers hear of what failed; it is saved once the store works, and the state is `stopped`."""
    store = FaultyStore()
    server = Puppet(store, limits=TurnLimits(settle_seconds=0.5, outage_seconds=0.05))
    reader, hands = await server.start()
    hands(added("a"), says("one", "a"), added("b"), says("two", "b"))
    await reader.sees("onetwo")
    hands.thread.title = "A title"
    store.calls.clear()
    store.fails, store.for_good = (method, number), for_good
    pump = server.supervisor().find(reader.turn_id)
    assert pump is not None
    pump.stop("stopped")
    await reader.end()
    assert reader.events == await whole_log(server.log(), reader.turn_id)
    assert len(server.stops) == 1
    store.fails = ("", 0)
    await server.supervisor().recover()
    await check_ended(server, reader.turn_id, "stopped")
    assert sorted(await texts(store, reader.thread_id)) == ["one", "two"]
    await check_fold(store, await whole_log(server.log(), reader.turn_id), reader.thread_id)
    await server.aclose()


class Stubborn(Puppet):
    """A handler that swallows its cancellation, in one way or another."""

    manner = "goes on"

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator:  # type: ignore[type-arg]
        self.release = asyncio.Event()
        self.ended = asyncio.Event()
        yield added()
        yield says("so far")
        try:
            await self._wait()
        finally:
            if self.manner == "awaits in finally":
                await self._wait_really()
            self.ended.set()
        yield says(" and more")

    async def _wait(self) -> None:
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            if self.manner == "awaits in finally":
                raise
            if self.manner == "waits on":
                await self._wait_really()

    async def _wait_really(self) -> None:
        while not self.release.is_set():
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                continue


@pytest.mark.requirement("fault-34")
@pytest.mark.parametrize("manner", ["goes on", "waits on", "awaits in finally"])
async def test_a_handler_that_swallows_its_cancellation_is_forced_to_an_end(manner: str) -> None:
    """`except BaseException` is easily written. After `cancel_seconds` the turn ends without it."""
    server = Stubborn(MemoryStore(owner=user_of), limits=TurnLimits(cancel_seconds=0.05))
    server.manner = manner
    reader = await (await server.read(creates(**RESUME))).sees("so far")
    reply = await server.ask(asks("turns.stop", turn_id=reader.turn_id))
    assert reply["state"] == "stopped"
    await reader.end()
    assert reader.text == "so far"
    assert await texts(server.store, reader.thread_id) == ["so far"]
    await check_ended(server, reader.turn_id, "stopped")
    assert len(server.stops) == 1
    server.release.set()
    await server.ended.wait()
    await asyncio.sleep(0)
    assert await texts(server.store, reader.thread_id) == ["so far"], "late events are refused"
    await server.aclose()


async def test_a_handler_that_ends_quietly_when_cancelled_counts_as_stopped(
    server: Puppet,
) -> None:
    """`except CancelledError: return` is a clean-up, and the user did stop the answer."""

    class Quiet(Puppet):
        async def respond(
            self, thread: Any, input_user_message: Any, context: Any
        ) -> AsyncIterator[ThreadStreamEvent]:
            yield added()
            yield says("so far")
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                return

    quiet = Quiet(server.store)
    reader = await (await quiet.read(creates(**RESUME))).sees("so far")
    reply = await quiet.ask(asks("turns.stop", turn_id=reader.turn_id))
    assert reply["state"] == "stopped"
    assert len(quiet.stops) == 1
    await reader.end()
    assert await texts(server.store, reader.thread_id) == ["so far"]
    await quiet.aclose()


class Careful(Puppet):
    """Awaits in `handle_stream_cancelled`, and notes that it got through."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.entered = asyncio.Event()
        self.gate = asyncio.Event()
        self.completed = 0

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: Any
    ) -> None:
        self.entered.set()
        await self.gate.wait()
        await super().handle_stream_cancelled(thread, pending_items, context)
        self.completed += 1


async def test_what_the_host_does_for_a_stop_is_not_disturbed_by_the_reader(server: Puppet) -> None:
    """The request is cancelled again and again; the host's awaits complete, once."""
    careful = Careful(server.store)
    reader = await careful.read(creates())
    hands = await careful.begun.get()
    hands(added(), says("so far"))
    await reader.sees("so far")
    assert reader.task is not None
    reader.task.cancel()
    await careful.entered.wait()
    for _ in range(5):
        reader.task.cancel()
        await asyncio.sleep(0)
    careful.gate.set()
    await asyncio.wait([reader.task])
    await careful.aclose()
    assert (careful.completed, len(careful.stops)) == (1, 1)
    assert await texts(server.store, reader.thread_id) == ["so far"]


async def test_a_host_that_fails_or_hangs_at_a_stop_does_not_lose_the_text(
    server: Puppet,
) -> None:
    """Then the text is saved as for any other end, and the reader is told."""
    careful = Careful(server.store, limits=TurnLimits(settle_seconds=0.05))
    reader = await careful.read(creates(**RESUME))
    hands = await careful.begun.get()
    hands(added(), says("so far"))
    await reader.sees("so far")
    await careful.ask(asks("turns.stop", turn_id=reader.turn_id))
    await reader.end()
    assert await texts(server.store, reader.thread_id) == ["so far"]
    await check_ended(careful, reader.turn_id, "stopped")
    await careful.aclose()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("moment", ["running", "settling", "waiting"])
def test_a_loop_that_closes_saves_what_was_said(
    kind: str, moment: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """`asyncio.run` cancels all tasks once: at the end of a script, or when nobody drains."""
    store: Any = (
        MemoryStore(owner=user_of)
        if kind == "memory"
        else SQLiteStore(tmp_path / "chat.db", owner=user_of)
    )
    found: dict[str, str] = {}

    async def main() -> None:
        server = Careful(store)
        reader = await server.read(creates(**RESUME))
        hands = await server.begun.get()
        hands(added(), says("so far"))
        await reader.sees("so far")
        found.update(turn=reader.turn_id, thread=reader.thread_id)
        if moment == "settling":
            pump = server.supervisor().find(reader.turn_id)
            assert pump is not None
            pump.stop("stopped")
            await server.entered.wait()
        elif moment == "waiting":
            await server.read(adds(reader.thread_id))
            await server.in_line(reader.thread_id)

    async def look() -> None:
        server = Puppet(store)
        assert await texts(store, found["thread"]) == ["so far"]
        await check_ended(server, found["turn"], "interrupted", "stopped")
        log = await whole_log(server.log(), found["turn"])
        await check_fold(store, log, found["thread"])
        late = await (await server.read(attaches(found["turn"]))).end()
        assert late.events == log
        again, hands = await server.start(adds(found["thread"], **RESUME))
        hands.end()
        assert "error" not in (await again.end()).types
        await server.aclose()
        if kind == "sqlite":
            await store.close()

    asyncio.run(main())
    assert "ignores its cancellation" not in caplog.text, "its clean-up is waited for"
    asyncio.run(look())


async def test_a_handler_that_cancels_itself_counts_as_stopped(server: Puppet) -> None:
    """As officially: pending work is saved, and the first reader ends with CancelledError."""
    reader = await server.read(creates())
    hands = await server.begun.get()
    hands(added(), says("so far"))
    await reader.sees("so far")
    hands.fail(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await reader.end()
    assert await texts(server.store, reader.thread_id) == ["so far"]
    assert len(server.stops) == 1


async def test_a_stop_while_the_store_writes_waits_for_the_write() -> None:
    """Cancelled in the middle, a write might have happened or not."""
    store = SlowStore()
    server = Puppet(store)
    reader, hands = await server.start()
    hands(added())
    await reader.gets(4)
    store.gate.clear()
    store.writing.clear()
    hands(done("all of it"))
    await store.writing.wait()
    stopping = asyncio.create_task(server.ask(asks("turns.stop", turn_id=reader.turn_id)))
    await asyncio.sleep(0.01)
    assert not stopping.done()
    store.gate.set()
    assert (await stopping)["state"] == "stopped"
    await reader.end()
    assert await texts(store, reader.thread_id) == ["all of it"]
    await check_fold(store, reader.events, reader.thread_id)
    await server.aclose()


async def test_a_write_that_hangs_is_left_behind_at_a_stop() -> None:
    """A store that never answers must not hold the thread for ever."""
    store = SlowStore()
    server = Puppet(store, limits=TurnLimits(cancel_seconds=0.05, settle_seconds=0.1))
    reader, hands = await server.start()
    hands(added(), says("all of it"))
    await reader.gets(5)
    store.gate.clear()
    store.writing.clear()
    hands(done("all of it"))
    await store.writing.wait()
    reply = await server.ask(asks("turns.stop", turn_id=reader.turn_id))
    assert reply["state"] == "stopped"
    assert (await reader.end()).types[-1] == "error"
    store.gate.set()
    again, hands = await server.start(adds(reader.thread_id, **RESUME))
    hands.end()
    assert "error" not in (await again.end()).types
    await server.aclose()


async def test_two_errors_are_logged_and_one_is_shown(
    server: Puppet, caplog: pytest.LogCaptureFixture
) -> None:
    """A handler that fails while it is being stopped was stopped; its error is for the log."""

    class Clumsy(Puppet):
        async def respond(
            self, thread: Any, input_user_message: Any, context: Any
        ) -> AsyncIterator[ThreadStreamEvent]:
            yield added()
            yield says("so far")
            try:
                await asyncio.Event().wait()
            finally:
                raise Broken("while cleaning up")

    clumsy = Clumsy(server.store)
    reader = await (await clumsy.read(creates(**RESUME))).sees("so far")
    reply = await clumsy.ask(asks("turns.stop", turn_id=reader.turn_id))
    assert reply["state"] == "stopped"
    await reader.end()
    assert "error" not in reader.types
    assert "failed while it was stopped" in caplog.text
    await clumsy.aclose()


async def test_an_answer_that_nobody_reads_has_no_effect(server: Puppet) -> None:
    """As officially: a host may drop a result, or a client leave before the first byte."""
    reader = await server.open(creates())
    await reader.result.json_events.aclose()
    assert (await server.ask(asks("threads.list")))["data"] == []
    assert server.begun.empty()


async def test_a_turn_that_is_over_is_not_held_in_memory(server: Puppet) -> None:
    """A thread is watched for a minute after its turn; a turn's events may be 64 MiB."""
    reader, hands = await server.start()
    pump = server.supervisor().find(reader.turn_id)
    assert pump is not None
    turn = weakref.ref(pump.turn)
    hands(added(), says("x"), done("x"))
    hands.end()
    del pump
    await reader.end()
    while server.supervisor()._tasks:
        await asyncio.wait(set(server.supervisor()._tasks))
    del reader, hands
    await asyncio.sleep(0)
    gc.collect()
    assert turn() is None


async def test_closing_the_server_interrupts_what_runs_and_what_waits(server: Puppet) -> None:
    """A drained server: the text is saved, every reader hears that it may try again."""
    reader, hands = await server.start()
    hands(added(), says("so far"))
    await reader.sees("so far")
    waiting = await server.read(adds(reader.thread_id, **RESUME))
    await server.in_line(reader.thread_id)
    await server.aclose(0)
    await asyncio.gather(reader.end(), waiting.end())
    for stream in (reader, waiting):
        assert stream.types[-1] == "error"
        assert stream.events[-1]["allow_retry"] is True
    assert waiting.types == ["error"]
    assert await texts(server.store, reader.thread_id) == ["so far"]
    await check_ended(server, reader.turn_id, "interrupted")
    await server.aclose()


async def test_closing_the_server_lets_short_turns_end(server: Puppet) -> None:
    """The drain of a deployment: ten seconds are enough for most answers."""
    reader, hands = await server.start()
    closing = asyncio.create_task(server.aclose(10))
    await asyncio.sleep(0)
    late = await server.read(attaches(reader.turn_id))
    hands(added(), says("all"), done("all"))
    hands.end()
    await asyncio.gather(closing, reader.end(), late.end())
    assert reader.events == late.events
    await check_ended(server, reader.turn_id, "completed")
    await server.aclose()
