"""One person must not take a whole server: streams and turns of a user are limited."""

import asyncio
import json
from typing import Any

import pytest
from assistants import Gated, SlowStore, asks, creates
from live_servers import Talks, uvicorn_serving, visiting

from chatkit.http import create_app
from chatkit.store import MemoryStore
from chatkit.turns import TurnLimits


def who(request: Any) -> str:
    """The owner of a request."""
    return request.headers.get("x-user", "ann")


def gated(**options: Any) -> Gated:
    """A server with users."""
    return Gated(SlowStore(owner=lambda context: context), **options)


RESUME = {"chatkit.resume": True}


@pytest.mark.requirement("sec-26")
async def test_a_stream_over_the_limit_is_refused_until_another_is_closed() -> None:
    """Of the same user; the next one has a limit of his own. Both kinds of streams count."""
    server = gated()
    app = create_app(server, context=who, max_streams_per_user=2)
    request = {**creates(), "metadata": RESUME}
    async with uvicorn_serving(app) as address, visiting(address, request) as first:
        await first.sees("two ")
        async with visiting(address, request) as second:
            await second.sees("two ")
            async with visiting(address, request) as third:
                await third.sees("too_many_streams")
                assert b"429" in third.seen.split(b"\r\n", 1)[0]
                assert b"retry-after" in third.seen.lower()
            async with visiting(address, request, X_User="bob") as other:
                await other.sees("two ")
        async with asyncio.timeout(10):
            # The server may have yet to notice that the second has left.
            while not await is_served(address, request):
                pass


async def is_served(address: tuple[str, int], request: Any) -> bool:
    """Whether the request is answered with a stream."""
    async with visiting(address, request) as visitor:
        await visitor.sees("\r\n\r\n")
        return b" 200 " in visitor.seen.split(b"\r\n", 1)[0]


@pytest.mark.requirement("sec-26")
async def test_a_turn_over_the_limit_is_refused(talking: Talks) -> None:
    """Also where nobody reads the others any more: a resumable turn goes on without readers."""
    server = gated(limits=TurnLimits(turns_per_user=2))
    app = create_app(server, context=who)
    request = {**creates(), "metadata": RESUME}
    async with talking(app) as client:
        for _ in range(2):
            async with client.stream("POST", "/chatkit", json=request) as stream:
                await anext(stream.aiter_raw())
        refused = await client.post("/chatkit", json=request)
        assert refused.status_code == 429
        assert refused.json()["error"]["type"] == "too_many_turns"
        async with client.stream(
            "POST", "/chatkit", json=request, headers={"X-User": "bob"}
        ) as stream:
            assert stream.status_code == 200
        listed = await client.post("/chatkit", json=asks("threads.list"))
        assert listed.status_code == 200


async def test_turns_that_were_let_through_together_are_counted_when_they_begin() -> None:
    """A turn begins when its stream is first read, so many may pass the first check."""
    server = gated(limits=TurnLimits(turns_per_user=1))
    results = [
        await server.process(json.dumps({**creates(), "metadata": RESUME}), "ann") for _ in range(3)
    ]
    streams = [result.json_events for result in results]  # type: ignore[union-attr]
    first = await asyncio.gather(*(anext(stream) for stream in streams))
    assert sum(b"turns are running" in frame for frame in first) == 2
    for stream in streams:
        await stream.aclose()
    await server.aclose(0)


def test_a_user_is_whom_the_host_or_the_store_names() -> None:
    """Where everything belongs to nobody in particular, nobody is limited."""
    assert gated().user_of("ann") == "ann"
    assert Gated(MemoryStore()).user_of("ann") is None
    assert Gated(MemoryStore(), user=lambda context: f"user {context}").user_of("ann") == "user ann"
