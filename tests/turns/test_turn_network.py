"""Turns over real sockets and bad networks: nothing is lost, and nothing twice."""

import asyncio
import time

import pytest
from rough_network import Network, Wire, ask, asking, serving
from turn_stage import (
    RESUME,
    Puppet,
    added,
    asks,
    attaches,
    check_ended,
    check_prefix,
    creates,
    done,
    loads,
    says,
    texts,
    user_of,
    whole_log,
)

from chatkit.store import MemoryStore
from chatkit.turns import TurnLimits

WORDS = ["Grüße ", "aus ", "日本 ", "😀👩‍👩‍👧 ", "naïve ", "\u2028 ", "end"]
"""Characters of one to four bytes, and of several code points."""


def here(**limits: float) -> Puppet:
    """A server in memory."""
    return Puppet(MemoryStore(owner=user_of), limits=TurnLimits(**limits))  # type: ignore[arg-type]


def cursor(wire: Wire) -> dict[str, object]:
    """The request for what comes after the last whole event."""
    turn_id, _, seq = wire.last_id.rpartition(".")
    return attaches(turn_id, int(seq))


@pytest.mark.requirement("fault-32")
async def test_a_connection_that_breaks_at_any_byte_is_gone_on_with() -> None:
    """In the middle of a character, of an event, of a chunk's header: at every seventh byte."""
    server = here()
    async with serving(server) as port:
        network = Network(port)
        async with network.open() as rough, asking(port, creates(**RESUME)) as first:
            hands = await server.begun.get()
            hands(added(), *map(says, WORDS), done("".join(WORDS)))
            hands.end()
            await first.read()
            log = await whole_log(server.log(), first.last_id.rpartition(".")[0])
            assert first.events == log
            async with asking(port, attaches(first.last_id.rpartition(".")[0])) as plain:
                await plain.read()
            for length in range(200, len(plain.raw) + 600, 7):
                network.cut_after = length
                turn = first.last_id.rpartition(".")[0]
                async with asking(rough, attaches(turn)) as broken:
                    await broken.read()
                check_prefix(broken.events, log)
                if not broken.events:
                    continue
                async with asking(port, cursor(broken)) as rest:
                    await rest.read()
                assert rest.whole
                assert broken.events + rest.events == log


@pytest.mark.requirement("fault-32")
async def test_a_running_answer_survives_break_after_break() -> None:
    """A train through tunnels: the client comes back each time, and has every event once."""
    server = here()
    async with serving(server) as port:
        network = Network(port)
        async with network.open() as rough:
            network.cut_after = 1_000
            seen = []
            request = creates(**RESUME)
            hands = None
            for _ in range(500):
                async with asking(rough, request) as wire:
                    reading = asyncio.create_task(wire.read())
                    hands = hands or await server.begun.get()
                    for number in range(3):
                        hands(says("…é😀 ") if seen or number else added())
                    if len(seen) > 60:
                        hands(done("all of it"))
                        hands.end()
                    await reading
                seen += wire.events
                if wire.whole:
                    break
                request = cursor(wire) if wire.frames else request
        assert wire.whole
        assert seen == await whole_log(server.log(), wire.last_id.rpartition(".")[0])


@pytest.mark.requirement("fault-30")
async def test_behind_a_proxy_that_buffers_everything_a_client_can_poll() -> None:
    """It sees no event before the end, but the thread, its running turn, and a way to stop it."""
    server = here()
    async with serving(server) as port:
        network = Network(port)
        network.buffers = True
        async with network.open() as rough, asking(rough, creates(**RESUME)) as wire:
            reading = asyncio.create_task(wire.read())
            hands = await server.begun.get()
            hands(added(), says("one "))
            shown = []
            for word in ("two ", "three"):
                page = await ask(rough, loads(hands.thread.id))
                shown.append(page["items"]["data"][-1]["content"][0]["text"])
                hands(says(word))
                await asyncio.sleep(0.01)
            assert shown == ["one ", "one two "]
            assert not wire.frames
            stop = asks("turns.stop", turn_id=page["active_turn"]["id"])
            assert (await ask(rough, stop))["state"] == "stopped"
            await reading
            assert wire.events == await whole_log(server.log(), page["active_turn"]["id"])


@pytest.mark.requirement("fault-31")
async def test_a_proxy_that_cuts_silent_connections_cuts_no_answer() -> None:
    """Sixty seconds in life, a fifth of one here; the heartbeat comes four times as often."""
    server = here(heartbeat_seconds=0.05)
    async with serving(server) as port:
        network = Network(port)
        network.silence = 0.2
        async with network.open() as rough, asking(rough, creates(**RESUME)) as wire:
            hands = await server.begun.get()
            hands(added(), says("thinking "))
            await wire.read(lambda wire: len(wire.frames) - len(wire.events) >= 12)
            hands(done("thought"))
            hands.end()
            await wire.read()
            assert wire.whole
            assert wire.events[-1]["type"] == "thread.item.done"


