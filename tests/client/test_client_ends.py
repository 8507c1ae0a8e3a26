"""Answers whose body does not say where it ends: behind old proxies, and in an app's own tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from chatkit.client import ChatKitClient, ConnectionChange, Reconnect
from chatkit.http import create_app
from client.chat_server import Chat, saying, serving

AT_ONCE = Reconnect(sleep=lambda seconds: asyncio.sleep(0))


@asynccontextmanager
async def old_proxy(target: str, most: list[int]) -> AsyncIterator[str]:
    """A proxy that answers like HTTP/1.0: the end of the connection is the end of the body.

    It closes after as many bytes as `most` says of each connection, or at the end.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        body = await reader.readexactly(int(fields[b"content-length"]))
        left = most.pop(0) if most else 1_000_000
        async with (
            httpx2.AsyncClient(trust_env=False) as http,
            http.stream(
                "POST", target, content=body, headers={"content-type": "application/json"}
            ) as answer,
        ):
            kind = answer.headers["content-type"].encode()
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: %b\r\n\r\n" % kind)
            async for chunk in answer.aiter_bytes():
                writer.write(chunk[:left])
                left -= len(chunk)
                if left <= 0:
                    break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/chatkit"


@pytest.mark.parametrize("most", [[], [700], [700, 120]], ids=["whole", "cut", "cut twice"])
async def test_an_answer_without_a_marked_end_is_read_to_its_end(most: list[int]) -> None:
    """A clean end and a cut look the same there: the thread tells which it was."""
    changes: list[ConnectionChange] = []
    async with (
        serving(Chat(saying("One ", "two ", "three."))) as listener,
        old_proxy(f"http://127.0.0.1:{listener.port}/chatkit", most) as url,
        ChatKitClient(url, reconnect=AT_ONCE, on_connection=changes.append) as client,
    ):
        answer = await client.create_thread("Count").wait()
    assert answer.text == "One two three."
    assert answer.error is None
    assert len(changes) <= 2 * (len(most) + 3)


async def test_an_app_is_called_without_a_network() -> None:
    """An app's own tests need no server: nothing is between them that could cut the answer."""
    changes: list[ConnectionChange] = []
    chat = Chat(saying("One ", "two."))
    transport = httpx2.ASGITransport(app=create_app(chat))
    async with (
        httpx2.AsyncClient(transport=transport) as http,
        ChatKitClient("http://test/chatkit", http=http, on_connection=changes.append) as client,
    ):
        answer = await client.create_thread("Count").wait()
        again = await client.send(answer.thread_id or "", "Again").wait()
    assert (answer.text, again.text, changes) == ("One two.", "One two.", [])
    await chat.aclose()
