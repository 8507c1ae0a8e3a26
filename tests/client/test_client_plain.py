"""Servers that know nothing of turns, or nothing of this protocol: the client stays correct."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from chatkit.client import ApiError, ChatKitClient, ConnectionLost, Reconnect, UnexpectedReply
from chatkit.types import ErrorEvent
from client.chat_server import listening
from client.reading import reading
from client.tcp_proxy import Proxy, proxied

THREAD = {"id": "thr_1", "created_at": "2026-01-01T10:00:00", "items": {"data": []}}
CREATED = {"type": "thread.created", "thread": THREAD}
ITEM = {"thread_id": "thr_1", "created_at": "2026-01-01T10:00:00.123"}
MESSAGE = {"id": "msg_1", "type": "assistant_message", "content": [], **ITEM}
ADDED = {"type": "thread.item.added", "item": MESSAGE}


def part(text: str) -> dict[str, Any]:
    update = {
        "type": "assistant_message.content_part.text_delta",
        "content_index": 0,
        "delta": text,
    }
    return {"type": "thread.item.updated", "item_id": "msg_1", "update": update}


def sse(*events: Any) -> bytes:
    return b"".join(b"data: %b\n\n" % json.dumps(event).encode() for event in events)


AT_ONCE = Reconnect(sleep=lambda seconds: asyncio.sleep(0))

Handler = Callable[[dict[str, Any]], Awaitable[Response] | Response]


@asynccontextmanager
async def plain(handle: Handler, **options: Any) -> AsyncIterator[tuple[Proxy, ChatKitClient]]:
    """A server of a few lines that answers each body with `handle`, behind a proxy."""

    async def endpoint(request: Request) -> Response:
        reply = handle(await request.json())
        return reply if isinstance(reply, Response) else await reply

    app = Starlette(routes=[Route("/chatkit", endpoint, methods=["POST"])])
    async with (
        listening(app) as listener,
        proxied(listener.port) as proxy,
        ChatKitClient(proxy.url, **options) as client,
    ):
        yield proxy, client


def stream(*chunks: bytes, forever: asyncio.Event | None = None) -> StreamingResponse:
    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk
        if forever is not None:
            await forever.wait()

    return StreamingResponse(body(), media_type="text/event-stream")


async def test_an_official_server_streams_as_ever() -> None:
    """No ids, naive times, no zone; the end of the body is the end of the answer."""
    bodies: list[Any] = []

    def handle(body: dict[str, Any]) -> Response:
        bodies.append(body)
        return stream(sse(CREATED, ADDED, part("Hi")))

    async with plain(handle) as (_, client):
        answer = await client.create_thread("Hi").wait()
    assert answer.text == "Hi"
    assert (answer.turn_id, answer.seq) == (None, 0)
    assert bodies[0]["type"] == "threads.create"
    assert bodies[0]["params"]["input"]["attachments"] == []
    assert bodies[0]["metadata"]["chatkit.resume"] is True


async def test_without_resume_nothing_is_announced() -> None:
    """`resume=False` is an official client to the byte: stopping is leaving, a loss is an error."""
    bodies: list[Any] = []
    gate = asyncio.Event()

    def handle(body: dict[str, Any]) -> Response:
        bodies.append(body)
        return stream(sse(CREATED, ADDED, part("Hi")), forever=gate)

    async with plain(handle, resume=False) as (proxy, client):
        async with reading(client.create_thread("Hi")) as read:
            await read.until_text("Hi")
            proxy.cut()
            with pytest.raises(ConnectionLost):
                await read.end()
        async with reading(client.create_thread("Hi")) as read:
            await read.until_text("Hi")
            await read.answer.stop()
            assert (await read.end()).text == "Hi"
        gate.set()
    assert [body["metadata"] for body in bodies] == [{}, {}]


async def test_a_cut_stream_of_a_plain_server_is_an_error_and_nothing_is_sent_again() -> None:
    """A message that may have arrived must not be sent twice to a server that takes it twice."""
    bodies: list[str] = []
    gate = asyncio.Event()

    def handle(body: dict[str, Any]) -> Response:
        bodies.append(body["type"])
        return stream(sse(CREATED, ADDED, part("Hi")), forever=gate)

    async with plain(handle) as (proxy, client), reading(client.create_thread("Hi")) as read:
        await read.until_text("Hi")
        proxy.cut()
        with pytest.raises(ConnectionLost) as lost:
            await read.end()
        assert lost.value.turn_id is None
        assert read.answer.text == "Hi"
        gate.set()
    assert bodies == ["threads.create"]


@pytest.mark.parametrize(
    "reply",
    [
        PlainTextResponse("Internal Server Error", 500),
        JSONResponse({"detail": "unknown type"}, 422),
        JSONResponse({"ok": True}),
        JSONResponse({"error": {"type": "not_found", "message": "no turn"}}, 404),
    ],
    ids=["500", "422", "200", "404"],
)
async def test_a_lost_request_is_not_sent_again_unless_the_server_knows_turns(
    reply: Response,
) -> None:
    """Asked for a turn that does not exist, only a server that knows turns says "not found"."""
    bodies: list[str] = []

    def handle(body: dict[str, Any]) -> Response:
        bodies.append(body["type"])
        if body["type"] == "turns.stop":
            return reply
        return stream(sse(CREATED)) if body["type"] == "threads.create" else JSONResponse({})

    async with plain(handle, reconnect=AT_ONCE) as (
        proxy,
        client,
    ):
        await client.threads()
        proxy.cut()
        proxy.swallow_answers = 1
        answer = client.create_thread("Hi")
        if reply.status_code == 404:
            await answer.wait()
        else:
            with pytest.raises(ConnectionLost):
                await answer.wait()
    expected = ["threads.list", "threads.create", "turns.stop"]
    assert bodies == expected + (["threads.create"] if reply.status_code == 404 else [])


async def test_stopping_before_a_plain_server_said_anything_leaves_after_a_grace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It cannot be told what to stop, and a person who pressed stop does not wait for ever."""
    monkeypatch.setattr("chatkit.client.answer._STOP_GRACE_SECONDS", 0.05)
    asked = asyncio.Event()
    gate = asyncio.Event()

    async def handle(body: dict[str, Any]) -> Response:
        asked.set()
        await gate.wait()
        return stream()

    async with plain(handle) as (_, client), reading(client.create_thread("Hi")) as read:
        await asked.wait()
        await read.answer.stop()
        await read.end()
        assert read.events == []
        gate.set()


