"""The workflow, as a server of one's own: `chatkit serve chat:app`."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatkit.attachments import LocalAttachmentStore
from chatkit.hosted import SessionContext
from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import SQLiteStore
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

DATA = Path(os.environ.get("DATA", Path(__file__).parent))
PAGE = os.environ.get("PAGE", "http://127.0.0.1:8080")
WORD_SECONDS = float(os.environ.get("WORD_SECONDS", "0.03"))


class Support(ChatKitServer[SessionContext]):
    """Says who asks and what the backend told of them; put your model here."""

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: SessionContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        answer = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=[],
        )
        yield ThreadItemAddedEvent(item=answer)
        for word in _answer(input_user_message, context).split(" "):
            delta = AssistantMessageContentPartTextDelta(content_index=0, delta=f"{word} ")
            yield ThreadItemUpdatedEvent(item_id=answer.id, update=delta)
            await asyncio.sleep(WORD_SECONDS)

    async def title_thread(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem,
        context: SessionContext,
    ) -> str | None:
        # chatkit.agents.ThreadTitler asks a model instead.
        return " ".join(_said(input_user_message).split()[:5])


def _said(message: UserMessageItem | None) -> str:
    return " ".join(part.text for part in message.content) if message else ""


def _answer(message: UserMessageItem | None, context: SessionContext) -> str:
    plan = context.state_variables.get("plan", "free")
    numbers = " ".join(str(number) for number in range(1, 61)) if "count" in _said(message) else ""
    files = f" and {len(message.attachments)} files" if message and message.attachments else ""
    return f"You are on the {plan} plan{files}. {numbers} That is all.".replace("  ", " ")


store = SQLiteStore[Any](DATA / "chat.sqlite3")
files = LocalAttachmentStore[Any](DATA / "files")
app = create_app(
    workflows={"wf_support": Support(store, attachment_store=files)},
    allowed_origins=[PAGE],
)
