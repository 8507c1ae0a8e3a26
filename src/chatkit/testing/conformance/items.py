"""What the Store contract says of a thread's items, a check for each sentence."""

import asyncio
from contextlib import suppress

from chatkit.store import NotFoundError
from chatkit.types import AssistantMessageItem

from .lab import MORNING, StoreLab, expect, expect_equal, expect_not_found, ids
from .samples import ODD_TEXT, every_item


async def check_every_type_of_item_comes_back_as_it_was_added(lab: StoreLab) -> None:
    """One by one and in a page, with nulls, odd text and nested data."""
    thread = await lab.saved_thread()
    items = every_item(thread.id, MORNING)
    for item in items:
        await lab.store.add_thread_item(thread.id, item, lab.context)
    for item in items:
        loaded = await lab.store.load_item(thread.id, item.id, lab.context)
        expect_equal(loaded, item, f"load_item of a {item.type}")
        expect_equal(type(loaded), type(item), "its class")
    expect_equal(await lab.items(thread), items, "the page of items")


async def check_items_come_in_the_order_they_were_added(lab: StoreLab) -> None:
    """Also those of the same moment: a clock may stand still, but a talk has an order."""
    thread = await lab.saved_thread()
    messages = [lab.message(thread, str(number), created_at=MORNING) for number in range(20)]
    for message in messages:
        await lab.store.add_thread_item(thread.id, message, lab.context)
    expect_equal(ids(await lab.items(thread, order="asc")), ids(messages), 'the order "asc"')
    expect_equal(
        ids(await lab.items(thread, order="desc")), ids(messages[::-1]), 'the order "desc"'
    )


async def check_items_come_in_pages(lab: StoreLab) -> None:
    """Each once, in both directions; only the last page says that there are no more."""
    thread = await lab.saved_thread()
    messages = await lab.saved_messages(thread, 7)
    for order, expected in (("asc", ids(messages)), ("desc", ids(messages[::-1]))):
        sizes = [len(page.data) async for page in lab.item_pages(thread, 3, order)]
        expect_equal(sizes, [3, 3, 1], f'the sizes of the pages, "{order}"')
        expect_equal(
            ids(await lab.items(thread, limit=3, order=order)), expected, f'the items, "{order}"'
        )
    whole = await lab.store.load_thread_items(thread.id, None, 7, "asc", lab.context)
    expect_equal((len(whole.data), whole.has_more), (7, False), "a page of exactly all items")


async def check_a_page_starts_after_any_item(lab: StoreLab) -> None:
    """A client may page from an item that it knows, not only from a page's `after`."""
    thread = await lab.saved_thread()
    messages = await lab.saved_messages(thread, 5)
    cursor = messages[2].id
    up = await lab.store.load_thread_items(thread.id, cursor, 10, "asc", lab.context)
    expect_equal(ids(up.data), ids(messages[3:]), "what follows the item")
    down = await lab.store.load_thread_items(thread.id, cursor, 10, "desc", lab.context)
    expect_equal(ids(down.data), ids(messages[1::-1]), "what precedes the item")
    last = await lab.store.load_thread_items(thread.id, messages[4].id, 10, "asc", lab.context)
    expect(not last.data and not last.has_more, "something follows the last item")


async def check_a_page_after_a_deleted_item_does_not_start_over(lab: StoreLab) -> None:
    """It is refused or goes on from where the item was: else a client would loop for ever."""
    thread = await lab.saved_thread()
    messages = await lab.saved_messages(thread, 4)
    await lab.store.delete_thread_item(thread.id, messages[1].id, lab.context)
    try:
        page = await lab.store.load_thread_items(thread.id, messages[1].id, 10, "asc", lab.context)
    except NotFoundError:
        return
    expect_equal(ids(page.data), ids(messages[2:]), "the page after a deleted item")


async def check_an_unknown_item_is_not_found(lab: StoreLab) -> None:
    """Nor is one that is in another thread, or in none."""
    thread, other = await lab.saved_thread(), await lab.saved_thread()
    (message,) = await lab.saved_messages(other, 1)
    unknown = lab.store.generate_thread_id(lab.context)
    for where, thread_id in (("another", thread.id), ("an unknown", unknown)):
        await expect_not_found(
            lab.store.load_item(thread_id, message.id, lab.context),
            f"load_item with {where} thread's id",
        )


async def check_an_unknown_thread_has_no_items(lab: StoreLab) -> None:
    """NotFoundError is better, an empty page is allowed."""
    unknown = lab.store.generate_thread_id(lab.context)
    try:
        page = await lab.store.load_thread_items(unknown, None, 10, "asc", lab.context)
    except NotFoundError:
        return
    expect(not page.data and not page.has_more, "an unknown thread has items")


async def check_saving_an_item_replaces_it_where_it_stands(lab: StoreLab) -> None:
    """A widget that an action changed stays in its place."""
    thread = await lab.saved_thread()
    messages = await lab.saved_messages(thread, 3)
    changed = lab.message(thread, "changed", id=messages[1].id)
    await lab.store.save_item(thread.id, changed, lab.context)
    expect_equal(
        await lab.items(thread), [messages[0], changed, messages[2]], "the items of the thread"
    )
    loaded = await lab.store.load_item(thread.id, changed.id, lab.context)
    expect_equal(loaded, changed, "the item")


