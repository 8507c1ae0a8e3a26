"""A thread's history in a model's context: loaded from its end, cut at the start of a turn.

Above: the apps. Below: the store and the types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from chatkit.store import Store
from chatkit.types import GeneratedImageItem, ThreadItem, UserMessageItem

__all__ = ["estimate_tokens", "load_history", "trim_history"]

TContext = TypeVar("TContext")
CountTokens = Callable[[ThreadItem], int]

PAGE_SIZE = 100
CHARACTERS_PER_TOKEN = 4
TOKENS_PER_FILE = 1_000


def estimate_tokens(item: ThreadItem) -> int:
    """Roughly how many tokens the item costs: a token per 4 characters of its JSON.

    Images and attachments count 1,000 each, whatever their size. For exact numbers pass a
    tokenizer's count to `load_history`.
    """
    if isinstance(item, GeneratedImageItem):
        return TOKENS_PER_FILE
    json = item.model_dump_json(exclude_none=True, exclude={"attachments", "thread_id", "id"})
    files = len(item.attachments) if isinstance(item, UserMessageItem) else 0
    return len(json) // CHARACTERS_PER_TOKEN + files * TOKENS_PER_FILE


def trim_history(
    items: Sequence[ThreadItem],
    *,
    max_items: int | None = None,
    max_tokens: int | None = None,
    count_tokens: CountTokens = estimate_tokens,
) -> list[ThreadItem]:
    """The newest whole turns that fit in the budget, oldest item first.

    A turn starts with a person's message; what stands before the first one counts as a turn. The
    last turn is always kept, as without it there is nothing to answer.
    """
    budget = _Budget(max_items, max_tokens, count_tokens)
    budget.take(reversed(items))
    return budget.kept()


async def load_history(
    store: Store[TContext],
    thread_id: str,
    context: TContext,
    *,
    max_items: int | None = None,
    max_tokens: int | None = None,
    count_tokens: CountTokens = estimate_tokens,
) -> list[ThreadItem]:
    """The thread's items for `to_agent_input`, oldest first: all of them, or what fits.

    Cut as by `trim_history`; what is older than the budget is not loaded. Raises: NotFoundError.
    """
    budget = _Budget(max_items, max_tokens, count_tokens)
    after: str | None = None
    while True:
        page = await store.load_thread_items(thread_id, after, PAGE_SIZE, "desc", context)
        if budget.take(page.data) or not page.has_more or not page.data:
            return budget.kept()
        after = page.after or page.data[-1].id


class _Budget:
    """The items taken so far, newest first, and where the turns that fit end among them."""

    def __init__(
        self, max_items: int | None, max_tokens: int | None, count_tokens: CountTokens
    ) -> None:
        self._max_items, self._max_tokens = max_items, max_tokens
        self._count_tokens = count_tokens
        self._items: list[ThreadItem] = []
        self._tokens = 0
        self._turns_end = 0
        self._is_full = False

    def take(self, items: Iterable[ThreadItem]) -> bool:
        """Take items, newest first; whether the budget is used up."""
        for item in items:
            self._items.append(item)
            if self._max_tokens is not None:
                self._tokens += self._count_tokens(item)
            if self._turns_end and self._is_over():
                self._is_full = True
                return True
            if isinstance(item, UserMessageItem):
                self._turns_end = len(self._items)
        return False

    def kept(self) -> list[ThreadItem]:
        """What fits, oldest first."""
        end = self._turns_end if self._is_full else len(self._items)
        return self._items[:end][::-1]

    def _is_over(self) -> bool:
        items, tokens = self._max_items, self._max_tokens
        too_many = items is not None and len(self._items) > items
        return too_many or (tokens is not None and self._tokens > tokens)
