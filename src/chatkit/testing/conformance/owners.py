"""What another user of the same store may see and change: nothing.

For stores that serve several users; the lab's `other_context` is of somebody else.
"""

from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from chatkit.store import KeepsFeedback, NotFoundError, ServesClientPages, Store

from .lab import NotApplicable, StoreLab, expect, expect_equal, expect_not_found
from .samples import file_attachment


def _stranger(lab: StoreLab) -> Any:
    if lab.other_context is None:
        raise NotApplicable("the store serves one user")
    return lab.other_context


async def check_a_foreign_thread_is_not_found(lab: StoreLab) -> None:
    """By none of the methods that read."""
    stranger = _stranger(lab)
    thread = await lab.saved_thread()
    (message,) = await lab.saved_messages(thread, 1)
    store = lab.store
    await expect_not_found(store.load_thread(thread.id, stranger), "load_thread of a foreign id")
    await expect_not_found(
        store.load_item(thread.id, message.id, stranger), "load_item in a foreign thread"
    )
    with suppress(NotFoundError):
        page = await store.load_thread_items(thread.id, None, 10, "asc", stranger)
        expect(not page.data, "load_thread_items shows a foreign thread's items")
    with suppress(NotFoundError):
        page = await store.load_thread_items(thread.id, message.id, 10, "desc", stranger)
        expect(not page.data, "load_thread_items shows what precedes a foreign item")


async def check_lists_show_only_ones_own_threads(lab: StoreLab) -> None:
    """Neither in pages nor around a foreign cursor."""
    stranger = _stranger(lab)
    first, second = await lab.saved_thread(), await lab.saved_thread()
    page = await lab.store.load_threads(10, None, "desc", stranger)
    expect(not page.data and not page.has_more, "a foreign thread is in the list")
    for cursor in (first.id, second.id):
        with suppress(NotFoundError):
            page = await lab.store.load_threads(10, cursor, "asc", stranger)
            expect(not page.data, "the list after a foreign cursor shows foreign threads")


async def check_a_foreign_thread_cannot_be_changed(lab: StoreLab) -> None:
    """Whether the store raises NotFoundError or does nothing: all stays as it was."""
    stranger = _stranger(lab)
    thread = await lab.saved_thread(title="mine")
    messages = await lab.saved_messages(thread, 2)
    store, attack = lab.store, lab.message(thread, "attack")
    stolen = thread.model_copy(update={"title": "stolen"})
    changed = lab.message(thread, "changed", id=messages[0].id)
    for attempt in (
        lambda: store.save_thread(stolen, stranger),
        lambda: store.add_thread_item(thread.id, attack, stranger),
        lambda: store.save_item(thread.id, changed, stranger),
        lambda: store.delete_thread_item(thread.id, messages[1].id, stranger),
        lambda: store.delete_thread(thread.id, stranger),
    ):
        await _try(attempt())
        expect_equal(await store.load_thread(thread.id, lab.context), thread, "the thread")
        expect_equal(await lab.items(thread), messages, "its items")


async def check_a_foreign_attachment_is_out_of_reach(lab: StoreLab) -> None:
    """It is not found, not replaced and not deleted."""
    stranger = _stranger(lab)
    mine = file_attachment("atc-mine")
    await lab.store.save_attachment(mine, lab.context)
    await expect_not_found(
        lab.store.load_attachment(mine.id, stranger), "load_attachment of a foreign id"
    )
    await _try(lab.store.save_attachment(mine.model_copy(update={"name": "stolen"}), stranger))
    await _try(lab.store.delete_attachment(mine.id, stranger))
    expect_equal(await lab.store.load_attachment(mine.id, lab.context), mine, "the attachment")


async def check_foreign_client_pages_and_feedback_are_out_of_reach(lab: StoreLab) -> None:
    """The shortcuts of a store are held to the same."""
    stranger = _stranger(lab)
    thread = await lab.saved_thread()
    (message,) = await lab.saved_messages(thread, 1)
    store: Store[Any] = lab.store
    if isinstance(store, ServesClientPages):
        await expect_not_found(
            store.load_client_items(thread.id, None, 10, "asc", stranger),
            "load_client_items of a foreign thread",
        )
        await expect_not_found(
            store.load_client_thread(thread.id, 10, stranger),
            "load_client_thread of a foreign thread",
        )
        page = await store.load_client_threads(10, None, "asc", stranger)
        expect_equal(page.rows, [], "the other user's list")
    if isinstance(store, KeepsFeedback):
        await expect_not_found(
            store.save_feedback(thread.id, [message.id], "negative", stranger),
            "save_feedback in a foreign thread",
        )
        await expect_not_found(
            store.load_feedback(thread.id, stranger), "load_feedback of a foreign thread"
        )
        expect_equal(await store.load_feedback(thread.id, lab.context), [], "the feedback")


async def _try(attempt: Awaitable[object]) -> None:
    with suppress(NotFoundError):
        await attempt


OWNER_CHECKS = (
    check_a_foreign_thread_is_not_found,
    check_lists_show_only_ones_own_threads,
    check_a_foreign_thread_cannot_be_changed,
    check_a_foreign_attachment_is_out_of_reach,
    check_foreign_client_pages_and_feedback_are_out_of_reach,
)
