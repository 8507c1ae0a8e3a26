"""What the log keeps before anyone sees it: commits for many turns at once, outages, trimming."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from faulty_stores import Broken, FaultyStore, GatedLog, unavailable
from turn_stage import (
    RESUME,
    Puppet,
    added,
    adds,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    creates,
    done,
    loads,
    removed,
    replaced,
    says,
    texts,
    user_of,
    whole_log,
)

from chatkit.errors import InvalidRequest
from chatkit.store import MemoryStore, TurnEvents
from chatkit.store.memory import turn_log as memory_turn_log
from chatkit.turns import TurnLimits


@pytest.fixture
async def log() -> GatedLog:
    """A log that commits, and can be down."""
    return GatedLog(MemoryStore(owner=user_of))


@pytest.fixture
async def server(log: GatedLog) -> AsyncIterator[Puppet]:
    """A server with that log, and little patience."""
    limits = TurnLimits(outage_seconds=0.3, unlogged_events=50, unlogged_bytes=10_000)
    server = Puppet(log._threads, turn_log=log, limits=limits)  # type: ignore[arg-type]
    yield server
    log.gate.set()
    log.down = None
    await server.aclose(0)


async def test_nobody_sees_an_event_that_the_log_does_not_keep(
    server: Puppet, log: GatedLog
) -> None:
    """Log before send: after a crash nothing that a client saw is missing."""
    reader, hands = await server.start()
    await reader.gets(3)
    log.gate.clear()
    log.committing.clear()
    hands(added(), says("x"))
    await log.committing.wait()
    other = await server.read(attaches(reader.turn_id))
    await other.gets(3)
    assert len(reader.events) == len(other.events) == 3
    log.gate.set()
    await asyncio.gather(reader.sees("x"), other.sees("x"))
    hands.end()
    await asyncio.gather(reader.end(), other.end())


async def test_events_of_many_turns_are_kept_with_one_commit(server: Puppet, log: GatedLog) -> None:
    """While a commit is under way the events of all turns gather: one more takes them all."""
    started = [await server.start() for _ in range(20)]
    for reader, hands in started:
        await reader.gets(3)
        assert hands.todo.empty()
    log.gate.clear()
    log.committing.clear()
    log.commits.clear()
    started[0][1](added("a0"))
    await log.committing.wait()
    for number, (_, hands) in enumerate(started):
        hands(added(f"b{number}"), says("x", f"b{number}"))
    for _ in range(10):
        await asyncio.sleep(0)
    log.gate.set()
    await asyncio.gather(*(reader.sees("x") for reader, _ in started))
    assert [len(batch) for batch in log.commits] == [1, 20]
    for reader, hands in started:
        hands.end()
        await reader.end()


@pytest.mark.requirement("fault-03")
async def test_a_log_that_is_away_for_a_while_is_waited_for(server: Puppet, log: GatedLog) -> None:
    """The handler waits too, once a thousand events or a megabyte are not kept."""
    reader, hands = await server.start()
    await reader.gets(3)
    log.down = unavailable
    hands(added(), *[says(".") for _ in range(500)], done("." * 500))
    hands.end()
    await log.fails(2)
    assert hands.todo.qsize() > 400, "the handler waits"
    pump = server.supervisor().find(reader.turn_id)
    assert pump is not None
    assert pump.turn.feed.last_seq < 60
    log.down = None
    await reader.end()
    assert reader.text == "." * 500
    await check_ended(server, reader.turn_id, "completed")
    await check_fold(server.store, await whole_log(log, reader.turn_id), reader.thread_id)


async def test_a_handler_waits_for_the_log_also_by_size(server: Puppet, log: GatedLog) -> None:
    """A few large events are as much as many small ones."""
    reader, hands = await server.start()
    await reader.gets(3)
    log.gate.clear()
    hands(added(), *[says("x" * 4_000) for _ in range(20)])
    for _ in range(50):
        await asyncio.sleep(0)
    assert hands.todo.qsize() > 15
    log.gate.set()
    await reader.sees("x" * 80_000)
    hands.end()
    await reader.end()


@pytest.mark.requirement("fault-04")
@pytest.mark.parametrize("manner", ["raises", "hangs"])
async def test_a_log_that_stays_away_fails_its_turns(
    server: Puppet, log: GatedLog, manner: str
) -> None:
    """Readers get a retryable error although it cannot be logged; the text is in the store."""
    reader, hands = await server.start()
    hands(added(), says("seen "))
    await reader.sees("seen ")
    pump = server.supervisor().find(reader.turn_id)
    assert pump is not None
    if manner == "raises":
        log.down = unavailable
    else:
        log.gate.clear()
    hands(says("not seen"))
    await reader.end()
    assert reader.text == "seen "
    assert reader.types[-1] == "error"
    assert reader.events[-1]["allow_retry"] is True
    assert reader.frames[-1].id is None
    await pump.turn.settled.wait()
    assert await texts(server.store, reader.thread_id) == ["seen not seen"]
    assert server.supervisor().find(reader.turn_id) is None

    # The log is back: the next turn of the thread has its end logged first.
    log.down = None
    log.gate.set()
    again, hands = await server.start(adds(reader.thread_id, **RESUME))
    hands.end()
    assert "error" not in (await again.end()).types
    await check_ended(server, reader.turn_id, "failed")
    kept = await whole_log(log, reader.turn_id)
    check_prefix(reader.events[:-1], kept)
    assert kept[-1]["type"] == "error"
    await check_fold(server.store, kept, reader.thread_id)


async def test_an_end_that_could_not_be_logged_is_logged_when_the_server_closes(
    server: Puppet, log: GatedLog
) -> None:
    """Or else the turn would be "running" until the next start."""
    reader, hands = await server.start()
    await reader.gets(3)
    log.down = unavailable
    hands.end()
    await reader.end()
    record = await log.load_turn(reader.turn_id)
    assert record is not None
    assert record.state == "running"
    await server.supervisor().recover()
    assert (await log.load_turn(reader.turn_id)) == record
    log.down = None
    await server.aclose(0)
    await check_ended(server, reader.turn_id, "completed")


async def test_a_reader_of_a_turn_without_a_logged_end_waits_for_it(
    log: GatedLog,
) -> None:
    """It attached while the log was away: the end comes when the log is back."""
    limits = TurnLimits(outage_seconds=0.05, poll_seconds=0.01)
    server = Puppet(log._threads, turn_log=log, limits=limits)  # type: ignore[arg-type]
    reader, hands = await server.start()
    hands(added(), says("x"))
    await reader.sees("x")
    log.down = unavailable
    hands.end()
    await reader.end()
    late = await server.read(attaches(reader.turn_id))
    await late.sees("x")
    log.down = None
    await late.end()
    assert late.events == await whole_log(log, reader.turn_id)
    assert late.types[-1] == "thread.item.done"
    await server.aclose(0)


async def test_a_turn_that_cannot_be_logged_holds_up_no_other(
    server: Puppet, log: GatedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """U: an error that is no outage is the fault of one turn's events."""
    poisoned, poisoned_hands = await server.start()
    fine, fine_hands = await server.start()
    await asyncio.gather(poisoned.gets(3), fine.gets(3))
    append = GatedLog.append

    async def picky(self: GatedLog, batch: list[TurnEvents]) -> None:
        if any(b"poison" in payload for run in batch for payload in run.payloads):
            raise Broken
        await append(self, batch)

    monkeypatch.setattr(GatedLog, "append", picky)
    log.gate.clear()
    poisoned_hands(added(), says("poison"))
    fine_hands(added(), says("fine"))
    for _ in range(10):
        await asyncio.sleep(0)
    log.gate.set()
    await fine.sees("fine")
    fine_hands.end()
    await asyncio.gather(fine.end(), poisoned.end())
    assert poisoned.types[-1] == "error"
    assert fine.types[-1] == "thread.item.done"
    monkeypatch.setattr(GatedLog, "append", append)