@pytest.mark.requirement("fault-07")
async def test_a_slow_reader_is_let_go_and_nobody_else_notices() -> None:
    """A byte now and then, or none at all: the turn and its other readers go on at full speed."""
    server = here()
    async with serving(server, send_seconds=0.2) as port:
        async with asking(port, creates(**RESUME)) as fast:
            hands = await server.begun.get()
            await fast.read(lambda wire: len(wire.frames) == 3)
            turn = fast.last_id.rpartition(".")[0]
            async with asking(port, attaches(turn), receive_buffer=2_048) as slow:
                await slow.reader.read(1)
                hands(added(), *[says("x" * 50_000) for _ in range(100)], done("z"))
                hands.end()
                began = time.monotonic()
                await fast.read()
                assert time.monotonic() - began < 5
                assert fast.whole
                for _ in range(30):
                    await slow.reader.read(1)
                    await asyncio.sleep(0.02)
                # The system still holds what had been sent; then the connection is gone.
                await slow.read()
                assert not slow.whole
            async with asking(port, attaches(turn, 3)) as again:
                await again.read()
            assert again.events == fast.events[3:]
        assert server.stops == []
        await check_ended(server, turn, "completed")


@pytest.mark.requirement("fault-13")
async def test_a_thousand_clients_come_back_at_once() -> None:
    """A proxy was restarted: every one of them gets the rest of its answer, exactly.

    How fast is measured by benchmarks/turns.py, with the clients in a process of their own.
    """
    server = here(turns_per_user=50)
    texts_of = "".join(WORDS)
    async with serving(server, max_streams_per_user=1_000) as port:
        started = []
        for number in range(50):
            reader, hands = await server.start()
            hands(added(f"a{number}"), *[says(word, f"a{number}") for word in WORDS])
            started.append((await reader.sees(texts_of), hands))
        came_back = 0
        half_are_back = asyncio.Event()

        async def comes_back(turn: str) -> Wire:
            nonlocal came_back
            async with asking(port, attaches(turn, 2)) as wire:
                await wire.read(lambda wire: bool(wire.frames))
                came_back += 1
                if came_back == 500:
                    half_are_back.set()
                return await wire.read()

        async def goes_on() -> None:
            await half_are_back.wait()
            for number, (_, hands) in enumerate(started):
                hands(says("!", f"a{number}"), done(texts_of + "!", f"a{number}"))
                hands.end()

        turns = [started[number % 50][0].turn_id for number in range(1_000)]
        *wires, _ = await asyncio.gather(*map(comes_back, turns), goes_on())
        for wire, turn in zip(wires, turns, strict=True):
            assert wire.whole
            assert wire.events == (await whole_log(server.log(), turn))[2:]
        for reader, _ in started:
            await reader.end()


@pytest.mark.requirement("fault-23")
async def test_an_official_client_that_leaves_stops_its_turn_over_http() -> None:
    """The whole way: the socket is gone, the text and the marker are saved."""
    server = here()
    async with serving(server) as port:
        async with asking(port, creates()) as wire:
            hands = await server.begun.get()
            hands(added(), says("so far"))
            await wire.read(lambda wire: len(wire.frames) == 5)
            assert all(frame.id is None for frame in wire.frames)
            wire.cut()
            await hands.closed.wait()
        pump = server.supervisor().running_on(hands.thread.id)
        if pump is not None:
            await pump.turn.settled.wait()
        assert await texts(server.store, hands.thread.id) == ["so far"]
        assert len(server.stops) == 1


async def test_the_errors_of_the_extension_have_their_http_status() -> None:
    """404, 400, 409, 429: what a client of the extension has to tell apart."""
    server = Puppet(MemoryStore(owner=user_of), on_busy="reject", limits=TurnLimits(queue_depth=0))

    async def status(request: dict[str, object]) -> int:
        async with asking(port, request) as wire:
            return (await wire.read(lambda wire: True)).status

    async with serving(server) as port:
        reader, hands = await server.start()
        add = asks("threads.add_user_message", thread_id=reader.thread_id)
        add["params"]["input"] = creates()["params"]["input"]
        item = (await reader.gets(2)).events[1]["item"]["id"]
        retry = asks("threads.retry_after_item", thread_id=reader.thread_id, item_id=item)
        assert await status(attaches("trn_unknown")) == 404
        assert await status(attaches(reader.turn_id, 99)) == 400
        assert await status(attaches(reader.turn_id, -1)) == 400
        assert await status(add) == 409
        assert await status(retry) == 429
        hands.end()
        await reader.end()
        record = await server.log().load_turn(reader.turn_id)
        assert record is not None
        assert record.ended_at is not None
        await server.log().trim(record.ended_at.replace(year=record.ended_at.year + 1))
        assert await status(attaches(reader.turn_id)) == 410
