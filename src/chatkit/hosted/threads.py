"""The threads API: every user's threads, for the host's own servers.

Above: `chatkit.http`. Below: the workflows' store and servers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from chatkit.errors import InvalidRequest, NotFoundError, ThreadNotFound
from chatkit.server.attachments import refresh_item
from chatkit.store.owners import OwnedThread, ServesAllOwners
from chatkit.types import ThreadDeleteParams, ThreadItem, ThreadsDeleteReq

from .context import SessionContext
from .objects import Object, deleted_object, item_object, list_object, thread_object
from .workflows import Workflows

LARGEST_PAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which page of a list: what follows `after` or precedes `before`, in this order."""

    limit: int = 20
    order: Literal["asc", "desc"] = "desc"
    after: str | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        """Raises: InvalidRequest for a page that cannot be meant."""
        if not 1 <= self.limit <= LARGEST_PAGE:
            raise InvalidRequest(f"`limit` must be between 1 and {LARGEST_PAGE}")
        if self.after is not None and self.before is not None:
            raise InvalidRequest("give `after` or `before`, not both")

    @property
    def cursor(self) -> str | None:
        """Where to begin to read."""
        return self.before if self.before is not None else self.after

    @property
    def direction(self) -> str:
        """In which order to read: what precedes a cursor is read backwards."""
        if self.before is None:
            return self.order
        return "asc" if self.order == "desc" else "desc"

    def page(self, data: Sequence[Object], has_more: bool) -> Object:
        """What was read, as a page in the order that was asked for."""
        return list_object(data if self.before is None else data[::-1], has_more)


class ThreadsApi:
    """Reads and deletes threads, whoever their owner is."""

    def __init__(self, workflows: Workflows) -> None:
        self._workflows = workflows
        self._store = workflows.store

    async def list(self, user: str | None, query: PageQuery) -> Object:
        """A page of this user's threads, or of everybody's. Raises: InvalidRequest."""
        try:
            threads, has_more = await self._read_threads(user, query)
        except NotFoundError:
            raise _unknown_cursor(query) from None
        return query.page([thread_object(row.thread, row.owner) for row in threads], has_more)

    async def retrieve(self, thread_id: str) -> Object:
        """The thread. Raises: ThreadNotFound."""
        context = await self._owner_of(thread_id)
        return thread_object(await self._store.load_thread(thread_id, context), context.user)

    async def delete(self, thread_id: str) -> Object:
        """Deletes the thread with all that belongs to it. Raises: ThreadNotFound."""
        context = await self._owner_of(thread_id)
        request = ThreadsDeleteReq(params=ThreadDeleteParams(thread_id=thread_id))
        await self._workflows.running(thread_id).process_parsed(request, context)
        return deleted_object(thread_id)

    async def list_items(self, thread_id: str, query: PageQuery) -> Object:
        """A page of the thread's items. Raises: ThreadNotFound, InvalidRequest."""
        context = await self._owner_of(thread_id)
        found: list[Object] = []
        cursor, has_more = query.cursor, True
        # One more than asked for says whether more follow.
        while has_more and len(found) <= query.limit:
            page = await self._read_items(thread_id, cursor, query, context)
            items = [await self._shown(item, context) for item in page.data]
            found += [item for item in items if item is not None]
            cursor, has_more = page.after, page.has_more and bool(page.data)
        return query.page(found[: query.limit], len(found) > query.limit)

    async def _read_threads(
        self, user: str | None, query: PageQuery
    ) -> tuple[Sequence[OwnedThread], bool]:
        if user is None:
            store = self._all_owners()
            return await store.load_all_threads(query.limit, query.cursor, query.direction)
        context = SessionContext(user=user)
        page = await self._store.load_threads(query.limit, query.cursor, query.direction, context)
        return [OwnedThread(user, thread) for thread in page.data], page.has_more

    async def _read_items(
        self, thread_id: str, cursor: str | None, query: PageQuery, context: SessionContext
    ) -> Any:
        try:
            return await self._store.load_thread_items(
                thread_id, cursor, query.limit + 1, query.direction, context
            )
        except NotFoundError:
            raise _unknown_cursor(query) from None

    async def _shown(self, item: ThreadItem, context: SessionContext) -> Object | None:
        return item_object(await refresh_item(item, self._workflows.attachment_store, context))

    async def _owner_of(self, thread_id: str) -> SessionContext:
        owner = await self._all_owners().find_owner(thread_id)
        if owner is None:
            raise ThreadNotFound(thread_id)
        return SessionContext(user=owner)

    def _all_owners(self) -> ServesAllOwners:
        if not isinstance(self._store, ServesAllOwners):
            raise NotImplementedError("the store cannot be read across owners")
        return self._store


def _unknown_cursor(query: PageQuery) -> InvalidRequest:
    name = "after" if query.before is None else "before"
    return InvalidRequest(f"`{name}` is no id in this list")


__all__ = ["PageQuery", "ThreadsApi"]
