"""The events of a turn for standard SSE clients, which come back by themselves."""

import asyncio
from typing import Any

import httpx2
import pytest
from assistants import Gated, SlowStore, asks, creates
from live_servers import uvicorn_serving, visiting

from chatkit.http import Refused, create_app
from chatkit.wire import SSEDecoder


def who(request: Any) -> str:
    """The owner of a request."""
    name = request.headers.get("x-user", "ann")
    if name == "nobody":
        raise Refused(401, "sign in")
    return name


def gated() -> Gated:
    """A server with users."""
    return Gated(SlowStore(owner=lambda context: context))


def decoded(body: bytes) -> list[tuple[str | None, bytes]]:
    """The events of a body, each with its id."""
    return list(SSEDecoder().feed(body))


async def started(server: Gated, address: tuple[str, int]) -> tuple[str, int]:
    """A turn that has said "one two ": its id, and the number of its last event."""
    body = {**creates(), "metadata": {"chatkit.resume": True}}
    async with visiting(address, body) as visitor:
        await visitor.sees("two ")
    ids = [line for line in visitor.seen.decode().splitlines() if line.startswith("id: ")]
    turn_id, _, seq = ids[-1].removeprefix("id: ").rpartition(".")
    return turn_id, int(seq)


async def test_an_event_source_comes_back_with_the_id_of_the_last_event() -> None:
    """Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#last-event-id."""
    server = gated()
    async with uvicorn_serving(create_app(server, context=who)) as (host, port):
        turn_id, seq = await started(server, (host, port))
        path = f"http://{host}:{port}/chatkit/turns/{turn_id}/events"
        server.gate.set()
        async with httpx2.AsyncClient() as client:
            whole = await client.get(path)
            rest = await client.get(path, headers={"Last-Event-ID": f"{turn_id}.{seq}"})
            same = await client.get(f"{path}?after={seq}")
            last = decoded(whole.content)[-1][0]
            over = await client.get(path, headers={"Last-Event-ID": str(last)})
    events = decoded(whole.content)
    assert [number for number, _ in events] == [f"{turn_id}.{n + 1}" for n in range(len(events))]
    assert b"one two three" in events[-1][1]
    assert whole.headers["content-type"].startswith("text/event-stream")
    assert decoded(rest.content) == decoded(same.content) == events[seq:]
    # Anything else would make it ask again for ever.
    assert over.status_code == 204


async def test_leaving_stops_nothing_and_a_running_turn_is_followed() -> None:
    """It comes back: that is what the ids are for."""
    server = gated()
    async with uvicorn_serving(create_app(server, context=who)) as (host, port):
        turn_id, seq = await started(server, (host, port))
        path = f"http://{host}:{port}/chatkit/turns/{turn_id}/events"
        async with httpx2.AsyncClient() as client:
            async with client.stream("GET", path) as response:
                assert response.status_code == 200
            following = asyncio.create_task(client.get(f"{path}?after={seq}"))
            await asyncio.sleep(0.02)
            server.gate.set()
            assert b"three" in (await following).content
    assert server.cancelled == []


@pytest.mark.requirement("fault-29", "sec-03")
async def test_what_cannot_be_followed_has_its_status() -> None:
    """Of another user, of another turn, of the future, of nobody; from another site's page."""
    server = gated()
    async with uvicorn_serving(create_app(server, context=who)) as (host, port):
        turn_id, _ = await started(server, (host, port))
        base = f"http://{host}:{port}/chatkit/turns"

        async with httpx2.AsyncClient() as client:

            async def status(name: str = turn_id, query: str = "", **headers: str) -> int:
                named = {key.replace("_", "-"): value for key, value in headers.items()}
                return (await client.get(f"{base}/{name}/events{query}", headers=named)).status_code

            assert await status("trn_unknown") == 404
            assert await status(x_user="bob") == 404
            assert await status(x_user="nobody") == 401
            assert await status(query="?after=999") == 400
            assert await status(query="?after=-1") == 400
            assert await status(query="?after=x") == 400
            assert await status(last_event_id="trn_other.3") == 400
            assert await status(last_event_id=f"{turn_id}.x") == 400
            assert await status(sec_fetch_site="cross-site") == 403
            assert (await client.post(f"{base}/{turn_id}/events")).status_code == 405
            stop = asks("turns.stop", turn_id=turn_id)
            await client.post(f"http://{host}:{port}/chatkit", json=stop)
