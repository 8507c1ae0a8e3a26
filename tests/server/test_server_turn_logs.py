"""Turn logs that are slow, short of memory, trimmed or down, as clients that resume see them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hosts import (
    Host,
    added,
    body,
    delta,
    done,
    open_stream,
    plain_store,
    read_json,
    read_stream,
    says,
    text_input,
    types,
)
from resuming import RESUME
from stores import StoreDown

from chatkit.errors import StoreUnavailable, TurnTrimmed
from chatkit.store import MemoryTurnLog, TurnEvents
from chatkit.turns import TurnLimits


def resumable(**metadata: str) -> str:
    """A message of a client that can come back."""
    metadata = {**RESUME, **{f"chatkit.{key}": value for key, value in metadata.items()}}
    return body("threads.add_user_message", metadata, thread_id="thr", input=text_input())


class GatedLog(MemoryTurnLog):
    """Keeps nothing at once, and everything once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.waits = asyncio.Event()

    def append_now(self, run: TurnEvents) -> bool:
        return False

    async def append(self, batch: list[TurnEvents]) -> None:
        self.waits.set()
        await self.gate.wait()
        await super().append(batch)


class DownLog(GatedLog):
    """Is unavailable from the first event on."""

    async def append(self, batch: list[TurnEvents]) -> None:
        self.waits.set()
        raise StoreUnavailable("canary")


class ForgetfulLog(MemoryTurnLog):
    """Has forgotten all events: what a cache does that was flushed."""

    async def read(self, turn_id: str, after: int, limit: int) -> list[bytes]:
        return []


async def chatty(thread, user_message, context):
    """A few hundred events."""
    yield added()
    for n in range(300):
        yield delta(f"word {n} ")
    yield done("Whole")


async def test_an_event_is_read_once_the_log_keeps_it_and_not_before() -> None:
    """Design: log before send. What a client saw, a later reader finds."""
    log = GatedLog()
    server = Host(plain_store(), turn_log=log)
    reading = asyncio.create_task(read_stream(server, says()))
    await log.waits.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not reading.done()
    log.gate.set()
    assert types(await reading) == ["thread.item.done", "stream_options", "thread.item.done"]


async def test_a_running_thread_is_told_once_the_log_keeps_what_it_shows() -> None:
    """Its number is one that can be attached to."""
    log = GatedLog()
    hold = asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        yield delta("Hel")
        await hold.wait()

    server = Host(plain_store(), reply, turn_log=log)
    stream = await open_stream(server, resumable())
    first = asyncio.create_task(anext(stream.json_events))
    await log.waits.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    get = body("threads.get_by_id", RESUME, thread_id="thr")
    loading = asyncio.create_task(read_json(server, get))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not loading.done()
    log.gate.set()
    thread = await loading
    assert thread["active_turn"]["seq"] == 4
    assert thread["items"]["data"][-1]["content"][0]["text"] == "Hel"
    hold.set()
    await first
    async for _ in stream:
        pass


@pytest.mark.requirement("fault-04")
async def test_a_log_that_stays_down_fails_the_turn_and_the_answer_is_kept() -> None:
    """Reliability, fault 4: a retryable error; what was generated is in the thread."""
    hold = asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        yield delta("Hel")
        await hold.wait()

    log = DownLog()
    server = Host(plain_store(), reply, turn_log=log, limits=TurnLimits(outage_seconds=0.05))
    stream = await open_stream(server, resumable())
    reading = asyncio.create_task(anext(stream.json_events))
    await log.waits.wait()
    get = body("threads.get_by_id", RESUME, thread_id="thr")
    loading = asyncio.create_task(read_json(server, get))
    frame = await reading
    assert b'"type":"error"' in frame
    assert b"canary" not in frame
    assert "active_turn" not in await loading
    await server.aclose()
    assert [item.type for item in server.store.of("thr")] == ["user_message", "assistant_message"]


async def test_old_events_are_read_from_the_log_when_memory_does_not_hold_them() -> None:
    """A turn of hours must not fill the server; whoever attaches gets all of it."""
    gate = asyncio.Event()

    async def reply(thread, user_message, context):
        async for event in chatty(thread, user_message, context):
            if event.type == "thread.item.done":
                await gate.wait()
            yield event

    server = Host(plain_store(), reply, limits=TurnLimits(memory_bytes=4_000))
    stream = await open_stream(server, resumable())
    frame = b""
    async for frame in stream:
        if b"word 299" in frame:
            break
    await stream.json_events.aclose()
    turn_id, _, seq = frame.split(b"\n")[0].removeprefix(b"id: ").decode().partition(".")
    late = await open_stream(server, body("turns.attach", turn_id=turn_id, after=0))
    frames = asyncio.create_task(collect(late))
    gate.set()
    numbers = [int(frame.split(b"\n")[0].rpartition(b".")[2]) for frame in await frames]
    assert numbers == list(range(1, int(seq) + 2))


async def collect(stream) -> list[bytes]:
    """All frames of a stream."""
    return [frame async for frame in stream]


@pytest.mark.requirement("fault-28")
@pytest.mark.parametrize("running", [True, False])
async def test_events_that_nobody_has_any_more_are_said_to_be_gone(running: bool) -> None:
    """Reliability, fault 28: the client loads the thread instead."""
    gate = asyncio.Event()
    if not running:
        gate.set()

    async def reply(thread, user_message, context):
        async for event in chatty(thread, user_message, context):
            if event.type == "thread.item.done":
                await gate.wait()
            yield event

    log = ForgetfulLog()
    server = Host(plain_store(), reply, turn_log=log, limits=TurnLimits(memory_bytes=4_000))
    stream = await open_stream(server, resumable())
    frame = b""
    async for frame in stream:
        if b"word 299" in frame:
            break
    await stream.json_events.aclose()
    turn_id = frame.removeprefix(b"id: ").partition(b".")[0].decode()
    if not running:
        await server.aclose()
    with pytest.raises(TurnTrimmed):
        await server.process(body("turns.attach", turn_id=turn_id, after=1), None)
    gate.set()


async def test_a_trimmed_turn_says_so_to_whoever_attaches_or_sends_again() -> None:
    """After an hour its events are gone; a request that is sent again must not begin twice."""
    log = MemoryTurnLog()
    server = Host(plain_store(), turn_log=log)
    frames = await collect(await open_stream(server, resumable(request_id="req_1")))
    turn_id = frames[0].removeprefix(b"id: ").partition(b".")[0].decode()
    await log.trim(datetime.now(UTC) + timedelta(seconds=1))
    with pytest.raises(TurnTrimmed):
        await server.process(body("turns.attach", turn_id=turn_id, after=0), None)
    with pytest.raises(TurnTrimmed):
        await server.process(resumable(request_id="req_1"), None)
    stopped = await read_json(server, body("turns.stop", turn_id=turn_id))
    assert stopped == {"id": turn_id, "state": "completed"}


async def test_a_log_that_cannot_begin_a_turn_is_an_error_event() -> None:
    """The message was not stored: the client may send it again."""

    class Closed(MemoryTurnLog):
        async def begin(self, record, context) -> None:
            raise StoreDown("canary")

    store = plain_store()
    (event,) = await read_stream(Host(store, turn_log=Closed()), says())
    assert event == {"type": "error", "code": "stream.error", "allow_retry": True}
    assert store.writes == []
