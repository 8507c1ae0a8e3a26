"""Every call of `client.beta.chatkit`, by the public Python SDK against a running server."""

from typing import Any

import openai
import pytest
from hosted_stage import WORKFLOW, Stage, asks, staged
from openai.types.beta import ChatKitWorkflow
from openai.types.beta.chatkit import (
    ChatKitThreadAssistantMessageItem,
    ChatKitThreadUserMessageItem,
    ChatSession,
)


def as_sent(model: Any) -> dict[str, Any]:
    """The model as the server sent it, once its types have been checked."""
    sent = model.to_dict(mode="json", exclude_unset=True)
    type(model).model_validate(sent, strict=False)
    return sent


async def test_a_session_comes_with_every_default_resolved(stage: Stage) -> None:
    """The defaults are those that the SDK's own types document."""
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    sent = as_sent(session)
    assert isinstance(session, ChatSession)
    assert session.client_secret.startswith("ek_")
    assert sent == {
        "id": session.id,
        "object": "chatkit.session",
        "status": "active",
        "user": "ada",
        "client_secret": session.client_secret,
        "expires_at": session.expires_at,
        "workflow": {
            "id": WORKFLOW,
            "state_variables": None,
            "tracing": {"enabled": True},
            "version": None,
        },
        "chatkit_configuration": {
            "automatic_thread_titling": {"enabled": True},
            "file_upload": {"enabled": False, "max_file_size": 512, "max_files": 10},
            "history": {"enabled": True, "recent_threads": None},
        },
        "rate_limits": {"max_requests_per_1_minute": 10},
        "max_requests_per_1_minute": 10,
    }


async def test_a_session_is_what_was_asked_for_and_its_server_is_told(stage: Stage) -> None:
    """State variables keep their types, as the workflow's code compares them."""
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada",
        workflow={
            "id": WORKFLOW,
            "state_variables": {"plan": "pro", "seats": 3, "beta": True, "rate": 0.5},
            "tracing": {"enabled": False},
            "version": "7",
        },
        chatkit_configuration={
            "automatic_thread_titling": {"enabled": False},
            "file_upload": {"enabled": True, "max_file_size": 5, "max_files": 2},
            "history": {"enabled": True, "recent_threads": 3},
        },
        expires_after={"anchor": "created_at", "seconds": 60},
        rate_limits={"max_requests_per_1_minute": 30},
    )
    assert session.chatkit_configuration.file_upload.max_file_size == 5
    assert session.chatkit_configuration.history.recent_threads == 3
    assert session.max_requests_per_1_minute == session.rate_limits.max_requests_per_1_minute == 30
    assert isinstance(session.workflow, ChatKitWorkflow)
    await stage.thread(session.client_secret)
    (context,) = stage.server.contexts
    assert (context.user, context.workflow_id, context.session_id) == ("ada", WORKFLOW, session.id)
    assert (context.workflow_version, context.tracing) == ("7", False)
    assert context.state_variables == {"plan": "pro", "seats": 3, "beta": True, "rate": 0.5}
    assert [type(value) for value in context.state_variables.values()] == [str, int, bool, float]
    assert not context.automatic_thread_titling


async def test_a_cancelled_session_says_so(stage: Stage) -> None:
    """And its secret is refused from then on; cancelling it again changes nothing."""
    session = await stage.backend.beta.chatkit.sessions.create(
        user="ada", workflow={"id": WORKFLOW}
    )
    for _ in range(2):
        cancelled = await stage.backend.beta.chatkit.sessions.cancel(session.id)
        assert (cancelled.id, cancelled.status) == (session.id, "cancelled")
        as_sent(cancelled)
    refused = await stage.ask(session.client_secret, asks("threads.list"))
    assert (refused.status_code, refused.json()["error"]["type"]) == (401, "session_cancelled")


async def test_threads_are_listed_for_one_user_or_all_in_either_order(stage: Stage) -> None:
    """Following `after` as the SDK's own pager does."""
    ada, eve = await stage.secret("ada"), await stage.secret("eve")
    made = [await stage.thread(ada), await stage.thread(eve), await stage.thread(ada)]
    threads = stage.backend.beta.chatkit.threads
    newest_first = [thread.id async for thread in threads.list(limit=2)]
    assert newest_first == made[::-1]
    assert [thread.id async for thread in threads.list(limit=1, order="asc")] == made
    of_ada = [thread async for thread in threads.list(user="ada", limit=1)]
    assert [thread.id for thread in of_ada] == [made[2], made[0]]
    assert {thread.user for thread in of_ada} == {"ada"}
    assert [thread async for thread in threads.list(user="nobody")] == []
    for thread in of_ada:
        assert as_sent(thread)["status"] == {"type": "active"}


async def test_a_page_before_a_cursor_is_the_one_next_to_it(stage: Stage) -> None:
    """In the order of the list, so that a pager can go back the way it came."""
    secret = await stage.secret()
    made = [await stage.thread(secret) for _ in range(4)]
    for user in ("ada", openai.omit):
        page = await stage.backend.beta.chatkit.threads.list(
            before=made[0], limit=2, order="desc", user=user
        )
        assert [thread.id for thread in page.data] == [made[2], made[1]]
        assert page.has_more is True


