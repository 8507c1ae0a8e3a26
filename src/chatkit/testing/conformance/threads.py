"""What the Store contract says of threads, a check for each sentence."""

import asyncio
from datetime import timedelta

from chatkit.types import ClosedStatus, LockedStatus

from .lab import MORNING, StoreLab, expect, expect_equal, expect_not_found, ids
from .samples import ODD_DATA, ODD_TEXT


async def check_a_thread_comes_back_as_it_was_saved(lab: StoreLab) -> None:
    """With its title, status, time, image domains and metadata."""
    thread = lab.thread(
        title=ODD_TEXT,
        status=LockedStatus(reason="later"),
        allowed_image_domains=["example.com"],
        metadata=ODD_DATA,
    )
    await lab.store.save_thread(thread, lab.context)
    expect_equal(await lab.store.load_thread(thread.id, lab.context), thread, "the thread")
    bare = await lab.saved_thread()
    expect_equal(await lab.store.load_thread(bare.id, lab.context), bare, "a thread of defaults")


async def check_times_come_back_in_utc_to_the_microsecond(lab: StoreLab) -> None:
    """Other times sort wrongly, or cannot be compared at all."""
    thread = await lab.saved_thread()
    (message,) = await lab.saved_messages(thread, 1)
    loaded = await lab.store.load_thread(thread.id, lab.context)
    expect_equal(loaded.created_at.utcoffset(), timedelta(0), "the zone of a thread's time")
    expect_equal(loaded.created_at, thread.created_at, "the thread's time")
    item = await lab.store.load_item(thread.id, message.id, lab.context)
    expect_equal(item.created_at.utcoffset(), timedelta(0), "the zone of an item's time")


async def check_saving_a_thread_again_replaces_it(lab: StoreLab) -> None:
    """A title that came later is there, the thread is there once, its items stay."""
    thread = await lab.saved_thread(metadata={"a": 1})
    messages = await lab.saved_messages(thread, 2)
    changed = thread.model_copy(
        update={"title": "Later", "status": ClosedStatus(), "metadata": {"b": 2}}
    )
    await lab.store.save_thread(changed, lab.context)
    expect_equal(await lab.store.load_thread(thread.id, lab.context), changed, "the thread")
    expect_equal(ids(await lab.threads()), [thread.id], "the list of threads")
    expect_equal(await lab.items(thread), messages, "the thread's items")


async def check_an_unknown_thread_is_not_found(lab: StoreLab) -> None:
    """The server turns NotFoundError into a 404."""
    unknown = lab.store.generate_thread_id(lab.context)
    await expect_not_found(
        lab.store.load_thread(unknown, lab.context), "load_thread of an unknown id"
    )


async def check_a_store_without_threads_has_an_empty_page(lab: StoreLab) -> None:
    """A new user's history."""
    page = await lab.store.load_threads(20, None, "desc", lab.context)
    expect(not page.data and not page.has_more, "the first page is not empty")


async def check_threads_come_by_time_of_creation(lab: StoreLab) -> None:
    """However late they were saved, and changed: imported threads stand where they belong."""
    times = [MORNING + timedelta(days=day) for day in (3, 1, 2)]
    third, first, second = [await lab.saved_thread(created_at=time) for time in times]
    await lab.store.save_thread(first.model_copy(update={"title": "changed"}), lab.context)
    expected = [first.id, second.id, third.id]
    expect_equal(ids(await lab.threads(order="asc")), expected, 'the order "asc"')
    expect_equal(ids(await lab.threads(order="desc")), expected[::-1], 'the order "desc"')


async def check_threads_come_in_pages(lab: StoreLab) -> None:
    """Each once, in both directions, also when all were made at the same moment."""
    threads = [await lab.saved_thread(created_at=MORNING) for _ in range(5)]
    upwards = ids(await lab.threads(limit=2, order="asc"))
    expect_equal(sorted(upwards), sorted(ids(threads)), "the threads of all pages")
    expect_equal(ids(await lab.threads(limit=2, order="desc")), upwards[::-1], "going back")
    full = await lab.store.load_threads(5, None, "asc", lab.context)
    expect(not full.has_more, "a page that holds the last thread says has_more")
    first = await lab.store.load_threads(2, None, "asc", lab.context)
    expect_equal((len(first.data), first.has_more), (2, True), "the size of the first page")


