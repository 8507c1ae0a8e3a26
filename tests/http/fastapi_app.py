"""A FastAPI app as people write it from the official SDK's public quick start.

Nothing in here is this package's own: an endpoint of ten lines, a store in two dictionaries that
keeps what it is given by reference, naive times. It has to run as it stands.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import NotFoundError, Store
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    Attachment,
    Page,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)


@dataclass
class RequestContext:
    user_id: str


class DictStore(Store[RequestContext]):
    def __init__(self):
        self.threads = {}
        self.items = defaultdict(list)

    async def load_thread(self, thread_id: str, context: RequestContext) -> ThreadMetadata:
        if thread_id not in self.threads:
            raise NotFoundError(f"Thread {thread_id} not found")
        return self.threads[thread_id]

    async def save_thread(self, thread: ThreadMetadata, context: RequestContext) -> None:
        self.threads[thread.id] = thread

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: RequestContext
    ) -> Page[ThreadMetadata]:
        return self._page(list(self.threads.values()), limit, after, order)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: RequestContext
    ) -> Page[ThreadItem]:
        return self._page(self.items[thread_id], limit, after, order)

    async def add_thread_item(
        self, thread_id: str, item: ThreadItem, context: RequestContext
    ) -> None:
        self.items[thread_id].append(item)

    async def save_item(self, thread_id: str, item: ThreadItem, context: RequestContext) -> None:
        for index, known in enumerate(self.items[thread_id]):
            if known.id == item.id:
                self.items[thread_id][index] = item
                return
        self.items[thread_id].append(item)

    async def load_item(self, thread_id: str, item_id: str, context: RequestContext) -> ThreadItem:
        for item in self.items[thread_id]:
            if item.id == item_id:
                return item
        raise NotFoundError(f"Item {item_id} not found")

    async def delete_thread(self, thread_id: str, context: RequestContext) -> None:
        self.threads.pop(thread_id, None)
        self.items.pop(thread_id, None)

    async def delete_thread_item(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        kept = [item for item in self.items[thread_id] if item.id != item_id]
        self.items[thread_id] = kept

    def _page(self, rows: list, limit: int, after: str | None, order: str) -> Page:
        rows = sorted(rows, key=lambda row: row.created_at, reverse=order == "desc")
        ids = [row.id for row in rows]
        start = ids.index(after) + 1 if after in ids else 0
        data = rows[start : start + limit]
        has_more = start + limit < len(rows)
        return Page(data=data, has_more=has_more, after=data[-1].id if has_more else None)

    async def save_attachment(self, attachment: Attachment, context: RequestContext) -> None:
        raise NotImplementedError

    async def load_attachment(self, attachment_id: str, context: RequestContext) -> Attachment:
        raise NotImplementedError

    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> None:
        raise NotImplementedError


async def ask_model(text: str) -> AsyncIterator[str]:
    """Stands where an app calls its model."""
    for word in f"You said: {text}".split():
        yield word + " "


class MyChatKitServer(ChatKitServer[RequestContext]):
    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: RequestContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        if input_user_message is None:
            return
        text = "".join(part.text for part in input_user_message.content)
        if thread.title is None:
            thread.title = text[:20]
        item = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(),
            content=[AssistantMessageContent(text="")],
        )
        yield ThreadItemAddedEvent(item=item)
        async for word in ask_model(text):
            item.content[0].text += word
            yield ThreadItemUpdatedEvent(
                item_id=item.id,
                update=AssistantMessageContentPartTextDelta(content_index=0, delta=word),
            )
        yield ThreadItemDoneEvent(item=item)


app = FastAPI()
server = MyChatKitServer(DictStore())


@app.post("/chatkit")
async def chatkit_endpoint(request: Request):
    context = RequestContext(user_id="abc123")
    result = await server.process(await request.body(), context)
    if isinstance(result, StreamingResult):
        return StreamingResponse(result, media_type="text/event-stream")
    return Response(content=result.json, media_type="application/json")