async def test_a_thread_that_is_read_while_the_log_is_away_claims_no_running_turn(
    server: Puppet, log: GatedLog
) -> None:
    """What is not kept cannot be attached to: the page is what the store has."""
    reader, hands = await server.start()
    await reader.gets(3)
    log.down = unavailable
    hands(added(), says("x"))
    await asyncio.sleep(0)
    page = await server.ask(loads(reader.thread_id))
    assert "active_turn" not in page
    await reader.end()


async def test_a_cursor_may_not_point_at_what_is_not_kept(server: Puppet, log: GatedLog) -> None:
    """Nobody was given that number."""
    reader, hands = await server.start()
    await reader.gets(3)
    log.gate.clear()
    hands(added(), says("x"))
    for _ in range(10):
        await asyncio.sleep(0)
    with pytest.raises(InvalidRequest):
        await server.open(attaches(reader.turn_id, 4))
    log.gate.set()
    hands.end()
    await reader.end()


@pytest.mark.requirement("fault-03")
@pytest.mark.parametrize("method", ["add_thread_item", "save_item", "delete_thread_item"])
async def test_a_store_that_is_away_for_a_while_is_waited_for(method: str) -> None:
    """A database that fails over: the turn pauses, and goes on."""
    store = FaultyStore(method, 1)
    store.error = unavailable
    server = Puppet(store)
    reader, hands = await server.start()
    hands(added(), done("x"), replaced("y"), removed("a"), done("z", "b"))
    hands.end()
    await reader.end()
    assert store.failed == 1
    assert "error" not in reader.types
    assert await texts(store, reader.thread_id) == ["z"]
    await server.aclose()


