"""What a stream looks like on the wire."""

import json

import pytest
from assistants import Echo, creates
from live_servers import Serves, Talks, visiting

from chatkit.http import create_app
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
