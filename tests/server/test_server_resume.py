"""Clients that announce resume: they attach to turns, stop them, and send a request twice."""

import asyncio
import re
from typing import Any

import pytest
from hosts import (
    NOW,
    Endless,
    Host,
    added,
    answer,
    body,
    delta,
    done,
    hidden,
    open_stream,
    plain_store,
    read_json,
    says,
    text_input,
)
from resuming import RESUME, attaches, frames_of, frames_until, gated, parse, resumable, stops

from chatkit.errors import InvalidRequest, TurnNotFound
from chatkit.store import MemoryStore
from chatkit.turns import TurnLimits
from chatkit.types import (
    StreamOptions,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
)


async def test_frames_carry_the_turn_and_the_number_of_their_event() -> None:
    """Design, Turns: `id: <turn_id>.<seq>`, from 1 on without gaps."""
    turn_id, numbers, events = parse(await frames_of(Host(plain_store()), resumable()))
    assert turn_id.startswith("trn_")
    assert numbers == [1, 2, 3]
    assert events[-1]["type"] == "thread.item.done"


@pytest.mark.parametrize("metadata", [None, {}, {"chatkit.resume": False}, {"chatkit.resume": 1}])
async def test_clients_that_announce_nothing_get_plain_frames(metadata) -> None:
    """Source: server-behaviour: no ids, comments or retry lines, no extra fields."""
    request = body("threads.add_user_message", metadata, thread_id="thr", input=text_input())
    for frame in await frames_of(Host(plain_store()), request):
        assert re.fullmatch(rb"data: [^\n]*\n\n", frame)


async def test_a_reader_that_leaves_stops_nothing_and_attaches_to_the_rest() -> None:
    """Design, Turns: gap-free and duplicate-free, to the end."""
    server, gate = await gated()
    stream = await open_stream(server, resumable())
    first = await frames_until(b"Hel", stream)
    await stream.json_events.aclose()
    turn_id, seen, before = parse(first)
    rest = asyncio.create_task(frames_of(server, attaches(turn_id, seen[-1])))
    gate.set()
    same_turn, numbers, events = parse(await rest)
    assert same_turn == turn_id
    assert [*seen, *numbers] == list(range(1, 7))
    assert [event["type"] for event in [*before, *events]] == [
        "thread.item.done",
        "stream_options",
        "thread.item.added",
        "thread.item.updated",
        "thread.item.updated",
        "thread.item.done",
    ]


@pytest.mark.requirement("fault-16")
async def test_two_readers_of_one_turn_get_the_same() -> None:
    """Two tabs: readers are cursors, not queues."""
    server, gate = await gated()
    stream = await open_stream(server, resumable())
    first = await frames_until(b"Hel", stream)
    turn_id, _, _ = parse(first)
    others = [asyncio.create_task(frames_of(server, attaches(turn_id))) for _ in range(2)]
    gate.set()
    whole = [*first, *[frame async for frame in stream]]
    assert [await other for other in others] == [whole, whole]


async def test_a_turn_that_is_over_can_be_read_again() -> None:
    """Its log is kept for an hour; the stream ends at once."""
    server = Host(plain_store())
    frames = await frames_of(server, resumable())
    turn_id, _, _ = parse(frames)
    assert await frames_of(server, attaches(turn_id)) == frames
    assert await frames_of(server, attaches(turn_id, 2)) == frames[2:]
    assert await frames_of(server, attaches(turn_id, 3)) == []


@pytest.mark.requirement("sec-03")
async def test_an_unknown_or_foreign_turn_is_not_found() -> None:
    """Whose a turn is, its thread says. A 404; ids are no authority."""
    store = MemoryStore(owner=str)
    await store.save_thread(ThreadMetadata(id="thr", created_at=NOW), "ada")
    server = Endless(store)
    stream = await open_stream(server, resumable(), "ada")
    turn_id, _, _ = parse(await frames_until(b"tial", stream))
    for request in (attaches(turn_id), stops(turn_id)):
        with pytest.raises(TurnNotFound):
            await server.process(request, "eve")
    await server.process(stops(turn_id), "ada")
    for request in (attaches(turn_id), stops(turn_id), attaches("trn_0"), stops("trn_0")):
        with pytest.raises(TurnNotFound):
            await server.process(request, "eve")


@pytest.mark.requirement("fault-29")
async def test_a_cursor_that_was_never_given_out_is_refused() -> None:
    """From the future, of a turn that runs or that is over. A 400."""
    server, gate = await gated()
    stream = await open_stream(server, resumable())
    turn_id, _, _ = parse(await frames_until(b"Hel", stream))
    with pytest.raises(InvalidRequest, match="after"):
        await server.process(attaches(turn_id, 99), None)
    gate.set()
    async for _ in stream:
        pass
    with pytest.raises(InvalidRequest, match="after"):
        await server.process(attaches(turn_id, 99), None)


async def test_stopping_a_turn_saves_its_partial_answer_and_tells_how_it_ended() -> None:
    """Design, Turns: a JSON reply, idempotent; the readers' streams end."""
    server = Endless(plain_store())
    stream = await open_stream(server, resumable())
    turn_id, _, _ = parse(await frames_until(b"tial", stream))
    for _ in range(2):
        assert await read_json(server, stops(turn_id)) == {"id": turn_id, "state": "stopped"}
    rest = [frame async for frame in stream]
    _, _, events = parse(rest)
    assert [event["type"] for event in events] == ["thread.item.done"]
    assert [item.type for item in server.store.of("thr")] == [
        "user_message",
        "assistant_message",
        "sdk_hidden_context",
    ]
    assert server.stops == [["answer_1"]]


