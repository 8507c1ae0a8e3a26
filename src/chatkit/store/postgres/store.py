"""PostgresStore: threads, items, attachments and feedback in a PostgreSQL database.

Above: the server. Below: the queries, run on the event loop's connections.
"""

from collections.abc import Awaitable, Callable
from typing import Concatenate, Final, ParamSpec, Self, TypeVar

from chatkit.store.access import AccessStore
from chatkit.store.contract import ClientPage, ClientThread, Feedback, Store, TContext
from chatkit.store.item_lines import ItemLines
from chatkit.store.owners import OwnedThread, default_owner
from chatkit.store.rows import (
    cut_page,
    encode_attachment,
    encode_item,
    encode_thread,
    is_descending,
    owner_name,
    parse_attachment,
    parse_item,
    parse_thread,
)
from chatkit.store.turn_log import TurnLog
from chatkit.types import Attachment, FeedbackKind, Page, ThreadItem, ThreadMetadata

from . import all_owners, attachment_queries, queries
from .access import PostgresAccessStore
from .connection import Connection
from .database import Database
from .fence import writing_turn
from .text import to_text
from .turn_log import PostgresTurnLog

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

POOL_SIZE: Final = 10
"""Connections of a process: with the listener's, eleven of the hundred that a server allows."""

WAIT_SECONDS: Final = 10.0
"""How long an operation waits for a database that restarts before it gives up."""


