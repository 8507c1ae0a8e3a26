"""What the memory store keeps of a thread and of an attachment."""

from dataclasses import dataclass, field
from typing import NamedTuple

from chatkit.store.rows import AttachmentRow, ItemRow, ThreadRow
from chatkit.types import FeedbackKind

from .ordered import OrderedRows


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
