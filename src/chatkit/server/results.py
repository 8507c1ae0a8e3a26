"""What `process` hands back: a stream of SSE bytes, or one JSON body."""

from collections.abc import AsyncGenerator, AsyncIterable


class StreamingResult(AsyncIterable[bytes]):
    """The events of an answer as SSE bytes, one event a chunk.

    Nothing happens until it is iterated. Closing it (`json_events.aclose()`), or cancelling the
    task that iterates it, is what a client's Stop does.
    """

    def __init__(self, stream: AsyncGenerator[bytes, None]) -> None:
        self.json_events = stream

    def __aiter__(self) -> AsyncGenerator[bytes, None]:
        return self.json_events


class NonStreamingResult:
    """One answer as JSON bytes."""

    def __init__(self, result: bytes) -> None:
        self.json = result


__all__ = ["NonStreamingResult", "StreamingResult"]