class PostgresStore(Store[TContext]):
    """Keeps everything in one schema of the database at `dsn`; any number of processes share it.

    `dsn` is `postgresql://user:password@host:port/database`; the schema is created when it is
    first needed, and brought up to date by whichever process comes first. `owner` names the user
    of a context; without it there is one user, "local", but for sessions. `pool_size` connections
    are opened as they are needed, and one more that listens. `lease_seconds` after a process was
    last heard of, the others end its turns. With `redis_url`, events reach readers in other
    processes past the database, which is spared their reads; losing Redis loses nothing.

    Errors: `NotFoundError` for what is unknown or foreign; `StoreUnavailable` when the database
    is full, or stays away for more than `wait_seconds`: until then every operation waits.
    """

    def __init__(
        self,
        dsn: str,
        *,
        owner: Callable[[TContext], str] = default_owner,
        schema: str = "chatkit",
        pool_size: int = POOL_SIZE,
        wait_seconds: float = WAIT_SECONDS,
        lease_seconds: float = 20.0,
        redis_url: str | None = None,
    ) -> None:
        if not dsn.startswith(("postgresql://", "postgres://")):
            raise ValueError("dsn must begin with postgresql://")
        self._owner: Callable[[TContext], str] = lambda context: to_text(owner_name(owner(context)))
        self._database = Database(dsn, schema=schema, size=pool_size, patience=wait_seconds)
        self._turn_log = PostgresTurnLog(
            self._database, self._owner, lease_seconds=lease_seconds, redis_url=redis_url
        )
        self._access = PostgresAccessStore(self._database)

    async def close(self) -> None:
        """Closes this event loop's connections; waits for what is being written."""
        await self._turn_log.close()
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def user_of(self, context: TContext) -> str:
        """The owner of what this context saves."""
        return self._owner(context)

    def turn_log(self) -> TurnLog:
        """The log of this store's turns, in the same schema."""
        return self._turn_log

    def access(self) -> AccessStore:
        """Keys and sessions, in the same schema."""
        return self._access

    def owner_named_by(self, context: TContext) -> str:
        return self._owner(context)

    async def find_owner(self, thread_id: str) -> str | None:
        return await self._database.read(lambda c: all_owners.find_owner(c, thread_id))

    async def load_all_threads(
        self, limit: int, after: str | None, order: str
    ) -> tuple[list[OwnedThread], bool]:
        descending = is_descending(order, limit)
        rows = await self._database.read(
            lambda c: all_owners.load_all_threads(c, after, limit, descending=descending)
        )
        shown = [OwnedThread(owner, parse_thread(*row)) for owner, *row in rows[:limit]]
        return shown, len(rows) > limit

    async def load_thread(self, thread_id: str, context: TContext) -> ThreadMetadata:
        return parse_thread(*await self._read(context, queries.load_thread, thread_id))

    async def save_thread(self, thread: ThreadMetadata, context: TContext) -> None:
        row = encode_thread(thread)
        await self._write(context, queries.save_thread, writing_turn(), row)

    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        await self._write(context, queries.delete_thread, thread_id)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> Page[ThreadMetadata]:
        rows, cursor = await self._thread_rows(limit, after, order, context)
        threads = [parse_thread(data, metadata) for data, metadata in rows]
        return Page(data=threads, has_more=cursor is not None, after=cursor)

    async def load_client_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> ClientPage:
        rows, cursor = await self._thread_rows(limit, after, order, context)
        shown: list[str | ThreadItem] = [data for data, _ in rows]
        return ClientPage(rows=shown, has_more=cursor is not None, after=cursor)

    async def load_item(self, thread_id: str, item_id: str, context: TContext) -> ThreadItem:
        return parse_item(*await self._read(context, queries.load_item, thread_id, item_id))

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        await self.save_item(thread_id, item, context)

    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        row = encode_item(item)
        await self._write(context, queries.save_item, writing_turn(), thread_id, row)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        await self._write(context, queries.delete_item, writing_turn(), thread_id, item_id)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> Page[ThreadItem]:
        rows = await self._items(thread_id, after, limit, order, context, hidden=True)
        return rows.page(limit)

    async def load_client_thread(
        self, thread_id: str, limit: int, context: TContext
    ) -> ClientThread:
        data, rows = await self._read(context, queries.load_thread_with_items, thread_id, limit)
        return ClientThread(data, rows.client_page(limit))

    async def load_client_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> ClientPage:
        rows = await self._items(thread_id, after, limit, order, context, hidden=False)
        return rows.client_page(limit)

    async def save_attachment(self, attachment: Attachment, context: TContext) -> None:
        await self._write(
            context, attachment_queries.save_attachment, encode_attachment(attachment)
        )

    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        return parse_attachment(
            await self._read(context, attachment_queries.load_attachment, attachment_id)
        )

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        await self._write(context, attachment_queries.delete_attachment, attachment_id)

    async def forget_unused(self, seconds: float) -> int:
        """Forgets old records of attachments that are in no message; their number."""
        return await self._database.write(lambda c: attachment_queries.forget_unused(c, seconds))

    async def save_feedback(
        self, thread_id: str, item_ids: list[str], kind: FeedbackKind, context: TContext
    ) -> None:
        await self._write(context, queries.save_feedback, thread_id, tuple(item_ids), kind)

    async def load_feedback(self, thread_id: str, context: TContext) -> list[Feedback]:
        rows = await self._read(context, queries.load_feedback, thread_id)
        return [Feedback(thread_id=thread_id, item_id=item_id, kind=kind) for item_id, kind in rows]

    async def _thread_rows(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> tuple[list[tuple[str, str]], str | None]:
        descending = is_descending(order, limit)
        rows = await self._read(context, queries.load_threads, after, limit, descending=descending)
        return cut_page(rows, limit, lambda row: row[0])

    async def _items(
        self,
        thread_id: str,
        after: str | None,
        limit: int,
        order: str,
        context: TContext,
        *,
        hidden: bool,
    ) -> ItemLines:
        descending = is_descending(order, limit)
        return await self._read(
            context,
            queries.load_items,
            thread_id,
            after,
            limit,
            descending=descending,
            hidden=hidden,
        )

    async def _read(
        self,
        context: TContext,
        query: Callable[Concatenate[Connection, str, Parameters], Awaitable[Result]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        owner = self._owner(context)
        return await self._database.read(
            lambda connection: query(connection, owner, *args, **kwargs)
        )

    async def _write(
        self,
        context: TContext,
        query: Callable[Concatenate[Connection, str, Parameters], Awaitable[None]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> None:
        owner = self._owner(context)
        await self._database.write(lambda connection: query(connection, owner, *args, **kwargs))


__all__ = ["POOL_SIZE", "WAIT_SECONDS", "PostgresStore"]
