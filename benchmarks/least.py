"""The least that a turn takes which outlives its request: for the floor of memory.

It keeps what any such turn has to: the handler with the models in its hands, a task that pulls it,
its events as bytes, what a store has of it as bytes, a reader that waits; and as the official SDK
does, a copy of the unfinished item, which is saved should the answer be stopped, and one of the
thread, by which a change of it is noticed. No limits, no queue, no stop, no ids, no clock.
"""

import asyncio
from collections.abc import AsyncIterator

from benchmarks.http.server import Talker
from benchmarks.scenarios.chat import TIME
from chatkit.types import (
    InferenceOptions,
    Page,
    StreamOptions,
    StreamOptionsEvent,
    Thread,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
)
from chatkit.types.copying import deep_copy
from chatkit.wire import encode


class LeastServer:
    """Answers as the `Talker` does."""

    def __init__(self) -> None:
        self._talker = Talker()
        self._kept: dict[str, tuple[bytes, bytes]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def stream(self, text: str) -> AsyncIterator[bytes]:
        """The answer to a message in a thread of its own."""
        number = len(self._kept)
        thread = ThreadMetadata(id=f"thr_{number:032}", created_at=TIME)
        message = UserMessageItem(
            id=f"msg_{number:032}",
            thread_id=thread.id,
            created_at=TIME,
            content=[UserMessageTextContent(text=text)],
            inference_options=InferenceOptions(),
        )
        self._kept[thread.id] = encode(thread), encode(message)
        created = Thread(id=thread.id, created_at=TIME, items=Page(data=[]))
        options = StreamOptions(allow_cancel=True)
        opening = (
            ThreadCreatedEvent(thread=created),
            ThreadItemDoneEvent(item=message),
            StreamOptionsEvent(stream_options=options),
        )
        events = [encode(event) for event in opening]
        waiting: list[asyncio.Future[None]] = []
        work = _pull(self._talker, thread, message, events, waiting)
        self._tasks[thread.id] = asyncio.get_running_loop().create_task(work)
        del thread, message, created, options, opening, work
        seq = 0
        while True:
            while seq < len(events):
                seq += 1
                yield events[seq - 1]
            waiting.append(asyncio.get_running_loop().create_future())
            await waiting[-1]


async def _pull(
    talker: Talker,
    thread: ThreadMetadata,
    message: UserMessageItem,
    events: list[bytes],
    waiting: list[asyncio.Future[None]],
) -> None:
    thread_as_saved = deep_copy(thread)
    unfinished: list[ThreadItem] = []
    async for event in talker.respond(thread, message, {}):
        if isinstance(event, ThreadItemAddedEvent):
            unfinished.append(deep_copy(event.item))
        events.append(encode(event))
        assert thread == thread_as_saved
        while waiting:
            waiting.pop().set_result(None)
