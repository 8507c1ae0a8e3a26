"""Coming back to a turn: from every cursor, while it runs, after its end, after a restart."""

import asyncio
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from turn_stage import (
    ANN,
    BOB,
    RESUME,
    Puppet,
    Reader,
    added,
    asks,
    attaches,
    check_prefix,
    creates,
    done,
    hidden,
    loads,
    says,
    user_of,
    whole_log,
)

from chatkit.errors import InvalidRequest, TurnNotFound, TurnTrimmed
from chatkit.server import StreamingResult
from chatkit.store import MemoryStore, SQLiteStore, Store
from chatkit.store.memory import turn_log as memory_turn_log
from chatkit.turns import TurnLimits
from chatkit.turns import batches as batches_module

WORDS = [f"word{number} " for number in range(12)]


async def answered(server: Puppet) -> Reader:
    """A reader who has read a whole answer."""
    return await server.run(added(), *map(says, WORDS), hidden(), done("".join(WORDS)))


@pytest.mark.requirement("fault-27")
async def test_a_reader_at_every_cursor_gets_the_rest_while_the_turn_goes_on(
    server: Puppet,
) -> None:
    """From replay to live without a gap: readers attach while events are being written."""
    first, hands = await server.start()
    hands(added())
    await first.gets(4)
    readers: list[tuple[int, Reader]] = []
    for word in WORDS:
        hands(says(word))
        await first.until(lambda reader, word=word: reader.text.endswith(word))
        last = first.seqs[-1]
        readers += [
            (after, await server.read(attaches(first.turn_id, after)))
            for after in (0, last // 2, last - 1, last)
        ]
    hands(done("".join(WORDS)))
    hands.end()
    await first.end()
    log = await whole_log(server.log(), first.turn_id)
    assert first.events == log
    for after, reader in readers:
        await reader.end()
        assert reader.seqs == list(range(after + 1, len(log) + 1))
        check_prefix(reader.events, log, after)


@pytest.mark.requirement("fault-28")
async def test_a_reader_after_the_end_gets_the_rest_and_the_end_at_once(server: Puppet) -> None:
    """The answer ended while the network was away."""
    first = await answered(server)
    log = await whole_log(server.log(), first.turn_id)
    assert first.events == log
    for after in range(len(log) + 1):
        reader = await (await server.read(attaches(first.turn_id, after))).end()
        assert reader.events == log[after:]
        assert reader.seqs == list(range(after + 1, len(log) + 1))


@pytest.mark.requirement("fault-28")
async def test_a_reader_after_a_restart_gets_the_rest(tmp_path: Path) -> None:
    """The server was deployed anew while the network was away."""
    path = tmp_path / "chat.db"
    async with SQLiteStore(path, owner=user_of) as store:
        server = Puppet(store)
        first = await answered(server)
        await server.aclose()
    async with SQLiteStore(path, owner=user_of) as store:
        server = Puppet(store)
        for after in range(len(first.events) + 1):
            reader = await (await server.read(attaches(first.turn_id, after))).end()
            assert reader.events == first.events[after:]
        await server.aclose()


@pytest.mark.requirement("fault-28")
async def test_a_trimmed_turn_tells_its_reader_to_load_the_thread(server: Puppet) -> None:
    """Its events are kept for an hour; what they said is in the thread."""
    first = await answered(server)
    record = await server.log().load_turn(first.turn_id)
    assert record is not None
    assert record.ended_at is not None
    assert await server.log().trim(record.ended_at.replace(year=record.ended_at.year + 1)) == 1
    with pytest.raises(TurnTrimmed) as caught:
        await server.open(attaches(first.turn_id))
    assert caught.value.status == 410
    page = await server.ask(loads(first.thread_id))
    assert page["items"]["data"][-1]["content"][0]["text"] == "".join(WORDS)
    assert "active_turn" not in page


async def test_a_turn_that_is_trimmed_while_it_is_read_ends_with_an_error(
    server: Puppet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clean end would say that this was everything."""
    monkeypatch.setattr("chatkit.turns.reader.EVENTS_AT_ONCE", 3)
    first = await answered(server)
    reader = await server.open(attaches(first.turn_id))
    frames = reader.result.json_events
    await anext(frames)
    record = await server.log().load_turn(first.turn_id)
    assert record is not None
    assert record.ended_at is not None
    await server.log().trim(record.ended_at.replace(year=record.ended_at.year + 1))
    rest = [frame async for frame in frames]
    assert b'"type":"error"' in rest[-1]
    assert not rest[-1].startswith(b"id:")


@pytest.mark.requirement("fault-29")
@pytest.mark.parametrize("after", [1_000, 2**40])
async def test_a_cursor_from_the_future_is_refused(server: Puppet, after: int) -> None:
    """Of a running turn and of one that is over: nobody was ever given it."""
    first, hands = await server.start()
    with pytest.raises(InvalidRequest) as caught:
        await server.open(attaches(first.turn_id, after))
    assert caught.value.status == 400
    hands.end()
    await first.end()
    with pytest.raises(InvalidRequest):
        await server.open(attaches(first.turn_id, after))


@pytest.mark.requirement("fault-29")
async def test_a_negative_cursor_is_refused(server: Puppet) -> None:
    """It would count from the end in many a language; pydantic's error, a 400 in HTTP."""
    first, hands = await server.start()
    with pytest.raises(ValueError, match="after"):
        await server.open(attaches(first.turn_id, -1))
    hands.end()
    await first.end()


@pytest.mark.requirement("fault-29")
async def test_a_turn_of_another_user_or_of_nobody_is_not_found(server: Puppet) -> None:
    """Running or over, attaching or stopping: it answers as if it did not exist."""
    first, hands = await server.start()

    async def refused(turn_id: str, context: Any) -> None:
        for request in (attaches(turn_id), asks("turns.stop", turn_id=turn_id)):
            with pytest.raises(TurnNotFound) as caught:
                await server.process(json.dumps(request), context)
            assert caught.value.status == 404

    await refused(first.turn_id, BOB)
    await refused("trn_unknown", ANN)
    hands.end()
    await first.end()
    await refused(first.turn_id, BOB)


@pytest.mark.requirement("fault-16")
async def test_two_tabs_see_the_same_answer(server: Puppet) -> None:
    """One began it, the other loaded the thread: each sees all of it, once."""
    first, hands = await server.start()
    hands(added(), says("one "))
    await first.sees("one ")
    page = await server.ask(loads(first.thread_id))
    active = page["active_turn"]
    other = await server.read(attaches(active["id"], active["seq"]))
    hands(says("two"), done("one two"))
    hands.end()
    await asyncio.gather(first.end(), other.end())
    log = await whole_log(server.log(), first.turn_id)
    check_prefix(first.events, log)
    check_prefix(other.events, log, active["seq"])
    assert len(first.events) == len(log)
    assert len(other.events) == len(log) - active["seq"]


async def test_a_reader_that_leaves_changes_nothing_for_the_others(server: Puppet) -> None:
    """A client that announced resume comes back; until then its turn goes on."""
    first, hands = await server.start()
    hands(added(), says("one "))
    await first.sees("one ")
    other = await server.read(attaches(first.turn_id))
    await other.sees("one ")
    await first.leave()
    hands(says("two"), done("one two"))
    hands.end()
    await other.end()
    assert other.text == "one two"
    assert server.stops == []


async def test_stopping_ends_the_streams_of_all_readers_and_is_idempotent(server: Puppet) -> None:
    """`turns.stop` from any tab: the partial is saved, every reader is told of it."""
    first, hands = await server.start()
    hands(added(), says("so far"))
    await first.sees("so far")
    other = await server.read(attaches(first.turn_id))
    for _ in range(2):
        reply = await server.ask(asks("turns.stop", turn_id=first.turn_id))
        assert reply == {"id": first.turn_id, "state": "stopped"}
    await asyncio.gather(first.end(), other.end())
    assert first.events == other.events == await whole_log(server.log(), first.turn_id)
    assert first.events[-1]["item"]["content"][0]["text"] == "so far"
    assert hands.cancelled
    assert len(server.stops) == 1


async def test_silence_is_filled_with_comments_for_resumable_readers_only(
    store: Store[Any],
) -> None:
    """Proxies cut silent connections; official clients know no comments."""
    server = Puppet(store, limits=TurnLimits(heartbeat_seconds=0.01))
    official, hands = await server.start(creates())
    hands(added(), says("x"))
    await official.sees("x")
    assert [frame.id for frame in official.frames] == [None] * 5
    page = await server.ask(loads(official.thread_id))
    resumable = await server.read(attaches(page["active_turn"]["id"]))
    await resumable.until(lambda reader: len(reader.frames) - len(reader.events) >= 3)
    hands(done("x"))
    hands.end()
    await asyncio.gather(official.end(), resumable.end())
    assert len(official.frames) == len(official.events)
    assert resumable.events == official.events
    await server.aclose()


async def test_the_front_of_a_long_turn_leaves_memory_and_old_cursors_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A turn of 16 MiB and more; with the log in memory too, what is dropped is gone."""
    monkeypatch.setattr(memory_turn_log, "MAX_TURN_BYTES", 20_000)
    server = Puppet(MemoryStore(owner=user_of), limits=TurnLimits(memory_bytes=20_000))
    first, hands = await server.start()
    hands(added(), *[says("x" * 1_000) for _ in range(100)])
    await first.sees("x" * 100_000)
    pump = server.supervisor().find(first.turn_id)
    assert pump is not None
    assert sum(map(len, pump.turn.feed.read(pump.turn.feed.dropped, 1_000))) < 25_000
    with pytest.raises(TurnTrimmed):
        await server.open(attaches(first.turn_id, 3))
    page = await server.ask(loads(first.thread_id))
    assert page["items"]["data"][-1]["content"][0]["text"] == "x" * 100_000
    late = await server.read(attaches(first.turn_id, page["active_turn"]["seq"]))
    hands(says("y"), done("z"))
    hands.end()
    await asyncio.gather(first.end(), late.end())
    assert late.text == "y"
    with pytest.raises(TurnTrimmed):
        await server.open(attaches(first.turn_id, 3))
    await server.aclose()


async def test_old_cursors_of_a_long_turn_are_served_from_a_database(tmp_path: Path) -> None:
    """The database keeps what has left memory: replay goes over into live all the same."""
    async with SQLiteStore(tmp_path / "chat.db", owner=user_of) as store:
        server = Puppet(store, limits=TurnLimits(memory_bytes=20_000))
        first, hands = await server.start()
        hands(added(), *[says("x" * 1_000) for _ in range(100)])
        await first.sees("x" * 100_000)
        pump = server.supervisor().find(first.turn_id)
        assert pump is not None
        assert pump.turn.feed.dropped > 50
        late = await server.read(attaches(first.turn_id, 3))
        await late.sees("x" * 100_000)
        hands(says("y"), done("z"))
        hands.end()
        await asyncio.gather(first.end(), late.end())
        assert late.events == first.events[3:]
        await server.aclose()


async def test_a_slow_reader_loses_nothing_of_a_burst() -> None:
    """A few images as data URLs are over 16 MiB: what a reader has yet to read is held for it."""
    server = Puppet(MemoryStore(owner=user_of), limits=TurnLimits(memory_bytes=10_000))
    slow = await server.open(creates(**RESUME))
    frames = slow.result.json_events
    got = [await anext(frames)]
    hands = await server.begun.get()
    hands(added(), *[says("x" * 1_000) for _ in range(100)], done("z"))
    hands.end()
    await hands.closed.wait()
    got += [frame async for frame in frames]
    assert len(got) == 3 + 1 + 100 + 1
    await server.aclose()


async def test_a_reader_follows_a_turn_that_another_process_runs(tmp_path: Path) -> None:
    """Two processes on one machine share a database; the reader's polls the log."""
    path = tmp_path / "chat.db"
    limits = TurnLimits(poll_seconds=0.01, heartbeat_seconds=0.05)
    async with (
        SQLiteStore(path, owner=user_of) as one,
        SQLiteStore(path, owner=user_of) as two,
    ):
        runs, follows = Puppet(one), Puppet(two, limits=limits)
        first, hands = await runs.start()
        hands(added(), says("one "))
        await first.sees("one ")
        other = await follows.read(attaches(first.turn_id))
        await other.until(lambda reader: len(reader.frames) > len(reader.events))
        hands(says("two"), done("one two"))
        hands.end()
        await asyncio.gather(first.end(), other.end())
        assert other.events == first.events
        await asyncio.gather(runs.aclose(), follows.aclose())


async def test_a_reader_of_another_processs_turn_ends_with_its_thread(tmp_path: Path) -> None:
    """Deleted there while it was followed here: nothing more will come."""
    path = tmp_path / "chat.db"
    async with (
        SQLiteStore(path, owner=user_of) as one,
        SQLiteStore(path, owner=user_of) as two,
    ):
        runs, follows = Puppet(one), Puppet(two, limits=TurnLimits(poll_seconds=0.01))
        first, _ = await runs.start()
        other = await follows.read(attaches(first.turn_id))
        await other.gets(3)
        await runs.ask(asks("threads.delete", thread_id=first.thread_id))
        await asyncio.gather(first.end(), other.end())
        await asyncio.gather(runs.aclose(), follows.aclose())


@pytest.mark.parametrize("metadata", [{}, RESUME], ids=["official", "resumable"])
async def test_a_reader_that_waits_holds_nothing_that_it_has_sent(
    metadata: dict[str, Any],
) -> None:
    """An image may have megabytes; a thousand idle readers must not hold one each."""
    server = Puppet(MemoryStore(owner=user_of))
    result = await server.process(json.dumps(creates(**metadata)), ANN)
    assert isinstance(result, StreamingResult)
    stream, came = result.batches(), asyncio.Event()

    async def read() -> None:
        while True:
            if sum(map(len, await anext(stream))) > 1_000_000:
                came.set()

    tracemalloc.start()
    reading = asyncio.create_task(read())
    hands = await server.begun.get()
    hands(added(), says("x" * 1_000_000))
    await came.wait()
    framed = [tracemalloc.Filter(True, batches_module.__file__)]
    held = tracemalloc.take_snapshot().filter_traces(framed)
    tracemalloc.stop()
    assert sum(trace.size for trace in held.traces) < 100_000
    reading.cancel()
    await asyncio.wait([reading])
    await server.aclose(0)