async def test_stopping_a_plain_server_is_leaving_at_its_next_event() -> None:
    """The first event shows that it numbers nothing, so the connection is closed."""
    gate = asyncio.Event()
    async with plain(lambda body: stream(sse(CREATED, ADDED), forever=gate)) as (_, client):
        answer = client.create_thread("Hi")
        await answer.stop()
        await answer.wait()
        gate.set()
        assert answer.thread_id == "thr_1"


async def test_a_body_that_does_not_tell_its_end_is_taken_as_whole() -> None:
    """HTTP/1.0 servers end a body by closing the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
        writer.write(head + sse(CREATED, ADDED, part("Hi")))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, ChatKitClient(f"http://127.0.0.1:{port}/") as client:
        assert (await client.create_thread("Hi").wait()).text == "Hi"


def numbered(first: int, *events: Any) -> bytes:
    lines = enumerate(events, first)
    return b"".join(b"id: trn_1.%d\n%b" % (seq, sse(event)) for seq, event in lines)


async def test_a_numbered_body_without_an_end_is_asked_for_the_rest() -> None:
    """A proxy that speaks HTTP/1.0 ends a body by closing, whether it was whole or not."""
    bodies = [numbered(1, CREATED, ADDED, part("H")), numbered(4, part("i")), b""]
    kinds: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        request = json.loads(await reader.readexactly(length))
        kinds.append(request["type"] + str(request["params"].get("after", "")))
        body = bodies.pop(0)
        end = b"" if body else b"content-length: 0\r\n"
        writer.write(b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n%b\r\n" % end)
        writer.write(body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server, ChatKitClient(url, reconnect=AT_ONCE) as client:
        assert (await client.create_thread("Hi").wait()).text == "Hi"
    assert kinds == ["threads.create", "turns.attach3", "turns.attach4"]


TRIMMED = {"error": {"type": "turn_trimmed", "message": "read the thread again"}}
SO_FAR = {**MESSAGE, "content": [{"type": "output_text", "text": "He"}]}


async def test_a_turn_that_lost_its_events_goes_on_from_where_the_thread_is() -> None:
    """Trimmed and still running: the thread says how far it is, and the rest is attached to."""
    replies: list[Response] = []
    asked: list[dict[str, Any]] = []
    gate = asyncio.Event()

    async def handle(body: dict[str, Any]) -> Response:
        asked.append(body)
        proxy.swallow_answers = 1 if len(asked) == 3 else 0
        return replies.pop(0)

    thread = {**THREAD, "items": {"data": [SO_FAR]}, "active_turn": {"id": "trn_1", "seq": 7}}
    whole = {**MESSAGE, "content": [{"type": "output_text", "text": "Hello"}]}
    replies += [
        stream(numbered(1, CREATED, ADDED, part("H")), forever=gate),
        JSONResponse(TRIMMED, 410),
        JSONResponse(thread),
        PlainTextResponse("", 502),
        JSONResponse(thread),
        stream(numbered(8, {"type": "thread.item.done", "item": whole})),
    ]
    async with (
        plain(handle, reconnect=AT_ONCE) as (proxy, client),
        reading(client.create_thread("Hi")) as read,
    ):
        await read.until_text("H")
        proxy.cut()
        answer = await read.end()
        gate.set()
    kinds = [body["type"] for body in asked]
    assert kinds == [
        "threads.create",
        "turns.attach",
        *["threads.get_by_id"] * 3,
        "turns.attach",
    ]
    assert asked[-1]["params"] == {"turn_id": "trn_1", "after": 7}
    assert answer.text == "Hello"
    assert answer.seq == 8


async def test_a_stop_that_the_server_refuses_is_an_error_of_the_stop() -> None:
    """The person must learn that the answer goes on."""
    gate = asyncio.Event()

    def handle(body: dict[str, Any]) -> Response:
        if body["type"] == "turns.stop":
            return PlainTextResponse("no", 403)
        return stream(numbered(1, CREATED, ADDED, part("H")), forever=gate)

    async with plain(handle) as (_, client), reading(client.create_thread("Hi")) as read:
        await read.until_text("H")
        with pytest.raises(ApiError, match="403"):
            await read.answer.stop()
        gate.set()
        await read.end()


async def test_a_gateway_that_fails_is_final_for_a_plain_server() -> None:
    """502 says nothing of whether the message arrived."""
    bodies: list[str] = []

    def handle(body: dict[str, Any]) -> Response:
        bodies.append(body["type"])
        return PlainTextResponse("bad gateway", 502)

    async with plain(handle, reconnect=AT_ONCE) as (_, client):
        with pytest.raises(ApiError, match="bad gateway"):
            await client.create_thread("Hi").wait()
    assert bodies == ["threads.create", "turns.stop"]


async def test_what_a_newer_server_sends_is_passed_over() -> None:
    """Unknown events and items leave no trace, unknown fields neither; new error codes count."""
    newer = [
        CREATED,
        {"type": "thread.sparkles"},
        {"type": "thread.item.done", "item": {"id": "x", "type": "hologram", **ITEM}},
        {"type": "thread.item.updated", "item_id": "msg_1", "update": {"type": "x.y"}},
        {**ADDED, "sparkle": 1},
        part("Hi"),
        {"type": "error", "code": "quota.exceeded", "allow_retry": True, "until": 5},
    ]
    frames = b': hello\r\n\r\nretry: 5\n\ndata: [DONE]\n\ndata: {"type":\n\n' + sse(*newer)
    async with plain(lambda body: stream(frames)) as (_, client):
        answer = client.create_thread("Hi")
        kinds = [event.type async for event in answer]
    assert kinds == ["thread.created", "thread.item.added", "thread.item.updated", "error"]
    assert answer.text == "Hi"
    assert isinstance(answer.error, ErrorEvent)
    assert str(answer.error.code) == "quota.exceeded"
    assert answer.error.allow_retry


async def test_an_address_that_is_no_endpoint_is_told_apart() -> None:
    """HTML, JSON where a stream belongs, redirects, pages that are no pages."""
    replies: list[Response] = [
        PlainTextResponse("<html>", media_type="text/html"),
        PlainTextResponse("<html>", media_type="text/html"),
        JSONResponse([1]),
        JSONResponse({"data": [{"id": "thr_1"}]}),
        JSONResponse({"data": ["no thread"]}),
        RedirectResponse("/elsewhere", 307),
        PlainTextResponse("x" * 100_000, 400),
        Response(status_code=404),
        JSONResponse({"error": {"type": "t", "message": "m"}}, 400),
    ]
    async with plain(lambda body: replies.pop(0)) as (_, client):
        with pytest.raises(UnexpectedReply, match="an event stream was expected"):
            await client.create_thread("Hi").wait()
        with pytest.raises(UnexpectedReply, match="not JSON"):
            await client.threads()
        with pytest.raises(UnexpectedReply, match="JSON object"):
            await client.threads()
        with pytest.raises(UnexpectedReply, match="created_at: Field required"):
            await client.threads()
        with pytest.raises(UnexpectedReply, match="a thread was expected"):
            await client.threads()
        with pytest.raises(ApiError, match="elsewhere: /elsewhere"):
            await client.threads()
        with pytest.raises(ApiError, match=r"^x{300} \(400 http_error\)$"):
            await client.threads()
        with pytest.raises(ApiError, match=r"^Not Found \(404 http_error\)$"):
            await client.threads()
        with pytest.raises(ApiError, match=r"^m \(400 t\)$"):
            await client.threads()


async def test_pages_that_lead_nowhere_end() -> None:
    """`has_more` with the same cursor again, or none, must not be asked for ever."""
    pages = [
        {"data": [THREAD], "has_more": True, "after": "thr_1"},
        {"data": [], "has_more": True, "after": "thr_1"},
        {"data": [MESSAGE, {"type": "hologram"}], "has_more": True},
        {"data": "none"},
    ]
    async with plain(lambda body: JSONResponse(pages.pop(0))) as (_, client):
        assert [thread.id async for thread in client.all_threads()] == ["thr_1"]
        assert [item.id async for item in client.all_items("thr_1")] == ["msg_1"]
        assert (await client.threads()).data == []


async def test_an_http_client_of_the_callers_is_used_and_left_open() -> None:
    """For proxies, certificates and tests of the caller's own."""
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"data": []})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(handle)) as http:
        async with ChatKitClient("https://chat.example/api", http=http) as client:
            await client.threads(limit=5)
        assert not http.is_closed
    assert str(asked[0].url) == "https://chat.example/api"
    assert json.loads(asked[0].content)["params"]["limit"] == 5


