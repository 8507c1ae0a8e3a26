"""The end of a server: no new work, time for running answers, and nothing lost."""

import asyncio
import os
import signal
import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest
from assistants import Gated, SlowStore, adds, creates, stored_items, stored_texts
from live_servers import uvicorn_serving, visiting
from processes import running

from chatkit.http import ChatKitRoutes, create_app
from chatkit.http.draining import Draining
from chatkit.store import SQLiteStore
from chatkit.types import SDKHiddenContextItem

HERE = Path(__file__).parent
ERROR = 'data: {"type":"error","code":"stream.error","allow_retry":true}'


async def test_new_work_is_refused_while_running_answers_go_on() -> None:
    """The client tries again in a moment, on the server's successor."""
    server = Gated(SlowStore())
    app = create_app(server)
    async with uvicorn_serving(app) as address, visiting(address, creates()) as visitor:
        await visitor.sees("two ")
        app.state.chatkit.begin_draining()
        async with httpx2.AsyncClient(base_url=f"http://{address[0]}:{address[1]}") as client:
            refused = await client.post("/chatkit", json=creates())
            health = await client.get("/healthz")
        server.gate.set()
        await visitor.sees("three")
    assert refused.status_code == 503
    assert refused.json()["error"]["type"] == "draining"
    assert refused.headers["retry-after"] == "5"
    assert (health.status_code, health.json()) == (503, {"status": "draining"})
    assert stored_texts(await stored_items(server.store)) == ["one two three"]


async def test_an_answer_that_takes_too_long_is_interrupted_and_saved() -> None:
    """After its seconds; the client sees an error that it may retry, not a cut stream."""
    server = Gated(SlowStore())
    app = create_app(server, drain_seconds=0.05)
    async with uvicorn_serving(app) as address, visiting(address, creates()) as visitor:
        await visitor.sees("two ")
        app.state.chatkit.begin_draining()
        await visitor.sees(ERROR)
        await visitor.sees("0\r\n\r\n")
    items = await stored_items(server.store)
    assert stored_texts(items) == ["one two "]
    assert not [item for item in items if isinstance(item, SDKHiddenContextItem)]
    assert server.cancelled == []


async def test_who_asks_twice_does_not_want_to_wait() -> None:
    """A second Ctrl-C interrupts what runs, and saves it all the same."""
    server = Gated(SlowStore())
    app = create_app(server, drain_seconds=1000)
    async with uvicorn_serving(app) as address, visiting(address, creates()) as visitor:
        await visitor.sees("two ")
        for _ in range(3):
            app.state.chatkit.begin_draining()
        await visitor.sees(ERROR)
    assert stored_texts(await stored_items(server.store)) == ["one two "]


async def test_a_server_that_was_drained_can_be_started_again() -> None:
    """Tests and reloaders enter the lifespan of one app more than once."""
    server = Gated(SlowStore())
    server.gate.set()
    chatkit = ChatKitRoutes(server)
    transport = httpx2.ASGITransport(chatkit)
    async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
        for _ in range(2):
            async with chatkit.lifespan():
                assert (await client.post("/chatkit", json=creates())).status_code == 200


async def test_what_a_crash_left_is_settled_at_the_start(tmp_path: Path) -> None:
    """Not at the first request: somebody may look into the database before."""
    store = SQLiteStore(tmp_path / "chat.db")
    seen: list[str] = []

    class Watching(Gated):
        def supervisor(self) -> Any:
            seen.append("asked")
            return super().supervisor()

    async with store, ChatKitRoutes(Watching(store)).lifespan():
        assert seen == ["asked"]


@pytest.fixture
def handled() -> Any:
    """The signals that an ASGI server's own handler got."""
    got: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: got.append(number))
    yield got
    signal.signal(signal.SIGTERM, before)


async def test_draining_begins_with_the_signal_and_the_server_hears_of_it_too(
    handled: list[int],
) -> None:
    """uvicorn waits for its connections before it tells the app: too late to end their streams."""
    draining = Draining([Gated(SlowStore())], 10)
    theirs = signal.getsignal(signal.SIGTERM)
    with draining.on_signals():
        assert not draining.has_begun
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert draining.has_begun
        os.kill(os.getpid(), signal.SIGTERM)
    await draining.finish()
    assert handled == [signal.SIGTERM] * 2
    assert signal.getsignal(signal.SIGTERM) is theirs