async def test_stopping_a_turn_that_is_over_changes_nothing() -> None:
    """The button was pressed as the last word came."""
    server = Host(plain_store())
    turn_id, _, _ = parse(await frames_of(server, resumable()))
    assert await read_json(server, stops(turn_id)) == {"id": turn_id, "state": "completed"}
    assert len(server.store.of("thr")) == 2


async def test_a_thread_says_which_turn_is_running_and_how_far_it_is() -> None:
    """Design, Turns: `active_turn` beside a thread folded to exactly that number."""
    server, gate = await gated()
    stream = await open_stream(server, resumable())
    first = await frames_until(b'"Hel"', stream)
    turn_id, numbers, _ = parse(first)
    request = body("threads.get_by_id", RESUME, thread_id="thr")
    thread = await read_json(server, request)
    active = {"id": turn_id, "seq": numbers[-1], "allow_cancel": True}
    assert thread["active_turn"] == active
    assert thread["items"]["data"][-1]["content"][0]["text"] == "Hel"
    rest = asyncio.create_task(frames_of(server, attaches(turn_id, numbers[-1])))
    gate.set()
    _, _, events = parse(await rest)
    assert events[0]["update"]["delta"] == "lo"
    async for _ in stream:
        pass
    assert "active_turn" not in await read_json(server, request)


async def test_a_running_turn_says_whether_it_may_be_stopped() -> None:
    """Who comes back has missed the event that said so: a page knows whether to show Stop."""

    class Steady(Endless):
        def get_stream_options(self, thread: ThreadMetadata, context: Any) -> StreamOptions:
            return StreamOptions(allow_cancel=False)

    server = Steady(plain_store())
    stream = await open_stream(server, resumable())
    await frames_until(b'"tial"', stream)
    thread = await read_json(server, body("threads.get_by_id", RESUME, thread_id="thr"))
    assert thread["active_turn"]["allow_cancel"] is False
    await server.aclose(0)


async def test_official_clients_hear_nothing_of_turns() -> None:
    """No extra fields: their thread holds what is stored."""
    server, gate = await gated()
    stream = await open_stream(server, says())
    await frames_until(b'"Hel"', stream)
    thread = await read_json(server, body("threads.get_by_id", thread_id="thr"))
    assert "active_turn" not in thread
    assert len(thread["items"]["data"]) == 1
    gate.set()
    async for _ in stream:
        pass


@pytest.mark.requirement("sec-31", "row-07")
async def test_hidden_items_are_in_no_log_and_in_no_running_thread() -> None:
    """Design, row 7: logs are read by clients too."""
    gate = asyncio.Event()

    async def reply(thread, user_message, context):
        yield ThreadItemAddedEvent(item=hidden())
        yield added()
        yield delta("Hel")
        await gate.wait()
        yield ThreadItemDoneEvent(item=hidden())

    server = Host(plain_store(), reply)
    stream = await open_stream(server, resumable())
    turn_id, _, _ = parse(await frames_until(b'"Hel"', stream))
    thread = await read_json(server, body("threads.get_by_id", RESUME, thread_id="thr"))
    gate.set()
    async for _ in stream:
        pass
    log = await server.supervisor().log.read(turn_id, 0, 100)
    assert b"canary" not in b"".join(log)
    assert "canary" not in str(thread)
    assert "hidden_1" in [item.id for item in server.store.of("thr")]


async def test_a_silent_turn_says_that_it_lives() -> None:
    """Design, Turns: a comment line on resumable streams, so that no proxy cuts them."""
    gate = asyncio.Event()

    async def reply(thread, user_message, context):
        await gate.wait()
        yield done("Hello")

    server = Host(plain_store(), reply, limits=TurnLimits(heartbeat_seconds=0.01))
    stream = await open_stream(server, resumable())
    frames = await frames_until(b": keep-alive\n\n", stream)
    assert frames[-1] == b": keep-alive\n\n"
    gate.set()
    rest = [frame async for frame in stream if frame != b": keep-alive\n\n"]
    parse([*frames[:-1], *rest])


async def test_a_running_workflow_of_an_earlier_turn_stands_in_its_place() -> None:
    """A turn that goes on with a stored item shows it once, as it is now."""
    store = plain_store(answer("Before", "a0"), answer("Old", "answer_1"), answer("After", "a2"))
    gate = asyncio.Event()

    async def reply(thread, user_message, context):
        yield delta(" and new", "answer_1")
        await gate.wait()

    server = Host(store, reply)
    stream = await open_stream(server, resumable())
    await frames_until(b"and new", stream)
    thread = await read_json(server, body("threads.get_by_id", RESUME, thread_id="thr"))
    shown = {item["id"]: item["content"][0]["text"] for item in thread["items"]["data"]}
    assert list(shown) == ["a0", "answer_1", "a2", "msg_1"]
    assert shown["answer_1"] == "Old and new"
    gate.set()
    async for _ in stream:
        pass
