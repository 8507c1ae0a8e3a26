"""The app that runs in each process: PostgreSQL keeps the threads and the turns for all of them."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette

from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import PostgresStore
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)

WORDS = int(os.environ.get("WORDS", "60"))


class Counter(ChatKitServer[Any]):
    """Counts slowly, and says which process does; put your model here."""

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        answer = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=[],
        )
        yield ThreadItemAddedEvent(item=answer)
        for number in range(WORDS):
            text = f"Process {os.getpid()} counts: " if number == 0 else f"{number} "
            delta = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
            yield ThreadItemUpdatedEvent(item_id=answer.id, update=delta)
            await asyncio.sleep(0.1)


store = PostgresStore(
    os.environ["DATABASE_URL"], schema=os.environ.get("DATABASE_SCHEMA", "chatkit")
)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    await store.close()


app = create_app(Counter(store), lifespan=lifespan, page={"title": "Two processes"})
