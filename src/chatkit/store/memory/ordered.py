"""Rows in a fixed order, found by id: what the memory store keeps threads and items in."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from itertools import filterfalse
from typing import Generic, Protocol, TypeVar


class HasId(Protocol):
    """A row that knows its id."""

    @property
    def id(self) -> str:
        """What it is found by."""
        ...


Row = TypeVar("Row", bound=HasId)


class OrderedRows(Generic[Row]):
    """Rows by id, ordered by rank and then by when they were first put.

    Looking up an id takes constant time; a page costs its own length, wherever it begins.
    """

    __slots__ = ("_by_id", "_next", "_order")

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[tuple[int, int], Row]] = {}
        self._order: list[tuple[int, int, str]] = []
        self._next = 0

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._by_id

    def get(self, row_id: str) -> Row:
        """The row. Raises KeyError."""
        return self._by_id[row_id][1]

    def put(self, row_id: str, row: Row, rank: int = 0) -> None:
        """Replaces the row where it stands, or puts it after all rows of the same rank."""
        known = self._by_id.get(row_id)
        if known is None:
            place = (rank, self._next)
            self._next += 1
            insort(self._order, (*place, row_id))
        elif known[0][0] != rank:
            place = (rank, known[0][1])
            self.discard(row_id)
            insort(self._order, (*place, row_id))
        else:
            place = known[0]
        self._by_id[row_id] = (place, row)

    def discard(self, row_id: str) -> bool:
        """Forgets the row; False when there is none."""
        known = self._by_id.pop(row_id, None)
        if known is None:
            return False
        del self._order[bisect_left(self._order, known[0])]
        return True

    def page(
        self,
        after: str | None,
        limit: int,
        *,
        descending: bool,
        hides: Callable[[Row], bool] | None = None,
    ) -> tuple[list[Row], str | None]:
        """Up to `limit` rows beyond `after`, and the cursor if more follow. Raises KeyError."""
        index = len(self._order) - 1 if descending else 0
        if after is not None:
            index = bisect_left(self._order, self._by_id[after][0]) + (-1 if descending else 1)
        found: list[Row] = []
        for rows in self._runs(index, limit + 1, descending=descending):
            found += rows if hides is None else filterfalse(hides, rows)
            if len(found) > limit:
                return found[:limit], found[limit - 1].id
        return found, None

    def _runs(self, index: int, length: int, *, descending: bool) -> Iterator[list[Row]]:
        while 0 <= index < len(self._order):
            if descending:
                places = self._order[max(index - length + 1, 0) : index + 1][::-1]
                index -= length
            else:
                places = self._order[index : index + length]
                index += length
            yield [self._by_id[row_id][1] for _, _, row_id in places]
