"""Stores as hosts write them: a plain one that says what it was asked, and four with a temper.

They stand on nothing but the `Store` contract, so they run under the official package too.
"""

import asyncio
from collections import Counter
from typing import Any

from chatkit.store import NotFoundError, Store
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata

_PREFIXES = {
    "thread": "thr",
    "message": "msg",
    "tool_call": "tc",
    "workflow": "wf",
    "task": "tsk",
    "attachment": "atc",
    "sdk_hidden_context": "shcx",
}

WRITES = frozenset(
    {
        "save_thread",
        "save_attachment",
        "delete_attachment",
        "add_thread_item",
        "save_item",
        "delete_thread",
        "delete_thread_item",
    }
)


class PlainStore(Store[Any]):
    """Dicts, as in the official documentation: keeps copies, numbers its ids, says its calls.

    `calls` are tuples of the method and the ids that it was given.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.threads: dict[str, ThreadMetadata] = {}
        self.items: dict[str, list[ThreadItem]] = {}
        self.attachments: dict[str, Attachment] = {}
        self._numbers: Counter[str] = Counter()

    @property
    def names(self) -> list[str]:
        """The methods that were called, in order."""
        return [call[0] for call in self.calls]

    @property
    def writes(self) -> list[tuple[str, ...]]:
        """The calls that change something."""
        return [call for call in self.calls if call[0] in WRITES]

    def of(self, thread_id: str) -> list[ThreadItem]:
        """The thread's items, with no call noted."""
        return self.items.get(thread_id, [])

    async def called(self, method: str, *ids: str | None) -> None:
        """Notes a call; what a temper overrides."""
        self.calls.append((method, *[str(part) for part in ids]))

    def keep(self, value: Any) -> Any:
        """What is kept of something that is handed in or out."""
        return value.model_copy(deep=True)

    def _next(self, item_type: str) -> str:
        prefix = _PREFIXES[item_type]
        self._numbers[prefix] += 1
        return f"{prefix}_{self._numbers[prefix]}"

    def generate_thread_id(self, context: Any) -> str:
        return self._next("thread")

    def generate_item_id(self, item_type: str, thread: ThreadMetadata, context: Any) -> str:
        return self._next(item_type)

    async def load_thread(self, thread_id: str, context: Any) -> ThreadMetadata:
        await self.called("load_thread", thread_id)
        if thread_id not in self.threads:
            raise NotFoundError(f"no thread {thread_id}")
        return self.keep(self.threads[thread_id])

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        await self.called("save_thread", thread.id)
        self.threads[thread.id] = self.keep(thread)
        self.items.setdefault(thread.id, [])

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        await self.called("load_thread_items", thread_id, after, str(limit), order)
        rows = self.of(thread_id) if order == "asc" else self.of(thread_id)[::-1]
        return _page([self.keep(row) for row in rows], after, limit)

    async def save_attachment(self, attachment: Attachment, context: Any) -> None:
        await self.called("save_attachment", attachment.id)
        self.attachments[attachment.id] = self.keep(attachment)

    async def load_attachment(self, attachment_id: str, context: Any) -> Attachment:
        await self.called("load_attachment", attachment_id)
        if attachment_id not in self.attachments:
            raise NotFoundError(f"no attachment {attachment_id}")
        return self.keep(self.attachments[attachment_id])

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        await self.called("delete_attachment", attachment_id)
        self.attachments.pop(attachment_id, None)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Any
    ) -> Page[ThreadMetadata]:
        await self.called("load_threads", str(limit), after, order)
        rows = list(self.threads.values())
        return _page(
            [self.keep(row) for row in (rows if order == "asc" else rows[::-1])], after, limit
        )

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await self.called("add_thread_item", thread_id, item.id)
        self.items.setdefault(thread_id, []).append(self.keep(item))

    async def save_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await self.called("save_item", thread_id, item.id)
        rows = self.items.setdefault(thread_id, [])
        index = next((n for n, row in enumerate(rows) if row.id == item.id), len(rows))
        rows[index : index + 1] = [self.keep(item)]

    async def load_item(self, thread_id: str, item_id: str, context: Any) -> ThreadItem:
        await self.called("load_item", thread_id, item_id)
        for row in self.of(thread_id):
            if row.id == item_id:
                return self.keep(row)
        raise NotFoundError(f"no item {item_id}")

    async def delete_thread(self, thread_id: str, context: Any) -> None:
        await self.called("delete_thread", thread_id)
        self.threads.pop(thread_id, None)
        self.items.pop(thread_id, None)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Any) -> None:
        await self.called("delete_thread_item", thread_id, item_id)
        self.items[thread_id] = [row for row in self.of(thread_id) if row.id != item_id]


def _page(rows: list[Any], after: str | None, limit: int) -> Page[Any]:
    if after is not None:
        rows = rows[[row.id for row in rows].index(after) + 1 :]
    shown, more = rows[:limit], len(rows) > limit
    return Page(data=shown, has_more=more, after=shown[-1].id if more else None)


class SlowStore(PlainStore):
    """Every write takes 5 ms: long enough to be cancelled in, as a real database is."""

    async def called(self, method: str, *ids: str | None) -> None:
        await super().called(method, *ids)
        if method in WRITES:
            await asyncio.sleep(0.005)


class DuplicateKey(Exception):
    """What a database says of the same primary key twice."""


class StrictStore(PlainStore):
    """Refuses the same item twice, and items of a thread that it does not have."""

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        if thread_id not in self.threads or any(row.id == item.id for row in self.of(thread_id)):
            raise DuplicateKey(item.id)
        await super().add_thread_item(thread_id, item, context)

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        if type(thread) is not ThreadMetadata:
            raise TypeError(f"a {type(thread).__name__} is no row")
        await super().save_thread(thread, context)


class ByReferenceStore(PlainStore):
    """Keeps the very objects that it is given, and hands them out."""

    def keep(self, value: Any) -> Any:
        return value


class StoreDown(Exception):
    """What a driver says; it may hold addresses and passwords."""


class FailingStore(PlainStore):
    """Raises at the n-th call of a method, counted from 1; `forever` from there on."""

    def __init__(self, method: str = "", nth: int = 1, *, forever: bool = False) -> None:
        super().__init__()
        self.method, self.nth, self.forever = method, nth, forever
        self.failed = 0

    async def called(self, method: str, *ids: str | None) -> None:
        await super().called(method, *ids)
        count = self.names.count(method)
        if method == self.method and (count == self.nth or (self.forever and count > self.nth)):
            self.failed += 1
            raise StoreDown("canary: could not connect to postgres://admin:secret@db")
