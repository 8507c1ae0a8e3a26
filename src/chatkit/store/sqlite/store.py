"""SQLiteStore: threads, items, attachments and feedback in one SQLite file.

Above: the server. Below: the queries, run by the database's threads.
"""

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from sqlite3 import Connection
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

from . import all_owners, queries
from .access import SQLiteAccessStore
from .connection import Synchronous
from .database import Database
from .turn_log import SQLiteTurnLog

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

LOCK_SECONDS: Final = 30.0
"""How long a write waits for another process's lock before it gives up."""


class SQLiteStore(Store[TContext]):
    """Keeps everything in the SQLite file at `path`; several processes may share it.

    The file and its folder are created when they are first needed, for the current user only.
    `owner` names the user of a context; without it there is one user, "local", but for
    sessions. With `synchronous="NORMAL"` a crash of the program loses nothing, and a power cut
    may lose the last moments; with "FULL" it does not, at the cost of one flush for each commit.

    Errors: `NotFoundError` for what is unknown or foreign, `StoreUnavailable` when the disk is
    full or broken, or another process holds the lock for more than `lock_seconds`.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        owner: Callable[[TContext], str] = default_owner,
        synchronous: Synchronous = "NORMAL",
        lock_seconds: float = LOCK_SECONDS,
    ) -> None:
        if str(path) in ("", ":memory:"):
            raise ValueError("SQLiteStore needs the path of a file; for memory, use MemoryStore")
        if synchronous not in ("NORMAL", "FULL"):
            raise ValueError(f'synchronous must be "NORMAL" or "FULL", not {synchronous!r}')
        self._owner: Callable[[TContext], str] = lambda context: owner_name(owner(context))
        self._database = Database(
            Path(path).expanduser().absolute(), synchronous=synchronous, patience=lock_seconds
        )
        self._turn_log = SQLiteTurnLog(self._database, self._owner)
        self._access = SQLiteAccessStore(self._database)

    async def close(self) -> None:
        """Ends the store's threads and closes the file; waits for what is being written."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def user_of(self, context: TContext) -> str:
        """The owner of what this context saves."""
        return self._owner(context)

    def turn_log(self) -> TurnLog:
        """The log of this store's turns, in the same file."""
        return self._turn_log

    def access(self) -> AccessStore:
        """Keys and sessions, in the same file."""
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
        await self._write(context, lambda c, owner: queries.save_thread(c, owner, row), single=True)

    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        await self._write(
            context, lambda c, owner: queries.delete_thread(c, owner, thread_id), scrub=True
        )

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
        await self._write(
            context, lambda c, owner: queries.save_item(c, owner, thread_id, row), single=True
        )

    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        await self._write(
            context, lambda c, owner: queries.delete_item(c, owner, thread_id, item_id)
        )

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
        row = encode_attachment(attachment)
        await self._write(context, lambda c, owner: queries.save_attachment(c, owner, row))

    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        return parse_attachment(await self._read(context, queries.load_attachment, attachment_id))

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        await self._write(
            context, lambda c, owner: queries.delete_attachment(c, owner, attachment_id)
        )

    async def forget_unused(self, seconds: float) -> int:
        """Forgets old records of attachments that are in no message; their number."""
        return await self._database.write(
            lambda connection: queries.forget_unused(connection, seconds), single=True
        )

    async def save_feedback(
        self, thread_id: str, item_ids: list[str], kind: FeedbackKind, context: TContext
    ) -> None:
        ids = tuple(item_ids)
        await self._write(
            context, lambda c, owner: queries.save_feedback(c, owner, thread_id, ids, kind)
        )

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
        query: Callable[Concatenate[Connection, str, Parameters], Result],
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
        run: Callable[[Connection, str], None],
        *,
        single: bool = False,
        scrub: bool = False,
    ) -> None:
        owner = self._owner(context)
        await self._database.write(
            lambda connection: run(connection, owner), single=single, scrub=scrub
        )
