"""Reading a thread backwards: where its last pending call is, what came after a message."""

from collections.abc import AsyncIterator

from chatkit.errors import ItemNotFound, NoPendingToolCall, WrongItem
from chatkit.store.contract import Store
from chatkit.types import ClientToolCallItem, ThreadItem, UserMessageItem

_ITEMS_AT_ONCE = 100


async def items_backwards(
    store: Store[object], thread_id: str, context: object
) -> AsyncIterator[ThreadItem]:
    """All items of the thread, hidden ones too, from the newest on."""
    after, has_more = None, True
    while has_more:
        page = await store.load_thread_items(thread_id, after, _ITEMS_AT_ONCE, "desc", context)
        for item in page.data:
            yield item
        after, has_more = page.after, page.has_more and bool(page.data)


async def find_pending_call(
    store: Store[object], thread_id: str, context: object
) -> tuple[ClientToolCallItem, list[str]]:
    """The call that waits for an output, and the ids of calls that nobody will answer any more.

    Of several calls of one turn the oldest comes first, as clients answer them in order. Calls
    from before the user's last message are stale.
    Raises: NoPendingToolCall.
    """
    pending: ClientToolCallItem | None = None
    stale: list[str] = []
    in_this_turn = True
    async for item in items_backwards(store, thread_id, context):
        if isinstance(item, UserMessageItem):
            if pending is None:
                break
            in_this_turn = False
        elif isinstance(item, ClientToolCallItem) and item.status == "pending":
            if in_this_turn:
                pending = item
            else:
                stale.append(item.id)
    if pending is None:
        raise NoPendingToolCall(thread_id)
    return pending, stale


async def items_after_message(
    store: Store[object], thread_id: str, item_id: str, context: object
) -> tuple[UserMessageItem, list[ThreadItem]]:
    """The user's message with this id, and what came after it, newest first.

    Raises: ItemNotFound; WrongItem when it is no user message.
    """
    later: list[ThreadItem] = []
    async for item in items_backwards(store, thread_id, context):
        if item.id == item_id:
            if not isinstance(item, UserMessageItem):
                raise WrongItem(item_id, "a user message")
            return item, later
        later.append(item)
    raise ItemNotFound(thread_id, item_id)


__all__ = ["find_pending_call", "items_after_message", "items_backwards"]
