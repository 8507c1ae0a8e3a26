"""A login that ends while a stream is open: the stream ends too, the answer by its policy."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from assistants import Gated, SlowStore, creates, stored_items, stored_texts
from live_servers import Talks
from starlette.requests import Request

from chatkit.http import Authenticated, Refused, create_app

RESUME = {"chatkit.resume": True}


class Logins:
    """Who is signed in, as a host's database of sessions knows it."""

    def __init__(self) -> None:
        self.valid = {"ada"}
        self.expires_at: datetime | float | None = None
        self.is_broken = False
        self.asked_again = asyncio.Event()
        self._asked = 0

    async def context(self, request: Request) -> Any:
        self._asked += 1
        if self._asked > 1:
            self.asked_again.set()
        if self.is_broken:
            raise ConnectionError("the database of sessions is away")
        user = request.headers.get("x-user", "")
        if user not in self.valid:
            raise Refused(401, "sign in first")
        return Authenticated({"user": user}, expires_at=self.expires_at)


@pytest.fixture
def logins() -> Logins:
    return Logins()


def app_of(server: Gated, logins: Logins, recheck_seconds: float | None = 0.02) -> Any:
    return create_app(
        server, context=logins.context, recheck_seconds=recheck_seconds, drain_on_signals=False
    )


async def streaming(
    client: httpx2.AsyncClient, request: dict[str, Any]
) -> AsyncIterator[dict[str, Any]]:
    """The events of a stream, as they come, until the server ends it."""
    async with client.stream("POST", "/chatkit", json=request, headers={"x-user": "ada"}) as answer:
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line[6:])


async def until_it_waits(events: AsyncIterator[dict[str, Any]], server: Gated) -> list[Any]:
    """What came until the handler waits."""
    seen: list[Any] = []
    async for event in events:
        seen.append(event)
        if "two " in json.dumps(event):
            await server.waiting.wait()
            return seen
    raise AssertionError("the stream ended")


@pytest.mark.requirement("sec-04")
async def test_a_revoked_login_ends_the_stream_and_not_the_answer(
    talking: Talks, logins: Logins
) -> None:
    """A client that can come back gets the rest once it has signed in again."""
    server = Gated(SlowStore())
    async with talking(app_of(server, logins)) as client:
        events = streaming(client, {**creates(), "metadata": RESUME})
        await until_it_waits(events, server)
        logins.valid.clear()
        assert [event async for event in events] == []
        (turn_id,) = server.supervisor()._pumps
        attach = {"type": "turns.attach", "params": {"turn_id": turn_id, "after": 0}}
        refused = await client.post("/chatkit", json=attach, headers={"x-user": "ada"})
        assert (refused.status_code, refused.json()["error"]["type"]) == (401, "unauthorized")
        logins.valid.add("ada")
        server.gate.set()
        seen = [event async for event in streaming(client, attach)]
        assert seen[-1]["item"]["content"][0]["text"] == "one two three"
    assert server.cancelled == []


@pytest.mark.requirement("sec-04")
async def test_a_revoked_login_of_a_client_that_cannot_come_back_stops_its_answer(
    talking: Talks, logins: Logins
) -> None:
    """As when it goes away by itself: what was said is saved."""
    server = Gated(SlowStore())
    async with talking(app_of(server, logins)) as client:
        events = streaming(client, creates())
        await until_it_waits(events, server)
        logins.valid.clear()
        assert [event async for event in events] == []
        await asyncio.wait_for(server.handler_closed.wait(), 10)
    assert stored_texts(await stored_items(server.store)) == ["one two "]
    assert len(server.cancelled) == 1


@pytest.mark.requirement("sec-04")
async def test_streams_of_standard_clients_end_as_well(talking: Talks, logins: Logins) -> None:
    """`EventSource` opens a turn's events with a cookie, and keeps them open."""
    server = Gated(SlowStore())
    async with talking(app_of(server, logins)) as client:
        events = streaming(client, {**creates(), "metadata": RESUME})
        await until_it_waits(events, server)
        (turn_id,) = server.supervisor()._pumps
        path = f"/chatkit/turns/{turn_id}/events"
        async with client.stream("GET", path, headers={"x-user": "ada"}) as answer:
            logins.valid.clear()
            assert "two " in (await answer.aread()).decode()
        server.gate.set()


@pytest.mark.requirement("sec-04")
@pytest.mark.parametrize(("recheck_seconds", "as_number"), [(None, True), (60.0, False)])
async def test_a_login_that_says_when_it_expires_ends_the_stream_then(
    talking: Talks, logins: Logins, recheck_seconds: float | None, as_number: bool
) -> None:
    """A token's own time, in either form; nothing has to be asked for that."""
    server = Gated(SlowStore())
    end = datetime.now(UTC) + timedelta(seconds=2)
    logins.expires_at = end.timestamp() if as_number else end
    async with talking(app_of(server, logins, recheck_seconds)) as client:
        events = streaming(client, {**creates(), "metadata": RESUME})
        await until_it_waits(events, server)
        assert [event async for event in events] == []
        assert datetime.now(UTC) >= end
        late = await client.post("/chatkit", json=creates(), headers={"x-user": "ada"})
        assert (late.status_code, late.json()["error"]["message"]) == (
            401,
            "the login has expired: sign in again",
        )
        server.gate.set()


@pytest.mark.requirement("sec-04")
async def test_a_login_that_was_renewed_meanwhile_goes_on(talking: Talks, logins: Logins) -> None:
    """The function is asked again, and tells of a later time."""
    server = Gated(SlowStore())
    logins.expires_at = datetime.now(UTC) + timedelta(seconds=2)
    async with talking(app_of(server, logins, 60.0)) as client:
        events = streaming(client, {**creates(), "metadata": RESUME})
        await until_it_waits(events, server)
        logins.expires_at = datetime.now(UTC) + timedelta(hours=1)
        await asyncio.wait_for(logins.asked_again.wait(), 10)
        server.gate.set()
        rest = [event async for event in events]
    assert rest[-1]["item"]["content"][0]["text"] == "one two three"


async def test_a_function_that_fails_when_asked_again_ends_nothing(
    talking: Talks, logins: Logins, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that is away for a moment says nothing of the login; the log says so."""
    server = Gated(SlowStore())
    async with talking(app_of(server, logins)) as client:
        events = streaming(client, {**creates(), "metadata": RESUME})
        await until_it_waits(events, server)
        logins.is_broken = True
        logins.asked_again.clear()
        await asyncio.wait_for(logins.asked_again.wait(), 10)
        logins.is_broken = False
        server.gate.set()
        rest = [event async for event in events]
    assert rest[-1]["item"]["content"][0]["text"] == "one two three"
    assert "asking again who reads a stream failed: ConnectionError" in caplog.text
