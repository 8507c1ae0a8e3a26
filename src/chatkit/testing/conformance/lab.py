"""The lab: one store under test, with the things that checks do again and again.

Below: the stores. Checks are coroutines that take a lab and raise `ConformanceFailure`.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from chatkit.store import KeepsTurns, NotFoundError, Store, TurnLog
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    Page,
    ThreadItem,
    ThreadMetadata,
)

Element = TypeVar("Element", ThreadItem, ThreadMetadata)

MORNING = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
"""When the threads and items of the checks begin."""


class ConformanceFailure(AssertionError):
    """A store does not do what the contract says."""


class NotApplicable(Exception):
    """The check speaks of something that this store does not offer."""


@dataclass(kw_only=True)
class StoreLab:
    """A store under test.

    `other_context` is of a second user, None where the store knows no owners. `reopen` opens a
    second store on the same data, as another process would.
    """

    store: Store[Any]
    reopen: Callable[[], Awaitable[Store[Any]]]
    context: Any = None
    other_context: Any = None
    _minutes: Iterator[int] = field(default_factory=count)

    def later(self) -> datetime:
        """A time a minute after the last one."""
        return MORNING + timedelta(minutes=next(self._minutes))

    def thread(self, **fields: Any) -> ThreadMetadata:
        """A thread that is not saved yet."""
        thread_id = self.store.generate_thread_id(self.context)
        return ThreadMetadata.model_validate(
            {"id": thread_id, "created_at": self.later(), **fields}
        )

    async def saved_thread(self, **fields: Any) -> ThreadMetadata:
        """A new thread in the store."""
        thread = self.thread(**fields)
        await self.store.save_thread(thread, self.context)
        return thread

    def message(self, thread: ThreadMetadata, text: str = "hello", **fields: Any) -> ThreadItem:
        """A message of the assistant that is not saved yet."""
        item_id = self.store.generate_item_id("message", thread, self.context)
        return AssistantMessageItem.model_validate(
            {
                "id": item_id,
                "thread_id": thread.id,
                "created_at": self.later(),
                "content": [AssistantMessageContent(text=text)],
                **fields,
            }
        )

    async def saved_messages(self, thread: ThreadMetadata, number: int) -> list[ThreadItem]:
        """New messages in the thread, one after the other."""
        messages = [self.message(thread, f"message {index}") for index in range(number)]
        for message in messages:
            await self.store.add_thread_item(thread.id, message, self.context)
        return messages

    async def item_pages(
        self, thread: ThreadMetadata, limit: int, order: str
    ) -> AsyncIterator[Page[ThreadItem]]:
        """The pages of the thread, following their cursors."""
        after = None
        for _ in range(1000):
            page = await self.store.load_thread_items(thread.id, after, limit, order, self.context)
            yield page
            if not page.has_more:
                return
            after = _cursor_of(page)
        raise ConformanceFailure("the pages of a thread's items never end")

    async def items(
        self, thread: ThreadMetadata, *, limit: int = 1000, order: str = "asc"
    ) -> list[ThreadItem]:
        """All items of the thread, read page by page."""
        pages = [page async for page in self.item_pages(thread, limit, order)]
        return [item for page in pages for item in page.data]

    async def threads(self, *, limit: int = 1000, order: str = "asc") -> list[ThreadMetadata]:
        """All threads of the user, read page by page."""
        threads: list[ThreadMetadata] = []
        after = None
        for _ in range(1000):
            page = await self.store.load_threads(limit, after, order, self.context)
            threads += page.data
            if not page.has_more:
                return threads
            after = _cursor_of(page)
        raise ConformanceFailure("the pages of threads never end")

    def turn_log(self) -> TurnLog:
        """The store's turn log."""
        return turn_log_of(self.store)


def turn_log_of(store: Store[Any]) -> TurnLog:
    """The store's turn log. Raises NotApplicable for a store without one."""
    if not isinstance(store, KeepsTurns):
        raise NotApplicable("the store keeps no turns")
    return store.turn_log()


async def resolve(value: Any) -> Any:
    """The value, awaited if it must be."""
    return await value if inspect.isawaitable(value) else value


def expect(condition: object, message: str) -> None:
    """Raises ConformanceFailure with the message unless the condition holds."""
    if not condition:
        raise ConformanceFailure(message)


def expect_equal(actual: object, expected: object, what: str) -> None:
    """Raises ConformanceFailure that shows both values unless they are equal."""
    if actual != expected:
        raise ConformanceFailure(f"{what}: got {_short(actual)}, expected {_short(expected)}")


async def expect_not_found(answer: Awaitable[object], what: str) -> None:
    """Raises ConformanceFailure unless awaiting the answer raises NotFoundError."""
    try:
        found = await answer
    except NotFoundError:
        return
    raise ConformanceFailure(f"{what} did not raise NotFoundError, but returned {_short(found)}")


def ids(elements: list[Element]) -> list[str]:
    """The elements' ids."""
    return [element.id for element in elements]


def _cursor_of(page: Page[Any]) -> str:
    if not page.after:
        raise ConformanceFailure("a page with has_more has no cursor in `after`")
    if not page.data:
        raise ConformanceFailure("a page with has_more is empty")
    return page.after


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 500 else f"{text[:240]} … {text[-240:]}"
