"""An app that says two words and goes on for ever, on SQLite; for tests that end its process.

Environment: CHAT_DATABASE, the file; CHAT_DRAIN, seconds.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

from assistants import draft, says

from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import SQLiteStore
from chatkit.types import ThreadItemAddedEvent, ThreadItemDoneEvent


class Endless(ChatKitServer[Any]):
    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> AsyncIterator:  # type: ignore[type-arg]
        item = draft(thread, self.store, context)
        yield ThreadItemAddedEvent(item=item)
        yield says(item, "one ")
        yield says(item, "two ")
        await asyncio.sleep(1000)
        yield ThreadItemDoneEvent(item=item)


app = create_app(
    Endless(SQLiteStore(os.environ["CHAT_DATABASE"])),
    drain_seconds=float(os.environ["CHAT_DRAIN"]),
)
