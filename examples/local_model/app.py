"""A chat with a model of your own, without a framework: `chatkit serve app:app`."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI

from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import SQLiteStore
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

BASE_URL = os.environ.get("OPENAI_BASE_URL", "http://localhost:11434/v1")
MODEL = os.environ.get("MODEL", "llama3.2")
DATABASE = os.environ.get("DATABASE", str(Path(__file__).parent / "chat.sqlite3"))


class LocalChat(ChatKitServer[Any]):
    """Sends the thread to the model and streams what it says."""

    def __init__(self) -> None:
        super().__init__(SQLiteStore(DATABASE))
        key = os.environ.get("OPENAI_API_KEY", "none")
        self.client = AsyncOpenAI(base_url=BASE_URL, api_key=key)

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        history = await self.store.load_thread_items(thread.id, None, 200, "asc", context)
        messages = [message for item in history.data if (message := as_message(item))]
        thread.title = thread.title or messages[0]["content"][:60]
        answer = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=[],
        )
        yield ThreadItemAddedEvent(item=answer)
        stream: Any = await self.client.chat.completions.create(
            model=MODEL,
            messages=messages,
            stream=True,
        )
        async with stream:  # a stop, or a client that leaves, stops the model
            async for chunk in stream:
                if chunk.choices and (text := chunk.choices[0].delta.content):
                    delta = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
                    yield ThreadItemUpdatedEvent(item_id=answer.id, update=delta)


def as_message(item: ThreadItem) -> dict[str, str] | None:
    """The item as Chat Completions knows it; None for what is only for the page."""
    if isinstance(item, UserMessageItem):
        return {"role": "user", "content": "".join(part.text for part in item.content)}
    if isinstance(item, AssistantMessageItem):
        return {"role": "assistant", "content": "".join(part.text for part in item.content)}
    return None


app = create_app(LocalChat(), page={"title": MODEL})
