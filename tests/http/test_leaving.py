"""A client that goes away in the middle of an answer, on every kind of server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from assistants import Gated, SlowStore, creates, draft, stored_items, stored_texts
from live_servers import Serves, uvicorn_serving, visiting
from starlette.middleware.base import BaseHTTPMiddleware

from chatkit.http import create_app
from chatkit.http.stream import EventStream
from chatkit.turns.batches import batches
from chatkit.types import ProgressUpdateEvent, SDKHiddenContextItem, ThreadItemAddedEvent


async def check_stopped(server: Gated, text: str = "one two ") -> None:
    """The text is saved, the marker is last, and the handler was told exactly once."""
    items = await stored_items(server.store)
    assert stored_texts(items) == [text]
    assert [item for item in items if isinstance(item, SDKHiddenContextItem)] == items[-1:]
    assert len(server.cancelled) == 1


async def settled(server: Gated) -> None:
    """Returns when no turn is left on the server."""
    supervisor = server.supervisor()
    while supervisor._tasks:
        await asyncio.wait(set(supervisor._tasks))


@pytest.mark.requirement("row-01")
async def test_leaving_saves_what_was_said_and_tells_the_handler_once(serving: Serves) -> None:
    """An official client has no other Stop; the store really awaits at each write."""
    server = Gated(SlowStore())
    async with serving(create_app(server)) as address:
        async with visiting(address, creates()) as visitor:
            await visitor.sees("two ")
        await asyncio.wait_for(server.handler_closed.wait(), 5)
        await settled(server)
        await check_stopped(server)


@pytest.mark.requirement("row-01")
async def test_leaving_before_the_first_byte_stops_the_answer_too(serving: Serves) -> None:
    """The client may be gone before the thread is saved: nothing is left running."""
    server = Gated(SlowStore())
    async with serving(create_app(server)) as address:
        async with visiting(address, creates()):
            pass
        await asyncio.sleep(0.05)
        await asyncio.wait_for(settled(server), 5)
    assert not server.gate.is_set()


@pytest.mark.requirement("row-01")
async def test_leaving_through_the_hosts_middleware_saves_too(serving: Serves) -> None:
    """BaseHTTPMiddleware cancels what it wraps, again at every await."""

    async def passes_on(request: Any, call_next: Any) -> Any:
        return await call_next(request)

    server = Gated(SlowStore())
    app = create_app(server)
    app.add_middleware(BaseHTTPMiddleware, dispatch=passes_on)
    async with serving(app) as address:
        async with visiting(address, creates()) as visitor:
            await visitor.sees("two ")
        await asyncio.wait_for(server.handler_closed.wait(), 5)
        await settled(server)
        await check_stopped(server)


async def test_leaving_in_the_middle_of_the_request_is_no_error(
    serving: Serves, caplog: pytest.LogCaptureFixture
) -> None:
    """There is nobody to answer, and nothing to log."""
    server = Gated(SlowStore())
    async with serving(create_app(server)) as address:
        async with visiting(address, b'{"type":', Content_Length="100") as visitor:
            await asyncio.sleep(0.02)
            visitor.leaves()
        await asyncio.sleep(0.02)
    assert server.contexts == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_client_that_announced_resume_may_leave(serving: Serves) -> None:
    """It comes back for the rest: leaving stops nothing."""
    server = Gated(SlowStore())
    async with serving(create_app(server)) as address:
        body = {**creates(), "metadata": {"chatkit.resume": True}}
        async with visiting(address, body) as visitor:
            await visitor.sees("two ")
        server.gate.set()
        await asyncio.wait_for(settled(server), 5)
        assert stored_texts(await stored_items(server.store)) == ["one two three"]
        assert server.cancelled == []


class Talker(Gated):
    """Says more than any socket takes in, then waits."""

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator:  # type: ignore[type-arg]
        yield ThreadItemAddedEvent(item=draft(thread, self.store, context))
        try:
            for _ in range(300):
                yield ProgressUpdateEvent(text="x" * 100_000)
            await self.gate.wait()
        finally:
            self.handler_closed.set()


@pytest.mark.requirement("fault-07")
async def test_a_client_that_takes_nothing_is_let_go(caplog: pytest.LogCaptureFixture) -> None:
    """A reader that cannot be written to would hold its buffers, and its turn, for ever."""
    caplog.set_level("INFO", logger="chatkit.http")
    server = Talker(SlowStore())
    app = create_app(server, send_seconds=0.1)
    async with uvicorn_serving(app) as address, visiting(address, creates()) as visitor:
        await visitor.sees("thread.created")
        await asyncio.wait_for(server.handler_closed.wait(), 10)
        await settled(server)
        visitor.leaves()
    assert len(server.cancelled) == 1
    assert "it took nothing for 0.1 seconds" in caplog.text


class Wire:
    """An ASGI server's side of one request, moved by hand."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.something_sent = asyncio.Event()
        self.left = asyncio.Event()
        self.fails: Exception | None = None

    async def receive(self) -> Any:
        if not self.left.is_set():
            await self.left.wait()
            # Some servers repeat the end of the body first.
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self.fails is not None:
            raise self.fails
        self.sent.append(message)
        self.something_sent.set()
        await asyncio.sleep(0)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def complete(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False


class Frames:
    """A reader that gives frames until it is told to wait, and notes how it was closed."""

    def __init__(self, *frames: bytes, then: BaseException | None = None) -> None:
        self.frames, self.then = frames, then
        self.more = asyncio.Event()
        self.waiting = asyncio.Event()
        self.closed: list[str] = []

    async def __call__(self) -> Any:
        try:
            for batch in batches(b"%b", self.frames):
                yield batch
            if self.then is not None:
                raise self.then
            self.waiting.set()
            await self.more.wait()
            yield [b"last"]
        except BaseException as error:
            self.closed.append(type(error).__name__)
            raise


def stream_of(frames: Frames, wire: Wire, patience: float = 5) -> EventStream:
    return EventStream(frames(), wire.receive, wire.send, patience=patience)


async def test_frames_that_are_ready_travel_together() -> None:
    """One write for many events is what makes a replay fast; the bytes are the same."""
    frames, wire = Frames(*(b"%03d" % number for number in range(100))), Wire()
    frames.more.set()
    await stream_of(frames, wire).run()
    assert wire.body == b"".join(b"%03d" % number for number in range(100)) + b"last"
    assert len(wire.sent) < 10
    assert wire.complete


async def test_the_reader_waits_while_enough_frames_are_on_their_way() -> None:
    """A slow client costs a chunk of memory, not the whole answer."""
    big = b"x" * 40_000
    frames, wire = Frames(*[big] * 50), Wire()
    frames.more.set()
    await stream_of(frames, wire).run()
    assert wire.body == big * 50 + b"last"
    assert max(len(message.get("body", b"")) for message in wire.sent) <= 2 * len(big)


@pytest.mark.parametrize("spec", ["2.3: a message", "2.4: sending fails"])
async def test_a_reader_is_closed_at_once_however_the_server_tells(spec: str) -> None:
    """Older servers send http.disconnect, newer ones raise OSError; some do both."""
    frames, wire = Frames(b"first"), Wire()
    running = asyncio.create_task(stream_of(frames, wire).run())
    await frames.waiting.wait()
    await wire.something_sent.wait()
    if spec.startswith("2.3"):
        wire.left.set()
    else:
        wire.fails = OSError("the socket is gone")
        frames.more.set()
    await asyncio.wait_for(running, 5)
    assert not wire.complete
    assert frames.closed in (["CancelledError"], ["GeneratorExit"], [])


async def test_a_reader_is_closed_when_the_server_cancels_the_request() -> None:
    """uvicorn does so when its own patience at shutdown ends; the cancellation goes on."""
    frames, wire = Frames(b"first"), Wire()
    running = asyncio.create_task(stream_of(frames, wire).run())
    await frames.waiting.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert frames.closed == ["CancelledError"]


async def test_a_reader_that_fails_later_ends_with_an_error_event(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A stream that has begun is never simply cut."""
    frames, wire = Frames(b"first", then=RuntimeError("inside")), Wire()
    await stream_of(frames, wire).run()
    error = b'data: {"type":"error","code":"stream.error","allow_retry":true}\n\n'
    assert wire.body == b"first" + error
    assert wire.complete
    assert "inside" in caplog.text


async def test_a_reader_that_fails_at_once_lets_the_endpoint_answer() -> None:
    """Nothing is sent yet, so the error may still be an HTTP error."""
    frames, wire = Frames(then=RuntimeError("at once")), Wire()
    with pytest.raises(RuntimeError, match="at once"):
        await stream_of(frames, wire).run()
    assert wire.sent == []


async def test_a_handler_that_cancels_itself_ends_its_stream_normally() -> None:
    """Officially the reader ends with CancelledError; to the client it is the end."""
    frames, wire = Frames(b"first", then=asyncio.CancelledError()), Wire()
    await stream_of(frames, wire).run()
    assert (wire.body, wire.complete) == (b"first", True)