async def test_the_turn_log_in_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without a database runs for months: old turns' events make room."""
    monkeypatch.setattr(memory_turn_log, "MAX_BYTES", 50_000)
    monkeypatch.setattr(memory_turn_log, "MAX_TRIMMED", 3)
    server = Puppet(MemoryStore(owner=user_of))
    turns = [(await server.run(added(), says("x" * 10_000), done("x"))).turn_id for _ in range(10)]
    records = [await server.log().load_turn(turn) for turn in turns]
    assert [record is None for record in records] == [True] * 3 + [False] * 7
    assert [record.trimmed for record in records if record] == [True] * 3 + [False] * 4
    assert server.log()._size < 50_000  # type: ignore[attr-defined]
    await server.aclose()


async def test_events_are_trimmed_an_hour_after_the_end_and_not_at_every_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When a turn ends, at most every five minutes: no task runs for it."""
    server = Puppet(MemoryStore(owner=user_of))
    asked: list[datetime] = []

    async def trim(before: datetime) -> int:
        asked.append(before)
        return 0

    monkeypatch.setattr(server.log(), "trim", trim)
    for _ in range(3):
        await server.run(done("x"))
    assert len(asked) == 1
    age = datetime.now(UTC) - asked[0]
    assert timedelta(minutes=59) < age < timedelta(minutes=61)
    await server.aclose()
    always = Puppet(server.store, limits=TurnLimits(trim_seconds=0))
    for _ in range(3):
        await always.run(done("x"))
    await always.aclose()
    assert len(asked) == 4


async def test_a_log_that_cannot_be_trimmed_is_a_warning(
    server: Puppet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The turn is over; its reader must not wait for the tidying, or hear of it."""

    async def trim(before: datetime) -> int:
        raise Broken

    monkeypatch.setattr(GatedLog, "trim", trim)
    reader = await server.read(creates(**RESUME))
    (await server.begun.get()).end()
    await reader.end()
    await asyncio.sleep(0)
    await server.aclose()
    assert "trimming the turn log failed" in caplog.text


async def test_reading_a_log_that_fails_ends_with_an_error_event(
    server: Puppet, log: GatedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a stream has begun, an error is an event, never a cut stream."""
    reader = await server.run(done("x"))
    late = await server.open(attaches(reader.turn_id))

    async def read(*arguments: Any) -> list[bytes]:
        raise Broken

    monkeypatch.setattr(log, "read", read)
    await late.end()
    assert late.types == ["error"]
