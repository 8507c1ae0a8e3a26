"""Who is let in with a client secret, where, and until when."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hosted_stage import WORKFLOW, Stage, Support, asks, bearer, creates, events, staged

from chatkit.client import ApiError, ChatKitClient
from chatkit.errors import StoreUnavailable
from chatkit.hosted import SecretRefused, SessionRequest, Sessions
from chatkit.hosted.client_secret import ClientSecrets
from chatkit.store import MemoryStore, Session, SQLiteStore

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)

Refused = Callable[[Stage], Awaitable[str | None]]


async def no_secret(stage: Stage) -> None:
    return None


async def an_api_key(stage: Stage) -> str:
    return stage.key


async def a_tampered_secret(stage: Stage) -> str:
    secret = await stage.secret()
    return secret[:-1] + ("A" if secret[-1] != "A" else "B")


async def a_secret_with_another_payload(stage: Stage) -> str:
    """The payload of one session with the signature of another."""
    one, other = await stage.secret("ada"), await stage.secret("eve")
    return one.rpartition(".")[0] + "." + other.rpartition(".")[2]


async def a_secret_of_another_app(stage: Stage) -> str:
    """Made with another key, for a session that is known here."""
    access = stage.server.store.access()  # type: ignore[attr-defined]
    session = await Sessions(access).create(request())
    return ClientSecrets(b"another app's key").make(session)


async def a_secret_of_an_unknown_session(stage: Stage) -> str:
    access = stage.server.store.access()  # type: ignore[attr-defined]
    return ClientSecrets(await access.load_signing_key()).make(kept_session("cksess_unknown"))


async def a_secret_of_another_user(stage: Stage) -> str:
    """The session's id is right, and who it is for is not."""
    access = stage.server.store.access()  # type: ignore[attr-defined]
    session = await Sessions(access).create(request())
    signer = ClientSecrets(await access.load_signing_key())
    return signer.make(replace(session, user="eve"))


async def a_secret_of_a_workflow_that_is_not_served(stage: Stage) -> str:
    access = stage.server.store.access()  # type: ignore[attr-defined]
    sessions = Sessions(access)
    return await sessions.secret_of(await sessions.create(request("wf_elsewhere")))


async def an_expired_secret(stage: Stage) -> str:
    access = stage.server.store.access()  # type: ignore[attr-defined]
    sessions = Sessions(access, clock=lambda: datetime.now(UTC) - timedelta(seconds=600))
    return await sessions.secret_of(await sessions.create(request()))


async def a_cancelled_secret(stage: Stage) -> str:
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    await stage.backend.beta.chatkit.sessions.cancel(session.id)
    return session.client_secret


async def an_endless_secret(stage: Stage) -> str:
    return "ek_" + "a" * 100_000


REFUSED = (
    no_secret,
    an_api_key,
    a_tampered_secret,
    a_secret_with_another_payload,
    a_secret_of_another_app,
    a_secret_of_an_unknown_session,
    a_secret_of_another_user,
    a_secret_of_a_workflow_that_is_not_served,
    an_expired_secret,
    a_cancelled_secret,
)


def request(workflow: str = WORKFLOW) -> SessionRequest:
    return SessionRequest.model_validate({"user": "ada", "workflow": {"id": workflow}})


