"""What `ServesClientPages` and `KeepsFeedback` promise, for stores that offer them."""

from typing import Any

from chatkit.store import KeepsFeedback, ServesClientPages, Store
from chatkit.types import Page, Thread, ThreadItem, ThreadMetadata
from chatkit.wire import encode

from .lab import MORNING, NotApplicable, StoreLab, expect, expect_equal, expect_not_found, ids
from .samples import ODD_TEXT, every_item

_HIDDEN = ("hidden_context_item", "sdk_hidden_context")


def _pages(store: Store[Any]) -> ServesClientPages:
    if not isinstance(store, ServesClientPages):
        raise NotApplicable("the store serves no client pages")
    return store


def _feedback(store: Store[Any]) -> KeepsFeedback:
    if not isinstance(store, KeepsFeedback):
        raise NotApplicable("the store keeps no feedback")
    return store


async def check_a_clients_rows_are_what_the_wire_carries(lab: StoreLab) -> None:
    """To the byte: no metadata, no nulls, no hidden items."""
    store = _pages(lab.store)
    thread = await lab.saved_thread()
    items = every_item(thread.id, MORNING)
    for item in items:
        await lab.store.add_thread_item(thread.id, item, lab.context)
    page = await store.load_client_items(thread.id, None, 100, "asc", lab.context)
    expected = [encode(item) for item in items if item.type not in _HIDDEN]
    expect_equal([_bytes(row) for row in page.rows], expected, "the rows")


async def check_hidden_items_take_no_room_in_a_clients_page(lab: StoreLab) -> None:
    """A page is full or the last one, however many hidden items lie between."""
    store = _pages(lab.store)
    thread = await lab.saved_thread()
    shown: list[ThreadItem] = []
    for _ in range(3):
        shown += await lab.saved_messages(thread, 1)
        for hidden in every_item(thread.id, MORNING):
            if hidden.type in _HIDDEN:
                await lab.store.add_thread_item(
                    thread.id,
                    hidden.model_copy(update={"id": f"{hidden.id}-{len(shown)}"}),
                    lab.context,
                )
    for order, expected in (("asc", shown), ("desc", shown[::-1])):
        rows: list[bytes] = []
        after, more = None, True
        while more:
            page = await store.load_client_items(thread.id, after, 2, order, lab.context)
            expect(page.rows or not page.has_more, "an empty page says has_more")
            expect_equal(page.after is not None, page.has_more, "whether there is a cursor")
            rows += [_bytes(row) for row in page.rows]
            after, more = page.after, page.has_more
        expect_equal(rows, [encode(item) for item in expected], f'the rows, "{order}"')


async def check_a_clients_threads_are_what_the_wire_carries(lab: StoreLab) -> None:
    """To the byte: each with an empty page of items, and without its metadata."""
    store = _pages(lab.store)
    threads = [
        await lab.saved_thread(),
        await lab.saved_thread(
            title=ODD_TEXT, allowed_image_domains=["example.com"], metadata={"secret": 1}
        ),
    ]
    first = await store.load_client_threads(1, None, "asc", lab.context)
    expect_equal((first.has_more, first.after), (True, threads[0].id), "the first page's cursor")
    rest = await store.load_client_threads(1, first.after, "asc", lab.context)
    expect_equal((rest.has_more, rest.after), (False, None), "the last page's cursor")
    rows = [_bytes(row) for row in (*first.rows, *rest.rows)]
    expect_equal(rows, [_encode_thread(thread) for thread in threads], "the rows")


async def check_a_clients_thread_comes_with_its_first_items(lab: StoreLab) -> None:
    """Its row as in a list of threads, its page as `load_client_items` gives it."""
    store = _pages(lab.store)
    thread = await lab.saved_thread(title=ODD_TEXT, metadata={"secret": 1})
    await lab.saved_messages(thread, 3)
    for limit in (2, 3):
        found = await store.load_client_thread(thread.id, limit, lab.context)
        expect_equal(found.row.encode(), _encode_thread(thread), "the row")
        page = await store.load_client_items(thread.id, None, limit, "asc", lab.context)
        expect_equal(found.page, page, f"the first {limit} items")


async def check_client_pages_of_an_unknown_thread_are_not_found(lab: StoreLab) -> None:
    """Like the thread itself."""
    unknown = lab.store.generate_thread_id(lab.context)
    await expect_not_found(
        _pages(lab.store).load_client_items(unknown, None, 10, "asc", lab.context),
        "load_client_items of an unknown thread",
    )
    await expect_not_found(
        _pages(lab.store).load_client_thread(unknown, 10, lab.context),
        "load_client_thread of an unknown thread",
    )


async def check_feedback_is_kept_and_the_last_opinion_counts(lab: StoreLab) -> None:
    """Oldest first, one for each item, gone with the item."""
    store = _feedback(lab.store)
    thread = await lab.saved_thread()
    first, second = ids(await lab.saved_messages(thread, 2))
    await store.save_feedback(thread.id, [first, second], "positive", lab.context)
    await store.save_feedback(thread.id, [first], "negative", lab.context)
    kept = await store.load_feedback(thread.id, lab.context)
    expect_equal(
        [(opinion.thread_id, opinion.item_id, opinion.kind) for opinion in kept],
        [(thread.id, second, "positive"), (thread.id, first, "negative")],
        "the feedback",
    )
    await lab.store.delete_thread_item(thread.id, first, lab.context)
    kept = await store.load_feedback(thread.id, lab.context)
    expect_equal([opinion.item_id for opinion in kept], [second], "after the item was deleted")


async def check_feedback_on_an_unknown_item_keeps_nothing(lab: StoreLab) -> None:
    """All of it or none."""
    store = _feedback(lab.store)
    thread = await lab.saved_thread()
    (known,) = ids(await lab.saved_messages(thread, 1))
    await expect_not_found(
        store.save_feedback(thread.id, [known, "unknown"], "positive", lab.context),
        "save_feedback on an unknown item",
    )
    expect_equal(await store.load_feedback(thread.id, lab.context), [], "the feedback")


def _bytes(row: str | ThreadItem) -> bytes:
    return row.encode() if isinstance(row, str) else encode(row)


def _encode_thread(thread: ThreadMetadata) -> bytes:
    fields = {name: getattr(thread, name) for name in ThreadMetadata.model_fields}
    return encode(Thread(**fields, items=Page[ThreadItem]()))


CLIENT_CHECKS = (
    check_a_clients_rows_are_what_the_wire_carries,
    check_hidden_items_take_no_room_in_a_clients_page,
    check_a_clients_threads_are_what_the_wire_carries,
    check_a_clients_thread_comes_with_its_first_items,
    check_client_pages_of_an_unknown_thread_are_not_found,
    check_feedback_is_kept_and_the_last_opinion_counts,
    check_feedback_on_an_unknown_item_keeps_nothing,
)
