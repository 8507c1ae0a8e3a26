"""An answer of text, delta by delta, through `process`."""

from collections.abc import AsyncIterator
from typing import Any

from chatkit.server import ChatKitServer
from chatkit.types import AssistantMessageContentPartTextDelta, ThreadItemUpdatedEvent

from . import Work
from .chat import NEW_THREAD, as_data, ending, memory_store, opening, read, stored_items

METADATA: dict[str, dict[str, Any]] = {
    "none": {},
    "flat": {f"key_{number}": "value " * 15 for number in range(100)},
    "nested": {
        f"part_{number}": {
            "name": "value " * 4,
            "rows": [{"place": place, "text": "value " * 3} for place in range(3)],
        }
        for number in range(55)
    },
}


def delta(number: int) -> ThreadItemUpdatedEvent:
    """One word more."""
    update = AssistantMessageContentPartTextDelta(content_index=0, delta=f"word{number} ")
    return ThreadItemUpdatedEvent(item_id="msg_answer", update=update)


class Writer(ChatKitServer[Any]):
    """Says so many words."""

    def __init__(self, count: int, *, built: bool, metadata: str) -> None:
        super().__init__(memory_store())
        self._count, self._metadata = count, METADATA[metadata]
        self._events = [] if built else [delta(number) for number in range(count)]
        self._text = "".join(f"word{number} " for number in range(count))

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[Any]:
        """The words, built now or before."""
        thread.metadata.update(self._metadata)
        for event in opening(thread):
            yield event
        if self._events:
            for event in self._events:
                yield event
        else:
            for number in range(self._count):
                update = AssistantMessageContentPartTextDelta(
                    content_index=0, delta=f"word{number} "
                )
                yield ThreadItemUpdatedEvent(item_id="msg_answer", update=update)
        yield ending(thread, self._text)


async def deltas(count: int, *, built: bool = False, metadata: str = "none") -> Work:
    """An answer of `count` deltas."""
    server = Writer(count, built=built, metadata=metadata)

    async def run() -> list[bytes]:
        return [chunk async for chunk in await server.process(NEW_THREAD, {})]

    async def outcome(chunks: list[bytes]) -> Any:
        events = as_data(chunks)
        return events, await stored_items(server.store, events[0]["thread"]["id"])

    return Work(units=count, run=run, outcome=outcome)


async def first_byte() -> Work:
    """An answer up to its first byte; the rest is read outside of what is measured."""
    server = Writer(3, built=True, metadata="none")
    answers: list[Any] = []

    async def run() -> list[bytes]:
        stream = aiter(await server.process(NEW_THREAD, {}))
        answers.append(stream)
        return [await anext(stream)]

    async def outcome(chunks: list[bytes]) -> Any:
        for stream in answers:
            await read(stream)
        answers.clear()
        return as_data(chunks)

    return Work(units=1, run=run, outcome=outcome, is_left=True)
