"""Pages of items and threads as clients see them, from any store.

Stores that keep JSON hand it out as it stands; from the others models are asked for, and hidden
items skipped until the page is full.
"""

from typing import Any

from pydantic_core import from_json

from chatkit.errors import InvalidRequest
from chatkit.store.contract import (
    AttachmentStore,
    ClientPage,
    ClientThread,
    ServesClientPages,
    Store,
)
from chatkit.turns.commit import is_hidden
from chatkit.turns.recover import FoldedLog
from chatkit.turns.thread_watch import client_thread
from chatkit.types import ThreadItem, ThreadMetadata
from chatkit.wire import encode

from .attachments import refresh_item

DEFAULT_PAGE_SIZE = 20

_READY_MADE = {
    "load_thread": "load_client_thread",
    "load_thread_items": "load_client_items",
    "load_threads": "load_client_threads",
}
"""What a store loads as models, and as the JSON that it keeps."""


def page_size(limit: int | None) -> int:
    """The number of rows to read; none or 0 means the default. Raises: InvalidRequest below 0."""
    if limit is not None and limit < 0:
        raise InvalidRequest("`limit` must not be negative")
    return limit or DEFAULT_PAGE_SIZE


def with_drafts(page: ClientPage, drafts: list[ThreadItem]) -> ClientPage:
    """The page with a running turn's unfinished items, each item once.

    One that an earlier turn had saved stands in its place, the others at the end. They are added
    also when the page is not the last: the client needs them to go on with the turn, and puts the
    items that it pages in before them.
    """
    left = {item.id: item for item in drafts if not is_hidden(item)}
    rows = [left.pop(_row_id(row), row) for row in page.rows] if left else page.rows
    return ClientPage(rows=[*rows, *left.values()], has_more=page.has_more, after=page.after)


def laid_over(page: ClientPage, folded: FoldedLog) -> ClientPage:
    """The page with what a running turn's log says of its items, which the page may be ahead of."""
    finished = dict(folded.finished)
    rows = [row for row in page.rows if _row_id(row) not in folded.removed]
    rows = [finished.pop(_row_id(row), row) for row in rows]
    if not page.has_more:
        # Saved when the page had been read already.
        rows += [item for item in finished.values() if not is_hidden(item)]
    whole = ClientPage(rows=rows, has_more=page.has_more, after=page.after)
    return with_drafts(whole, folded.drafts.items())


def _row_id(row: str | ThreadItem) -> str:
    return from_json(row)["id"] if isinstance(row, str) else row.id


class ClientPages:
    """Reads pages for clients from one store; `files` makes the links in them."""

    def __init__(self, store: Store[object], files: AttachmentStore[Any] | None = None) -> None:
        self._store = store
        self._files = files
        self._ready_made = _ready_made(store)

    async def load_thread(self, thread_id: str, context: object) -> ClientThread:
        """A thread with its first items. Raises: NotFoundError for an unknown or foreign one."""
        if self._ready_made is not None:
            thread = await self._ready_made.load_client_thread(
                thread_id, DEFAULT_PAGE_SIZE, context
            )
            return ClientThread(thread.row, await self._refresh(thread.page, context))
        row = _row_of(await self._store.load_thread(thread_id, context))
        page = await self.load_items(thread_id, None, DEFAULT_PAGE_SIZE, "asc", context)
        return ClientThread(row, page)

    async def load_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: object
    ) -> ClientPage:
        """Up to `limit` items that a client may see; shorter only at the thread's end.

        Raises: NotFoundError for an unknown or foreign thread.
        """
        page = await self._load_items(thread_id, after, limit, order, context)
        return await self._refresh(page, context)

    async def _refresh(self, page: ClientPage, context: object) -> ClientPage:
        """The page with links to files that are good from now on."""
        if page.is_ready or set(map(type, page.rows)) <= {str}:
            return page
        rows = [
            row if isinstance(row, str) else await refresh_item(row, self._files, context)
            for row in page.rows
        ]
        return ClientPage(rows=rows, has_more=page.has_more, after=page.after)

    async def _load_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: object
    ) -> ClientPage:
        if self._ready_made is not None:
            return await self._ready_made.load_client_items(thread_id, after, limit, order, context)
        await self._store.load_thread(thread_id, context)
        rows: list[str | ThreadItem] = []
        cursor, has_more = after, True
        while has_more and len(rows) < limit:
            page = await self._store.load_thread_items(thread_id, cursor, limit, order, context)
            visible = [item for item in page.data if not is_hidden(item)]
            room = limit - len(rows)
            rows.extend(visible[:room])
            if len(visible) > room:
                return ClientPage(rows=rows, has_more=True, after=visible[room - 1].id)
            cursor, has_more = page.after, page.has_more and bool(page.data)
        return ClientPage(rows=rows, has_more=has_more, after=cursor if has_more else None)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: object
    ) -> ClientPage:
        """Up to `limit` of the caller's threads, each without its items."""
        if self._ready_made is not None:
            return await self._ready_made.load_client_threads(limit, after, order, context)
        page = await self._store.load_threads(limit, after, order, context)
        return ClientPage(
            rows=[_row_of(thread) for thread in page.data],
            has_more=page.has_more,
            after=page.after,
        )


def _ready_made(store: Store[object]) -> ServesClientPages | None:
    """The store, if it serves client pages, and no subclass has changed what it loads.

    Such a subclass may hide rows, or check who asks: what was made for its parent knows of neither.
    """
    if not isinstance(store, ServesClientPages):
        return None
    family = type(store).__mro__
    for plain, ready_made in _READY_MADE.items():
        changed_by = next(each for each in family if plain in vars(each))
        if not any(issubclass(each, changed_by) for each in family if ready_made in vars(each)):
            return None
    return store


def _row_of(thread: ThreadMetadata) -> str:
    return encode(client_thread(thread)).decode()


__all__ = ["DEFAULT_PAGE_SIZE", "ClientPages", "page_size", "with_drafts"]
