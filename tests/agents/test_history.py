"""A thread longer than the model's context: loaded and cut at the start of a turn."""

from __future__ import annotations

from typing import Any

import pytest
from converter_cases import FILE, PLACE, assistant, hidden, user

from chatkit.agents import estimate_tokens, load_history, trim_history
from chatkit.agents.history import PAGE_SIZE
from chatkit.store import NotFoundError
from chatkit.types import GeneratedImageItem, Page, ThreadItem, ThreadMetadata


def turns(*sizes: int, before: int = 0) -> list[ThreadItem]:
    """Turns of so many items, each a person's message and answers; ids tell turn and place."""
    items: list[ThreadItem] = [assistant("hello") for _ in range(before)]
    for size in sizes:
        items += [user("question"), *(assistant("answer") for _ in range(size - 1))]
    return [item.model_copy(update={"id": f"msg_{n}"}) for n, item in enumerate(items)]


class Pages:
    """The one method of a store that is needed, newest pages first."""

    def __init__(self, items: list[ThreadItem], *, names_after: bool = True) -> None:
        self.items, self.loads, self.names_after = items, 0, names_after

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        if thread_id != "thr_1":
            raise NotFoundError(thread_id)
        assert (order, context) == ("desc", "me")
        self.loads += 1
        newest = self.items[::-1]
        ids = [item.id for item in newest]
        start = ids.index(after) + 1 if after else 0
        data = newest[start : start + limit]
        more = start + limit < len(newest)
        return Page(
            data=data, has_more=more, after=data[-1].id if more and self.names_after else None
        )


async def load(store: Any, **budget: Any) -> list[ThreadItem]:
    return await load_history(store, "thr_1", "me", **budget)


@pytest.mark.parametrize(
    ("sizes", "max_items", "kept"),
    [
        ([2, 3, 2], 10, 7),
        ([2, 3, 2], 7, 7),
        ([2, 3, 2], 6, 5),
        ([2, 3, 2], 4, 2),
        ([2, 3, 2], 2, 2),
        ([2, 3, 5], 3, 5),
        ([1, 1, 1], 0, 1),
        ([], 3, 0),
    ],
)
def test_whole_turns_are_kept_from_the_newest(sizes: list[int], max_items: int, kept: int) -> None:
    """A turn without its question confuses a model more than no turn; the last one always stays."""
    items = turns(*sizes)
    assert trim_history(items, max_items=max_items) == items[len(items) - kept :]


def test_what_stands_before_the_first_message_is_a_turn() -> None:
    """A greeting is the first to go."""
    items = turns(2, before=2)
    assert trim_history(items, max_items=4) == items
    assert trim_history(items, max_items=3) == items[2:]


def test_a_thread_without_messages_of_a_person_is_kept() -> None:
    """There is no turn to cut at."""
    items = turns(before=3)
    assert trim_history(items, max_items=1) == items


def test_tokens_are_a_budget_too() -> None:
    """By any counter: a tokenizer's, or the estimate."""
    items = turns(2, 2, 2)
    assert trim_history(items, max_tokens=40, count_tokens=lambda item: 10) == items[2:]
    assert trim_history(items, max_tokens=10**6) == items
    assert trim_history(items, max_tokens=1) == items[4:]


def test_both_budgets_hold() -> None:
    """The smaller one counts."""
    items = turns(2, 2, 2)
    assert trim_history(items, max_items=2, max_tokens=10**6) == items[4:]


def test_without_a_budget_nothing_is_cut() -> None:
    """The plain use: all of the thread."""
    items = turns(2, 2)
    assert trim_history(items) == items


def test_tokens_are_estimated_by_what_the_model_reads() -> None:
    """Long text costs more; an image or a file costs its share, however many bytes it has."""
    short, long = assistant("a"), assistant("a" * 4_000)
    assert 900 < estimate_tokens(long) - estimate_tokens(short) < 1_100
    assert estimate_tokens(GeneratedImageItem(id="i", **PLACE)) == 1_000
    assert estimate_tokens(user("a", attachments=[FILE])) - estimate_tokens(user("a")) == 1_000


@pytest.mark.parametrize("names_after", [True, False])
async def test_a_long_thread_is_loaded_page_by_page(names_after: bool) -> None:
    """In its own order, also where a store's pages do not say where the next begins."""
    items = turns(*[2] * PAGE_SIZE)
    store = Pages(items, names_after=names_after)
    assert await load(store) == items
    assert store.loads == 2


async def test_what_does_not_fit_is_not_loaded() -> None:
    """A thread of years costs no more than what the model can read of it."""
    items = turns(*[2] * PAGE_SIZE * 5)
    store = Pages(items)
    assert await load(store, max_items=10) == items[-10:]
    assert store.loads == 1


async def test_a_turn_may_span_pages() -> None:
    """The cut is at a turn's start, wherever the pages break."""
    items = turns(3, PAGE_SIZE + 5)
    assert await load(Pages(items), max_items=PAGE_SIZE + 6) == items[3:]


async def test_an_empty_page_ends_the_history() -> None:
    """A store that says there is more and has none must not be asked for ever."""

    class Empty:
        async def load_thread_items(self, *_: Any) -> Page[ThreadItem]:
            return Page(data=[], has_more=True, after="msg_9")

    assert await load(Empty()) == []


async def test_an_unknown_thread_is_an_error() -> None:
    """As the store says it."""
    with pytest.raises(NotFoundError):
        await load_history(Pages([]), "thr_2", "me")  # type: ignore[arg-type]


def test_hidden_context_belongs_to_its_turn() -> None:
    """The mark of a stopped answer goes with that answer."""
    items = [user("a"), hidden("stopped"), user("b")]
    assert trim_history(items, max_items=2) == items[2:]
    assert ThreadMetadata(id="thr_1", created_at=PLACE["created_at"]).id == "thr_1"
