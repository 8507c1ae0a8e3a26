"""What an event writes to the store before anyone sees it.

Items are saved on `done` and `replaced` and deleted on `removed`; everything else writes nothing.
"""

from contextlib import suppress

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

_HIDDEN = HiddenContextItem | SDKHiddenContextItem
_WITH_ITEM = ThreadItemDoneEvent | ThreadItemAddedEvent | ThreadItemReplacedEvent
"""Made once: to make a union takes longer than to look into it."""


class Writes:
    """The store as one turn writes to it."""

    def __init__(self, store: Store[object], thread_id: str, context: object) -> None:
        self._store = store
        self._thread_id = thread_id
        self._context = context
        self._stored: set[str] = set()

    async def commit(self, event: ThreadStreamEvent) -> None:
        """Writes what the event says, if anything."""
        if isinstance(event, ThreadItemDoneEvent):
            await self.save_done(event.item)
        elif isinstance(event, ThreadItemReplacedEvent):
            await self._store.save_item(self._thread_id, event.item, self._context)
        elif isinstance(event, ThreadItemRemovedEvent):
            await self._delete(event.item_id)

    async def save_done(self, item: ThreadItem) -> None:
        """Adds a finished item, or replaces it where it is stored: by this turn or, for a
        workflow, by an earlier one. Strict stores refuse to add the same item twice."""
        if item.id in self._stored or (isinstance(item, WorkflowItem) and await self.find(item.id)):
            await self._store.save_item(self._thread_id, item, self._context)
        else:
            await self._store.add_thread_item(self._thread_id, item, self._context)
            self._stored.add(item.id)

    async def save_left(self, item: ThreadItem) -> None:
        """Saves an item of which nobody knows whether an earlier attempt had stored it."""
        await self.find(item.id)
        await self.save_done(item)

    async def find(self, item_id: str) -> ThreadItem | None:
        """The stored item, or None."""
        try:
            item = await self._store.load_item(self._thread_id, item_id, self._context)
        except NotFoundError:
            self._stored.discard(item_id)
            return None
        self._stored.add(item_id)
        return item

    async def _delete(self, item_id: str) -> None:
        with suppress(NotFoundError):  # it was announced and never saved
            await self._store.delete_thread_item(self._thread_id, item_id, self._context)
        self._stored.discard(item_id)


def is_hidden(item: ThreadItem) -> bool:
    """True for what the model sees and no client ever does."""
    return isinstance(item, _HIDDEN)


def is_client_event(event: ThreadStreamEvent) -> bool:
    """False for an event that carries a hidden item."""
    return not (isinstance(event, _WITH_ITEM) and is_hidden(event.item))


__all__ = ["Writes", "is_client_event", "is_hidden"]
