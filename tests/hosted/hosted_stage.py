"""What the tests of hosted apps share: workflows behind a real server, keys, secrets, requests."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
from openai import AsyncOpenAI

from chatkit.hosted import ApiKeys, SessionContext, SessionRequest
from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import KeepsAccess, MemoryStore, Store
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)
from web_server import serving

WORKFLOW = "wf_support"
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def session_request(workflow: str = WORKFLOW) -> SessionRequest:
    """What a backend asks for, with every default."""
    return SessionRequest.model_validate({"user": "ada", "workflow": {"id": workflow}})


class Support(ChatKitServer[SessionContext]):
    """Says "one", and "two" once the gate is open; remembers its contexts."""

    def __init__(self, store: Store[Any], **options: Any) -> None:
        super().__init__(store, **options)
        self.gate = asyncio.Event()
        self.gate.set()
        self.contexts: list[SessionContext] = []

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: SessionContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        self.contexts.append(context)
        item = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=[],
        )
        yield ThreadItemAddedEvent(item=item)
        delta = AssistantMessageContentPartTextDelta(content_index=0, delta="one ")
        yield ThreadItemUpdatedEvent(item_id=item.id, update=delta)
        await self.gate.wait()
        content = [AssistantMessageContent(text="one two")]
        yield ThreadItemDoneEvent(item=item.model_copy(update={"content": content}))


class Stage:
    """A running app, its server, and a way to ask for everything."""

    def __init__(self, server: Support, url: str, key: str) -> None:
        self.server = server
        self.url = url
        self.key = key
        self.backend = AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
        self.page = httpx2.AsyncClient(base_url=url)

    async def secret(self, user: str = "ada", **options: Any) -> str:
        """The client secret of a new session."""
        session = await self.backend.beta.chatkit.sessions.create(
            user=user, workflow={"id": WORKFLOW}, **options
        )
        return session.client_secret

    async def ask(self, secret: str | None, body: dict[str, Any]) -> httpx2.Response:
        """The answer to a page's request, read to its end."""
        return await self.page.post("/chatkit", json=body, headers=bearer(secret))

    async def thread(self, secret: str, text: str = "hello") -> str:
        """The id of a new thread with an answer."""
        response = await self.ask(secret, creates(text))
        assert response.status_code == 200, response.text
        return events(response.text)[0]["thread"]["id"]


def bearer(secret: str | None) -> dict[str, str]:
    """The header with the secret."""
    return {} if secret is None else {"Authorization": f"Bearer {secret}"}


def events(text: str) -> list[dict[str, Any]]:
    """The events of a stream."""
    lines = [line for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def creates(text: str = "hello", **fields: Any) -> dict[str, Any]:
    """The request for a new thread."""
    message = {
        "content": [{"type": "input_text", "text": text}],
        "attachments": [],
        "inference_options": {},
        **fields,
    }
    return {"type": "threads.create", "params": {"input": message}}


def asks(type: str, **params: Any) -> dict[str, Any]:
    """Any other request."""
    return {"type": type, "params": params}


@asynccontextmanager
async def staged(server: Support | None = None, **options: Any) -> AsyncIterator[Stage]:
    """A running app with one workflow, and a key of its backend."""
    server = server or Support(MemoryStore())
    app = create_app(workflows={WORKFLOW: server}, **options)
    access = options.get("access")
    if access is None:
        assert isinstance(server.store, KeepsAccess)
        access = server.store.access()
    key, _ = await ApiKeys(access).create("backend")
    async with serving(app) as url:
        stage = Stage(server, url, key)
        async with stage.backend, stage.page:
            yield stage
