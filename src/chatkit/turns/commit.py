"""What an event writes to the store before anyone sees it.

Items are saved on `done` and `replaced` and deleted on `removed`; everything else writes nothing.
"""

from chatkit.errors import NotFoundError
from chatkit.store.contract import Store
from chatkit.types import (
    HiddenContextItem,
    SDKHiddenContextItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadStreamEvent,
    WorkflowItem,
)


class Writes:
    """The store as one turn writes to it."""

    def __init__(self, store: Store[object], thread_id: str, context: object) -> None:
        self._store = store
        self._thread_id = thread_id
        self._context = context
        self._added: set[str] = set()

    async def commit(self, event: ThreadStreamEvent) -> None:
        """Writes what the event says, if anything."""
        if isinstance(event, ThreadItemDoneEvent):
            await self.save_done(event.item)
        elif isinstance(event, ThreadItemReplacedEvent):
            await self._store.save_item(self._thread_id, event.item, self._context)
        elif isinstance(event, ThreadItemRemovedEvent):
            await self._delete(event.item_id)

    async def save_done(self, item: ThreadItem) -> None:
        """Adds a finished item, or replaces it where this turn or, for a workflow, an earlier
        one had saved it: strict stores refuse the same item twice."""
        if item.id in self._added or (isinstance(item, WorkflowItem) and await self.find(item.id)):
            await self._store.save_item(self._thread_id, item, self._context)
        else:
            await self._store.add_thread_item(self._thread_id, item, self._context)
            self._added.add(item.id)

    async def find(self, item_id: str) -> ThreadItem | None:
        """The stored item, or None."""
        try:
            return await self._store.load_item(self._thread_id, item_id, self._context)
        except NotFoundError:
            return None

    async def _delete(self, item_id: str) -> None:
        try:
            await self._store.delete_thread_item(self._thread_id, item_id, self._context)
        except NotFoundError:
            return  # it was announced and never saved


def is_hidden(item: ThreadItem) -> bool:
    """True for what the model sees and no client ever does."""
    return isinstance(item, HiddenContextItem | SDKHiddenContextItem)


def is_client_event(event: ThreadStreamEvent) -> bool:
    """False for an event that carries a hidden item."""
    return not (
        isinstance(event, ThreadItemDoneEvent | ThreadItemAddedEvent | ThreadItemReplacedEvent)
        and is_hidden(event.item)
    )


__all__ = ["Writes", "is_client_event", "is_hidden"]
