"""Rows in a fixed order, found by id: what the memory store keeps threads and items in."""

from bisect import bisect_left, insort
from collections.abc import Callable
from typing import Generic, TypeVar

Row = TypeVar("Row")


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
        self, after: str | None, limit: int, *, descending: bool, shown: Callable[[Row], bool]
    ) -> tuple[list[tuple[str, Row]], bool]:
        """Up to `limit` shown rows beyond `after`, and whether more follow. Raises KeyError."""
        step = -1 if descending else 1
        if after is not None:
            index = bisect_left(self._order, self._by_id[after][0]) + step
        else:
            index = len(self._order) - 1 if descending else 0
        found: list[tuple[str, Row]] = []
        for at in range(index, -1 if descending else len(self._order), step):
            row_id = self._order[at][2]
            row = self._by_id[row_id][1]
            if not shown(row):
                continue
            if len(found) == limit:
                return found, True
            found.append((row_id, row))
        return found, False


def any_row(row: object) -> bool:
    """True: for pages that show every row."""
    return True


def cursor_of(found: list[tuple[str, Row]], has_more: bool) -> str | None:
    """Where the next page begins, if there is one."""
    return found[-1][0] if has_more else None
