"""SSE frames in batches of a bounded size: what is there at once is sent with one write."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from typing import Any, Final

MOST_BYTES: Final = 64 * 1024
"""A batch ends with the frame that makes it as large as this."""

Batches = AsyncGenerator[list[bytes], None]
"""A stream of frames; a batch is never empty."""


def batches(frame: bytes, contents: Sequence[Any]) -> Iterable[list[bytes]]:
    """The frame filled with each of the contents, in batches; filled only when its batch is due."""
    if len(contents) == 1:
        return ([frame % contents[0]],)
    return _gathered(map(frame.__mod__, contents))


def _gathered(frames: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for frame in frames:
        batch.append(frame)
        size += len(frame)
        if size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


__all__ = ["MOST_BYTES", "Batches", "batches"]
