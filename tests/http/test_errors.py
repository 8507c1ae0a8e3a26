"""What a client is told of an error, and what only the log may know."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from assistants import Echo, asks, creates, message
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Route

from chatkit.actions import Action
from chatkit.errors import InvalidRequest, NotFoundError, RequestError, StoreUnavailable
from chatkit.http import Refused, create_app
from chatkit.store import MemoryStore
from chatkit.types import SyncCustomActionResponse, ThreadMetadata, WidgetItem

CANARY = "canary-7f3a"


class Failing(MemoryStore[Any]):
    """A host's store that fails in a way of its own."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def load_thread(self, thread_id: str, context: Any) -> ThreadMetadata:
        raise self.error


class ForeignNotFound(NotFoundError):
    """A host's own kind of "not found", in its own words."""


def client_of(app: Any) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://testserver")


async def ask_failing(error: Exception) -> httpx2.Response:
    async with client_of(create_app(Echo(Failing(error)))) as client:
        return await client.post("/chatkit", json=asks("threads.get_by_id", thread_id="thr_1"))


@pytest.mark.requirement("sec-30")
@pytest.mark.parametrize(
    ("error", "status", "type"),
    [
        (RuntimeError(CANARY), 500, "internal_error"),
        (sqlite3.OperationalError(f"no such table: {CANARY}"), 500, "internal_error"),
        (StoreUnavailable(f"cannot open /home/{CANARY}/chat.db"), 503, "store_unavailable"),
        (NotImplementedError(f"{CANARY} must override"), 501, "not_implemented"),
        (NotFoundError(f"SELECT {CANARY}"), 404, "not_found"),
        (ForeignNotFound(f"SELECT {CANARY}"), 404, "not_found"),
        (RequestError(CANARY), 400, "request_error"),
    ],
)
async def test_what_the_inside_says_stays_inside(error: Exception, status: int, type: str) -> None:
    """Paths, queries and names of the inside help an attacker and nobody else."""
    response = await ask_failing(error)
    assert (response.status_code, response.json()["error"]["type"]) == (status, type)
    assert CANARY not in response.text
    assert ("retry-after" in response.headers) == (status == 503)


@pytest.mark.requirement("sec-30")
async def test_an_unforeseen_error_is_logged_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The client learns nothing; whoever runs the server learns everything."""
    await ask_failing(RuntimeError(CANARY))
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info is not None
    assert CANARY in caplog.text


async def test_an_error_that_is_meant_for_clients_is_shown() -> None:
    """A host says what is wrong with a request as this package does."""
    response = await ask_failing(InvalidRequest("the date is in the past"))
    assert response.json() == {
        "error": {"type": "invalid_request", "message": "the date is in the past"}
    }


class Strict(BaseModel):
    """A payload as a host may check it."""

    amount: int


class Acting(Echo):
    """Checks an action's payload with a model, and lets its error out."""

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Any,
    ) -> SyncCustomActionResponse:
        Strict.model_validate(action.payload)
        raise AssertionError("the payload was wrong")


