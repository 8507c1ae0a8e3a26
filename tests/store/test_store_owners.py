"""Every operation of our stores, tried with the ids of somebody else (security 1 and 2)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from store_making import message, running, thread

from chatkit.errors import NotFoundError
from chatkit.store import KeepsFeedback, KeepsTurns, ServesClientPages, Store, TurnEvents
from chatkit.testing.conformance.samples import file_attachment
from chatkit.types import SDKHiddenContextItem

MINE = thread(title="mine")
ATTACHMENT = file_attachment("atc_1", "thr_1")

Attempt = Callable[[Any], Awaitable[object]]

ATTEMPTS: dict[str, Attempt] = {
    "load_thread": lambda s: s.load_thread("thr_1", "eve"),
    "save_thread": lambda s: s.save_thread(thread(title="stolen"), "eve"),
    "delete_thread": lambda s: s.delete_thread("thr_1", "eve"),
    "load_threads after": lambda s: s.load_threads(10, "thr_1", "asc", "eve"),
    "load_thread_items": lambda s: s.load_thread_items("thr_1", None, 10, "asc", "eve"),
    "load_thread_items after": lambda s: s.load_thread_items("thr_1", "msg_1", 10, "asc", "eve"),
    "load_item": lambda s: s.load_item("thr_1", "msg_1", "eve"),
    "add_thread_item": lambda s: s.add_thread_item("thr_1", message("msg_2"), "eve"),
    "save_item": lambda s: s.save_item("thr_1", message("msg_1", "stolen"), "eve"),
    "delete_thread_item": lambda s: s.delete_thread_item("thr_1", "msg_1", "eve"),
    "load_attachment": lambda s: s.load_attachment("atc_1", "eve"),
    "save_attachment": lambda s: s.save_attachment(file_attachment("atc_1"), "eve"),
    "save_attachment into a thread": lambda s: s.save_attachment(
        file_attachment("atc_2", "thr_1"), "eve"
    ),
    "delete_attachment": lambda s: s.delete_attachment("atc_1", "eve"),
    "load_client_items": lambda s: s.load_client_items("thr_1", None, 10, "asc", "eve"),
    "load_client_threads after": lambda s: s.load_client_threads(10, "thr_1", "asc", "eve"),
    "save_feedback": lambda s: s.save_feedback("thr_1", ["msg_1"], "negative", "eve"),
    "load_feedback": lambda s: s.load_feedback("thr_1", "eve"),
    "begin": lambda s: s.turn_log().begin(running("trn_2"), "eve"),
}


@pytest.mark.parametrize("operation", ATTEMPTS)
async def test_a_foreign_id_is_not_found_and_nothing_is_written(
    store: Store[Any], operation: str
) -> None:
    """Whoever guesses or overhears an id learns and changes nothing with it."""
    await store.save_thread(MINE, "ann")
    await store.add_thread_item("thr_1", message(), "ann")
    await store.save_attachment(ATTACHMENT, "ann")
    await store.save_thread(thread("thr_eve"), "eve")
    with pytest.raises(NotFoundError):
        await ATTEMPTS[operation](store)
    assert await store.load_thread("thr_1", "ann") == MINE
    page = await store.load_thread_items("thr_1", None, 10, "asc", "ann")
    assert page.data == [message()]
    assert await store.load_attachment("atc_1", "ann") == ATTACHMENT
    with pytest.raises(NotFoundError):
        await store.load_attachment("atc_2", "eve")
    assert [thread.id for thread in (await store.load_threads(9, None, "asc", "eve")).data] == [
        "thr_eve"
    ]
    assert isinstance(store, KeepsTurns)
    assert await store.turn_log().load_turn("trn_2") is None
    assert isinstance(store, KeepsFeedback)
    assert await store.load_feedback("thr_1", "ann") == []


async def test_lists_are_of_one_owner(store: Store[Any]) -> None:
    """The other users' threads are neither listed nor counted."""
    for user in ("ann", "bob"):
        for number in range(3):
            await store.save_thread(thread(f"thr_{user}_{number}"), user)
    page = await store.load_threads(3, None, "asc", "bob")
    assert [found.id for found in page.data] == ["thr_bob_0", "thr_bob_1", "thr_bob_2"]
    assert not page.has_more
    assert isinstance(store, ServesClientPages)
    assert len((await store.load_client_threads(10, None, "desc", "ann")).rows) == 3
    assert (await store.load_client_threads(10, None, "desc", "eve")).rows == []


@pytest.mark.parametrize("nobody", [None, 7])
async def test_an_owner_must_be_a_name(store: Store[Any], nobody: Any) -> None:
    """A context without a user must not end up with rows that belong to nobody."""
    with pytest.raises(TypeError, match="must return a str"):
        await store.load_threads(10, None, "asc", nobody)
    with pytest.raises(TypeError, match="must return a str"):
        await store.save_thread(thread(), nobody)


async def test_feedback_on_a_hidden_item_is_refused(store: Store[Any]) -> None:
    """A client must not find out which hidden items there are (security 31)."""
    assert isinstance(store, KeepsFeedback)
    await store.save_thread(thread(), "ann")
    hidden = SDKHiddenContextItem(
        id="shcx_1", thread_id="thr_1", created_at=MINE.created_at, content="secret"
    )
    await store.add_thread_item("thr_1", hidden, "ann")
    with pytest.raises(NotFoundError):
        await store.save_feedback("thr_1", ["shcx_1"], "positive", "ann")


async def test_a_crashed_turn_writes_into_its_owners_thread_only(store: Store[Any]) -> None:
    """Eve began a turn in a thread that was not saved, and then Ann's got the same id."""
    assert isinstance(store, KeepsTurns)
    log = store.turn_log()
    await log.begin(running(), "eve")
    await store.save_thread(MINE, "ann")
    await store.add_thread_item("thr_1", message(), "ann")
    assert await log.load_items(running(), ["msg_1"]) == []
    assert await log.interrupt(running(), [message("msg_2")], TurnEvents("trn_1", 1, [b"{}"]))
    assert await log.load_turn("trn_1") is None
    page = await store.load_thread_items("thr_1", None, 10, "asc", "ann")
    assert page.data == [message()]
