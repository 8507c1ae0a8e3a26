"""A chat that takes files, on a real socket, and a client that behaves as the page does."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from chatkit.attachments import AttachmentLimits, LocalAttachmentStore
from chatkit.http import ChatKitRoutes, Refused, create_app
from chatkit.server import ChatKitServer
from chatkit.store import AttachmentStore, MemoryStore, Store
from chatkit.types import EndOfTurnItem, ThreadItemDoneEvent
from web_server import serving

PAGE = "https://page.example"


class Listener(ChatKitServer[Any]):
    """Answers nothing; remembers the messages that it was given."""

    def __init__(self, store: Store[Any], files: AttachmentStore[Any] | None) -> None:
        super().__init__(store, files)
        self.heard: list[Any] = []

    async def respond(self, thread, input_user_message, context) -> AsyncIterator:
        self.heard.append(input_user_message)
        item_id = self.store.generate_item_id("message", thread, context)
        yield ThreadItemDoneEvent(
            item=EndOfTurnItem(id=item_id, thread_id=thread.id, created_at=thread.created_at)
        )


def user_of(context: Any) -> str:
    return context["user"]


def context_of(request: Any) -> dict[str, str]:
    """The user is who the request says it is; nobody in particular may do nothing."""
    user = request.headers.get("x-user")
    if user is None:
        raise Refused(401, "sign in first")
    return {"user": user}


class Chat:
    """One user's way to a server: `as_user` gives another's."""

    routes: ChatKitRoutes

    def __init__(
        self, client: httpx2.AsyncClient, server: Listener, user: str, ended: asyncio.Queue[str]
    ) -> None:
        self.client, self.server, self.user, self._ended = client, server, user, ended

    @property
    def base(self) -> str:
        """Where the server is."""
        return str(self.client.base_url).rstrip("/")

    def as_user(self, user: str) -> "Chat":
        return Chat(self.client, self.server, user, self._ended)

    async def asks(self, kind: str, **params: Any) -> httpx2.Response:
        """The answer to one request of the protocol."""
        body = {"type": kind, "params": params}
        return await self.client.post("/chatkit", json=body, headers={"x-user": self.user})

    async def creates(self, name: str, data: bytes, mime_type: str) -> dict[str, Any]:
        """An attachment that has no bytes yet."""
        answer = await self.asks(
            "attachments.create", name=name, size=len(data), mime_type=mime_type
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def uploads(
        self, attachment: dict[str, Any], data: bytes, mime_type: str
    ) -> httpx2.Response:
        """Brings the bytes to where the attachment says."""
        where = attachment["upload_descriptor"]
        if where["method"] == "PUT":
            headers = {"Content-Type": mime_type, **where["headers"]}
            return await self.client.put(where["url"], content=data, headers=headers)
        form = {"file": (attachment["name"], data, mime_type)}
        return await self.client.post(where["url"], files=form, headers=where["headers"])

    async def attaches(self, name: str, data: bytes, mime_type: str) -> str:
        """The id of an attachment that is uploaded, in two steps."""
        attachment = await self.creates(name, data, mime_type)
        answer = await self.uploads(attachment, data, mime_type)
        assert answer.status_code == 200, answer.text
        return attachment["id"]

    async def sends_file(self, name: str, data: bytes, mime_type: str) -> httpx2.Response:
        """The answer to a file that is uploaded directly."""
        return await self.client.post(
            "/chatkit/files",
            files={"file": (name, data, mime_type)},
            headers={"x-user": self.user},
        )

    async def says(self, attachments: Sequence[str], thread_id: str | None = None) -> Any:
        """The response to a message that carries these attachments."""
        message = {
            "content": [{"type": "input_text", "text": "Look"}],
            "attachments": list(attachments),
            "quoted_text": "",
            "inference_options": {},
        }
        if thread_id is None:
            return await self.asks("threads.create", input=message)
        return await self.asks("threads.add_user_message", thread_id=thread_id, input=message)

    async def begins(self, *attachments: str) -> tuple[str, list[dict[str, Any]]]:
        """A new thread's id, and the events of its first answer."""
        response = await self.says(attachments)
        assert response.status_code == 200, response.text
        events = [json.loads(line[6:]) for line in response.text.split("\n\n") if line]
        return events[0]["thread"]["id"], events

    async def request_has_ended(self, kind: str = "") -> None:
        """Returns once the server is done with a request whose path contains this."""
        while kind not in await asyncio.wait_for(self._ended.get(), 10):
            pass


@asynccontextmanager
async def chatting(
    files: AttachmentStore[Any] | None, store: Store[Any] | None = None, **options: Any
) -> AsyncIterator[Chat]:
    """A chat with these attachments, by alice."""
    kept = store if store is not None else MemoryStore(owner=user_of)
    server = Listener(kept, files)
    app = create_app(
        server, context=context_of, allowed_origins=[PAGE], drain_on_signals=False, **options
    )
    ended: asyncio.Queue[str] = asyncio.Queue()
    async with (
        serving(_Telling(app, ended)) as base,
        httpx2.AsyncClient(base_url=base, timeout=30) as client,
    ):
        chat = Chat(client, server, "alice", ended)
        chat.routes = app.state.chatkit
        yield chat


class _Telling:
    """An app that tells when it is done with a request."""

    def __init__(self, app: ASGIApp, ended: asyncio.Queue[str]) -> None:
        self._app, self._ended = app, ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http":
                self._ended.put_nowait(scope["path"])


def local_files(folder: Path, limits: AttachmentLimits | None = None, **options: Any) -> Any:
    """Attachments in a folder, by user."""
    return LocalAttachmentStore(folder, owner=user_of, limits=limits, **options)


def left_in(folder: Path) -> list[str]:
    """What lies in the folder of a store besides its key: places and file names."""
    found = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return sorted(f"{path.parts[0]}/{path.name}" for path in found if path.name != "key")
