"""Who is let in with a client secret, where, and until when."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openai
import pytest
from hosted_stage import (
    NOON,
    WORKFLOW,
    Clock,
    Stage,
    Support,
    asks,
    bearer,
    creates,
    events,
    session_request,
    staged,
)

from chatkit.attachments import LocalAttachmentStore
from chatkit.hosted import ApiKeys, SecretRefused, Sessions
from chatkit.hosted.client_secret import ClientSecrets
from chatkit.http import create_app
from chatkit.store import MemoryStore, Session, SQLiteStore

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
    session = await Sessions(access).create(session_request())
    return ClientSecrets(b"another app's key").make(session)


async def a_secret_of_an_unknown_session(stage: Stage) -> str:
    access = stage.server.store.access()  # type: ignore[attr-defined]
    return ClientSecrets(await access.load_signing_key()).make(kept_session("cksess_unknown"))


async def a_secret_of_another_user(stage: Stage) -> str:
    """The session's id is right, and who it is for is not."""
    access = stage.server.store.access()  # type: ignore[attr-defined]
    session = await Sessions(access).create(session_request())
    signer = ClientSecrets(await access.load_signing_key())
    return signer.make(replace(session, user="eve"))


async def a_secret_of_a_workflow_that_is_not_served(stage: Stage) -> str:
    access = stage.server.store.access()  # type: ignore[attr-defined]
    sessions = Sessions(access)
    return await sessions.secret_of(await sessions.create(session_request("wf_elsewhere")))


async def an_expired_secret(stage: Stage) -> str:
    access = stage.server.store.access()  # type: ignore[attr-defined]
    sessions = Sessions(access, clock=lambda: datetime.now(UTC) - timedelta(seconds=600))
    return await sessions.secret_of(await sessions.create(session_request()))


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


def kept_session(session_id: str) -> Session:
    return Session(
        id=session_id,
        user="ada",
        workflow_id=WORKFLOW,
        settings=session_request().model_dump_json(),
        created_at=NOON,
        expires_at=NOON + timedelta(days=36500),
    )


BEHIND_A_SECRET = {
    "/chatkit",
    "/chatkit/files",
    "/chatkit/session",
    "/chatkit/turns/{turn_id}/events",
}
BEHIND_A_KEY = {
    "/v1/chatkit/sessions",
    "/v1/chatkit/sessions/{session_id}/cancel",
    "/v1/chatkit/threads",
    "/v1/chatkit/threads/{thread_id}",
    "/v1/chatkit/threads/{thread_id}/items",
}
BEHIND_A_LINK = {"/chatkit/files/{attachment_id}", "/chatkit/uploads/{token}"}
FOR_ANYBODY = {
    "/chatkit.js",
    "/chatkit-ui.js",
    "/chatkit-chunks/{name}",
    "/chatkit/ping",
    "/healthz",
}

REQUESTS = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "wire").glob("*.request.json"))
]
"""One request of each type at least: see the test of the golden streams."""

Call = tuple[str, str]
API_CALLS: list[Call] = [
    ("POST", "/v1/chatkit/sessions"),
    ("POST", "/v1/chatkit/sessions/cksess_1/cancel"),
    ("GET", "/v1/chatkit/threads"),
    ("GET", "/v1/chatkit/threads/thr_1"),
    ("DELETE", "/v1/chatkit/threads/thr_1"),
    ("GET", "/v1/chatkit/threads/thr_1/items"),
]


@pytest.fixture
async def stage_with_files(tmp_path: Path) -> AsyncIterator[Stage]:
    """A workflow that takes files: all addresses that there are."""
    files = LocalAttachmentStore[Any](tmp_path)
    async with staged(Support(MemoryStore(), attachment_store=files)) as stage:
        yield stage