@pytest.mark.parametrize("url", ["chat.example/api", "ftp://chat.example", "http://", ""])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    """A typing mistake is told where it was made, not by the first request."""
    with pytest.raises(ValueError, match="not the http"):
        ChatKitClient(url)


async def test_errors_that_are_not_of_the_network_come_through() -> None:
    """A mistake in the caller's own function is no lost connection."""

    def headers() -> dict[str, str]:
        raise KeyError("token")

    async with ChatKitClient("http://127.0.0.1:1/", headers=headers) as client:
        with pytest.raises(KeyError):
            await client.threads()

    def broken(request: httpx2.Request) -> httpx2.Response:
        raise KeyError("transport")

    async with (
        httpx2.AsyncClient(transport=httpx2.MockTransport(broken)) as http,
        ChatKitClient("http://127.0.0.1:1/", http=http) as client,
    ):
        with pytest.raises(KeyError):
            await client.threads()


async def test_files_are_downloaded_without_our_headers_and_with_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An image's address comes from the model: it must not learn our token, nor fill the disk."""
    asked: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200 if request.url.path == "/a" else 404, content=b"image")

    async with (
        httpx2.AsyncClient(transport=httpx2.MockTransport(handle)) as http,
        ChatKitClient("https://chat.example/", http=http, headers={"x-token": "t"}) as client,
    ):
        assert await client.download("https://images.example/a") == b"image"
        with pytest.raises(ApiError, match="no file at"):
            await client.download("https://images.example/b")
        monkeypatch.setattr("chatkit.client.queries._MAX_DOWNLOAD_BYTES", 3)
        with pytest.raises(UnexpectedReply, match="over 3 bytes"):
            await client.download("https://images.example/a")
    async with ChatKitClient("https://chat.example/") as client:
        for url in ("nowhere", "file:///etc/passwd", "https://"):
            with pytest.raises(UnexpectedReply):
                await client.download(url)
    assert "x-token" not in asked[0].headers