async def test_a_handler_that_somebody_set_later_is_left_alone(handled: list[int]) -> None:
    """Only what was put there is taken away again."""
    draining = Draining([Gated(SlowStore())], 10)
    later: Any = signal.SIG_IGN
    with draining.on_signals():
        signal.signal(signal.SIGTERM, later)
    assert signal.getsignal(signal.SIGTERM) is later


async def test_outside_of_the_main_thread_signals_are_left_alone(handled: list[int]) -> None:
    """Python allows handlers in the main thread only; the lifespan's end drains all the same."""
    theirs = signal.getsignal(signal.SIGTERM)

    async def enter() -> None:
        with Draining(Gated(SlowStore()), 10).on_signals():
            assert signal.getsignal(signal.SIGTERM) is theirs

    thread = threading.Thread(target=asyncio.run, args=(enter(),))
    thread.start()
    thread.join()


async def test_signals_can_be_left_to_the_host(handled: list[int]) -> None:
    """A host that knows of its end in its own way calls `begin_draining`."""
    theirs = signal.getsignal(signal.SIGTERM)
    chatkit = ChatKitRoutes(Gated(SlowStore()), drain_on_signals=False)
    async with chatkit.lifespan():
        assert signal.getsignal(signal.SIGTERM) is theirs


SERVERS = {
    "uvicorn": ["-m", "uvicorn", "slow_app:app", "--port", "0"],
    "hypercorn": ["-m", "hypercorn", "slow_app:app", "--bind", "127.0.0.1:0", "--workers", "0"],
}


@pytest.mark.requirement("fault-14", "fault-15")
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("server", SERVERS)
async def test_sigterm_in_the_middle_of_an_answer_loses_nothing(
    server: str, times: int, tmp_path: Path
) -> None:
    """A deployment replaces the process: what was said is in the database, and no more of it."""
    database = tmp_path / "chat.db"
    environment = {"CHAT_DATABASE": str(database), "CHAT_DRAIN": "0.3"}
    async with running(*SERVERS[server], folder=HERE, **environment) as program:
        await program.ready()
        async with visiting(program.address, creates()) as visitor:
            await visitor.sees("two ")
            for _ in range(times):
                program.process.send_signal(signal.SIGTERM)
            await visitor.sees(ERROR)
        await program.ended()
    await check_saved(database)


async def check_saved(database: Path) -> None:
    """The words are in the database, and no turn is left open."""
    async with SQLiteStore(database) as store:
        items = await stored_items(store)  # type: ignore[arg-type]
        assert stored_texts(items) == ["one two "]
        assert await store.turn_log().orphans() == []


@pytest.mark.requirement("fault-14")
async def test_a_server_that_cancels_its_requests_loses_nothing_either(tmp_path: Path) -> None:
    """hypercorn's workers get no signal; after its own patience it cancels what is running."""
    database = tmp_path / "chat.db"
    environment = {"CHAT_DATABASE": str(database), "CHAT_DRAIN": "10"}
    arguments = [*SERVERS["hypercorn"][:-2], "--graceful-timeout", "1"]
    async with running(*arguments, folder=HERE, **environment) as program:
        await program.ready()
        async with visiting(program.address, creates()) as visitor:
            await visitor.sees("two ")
            program.process.send_signal(signal.SIGTERM)
            await visitor.reads_all()
        await program.ended()
    await check_saved(database)


async def test_requests_that_were_waiting_when_the_draining_ended_are_refused() -> None:
    """A queue of answers is not worked off at the end: what has not begun says so."""
    server = Gated(SlowStore())
    app = create_app(server, drain_seconds=0.05)
    async with uvicorn_serving(app) as address, visiting(address, creates()) as visitor:
        await visitor.sees("two ")
        thread_id = visitor.seen.decode().split('"thread":{"id":"')[1].split('"')[0]
        async with visiting(address, adds(thread_id)) as second:
            await asyncio.sleep(0.05)
            app.state.chatkit.begin_draining()
            await second.sees(ERROR)
            await visitor.sees(ERROR)
    texts = stored_texts(await stored_items(server.store))
    assert texts == ["one two "]
