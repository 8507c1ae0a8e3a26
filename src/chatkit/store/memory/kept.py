"""What the memory store keeps of a thread and of an attachment."""

from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from chatkit.store.contract import ClientPage
from chatkit.store.rows import AttachmentRow, ItemRow, ThreadRow, parse_item
from chatkit.types import FeedbackKind, ThreadItem

from .ordered import OrderedRows

_IS_HIDDEN: Final = attrgetter("hidden")
_DATA: Final = attrgetter("data")


@dataclass(slots=True)
class KeptThread:
    """A thread with its items."""

    owner: str
    row: ThreadRow
    items: OrderedRows[ItemRow] = field(default_factory=OrderedRows[ItemRow])
    feedback: dict[str, FeedbackKind] = field(default_factory=dict[str, FeedbackKind])
    is_wire_ready: bool = True
    """No item was ever hidden, or had anything that a client must not be sent."""

    def put(self, row: ItemRow) -> None:
        """Keeps the item, in the place of one with its id."""
        self.items.put(row.id, row)
        self.is_wire_ready = self.is_wire_ready and row.wire_ready

    def client_page(self, after: str | None, limit: int, *, descending: bool) -> ClientPage:
        """Up to `limit` items beyond `after` that a client may see. Raises KeyError."""
        # Each look at 10,000 rows takes as long as all else: most threads need none.
        hides = None if self.is_wire_ready else _IS_HIDDEN
        found, cursor = self.items.page(after, limit, descending=descending, hides=hides)
        rows: list[str | ThreadItem] = [*map(_DATA, found)]
        if not self.is_wire_ready:
            rows = [row.data if row.wire_ready else parse_item(row.type, row.data) for row in found]
        return ClientPage(rows, cursor is not None, cursor, is_ready=self.is_wire_ready)

    @property
    def id(self) -> str:
        """The thread's id."""
        return self.row.id


class KeptAttachment(NamedTuple):
    """An attachment's record."""

    owner: str
    row: AttachmentRow
    saved_at: int


__all__ = ["KeptAttachment", "KeptThread"]
