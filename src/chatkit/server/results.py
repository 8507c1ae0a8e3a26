"""What `process` hands back: a stream of SSE bytes, or one JSON body."""

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from typing import Self

from chatkit.turns.batches import Batches


class StreamingResult(AsyncIterable[bytes]):
    """The events of an answer as SSE bytes, one event a chunk.

    Nothing happens until it is iterated. Closing it (`json_events.aclose()`), or cancelling the
    task that iterates it, is what a client's Stop does.
    """

    def __init__(self, stream: AsyncGenerator[bytes, None]) -> None:
        self._events: AsyncGenerator[bytes, None] | None = stream
        self._batches: Batches | None = None

    @property
    def json_events(self) -> AsyncGenerator[bytes, None]:
        """The events; the same generator each time. A host may put one of its own in its place."""
        if self._events is None:
            self._events = _each(self.batches())
        return self._events

    @json_events.setter
    def json_events(self, stream: AsyncGenerator[bytes, None]) -> None:
        self._events, self._batches = stream, None

    @classmethod
    def of(cls, batches: Batches) -> Self:
        """The result whose events come in batches: those that are there at once."""
        result = cls.__new__(cls)
        result._events, result._batches = None, batches
        return result

    def batches(self) -> Batches:
        """The events in batches, for a server that sends each with one write.

        To be iterated, and closed, instead of the result itself.
        """
        return self._batches if self._batches is not None else _alone(self.json_events)

    def __aiter__(self) -> AsyncGenerator[bytes, None]:
        return self.json_events


async def _each(batches: Batches) -> AsyncGenerator[bytes, None]:
    async with aclosing(batches):
        async for batch in batches:
            for frame in batch:
                yield frame
            frame = batch = None  # sent, and perhaps large: not held while it waits


async def _alone(frames: AsyncGenerator[bytes, None]) -> Batches:
    async with aclosing(frames):
        async for frame in frames:
            yield [frame]


class NonStreamingResult:
    """One answer as JSON bytes."""

    def __init__(self, result: bytes) -> None:
        self.json = result


__all__ = ["NonStreamingResult", "StreamingResult"]