async def check_saving_a_new_item_appends_it(lab: StoreLab) -> None:
    """A workflow is first saved as it is replaced."""
    thread = await lab.saved_thread()
    messages = await lab.saved_messages(thread, 2)
    new = lab.message(thread, "new")
    await lab.store.save_item(thread.id, new, lab.context)
    expect_equal(await lab.items(thread), [*messages, new], "the items of the thread")


async def check_adding_an_item_twice_keeps_it_once(lab: StoreLab) -> None:
    """After a crash the same event may be applied again. Refusing the second is allowed."""
    thread = await lab.saved_thread()
    first, second = await lab.saved_messages(thread, 2)
    with suppress(Exception):
        await lab.store.add_thread_item(thread.id, first, lab.context)
    expect_equal(ids(await lab.items(thread)), [first.id, second.id], "the items of the thread")


async def check_a_deleted_item_is_gone(lab: StoreLab) -> None:
    """The others stay, in order; deleting it again is no error."""
    thread = await lab.saved_thread()
    messages = await lab.saved_messages(thread, 3)
    await lab.store.delete_thread_item(thread.id, messages[1].id, lab.context)
    await lab.store.delete_thread_item(thread.id, messages[1].id, lab.context)
    await expect_not_found(
        lab.store.load_item(thread.id, messages[1].id, lab.context), "load_item of a deleted item"
    )
    expect_equal(await lab.items(thread), [messages[0], messages[2]], "the items of the thread")
    new = await lab.saved_messages(thread, 1)
    expect_equal(await lab.items(thread), [messages[0], messages[2], *new], "with a new one")


async def check_a_kept_item_is_not_shared(lab: StoreLab) -> None:
    """The server goes on changing an item that it has saved while it streams."""
    thread = await lab.saved_thread()
    message = lab.message(thread, "kept")
    await lab.store.add_thread_item(thread.id, message, lab.context)
    _change(message)
    loaded = await lab.store.load_item(thread.id, message.id, lab.context)
    expect_equal(_text(loaded), "kept", "the item after the saved object was changed")
    _change(loaded)
    (again,) = await lab.items(thread)
    expect_equal(_text(again), "kept", "the item after a loaded object was changed")


async def check_odd_ids_and_long_texts_are_kept(lab: StoreLab) -> None:
    """Hosts choose ids; models write a lot."""
    thread = await lab.saved_thread(id="thr ' \" % _ \\ / 😀 é")
    texts = {"a' OR 1=1 --": "x", "%": "y", "😀/../é": ODD_TEXT, "ID": "upper", "id": "lower"}
    for item_id, text in texts.items():
        item = lab.message(thread, text, id=item_id)
        await lab.store.add_thread_item(thread.id, item, lab.context)
    loaded = {item.id: _text(item) for item in await lab.items(thread)}
    expect_equal(loaded, texts, "the items")
    long = lab.message(thread, "long 😀 " * 200_000)
    await lab.store.add_thread_item(thread.id, long, lab.context)
    item = await lab.store.load_item(thread.id, long.id, lab.context)
    expect(item == long, "a text of 2 MB did not come back")


async def check_items_added_at_once_are_all_kept(lab: StoreLab) -> None:
    """Two tabs and a tool that runs beside them, while somebody reads."""
    threads = [await lab.saved_thread() for _ in range(3)]
    messages = [lab.message(threads[number % 3], str(number)) for number in range(90)]

    async def add(message: object) -> None:
        if isinstance(message, AssistantMessageItem):
            await lab.store.add_thread_item(message.thread_id, message, lab.context)

    await asyncio.gather(
        *(add(message) for message in messages), *(lab.items(thread) for thread in threads)
    )
    for index, thread in enumerate(threads):
        kept = ids(await lab.items(thread, limit=7))
        expect_equal(sorted(kept), sorted(ids(messages[index::3])), "the items of a thread")


def _change(item: object) -> None:
    if isinstance(item, AssistantMessageItem):
        item.content[0].text = "changed"


def _text(item: object) -> str:
    return item.content[0].text if isinstance(item, AssistantMessageItem) else ""


ITEM_CHECKS = (
    check_every_type_of_item_comes_back_as_it_was_added,
    check_items_come_in_the_order_they_were_added,
    check_items_come_in_pages,
    check_a_page_starts_after_any_item,
    check_a_page_after_a_deleted_item_does_not_start_over,
    check_an_unknown_item_is_not_found,
    check_an_unknown_thread_has_no_items,
    check_saving_an_item_replaces_it_where_it_stands,
    check_saving_a_new_item_appends_it,
    check_adding_an_item_twice_keeps_it_once,
    check_a_deleted_item_is_gone,
    check_a_kept_item_is_not_shared,
    check_odd_ids_and_long_texts_are_kept,
    check_items_added_at_once_are_all_kept,
)
