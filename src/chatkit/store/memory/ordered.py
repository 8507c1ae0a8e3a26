"""Rows in a fixed order, found by id: what the memory store keeps threads and items in."""

from bisect import bisect_left
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

    Looking up an id takes constant time; a page is a slice, wherever it begins.
    """

    __slots__ = ("_by_id", "_next", "_places", "_rows")

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[tuple[int, int], Row]] = {}
        self._places: list[tuple[int, int]] = []
        self._rows: list[Row] = []
        """In the order of their places."""
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
            self._insert((rank, self._next), row_id, row)
            self._next += 1
        elif known[0][0] != rank:
            self.discard(row_id)
            self._insert((rank, known[0][1]), row_id, row)
        else:
            self._rows[bisect_left(self._places, known[0])] = row
            self._by_id[row_id] = (known[0], row)

    def _insert(self, place: tuple[int, int], row_id: str, row: Row) -> None:
        index = bisect_left(self._places, place)
        self._places.insert(index, place)
        self._rows.insert(index, row)
        self._by_id[row_id] = (place, row)

    def discard(self, row_id: str) -> bool:
        """Forgets the row; False when there is none."""
        known = self._by_id.pop(row_id, None)
        if known is None:
            return False
        index = bisect_left(self._places, known[0])
        del self._places[index], self._rows[index]
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
        index = len(self._rows) - 1 if descending else 0
        if after is not None:
            index = bisect_left(self._places, self._by_id[after][0]) + (-1 if descending else 1)
        found: list[Row] = []
        for rows in self._runs(index, limit + 1, descending=descending):
            found += rows if hides is None else filterfalse(hides, rows)
            if len(found) > limit:
                return found[:limit], found[limit - 1].id
        return found, None

    def _runs(self, index: int, length: int, *, descending: bool) -> Iterator[list[Row]]:
        while 0 <= index < len(self._rows):
            if descending:
                yield self._rows[max(index - length + 1, 0) : index + 1][::-1]
                index -= length
            else:
                yield self._rows[index : index + length]
                index += length
