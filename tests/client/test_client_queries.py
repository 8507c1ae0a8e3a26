"""What does not stream: lists, pages, names, feedback, files, dictation, against a real server."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chatkit.client import ApiError, ChatKitClient, ConnectionLost, UploadFailed
from chatkit.http import Refused
from chatkit.store import AttachmentStore
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    FileAttachment,
    UserMessageItem,
)
from client.chat_server import Chat, address, saying, serving


class Files(AttachmentStore[dict[str, Any]]):
    """Says where bytes go, and forgets what is deleted."""

    def __init__(self) -> None:
        self.place = ""
        self.method: Any = "POST"
        self.deleted: list[str] = []

    async def create_attachment(
        self, input: AttachmentCreateParams, context: dict[str, Any]
    ) -> Attachment:
        return FileAttachment(
            id="atc_1",
            name=input.name,
            mime_type=input.mime_type,
            upload_descriptor=AttachmentUploadDescriptor(
                url=self.place,  # type: ignore[arg-type]
                method=self.method,
                headers={"x-signed": "yes"},
            ),
        )

    async def delete_attachment(self, attachment_id: str, context: dict[str, Any]) -> None:
        self.deleted.append(attachment_id)


@pytest.fixture
async def client() -> AsyncIterator[ChatKitClient]:
    """A client of a server that says hello."""
    async with (
        serving(Chat(saying("Hello"))) as listener,
        ChatKitClient(address(listener)) as client,
    ):
        yield client


async def test_all_threads_and_items_are_read_page_by_page(client: ChatKitClient) -> None:
    """Cursors are followed to the end; a caller sees one long list."""
    ids = [(await client.create_thread(str(n)).wait()).thread_id for n in range(3)]
    page = await client.threads(limit=2)
    assert [thread.id for thread in page.data] == [ids[2], ids[1]]
    assert page.has_more
    rest = await client.threads(limit=2, after=page.after)
    assert [thread.id for thread in rest.data] == [ids[0]]
    assert [thread.id async for thread in client.all_threads("asc")] == ids

    for n in range(11):
        await client.send(ids[0] or "", str(n)).wait()
    thread, items = await client.load(ids[0] or "")
    assert len(thread.items.data) == 20
    assert len(items) == 24
    assert isinstance(items[-2], UserMessageItem)
    first = await client.items(ids[0] or "", limit=3, order="asc")
    assert first.data == items[:3]
    assert [item async for item in client.all_items(ids[0] or "")] == items
    newest_first = [item async for item in client.all_items(ids[0] or "", order="desc")]
    assert newest_first == items[::-1]


async def test_a_thread_is_renamed_and_deleted(client: ChatKitClient) -> None:
    """The answer to a rename is the thread; after a delete it is not found."""
    thread_id = (await client.create_thread("Hi").wait()).thread_id or ""
    assert (await client.rename(thread_id, "Plans")).title == "Plans"
    assert (await client.thread(thread_id)).title == "Plans"
    await client.delete(thread_id)
    with pytest.raises(ApiError) as refused:
        await client.thread(thread_id)
    assert refused.value.type == "not_found"


async def test_feedback_and_dictation_reach_the_server() -> None:
    """Opinions name their items; a recording travels as base64."""
    chat = Chat(saying("Hello"))
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        answer = await client.create_thread("Hi").wait()
        await client.feedback(answer.thread_id or "", [answer.items[-1].id], "negative")
        text = await client.transcribe(b"\0\xff" * 5, "audio/webm;codecs=opus")
    assert chat.opinions == [([answer.items[-1].id], "negative")]
    assert text == "10 bytes audio/webm"


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("own", [True, False])
async def test_a_file_is_announced_uploaded_sent_and_deleted(method: str, own: bool) -> None:
    """POST sends a form with the field `file`, PUT the bytes; our token goes to our server only."""
    uploads: list[tuple[str, bytes, dict[str, str]]] = []

    async def take(request: Request) -> Response:
        if request.method == "PUT":
            name, data = "", await request.body()
        else:
            async with request.form() as form:
                file: Any = form["file"]
                name, data = file.filename, await file.read()
        uploads.append((name, data, dict(request.headers)))
        return PlainTextResponse("ok")

    files = Files()
    files.method = method
    chat = Chat(saying("Thanks"), attachment_store=files)
    routes = [Route("/upload", take, methods=["POST", "PUT"])]
    async with (
        serving(chat, routes=routes) as listener,
        ChatKitClient(address(listener), headers={"authorization": "Bearer t"}) as client,
    ):
        host = "127.0.0.1" if own else "localhost"
        files.place = f"http://{host}:{listener.port}/upload"
        attachment = await client.upload("a.txt", b"bytes", "text/plain")
        answer = await client.create_thread("Look", attachments=[attachment, "atc_1"]).wait()
        asked = answer.items[0]
        assert isinstance(asked, UserMessageItem)
        assert [each.id for each in asked.attachments] == ["atc_1", "atc_1"]
        await client.delete_attachment("atc_1")
    name, data, headers = uploads[0]
    assert (name, data) == ("" if method == "PUT" else "a.txt", b"bytes")
    assert headers["x-signed"] == "yes"
    assert headers.get("authorization") == ("Bearer t" if own else None)
    assert files.deleted == ["atc_1"]


async def test_a_refused_upload_says_which_file_and_why() -> None:
    """The bytes go elsewhere than the endpoint, so this is an error of its own."""
    files = Files()
    chat = Chat(saying("Thanks"), attachment_store=files)
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        files.place = f"http://127.0.0.1:{listener.port}/nowhere"
        with pytest.raises(UploadFailed, match=r"'a.txt' failed with HTTP status 404"):
            await client.upload("a.txt", b"bytes", "text/plain")
        files.place = "http://127.0.0.1:1/nowhere"
        with pytest.raises(ConnectionLost):
            await client.upload("a.txt", b"bytes", "text/plain")


@pytest.mark.parametrize("style", ["mapping", "function", "coroutine"])
async def test_every_request_asks_for_fresh_headers(style: str) -> None:
    """A token that expires is renewed between two requests without a new client."""
    seen: list[tuple[str | None, str | None]] = []
    count = 0

    def context(request: Request) -> dict[str, Any]:
        seen.append((request.headers.get("x-token"), request.headers.get("accept-language")))
        return {}

    def fresh() -> dict[str, str]:
        nonlocal count
        count += 1
        return {"x-token": str(count)}

    async def later() -> dict[str, str]:
        return fresh()

    headers: Any = {"mapping": {"x-token": "0"}, "function": fresh, "coroutine": later}[style]
    async with (
        serving(Chat(saying("Hello")), context=context) as listener,
        ChatKitClient(address(listener), headers=headers, locale="de-AT") as client,
    ):
        await client.create_thread("Hi").wait()
        await client.threads()
    tokens = ["0", "0"] if style == "mapping" else ["1", "2"]
    assert seen == [(token, "de-AT") for token in tokens]


async def test_a_refused_login_is_told_with_the_servers_words() -> None:
    """401 is final for queries and streams alike."""

    def context(request: Request) -> dict[str, Any]:
        raise Refused(401, "log in first")

    async with (
        serving(Chat(saying("Hello")), context=context) as listener,
        ChatKitClient(address(listener)) as client,
    ):
        with pytest.raises(ApiError, match="log in first"):
            await client.threads()
        with pytest.raises(ApiError) as refused:
            await client.create_thread("Hi").wait()
        assert refused.value.status == 401