@pytest.mark.requirement("sec-29")
async def test_a_validation_error_of_the_host_is_logged_without_its_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Pydantic quotes what it refused, which is what a person wrote."""
    async with client_of(create_app(Acting(MemoryStore()))) as client:
        first = await client.post("/chatkit", json=creates())
        thread_id = first.text.split('"thread":{"id":"')[1].split('"')[0]
        action = {"type": "pay", "payload": {"amount": CANARY}}
        body = asks("threads.sync_custom_action", thread_id=thread_id, action=action)
        response = await client.post("/chatkit", json=body)
    assert response.status_code == 500
    assert "amount: Input should be a valid integer" in caplog.text
    assert "in sync_action" in caplog.text
    assert CANARY not in caplog.text + response.text


@pytest.mark.parametrize(
    ("body", "status", "type"),
    [
        (asks("threads.get_by_id", thread_id="thr_0"), 404, "not_found"),
        (asks("items.list", thread_id="thr_0"), 404, "not_found"),
        (asks("attachments.delete", attachment_id="atc_0"), 501, "attachment_store_missing"),
        (asks("threads.list", limit=-1), 400, "invalid_request"),
        (asks("input.transcribe", audio_base64="AA==", mime_type="audio/x"), 501, None),
        (asks("turns.stop", turn_id="trn_0"), 404, "not_found"),
        (asks("turns.attach", turn_id="trn_0"), 404, "not_found"),
        (asks("threads.add_user_message", thread_id="thr_0", input=message("x")), 404, "not_found"),
        (asks("threads.retry_after_item", thread_id="thr_0", item_id="msg_0"), 404, "not_found"),
    ],
)
async def test_errors_that_clients_can_do_something_about_have_their_status(
    body: Any, status: int, type: str | None
) -> None:
    """Before the first byte an error is an HTTP error, also of a request that would stream."""
    async with client_of(create_app(Echo(MemoryStore()))) as client:
        response = await client.post("/chatkit", json=body)
    assert response.status_code == status
    assert response.json()["error"]["type"] == (type or "not_implemented")


async def test_a_pending_call_that_is_not_there_is_a_conflict() -> None:
    """The page answers a tool call that somebody else has answered: 409, not 500."""
    async with client_of(create_app(Echo(MemoryStore()))) as client:
        first = await client.post("/chatkit", json=creates())
        thread_id = first.text.split('"thread":{"id":"')[1].split('"')[0]
        body = asks("threads.add_client_tool_output", thread_id=thread_id, result={})
        response = await client.post("/chatkit", json=body)
    assert response.status_code == 409
    assert response.json()["error"]["type"] == "no_pending_tool_call"


async def test_starlettes_own_exceptions_become_json_too() -> None:
    """Hosts have helpers that raise them."""

    def context(request: Any) -> Any:
        raise HTTPException(401, "sign in", headers={"WWW-Authenticate": "Bearer"})

    async with client_of(create_app(Echo(MemoryStore()), context=context)) as client:
        response = await client.post("/chatkit", json=creates())
    assert response.status_code == 401
    assert response.json() == {"error": {"type": "unauthorized", "message": "sign in"}}
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.requirement("sec-30")
async def test_a_route_of_the_host_that_fails_says_nothing_either() -> None:
    """Routes that a host adds to our app are as quiet as ours."""

    def broken(request: Any) -> Any:
        raise RuntimeError(CANARY)

    app = create_app(Echo(MemoryStore()), routes=[Route("/extra", broken)])
    async with client_of(app) as client:
        response = await client.get("/extra")
    assert response.status_code == 500
    assert response.json()["error"]["type"] == "internal_error"
    assert CANARY not in response.text


class FailsMidway(Echo):
    """Says something, then fails with a secret."""

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator:  # type: ignore[type-arg]
        async for event in super().respond(thread, input_user_message, context):
            yield event
            if "update" in type(event).__name__.lower():
                raise RuntimeError(CANARY)


@pytest.mark.requirement("sec-30")
async def test_a_handler_that_fails_midway_ends_its_stream_with_an_error_event() -> None:
    """After the first byte an error is an event, never a cut stream; and it says nothing."""
    async with client_of(create_app(FailsMidway(MemoryStore()))) as client:
        response = await client.post("/chatkit", json=creates("hello there"))
    assert response.status_code == 200
    last = response.text.strip().rpartition("\n\n")[2]
    assert last == 'data: {"type":"error","code":"stream.error","allow_retry":true}'
    assert CANARY not in response.text


@pytest.mark.requirement("sec-29")
@pytest.mark.parametrize("level", [logging.DEBUG])
async def test_logs_hold_no_body_no_token_and_no_cookie(
    level: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Even at the highest level: logs are copied to places that nobody chose for secrets."""
    caplog.set_level(level, logger="chatkit")

    def context(request: Any) -> Any:
        return {"user": request.headers["authorization"]}

    headers = {"Authorization": f"Bearer {CANARY}", "Cookie": f"session={CANARY}"}
    app = create_app(Echo(MemoryStore()), context=context)
    async with client_of(app) as client:
        for body in (
            creates(CANARY),
            asks("threads.get_by_id", thread_id=CANARY),
            asks("threads.list", limit=CANARY),
            asks(CANARY),
            asks("input.transcribe", audio_base64=CANARY, mime_type=CANARY),
        ):
            await client.post(f"/chatkit?signature={CANARY}", json=body, headers=headers)
    assert "threads.create 200 " in caplog.text
    assert "threads.get_by_id 404 " in caplog.text
    assert CANARY not in caplog.text


def test_a_refusal_is_an_exception_of_this_package() -> None:
    """A host may catch everything of ours at once."""
    refused = Refused(403, "no")
    assert (refused.status, refused.type, str(refused)) == (403, "forbidden", "no")