async def test_a_thread_is_read_and_deleted(stage: Stage) -> None:
    """Whoever's it is, and with it what the user sees of it."""
    secret = await stage.secret()
    thread_id = await stage.thread(secret)
    threads = stage.backend.beta.chatkit.threads
    thread = await threads.retrieve(thread_id)
    assert (thread.id, thread.user, thread.title) == (thread_id, "ada", None)
    deleted = await threads.delete(thread_id)
    assert as_sent(deleted) == {
        "id": thread_id,
        "object": "chatkit.thread.deleted",
        "deleted": True,
    }
    with pytest.raises(openai.NotFoundError):
        await threads.retrieve(thread_id)
    gone = await stage.ask(secret, asks("threads.get_by_id", thread_id=thread_id))
    assert gone.status_code == 404


async def test_the_items_of_a_thread_are_paged(stage: Stage) -> None:
    """Newest first unless asked otherwise; hidden ones are never among them."""
    secret = await stage.secret()
    thread_id = await stage.thread(secret, "What is up?")
    threads = stage.backend.beta.chatkit.threads
    items = [item async for item in threads.list_items(thread_id, limit=1)]
    answer, question = items
    assert isinstance(question, ChatKitThreadUserMessageItem)
    assert question.content[0].text == "What is up?"
    assert isinstance(answer, ChatKitThreadAssistantMessageItem)
    assert answer.content[0].text == "one two"
    for item in items:
        as_sent(item)
    before = await threads.list_items(thread_id, before=question.id)
    assert [item.id for item in before.data] == [answer.id]
    assert before.has_more is False


async def test_errors_are_the_ones_that_the_sdk_has_classes_for(stage: Stage) -> None:
    """With a code, a message for the developer, and nothing of the inside."""
    chatkit = stage.backend.beta.chatkit
    with pytest.raises(openai.AuthenticationError) as no_key:
        await stage.backend.with_options(api_key="ck_wrong").beta.chatkit.threads.list()
    assert no_key.value.code == "api_key_invalid"
    with pytest.raises(openai.PermissionDeniedError) as from_page:
        await chatkit.threads.list(extra_headers={"Origin": "https://app.example.com"})
    assert from_page.value.code == "forbidden"
    with pytest.raises(openai.NotFoundError) as no_thread:
        await chatkit.threads.retrieve("thr_unknown")
    assert no_thread.value.code == "not_found"
    with pytest.raises(openai.NotFoundError):
        await chatkit.sessions.cancel("cksess_unknown")
    with pytest.raises(openai.NotFoundError):
        await chatkit.sessions.create(user="ada", workflow={"id": "wf_unknown"})
    with pytest.raises(openai.NotFoundError):
        await chatkit.threads.delete("thr_unknown")
    with pytest.raises(openai.NotFoundError):
        await chatkit.threads.list_items("thr_unknown")


@pytest.mark.parametrize(
    "fields",
    [
        {"user": ""},
        {"workflow": {}},
        {"workflow": {"id": WORKFLOW, "state_variables": {"x" * 65: 1}}},
        {"workflow": {"id": WORKFLOW, "state_variables": {"x": [1]}}},
        {"expires_after": {"anchor": "created_at", "seconds": 0}},
        {"expires_after": {"anchor": "last_active_at", "seconds": 60}},
        {"expires_after": {"anchor": "created_at", "seconds": 1_000_000}},
        {"rate_limits": {"max_requests_per_1_minute": 0}},
        {"chatkit_configuration": {"file_upload": {"max_file_size": 513}}},
    ],
)
async def test_a_session_that_cannot_be_meant_is_refused(
    stage: Stage, fields: dict[str, Any]
) -> None:
    """Before anything is kept: the message names the field."""
    with pytest.raises(openai.BadRequestError) as refused:
        await stage.backend.beta.chatkit.sessions.create(
            **{"user": "ada", "workflow": {"id": WORKFLOW}, **fields}
        )
    assert refused.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": -1},
        {"order": "up"},
        {"after": "thr_unknown"},
        {"before": "thr_unknown", "user": "ada"},
        {"after": "thr_1", "before": "thr_2"},
    ],
)
async def test_a_page_that_cannot_be_meant_is_refused(stage: Stage, query: dict[str, Any]) -> None:
    """A cursor that is no id of the list as well."""
    with pytest.raises(openai.BadRequestError):
        await stage.backend.beta.chatkit.threads.list(**query)


async def test_a_key_that_asks_too_often_has_to_wait() -> None:
    """429 says how long, in the header that the SDK waits by."""
    async with staged(api_requests_per_minute=2) as stage:
        threads = stage.backend.beta.chatkit.threads
        for _ in range(2):
            await threads.list()
        with pytest.raises(openai.RateLimitError) as refused:
            await threads.list()
    assert refused.value.code == "rate_limited"
    assert 1 <= int(refused.value.response.headers["retry-after"]) <= 60


async def test_null_means_the_default(stage: Stage) -> None:
    """JavaScript backends send null for what they leave open."""
    response = await stage.page.post(
        "/v1/chatkit/sessions",
        json={
            "user": "ada",
            "workflow": {"id": WORKFLOW, "version": None, "state_variables": None},
            "chatkit_configuration": {"history": {"enabled": None}},
            "expires_after": None,
        },
        headers={"Authorization": f"Bearer {stage.key}"},
    )
    assert response.status_code == 200
    assert response.json()["chatkit_configuration"]["history"]["enabled"] is True
