"""Items as SQL stores read them for a page: column by column, so that most need no look.

Above: the SQL stores. Below: the rows.
"""

from typing import NamedTuple

from chatkit.types import Page, ThreadItem

from .contract import ClientPage
from .rows import parse_item, row_id


class ItemColumns(NamedTuple):
    """Items in their order, one more than a page holds where more follow."""

    types: list[str]
    """Of each item; for a client's page, "" where the data may go out as it stands."""
    data: list[str]

    def page(self, limit: int) -> Page[ThreadItem]:
        """Up to `limit` of them as models."""
        after = self._cursor(limit)
        items = list(map(parse_item, self.types[:limit], self.data[:limit]))
        return Page(data=items, has_more=after is not None, after=after)

    def client_page(self, limit: int) -> ClientPage:
        """Up to `limit` of them for a client."""
        after = self._cursor(limit)
        rows: list[str | ThreadItem] = [*self.data[:limit]]
        is_ready = not any(self.types)
        if not is_ready:
            for index, item_type in enumerate(self.types[:limit]):
                if item_type:
                    rows[index] = parse_item(item_type, self.data[index])
        return ClientPage(rows, has_more=after is not None, after=after, is_ready=is_ready)

    def _cursor(self, limit: int) -> str | None:
        return row_id(self.data[limit - 1]) if len(self.data) > limit else None


NO_ITEMS = ItemColumns([], [])


__all__ = ["NO_ITEMS", "ItemColumns"]
