"""SSE frames in batches of a bounded size: what is there at once is sent with one write."""

from collections.abc import AsyncGenerator, Iterable, Iterator
from typing import Final

MOST_BYTES: Final = 64 * 1024
"""A batch ends with the frame that makes it as large as this."""

Batches = AsyncGenerator[list[bytes], None]
"""A stream of frames; a batch is never empty."""


def batches(frames: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The frames in batches; each is asked for only when its batch is."""
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
