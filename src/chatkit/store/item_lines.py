"""Items as SQL stores read them for a page: as one text, a line each, so that most need no look.

Above: the SQL stores. Below: the rows.
"""

from typing import NamedTuple

from chatkit.types import Page, ThreadItem

from .contract import ClientPage
from .json_lines import JsonLines
from .rows import parse_item, row_id


class ItemLines(NamedTuple):
    """Items in their order, one more than a page holds where more follow."""

    number: int
    text: str
    """The type, a tab and the JSON of each; for a client's page, of those that may go out as they
    stand, the JSON alone. JSON has no raw line breaks or tabs."""

    def page(self, limit: int) -> Page[ThreadItem]:
        """Up to `limit` of them as models."""
        text, after = self._cut(limit)
        items = [_parse_line(line) for line in text.split("\n")] if text else []
        return Page(data=items, has_more=after is not None, after=after)

    def client_page(self, limit: int) -> ClientPage:
        """Up to `limit` of them for a client."""
        text, after = self._cut(limit)
        if "\t" not in text:
            return ClientPage(JsonLines(text), after is not None, after, is_ready=True)
        rows = [_parse_line(line) if "\t" in line else line for line in text.split("\n")]
        return ClientPage(rows, after is not None, after)

    def _cut(self, limit: int) -> tuple[str, str | None]:
        """The lines of the page, and the cursor."""
        if self.number <= limit:
            return self.text, None
        text, _, _ = self.text.rpartition("\n")
        _, _, last = text.rpartition("\n")
        return text, row_id(last.rpartition("\t")[2])


def _parse_line(line: str) -> ThreadItem:
    item_type, _, data = line.partition("\t")
    return parse_item(item_type, data)


NO_ITEMS = ItemLines(0, "")


__all__ = ["NO_ITEMS", "ItemLines"]