def kept_session(session_id: str) -> Session:
    return Session(
        id=session_id,
        user="ada",
        workflow_id=WORKFLOW,
        settings=request().model_dump_json(),
        created_at=NOON,
        expires_at=NOON + timedelta(days=36500),
    )


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
async def test_it_is_refused_on_every_endpoint_and_stream(stage: Stage, make: Refused) -> None:
    """With 401, which tells a page to ask its backend for another."""
    headers = bearer(await make(stage))
    page = stage.page
    attach = asks("turns.attach", turn_id="trn_1", after=0)
    answers = [
        await page.post("/chatkit", json=creates(), headers=headers),
        await page.post("/chatkit", json=asks("threads.list"), headers=headers),
        await page.post("/chatkit", json=attach, headers=headers),
        await page.get("/chatkit/turns/trn_1/events", headers=headers),
        await page.get("/chatkit/session", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    kinds = {answer.json()["error"]["type"] for answer in answers}
    assert len(kinds) == 1
    assert kinds <= {"client_secret_invalid", "client_secret_expired", "session_cancelled"}
    assert answers[0].headers["www-authenticate"] == "Bearer"
    assert stage.server.contexts == []


async def test_a_text_without_end_is_refused_unread(stage: Stage) -> None:
    """No signature is computed over what cannot be a secret."""
    access = stage.server.store.access()  # type: ignore[attr-defined]
    with pytest.raises(SecretRefused):
        await Sessions(access).admit(await an_endless_secret(stage))


async def test_a_secret_opens_no_api_of_servers(stage: Stage) -> None:
    """A page has it: it must not list other users' threads."""
    secret = await stage.secret()
    for path in ("/v1/chatkit/threads", "/v1/chatkit/threads/thr_1"):
        response = await stage.page.get(path, headers=bearer(secret))
        assert response.status_code == 401


@pytest.mark.parametrize("header", ["Origin", "Referer", "Sec-Fetch-Site"])
async def test_an_api_key_is_never_taken_from_a_page(stage: Stage, header: str) -> None:
    """Not even from a page of our own: there it can be read by whoever visits."""
    key = bearer(stage.key)
    url = "/v1/chatkit/threads"
    value = "same-origin" if header == "Sec-Fetch-Site" else stage.url
    refused = await stage.page.get(url, headers={**key, header: value})
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "permission_error")
    assert "access-control-allow-origin" not in refused.headers
    preflight = await stage.page.options(
        url, headers={"Origin": stage.url, "Access-Control-Request-Method": "GET"}
    )
    assert preflight.status_code == 403
    assert (await stage.page.get(url, headers=key)).status_code == 200


async def test_a_session_sees_only_its_users_threads(stage: Stage) -> None:
    """Somebody else's thread is not there, on any request."""
    ada = await stage.secret("ada", rate_limits={"max_requests_per_1_minute": 100})
    eve = await stage.secret("eve", rate_limits={"max_requests_per_1_minute": 100})
    thread_id = await stage.thread(ada)
    message = creates()["params"]["input"]
    for body in (
        asks("threads.get_by_id", thread_id=thread_id),
        asks("items.list", thread_id=thread_id),
        asks("threads.update", thread_id=thread_id, title="mine"),
        asks("threads.delete", thread_id=thread_id),
        asks("threads.add_user_message", thread_id=thread_id, input=message),
    ):
        assert (await stage.ask(eve, body)).status_code == 404
    assert (await stage.ask(eve, asks("threads.list"))).json()["data"] == []
    again = await stage.secret("ada")
    (mine,) = (await stage.ask(again, asks("threads.list"))).json()["data"]
    assert mine["id"] == thread_id


async def test_a_page_learns_of_its_session(stage: Stage) -> None:
    """Until when the secret is good and what the interface may offer; never the secret itself."""
    secret = await stage.secret(chatkit_configuration={"history": {"enabled": False}})
    response = await stage.page.get("/chatkit/session", headers=bearer(secret))
    shown = response.json()
    assert shown["chatkit_configuration"]["history"]["enabled"] is False
    assert shown["status"] == "active"
    assert 590 < shown["expires_in"] <= 600
    assert "client_secret" not in shown


async def test_a_session_may_ask_so_often_in_a_minute(stage: Stage) -> None:
    """Attaching to an answer and stopping it are not counted: they belong to one that was."""
    secret = await stage.secret(rate_limits={"max_requests_per_1_minute": 2})
    thread = await stage.thread(secret)
    assert (await stage.ask(secret, asks("threads.list"))).status_code == 200
    refused = await stage.ask(secret, asks("threads.get_by_id", thread_id=thread))
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["error"]["type"] == "rate_limited"
    attach = asks("turns.attach", turn_id="trn_unknown", after=0)
    assert (await stage.ask(secret, attach)).status_code == 404
    other = await stage.secret()
    assert (await stage.ask(other, asks("threads.list"))).status_code == 200


async def test_two_processes_share_sessions_cancellations_and_limits(tmp_path: Path) -> None:
    """What one refuses, the other does as well: here two apps on one file."""
    path = tmp_path / "chat.sqlite3"
    async with (
        SQLiteStore[Any](path) as first_store,
        SQLiteStore[Any](path) as second_store,
        staged(Support(first_store)) as first,
        staged(Support(second_store)) as second,
    ):
        session = await first.backend.beta.chatkit.sessions.create(
            user="ada",
            workflow={"id": WORKFLOW},
            rate_limits={"max_requests_per_1_minute": 2},
        )
        secret = session.client_secret
        assert (await first.ask(secret, asks("threads.list"))).status_code == 200
        assert (await second.ask(secret, asks("threads.list"))).status_code == 200
        assert (await first.ask(secret, asks("threads.list"))).status_code == 429
        assert (await second.ask(secret, asks("threads.list"))).status_code == 429
        await second.backend.beta.chatkit.sessions.cancel(session.id)
        assert (await first.ask(secret, asks("threads.list"))).status_code == 401


@pytest.mark.parametrize("resume", [True, False])
async def test_an_open_stream_ends_when_its_session_is_cancelled(
    stage: Stage, resume: bool
) -> None:
    """A page that can come back is told to; for another the answer is stopped and saved."""
    stage.server.gate.clear()
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    body = creates()
    if resume:
        body["metadata"] = {"chatkit.resume": True}
    headers = bearer(session.client_secret)
    async with stage.page.stream("POST", "/chatkit", json=body, headers=headers) as response:
        pieces = response.aiter_text()
        seen = ""
        while "one " not in seen:
            seen += await anext(pieces)
        await stage.backend.beta.chatkit.sessions.cancel(session.id)
        rest = "".join([piece async for piece in pieces])
    assert rest.endswith("retry: 0\n\n")
    stage.server.gate.set()
    secret = await stage.secret()
    thread_id = events(seen)[0]["thread"]["id"]
    items = (await stage.ask(secret, asks("items.list", thread_id=thread_id))).json()["data"]
    if not resume:
        assert items[0]["content"][0]["text"] == "one "


async def test_a_client_does_not_take_such_an_end_for_the_end_of_the_answer(stage: Stage) -> None:
    """It comes back, and learns that it is no longer let in."""
    stage.server.gate.clear()
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    headers = bearer(session.client_secret)
    async with ChatKitClient(f"{stage.url}/chatkit", headers=headers) as client:
        answer = client.create_thread("hello")
        async for _ in answer:
            if answer.text == "one ":
                break
        await stage.backend.beta.chatkit.sessions.cancel(session.id)
        with pytest.raises(ApiError) as refused:
            await answer.wait()
    assert (refused.value.status, refused.value.type) == (401, "session_cancelled")
    stage.server.gate.set()


async def test_an_open_stream_ends_when_its_session_expires(stage: Stage) -> None:
    """At that moment: nobody asks the database for it."""
    stage.server.gate.clear()
    secret = await stage.secret(expires_after={"anchor": "created_at", "seconds": 1})
    body = {**creates(), "metadata": {"chatkit.resume": True}}
    response = await stage.page.post("/chatkit", json=body, headers=bearer(secret))
    stage.server.gate.set()
    assert response.text.endswith("retry: 0\n\n")
    refused = await stage.ask(secret, asks("threads.list"))
    assert refused.json()["error"]["type"] == "client_secret_expired"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


async def test_a_cancellation_by_another_process_is_noticed(tmp_path: Path) -> None:
    """An open stream looks at its session every few seconds; here, every hundredth."""
    async with SQLiteStore[Any](tmp_path / "chat.sqlite3") as store:
        here = Sessions(store.access(), look_seconds=0.01)
        there = Sessions(store.access())
        session = await here.create(request())
        waiting = asyncio.create_task(here.wait_for_end(session))
        await there.cancel(session.id)
        async with asyncio.timeout(5):
            await waiting


async def test_a_database_that_is_away_ends_no_stream(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is looked at again; the session may be all right."""
    access = MemoryStore[Any]().access()
    clock = Clock()
    sessions = Sessions(access, look_seconds=0.001, clock=clock)
    session = await sessions.create(request())
    looked = asyncio.Event()

    async def fail(session_id: str) -> Session | None:
        looked.set()
        raise StoreUnavailable("the disk is gone")

    access.load_session = fail  # type: ignore[method-assign]
    waiting = asyncio.create_task(sessions.wait_for_end(session))
    await looked.wait()
    assert not waiting.done()
    clock.now += timedelta(seconds=600)
    async with asyncio.timeout(5):
        await waiting
    assert "the disk is gone" in caplog.text


async def test_sessions_that_are_long_over_are_forgotten() -> None:
    """A day later, when somebody makes the next one."""
    access = MemoryStore[Any]().access()
    clock = Clock()
    sessions = Sessions(access, clock=clock)
    old = await sessions.create(request())
    clock.now += timedelta(hours=2)
    await sessions.create(request())
    assert await access.load_session(old.id) is not None
    clock.now += timedelta(days=1)
    await sessions.create(request())
    assert await access.load_session(old.id) is None


def test_a_short_signing_key_is_refused() -> None:
    """It could be guessed."""
    with pytest.raises(ValueError, match="at least 16 bytes"):
        ClientSecrets(b"short")


async def test_a_signing_key_of_the_host_is_used() -> None:
    """Then a copy of the database is not enough to make secrets."""
    access = MemoryStore[Any]().access()
    sessions = Sessions(access, signing_key=b"the host's own key")
    secret = await sessions.secret_of(await sessions.create(request()))
    assert (await sessions.admit(secret)).user == "ada"
    with pytest.raises(SecretRefused):
        await Sessions(access).admit(secret)