async def check_a_kept_thread_is_not_shared(lab: StoreLab) -> None:
    """Changing the object that was saved, or one that was loaded, changes nothing in the store."""
    thread = await lab.saved_thread(title="kept", metadata={"list": [1]})
    thread.title = "changed"
    thread.metadata["list"].append(2)
    loaded = await lab.store.load_thread(thread.id, lab.context)
    expect_equal((loaded.title, loaded.metadata), ("kept", {"list": [1]}), "the kept thread")
    loaded.metadata["list"].append(3)
    again = await lab.store.load_thread(thread.id, lab.context)
    expect_equal(again.metadata, {"list": [1]}, "the kept metadata")


async def check_a_deleted_thread_is_gone(lab: StoreLab) -> None:
    """With its items, and from the list; the other threads stay."""
    thread, other = await lab.saved_thread(), await lab.saved_thread()
    (message,) = await lab.saved_messages(thread, 1)
    kept = await lab.saved_messages(other, 1)
    await lab.store.delete_thread(thread.id, lab.context)
    await expect_not_found(
        lab.store.load_thread(thread.id, lab.context), "load_thread of a deleted thread"
    )
    await expect_not_found(
        lab.store.load_item(thread.id, message.id, lab.context), "load_item in a deleted thread"
    )
    expect_equal(ids(await lab.threads()), [other.id], "the list of threads")
    expect_equal(await lab.items(other), kept, "the other thread's items")


async def check_deleting_an_unknown_thread_is_no_error(lab: StoreLab) -> None:
    """Two tabs may delete the same thread."""
    thread = await lab.saved_thread()
    await lab.store.delete_thread(thread.id, lab.context)
    await lab.store.delete_thread(thread.id, lab.context)


async def check_a_thread_saved_again_after_deletion_is_empty(lab: StoreLab) -> None:
    """Nothing of the old one may come back under its id."""
    thread = await lab.saved_thread(metadata={"old": True})
    await lab.saved_messages(thread, 2)
    await lab.store.delete_thread(thread.id, lab.context)
    fresh = thread.model_copy(update={"metadata": {}})
    await lab.store.save_thread(fresh, lab.context)
    expect_equal(await lab.store.load_thread(thread.id, lab.context), fresh, "the thread")
    expect_equal(await lab.items(thread), [], "its items")


async def check_ids_are_never_given_twice(lab: StoreLab) -> None:
    """An item with a used id would replace the other."""
    thread = lab.thread()
    threads = {lab.store.generate_thread_id(lab.context) for _ in range(1000)}
    messages = {lab.store.generate_item_id("message", thread, lab.context) for _ in range(1000)}
    expect_equal((len(threads), len(messages)), (1000, 1000), "the number of different ids")
    for item_type in ("message", "tool_call", "task", "workflow", "sdk_hidden_context"):
        item_id = lab.store.generate_item_id(item_type, thread, lab.context)
        expect(item_id, f"the id of a {item_type} is empty")


async def check_threads_saved_at_once_are_all_kept(lab: StoreLab) -> None:
    """Many users start at the same moment."""
    threads = [lab.thread(title=str(number)) for number in range(50)]
    await asyncio.gather(*(lab.store.save_thread(thread, lab.context) for thread in threads))
    loaded = await asyncio.gather(
        *(lab.store.load_thread(thread.id, lab.context) for thread in threads)
    )
    expect_equal(loaded, threads, "the threads")
    expect_equal(len(await lab.threads(limit=7)), 50, "the number of threads in the list")


THREAD_CHECKS = (
    check_a_thread_comes_back_as_it_was_saved,
    check_times_come_back_in_utc_to_the_microsecond,
    check_saving_a_thread_again_replaces_it,
    check_an_unknown_thread_is_not_found,
    check_a_store_without_threads_has_an_empty_page,
    check_threads_come_by_time_of_creation,
    check_threads_come_in_pages,
    check_a_kept_thread_is_not_shared,
    check_a_deleted_thread_is_gone,
    check_deleting_an_unknown_thread_is_no_error,
    check_a_thread_saved_again_after_deletion_is_empty,
    check_ids_are_never_given_twice,
    check_threads_saved_at_once_are_all_kept,
)
