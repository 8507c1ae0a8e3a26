"""Workflows: what may be registered, and who answers."""

from collections.abc import Callable
from typing import Any

import pytest
from hosted_stage import WORKFLOW, Support, asks, creates, events, staged
from openai import AsyncOpenAI

from chatkit.attachments import LocalAttachmentStore
from chatkit.hosted import ApiKeys
from chatkit.http import create_app
from chatkit.server import NonStreamingResult, StreamingResult
from chatkit.store import MemoryStore, SQLiteStore, Store
from web_server import serving


class HostStore(MemoryStore[Any]):
    """A host's own store, as far as this package can tell: it keeps neither keys nor owners."""

    access = None  # type: ignore[assignment]
    find_owner = None  # type: ignore[assignment]


def two_stores() -> dict[str, Support]:
    return {"wf_a": Support(MemoryStore()), "wf_b": Support(MemoryStore())}


def two_file_stores(path: Any) -> dict[str, Support]:
    store = MemoryStore[Any]()
    files = [LocalAttachmentStore[Any](path / name) for name in ("a", "b")]
    return {
        name: Support(store, attachment_store=one)
        for name, one in zip(("wf_a", "wf_b"), files, strict=True)
    }


def owned(owner: Callable[[Any], str]) -> dict[str, Support]:
    return {"wf_a": Support(MemoryStore(owner=owner))}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "nothing to serve"),
        ({"workflows": {}}, "at least one workflow"),
        ({"workflows": two_stores()}, "the same store"),
        ({"workflows": owned(lambda context: "everybody")}, "leave `owner` out"),
        ({"workflows": owned(lambda context: context["user"])}, "leave `owner` out"),
        (
            {"workflows": owned(lambda context: context.user), "context": lambda request: {}},
            "the context of a request is its session's",
        ),
        ({"workflows": owned(lambda context: context.user), "page": True}, "there is no page"),
        (
            {"workflows": owned(lambda context: context.user), "server": Support(MemoryStore())},
            "not both",
        ),
        ({"server": Support(MemoryStore()), "api_path": "v1"}, "must start with a slash"),
    ],
)
def test_what_cannot_be_served_is_refused_at_the_start(
    options: dict[str, Any], message: str
) -> None:
    """Rather than at a user's first message."""
    with pytest.raises(ValueError, match=message):
        create_app(**options)


def test_workflows_share_their_files(tmp_path: Any) -> None:
    """A link to a file says nothing of the workflow that it came from."""
    with pytest.raises(ValueError, match="the same attachment store"):
        create_app(workflows=two_file_stores(tmp_path))


def test_a_store_without_sessions_needs_them_elsewhere() -> None:
    """The message says how."""
    store: Store[Any] = HostStore()
    with pytest.raises(ValueError, match="such as SQLiteStore"):
        create_app(workflows={WORKFLOW: Support(store)})


async def test_sessions_may_be_kept_apart_from_a_hosts_own_store(tmp_path: Any) -> None:
    """What cannot be read across its users is read for one of them."""
    async with (
        SQLiteStore[Any](tmp_path / "access.sqlite3") as access,
        staged(Support(HostStore()), access=access.access()) as stage,
    ):
        thread_id = await stage.thread(await stage.secret())
        threads = stage.backend.beta.chatkit.threads
        assert [thread.id for thread in (await threads.list(user="ada")).data] == [thread_id]
        for path in ("", f"/{thread_id}"):
            response = await stage.page.get(
                f"/v1/chatkit/threads{path}", headers={"Authorization": f"Bearer {stage.key}"}
            )
            assert response.status_code == 501
            assert response.json()["error"]["type"] == "server_error"


class Shouting(Support):
    """Parses its requests itself, as hosts do that override `process`."""

    def __init__(self, store: Store[Any]) -> None:
        super().__init__(store)
        self.bodies: list[Any] = []

    async def process(self, request: Any, context: Any) -> StreamingResult | NonStreamingResult:
        self.bodies.append(request)
        return await super().process(request, context)


async def test_each_session_is_answered_by_its_workflow() -> None:
    """On one store, so that a user has one history."""
    store = MemoryStore[Any]()
    quiet, loud = Support(store), Shouting(store)
    app = create_app(workflows={"wf_quiet": quiet, "wf_loud": loud})
    key, _ = await ApiKeys(store.access()).create("backend")
    async with serving(app) as url, AsyncOpenAI(base_url=f"{url}/v1", api_key=key) as backend:
        for workflow in ("wf_quiet", "wf_loud"):
            session = await backend.beta.chatkit.sessions.create(
                user="ada", workflow={"id": workflow}
            )
            client = backend._client
            headers = {"Authorization": f"Bearer {session.client_secret}"}
            answer = await client.post(f"{url}/chatkit", json=creates(), headers=headers)
            assert events(answer.text)[-1]["type"] == "thread.item.done"
        listed = await client.post(f"{url}/chatkit", json=asks("threads.list"), headers=headers)
        assert len(listed.json()["data"]) == 2
    assert [context.workflow_id for context in quiet.contexts] == ["wf_quiet"]
    assert [context.workflow_id for context in loud.contexts] == ["wf_loud"]
    assert all(isinstance(body, bytes) for body in loud.bodies)


async def test_a_deleted_thread_takes_its_answer_with_it() -> None:
    """Also where another workflow than the first is answering on it."""
    store = MemoryStore[Any]()
    idle, busy = Support(store), Support(store)
    busy.gate.clear()
    app = create_app(workflows={"wf_idle": idle, "wf_busy": busy})
    key, _ = await ApiKeys(store.access()).create("backend")
    async with serving(app) as url, AsyncOpenAI(base_url=f"{url}/v1", api_key=key) as backend:
        session = await backend.beta.chatkit.sessions.create(user="ada", workflow={"id": "wf_busy"})
        headers = {"Authorization": f"Bearer {session.client_secret}"}
        async with backend._client.stream(
            "POST", f"{url}/chatkit", json=creates(), headers=headers
        ) as response:
            pieces = response.aiter_text()
            seen = ""
            while "one " not in seen:
                seen += await anext(pieces)
            thread_id = events(seen)[0]["thread"]["id"]
            await backend.beta.chatkit.threads.delete(thread_id)
            async for _ in pieces:
                pass
    page = await store.load_all_threads(10, None, "asc")
    assert page == ([], False)