def test_every_address_is_behind_a_secret_a_key_or_a_link(tmp_path: Path) -> None:
    """A new one has to be put into one of the tests below, or to be for anybody on purpose."""
    server = Support(MemoryStore(), attachment_store=LocalAttachmentStore(tmp_path))
    paths = [route.path for route in create_app(workflows={WORKFLOW: server}).routes]
    known = BEHIND_A_SECRET | BEHIND_A_KEY | BEHIND_A_LINK | FOR_ANYBODY
    assert (sorted(paths), len(paths)) == (sorted(known), len(known))


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
async def test_it_is_refused_on_every_endpoint_and_stream(
    stage_with_files: Stage, make: Refused
) -> None:
    """With 401, which tells a page to ask its backend for another; for each type of request."""
    stage = stage_with_files
    headers, page = bearer(await make(stage)), stage.page
    file = {"file": ("note.txt", b"Hi", "text/plain")}
    answers = [await page.post("/chatkit", json=body, headers=headers) for body in REQUESTS]
    answers += [
        await page.get("/chatkit/turns/trn_1/events", headers=headers),
        await page.get("/chatkit/session", headers=headers),
        await page.post("/chatkit/files", files=file, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [401] * len(answers)
    kinds = {answer.json()["error"]["type"] for answer in answers}
    assert len(kinds) == 1
    assert kinds <= {"client_secret_invalid", "client_secret_expired", "session_cancelled"}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    assert stage.server.contexts == []


async def test_a_secret_is_no_link(stage_with_files: Stage) -> None:
    """A link says of itself what it is for; whoever has a secret alone gets no file by it."""
    stage = stage_with_files
    secret = await stage.secret(chatkit_configuration={"file_upload": {"enabled": True}})
    made = asks("attachments.create", name="note.txt", size=2, mime_type="text/plain")
    attachment = (await stage.ask(secret, made)).json()
    answers = [
        await stage.page.put(f"/chatkit/uploads/{secret}", content=b"Hi", headers=bearer(secret)),
        await stage.page.get(f"/chatkit/files/{attachment['id']}", headers=bearer(secret)),
        await stage.page.get(f"/chatkit/files/{attachment['id']}", params={"token": secret}),
    ]
    assert {answer.status_code for answer in answers} == {403}


async def test_a_text_without_end_is_refused_unread(stage: Stage) -> None:
    """No signature is computed over what cannot be a secret."""
    access = stage.server.store.access()  # type: ignore[attr-defined]
    with pytest.raises(SecretRefused):
        await Sessions(access).admit(await an_endless_secret(stage))


@pytest.mark.parametrize("call", API_CALLS, ids=" ".join)
async def test_a_secret_opens_no_api_of_servers(stage: Stage, call: Call) -> None:
    """A page has it: it must not list other users' threads. Nor does nothing at all."""
    for secret in (await stage.secret(), None):
        response = await stage.page.request(*call, headers=bearer(secret))
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "api_key_invalid"


@pytest.mark.parametrize("header", ["Origin", "Referer", "Sec-Fetch-Site"])
@pytest.mark.parametrize("call", API_CALLS, ids=" ".join)
async def test_an_api_key_is_never_taken_from_a_page(stage: Stage, call: Call, header: str) -> None:
    """Not even from a page of our own: there it can be read by whoever visits."""
    key = bearer(stage.key)
    value = "same-origin" if header == "Sec-Fetch-Site" else stage.url
    refused = await stage.page.request(*call, headers={**key, header: value})
    assert (refused.status_code, refused.json()["error"]["type"]) == (403, "permission_error")
    assert "access-control-allow-origin" not in refused.headers
    preflight = await stage.page.options(
        call[1], headers={"Origin": stage.url, "Access-Control-Request-Method": call[0]}
    )
    assert preflight.status_code == 403
    assert (await stage.page.get("/v1/chatkit/threads", headers=key)).status_code == 200


async def test_a_session_sees_only_its_users_threads(stage: Stage) -> None:
    """Somebody else's thread, or turn, is not there: on any request, in the list, as a stream."""
    often = {"max_requests_per_1_minute": 100}
    ada, eve = (
        await stage.secret("ada", rate_limits=often),
        await stage.secret("eve", rate_limits=often),
    )
    begun = await stage.ask(ada, {**creates(), "metadata": {"chatkit.resume": True}})
    thread_id = events(begun.text)[0]["thread"]["id"]
    turn_id = begun.text.partition("id: ")[2].partition(".")[0]
    named = {"thread_id": thread_id, "turn_id": turn_id}
    asked = set()
    for body in REQUESTS:
        params = {**body["params"], **{key: named[key] for key in named if key in body["params"]}}
        if params != body["params"]:
            asked.add(body["type"])
            answer = await stage.ask(eve, {**body, "params": params})
            assert (body["type"], answer.status_code) == (body["type"], 404)
    assert len(asked) == 13
    stream = f"/chatkit/turns/{turn_id}/events"
    assert (await stage.page.get(stream, headers=bearer(eve))).status_code == 404
    assert (await stage.page.get(stream, headers=bearer(ada))).status_code == 200
    assert (await stage.ask(eve, asks("threads.list"))).json()["data"] == []
    again = await stage.secret("ada")
    (mine,) = (await stage.ask(again, asks("threads.list"))).json()["data"]
    assert (mine["id"], mine.get("title")) == (thread_id, None)


async def test_a_revoked_key_is_refused_at_once(stage: Stage) -> None:
    """Also one that was used a moment ago."""
    keys = ApiKeys(stage.server.store.access())  # type: ignore[attr-defined]
    await stage.backend.beta.chatkit.threads.list()
    (key,) = await keys.list()
    await keys.revoke(key.id)
    with pytest.raises(openai.AuthenticationError) as refused:
        await stage.backend.beta.chatkit.threads.list()
    assert refused.value.code == "api_key_invalid"


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


async def test_sessions_that_are_long_over_are_forgotten() -> None:
    """A day later, when somebody makes the next one."""
    access = MemoryStore[Any]().access()
    clock = Clock()
    sessions = Sessions(access, clock=clock)
    old = await sessions.create(session_request())
    clock.now += timedelta(hours=2)
    await sessions.create(session_request())
    assert await access.load_session(old.id) is not None
    clock.now += timedelta(days=1)
    await sessions.create(session_request())
    assert await access.load_session(old.id) is None


def test_a_short_signing_key_is_refused() -> None:
    """It could be guessed."""
    with pytest.raises(ValueError, match="at least 16 bytes"):
        ClientSecrets(b"short")


async def test_a_signing_key_of_the_host_is_used() -> None:
    """Then a copy of the database is not enough to make secrets."""
    access = MemoryStore[Any]().access()
    sessions = Sessions(access, signing_key=b"the host's own key")
    secret = await sessions.secret_of(await sessions.create(session_request()))
    assert (await sessions.admit(secret)).user == "ada"
    with pytest.raises(SecretRefused):
        await Sessions(access).admit(secret)
