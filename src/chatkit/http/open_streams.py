"""How many streams each user has open at this process: each costs memory, and a place in a loop."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from chatkit.errors import TooManyStreams


class OpenStreams:
    """Counts them. A user of None, of whom nothing is known, is not counted."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._counts: Counter[str] = Counter()

    @contextmanager
    def one_more(self, user: str | None) -> Generator[None, None, None]:
        """Counts a stream for the length of the block. Raises: TooManyStreams."""
        if user is None:
            yield
            return
        if self._counts[user] >= self._limit:
            raise TooManyStreams(self._limit)
        self._counts[user] += 1
        try:
            yield
        finally:
            self._counts[user] -= 1
            if not self._counts[user]:
                del self._counts[user]


__all__ = ["OpenStreams"]
