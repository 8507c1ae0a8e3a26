"""What a stream looks like on the wire."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from assistants import Echo, creates
from live_servers import Serves, Talks, visiting

from chatkit.http import create_app
from chatkit.server import StreamingResult
from chatkit.store import MemoryStore


async def test_a_stream_says_that_nobody_may_keep_or_change_it(talking: Talks) -> None:
    """Caches, compressing proxies and nginx's buffer would each hold the answer back."""
    async with talking(create_app(Echo(MemoryStore()))) as client:
        response = await client.post("/chatkit", json=creates())
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store, no-transform"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_official_clients_get_data_lines_and_nothing_else(talking: Talks) -> None:
    """No ids, comments or retry lines for clients that announced nothing."""
    async with talking(create_app(Echo(MemoryStore()))) as client:
        response = await client.post("/chatkit", json=creates("a b c"))
    frames = response.text.split("\n\n")
    assert frames.pop() == ""
    assert all(frame.startswith("data: {") and "\n" not in frame for frame in frames)
    types = [json.loads(frame.removeprefix("data: "))["type"] for frame in frames]
    assert types == [
        "thread.created",
        "thread.item.done",
        "stream_options",
        "thread.item.added",
        *["thread.item.updated"] * 3,
        "thread.item.done",
    ]


class Loud(Echo):
    """A host that wraps the stream of every answer."""

    async def process(self, request: Any, context: Any) -> Any:
        result = await super().process(request, context)
        if isinstance(result, StreamingResult):
            result.json_events = louder(result.json_events)
        return result


async def louder(frames: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(frames):
        async for frame in frames:
            yield frame.upper() if b"text_delta" in frame else frame


async def test_a_host_may_put_its_own_stream_in_the_place_of_the_events(talking: Talks) -> None:
    """Apps do so to log or to change what goes out; it is not to be passed by."""
    async with talking(create_app(Loud(MemoryStore()))) as client:
        response = await client.post("/chatkit", json=creates("a b c"))
    deltas = [line for line in response.text.splitlines() if "TEXT_DELTA" in line]
    assert len(deltas) == 3
    assert response.text.count("thread.item.done") == 2


async def test_json_answers_are_not_kept_either(talking: Talks) -> None:
    """A thread is somebody's own."""
    async with talking(create_app(Echo(MemoryStore()))) as client:
        response = await client.post("/chatkit", json={"type": "threads.list", "params": {}})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["vary"] == "Origin"


async def test_the_connection_serves_the_next_request_after_a_stream(serving: Serves) -> None:
    """A stream has a proper end: clients keep their connection."""
    async with (
        serving(create_app(Echo(MemoryStore()))) as address,
        visiting(address, creates()) as visitor,
    ):
        await visitor.sees("0\r\n\r\n")
        visitor.seen = b""
        visitor.writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert '{"status":"ok"}' in await visitor.reads_all()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_health_is_asked_with_get_or_head(method: str, talking: Talks) -> None:
    """Load balancers use either."""
    async with talking(create_app(Echo(MemoryStore()))) as client:
        response = await client.request(method, "/healthz")
        wrong = await client.post("/healthz")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert wrong.status_code == 405
