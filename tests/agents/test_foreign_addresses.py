"""Addresses in what people, pages and models say are text: the server asks nobody for them."""

import json
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from chatkit.agents import StoredItemConverter
from chatkit.errors import NotFoundError
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import MemoryStore
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    GeneratedImage,
    GeneratedImageItem,
    ImageAttachment,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    URLSource,
    UserMessageItem,
    WidgetItem,
)
from chatkit.widgets import Card, Image, Markdown

EVIL = "http://169.254.169.254/latest/meta-data?at=http://localhost:1/admin"
MARKDOWN = f"![x]({EVIL}) [y]({EVIL}) <img src='{EVIL}'>"
_asked: list[Any] | None = None


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _asked is not None and event in {"socket.connect", "socket.getaddrinfo"}:
        _asked.append((event, arguments[-1]))


@contextmanager
def connections() -> Iterator[list[Any]]:
    """What this process connects to meanwhile, or asks the address of."""
    global _asked  # an audit hook stays for ever: it looks away when nobody asks
    if not getattr(sys, "_chatkit_connections", False):
        sys.addaudithook(_note)
        setattr(sys, "_chatkit_connections", True)  # noqa: B010 - no attribute that sys declares
    _asked = []
    try:
        yield _asked
    finally:
        _asked = None


class NoFiles:
    async def read_attachment(self, attachment_id: str, context: Any) -> bytes:
        raise NotFoundError


class Showing(ChatKitServer[Any]):
    """Shows an address in all that can show one, and gives the model the thread."""

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        thread.title = EVIL
        about = {"thread_id": thread.id, "created_at": datetime.now(UTC)}
        cited = Annotation(source=URLSource(title="Evil", url=EVIL))
        content = [AssistantMessageContent(text=MARKDOWN, annotations=[cited])]
        card = Card(children=[Image(src=EVIL), Markdown(value=MARKDOWN)])
        image = GeneratedImage(id="i", url=EVIL)
        yield ThreadItemDoneEvent(item=AssistantMessageItem(id="m", content=content, **about))
        yield ThreadItemDoneEvent(item=WidgetItem(id="w", widget=card, **about))
        yield ThreadItemDoneEvent(item=GeneratedImageItem(id="g", image=image, **about))
        page = await self.store.load_thread_items(thread.id, None, 100, "asc", context)
        await StoredItemConverter(NoFiles(), context).to_agent_input(page.data)


@pytest.mark.requirement("sec-21")
async def test_no_address_that_anybody_writes_is_asked_for_anything() -> None:
    """Cloud metadata, a service of this machine: only pages fetch, under their own rules."""
    store = MemoryStore[Any]()
    picture = ImageAttachment(id="a", name=EVIL, mime_type="image/png", preview_url=EVIL)
    await store.save_attachment(picture, {})
    server = Showing(store)
    tag = {"type": "input_tag", "id": EVIL, "text": EVIL, "data": {"url": EVIL}}
    message = {
        "content": [{"type": "input_text", "text": MARKDOWN}, tag],
        "attachments": ["a"],
        "quoted_text": EVIL,
        "inference_options": {"model": EVIL},
    }
    request = {"type": "threads.create", "params": {"input": message}, "metadata": {"url": EVIL}}
    with connections() as asked:
        result = await server.process(json.dumps(request), {})
        assert isinstance(result, StreamingResult)
        events = [frame async for frame in result]
    assert b"error" not in b"".join(events)
    assert b"thread.updated" in b"".join(events)
    assert asked == []


def test_a_connection_is_noticed() -> None:
    """Otherwise the test above would say nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener, connections() as asked:
        address = listener.getsockname()
        socket.create_connection(address).close()
    assert ("socket.connect", address) in asked
