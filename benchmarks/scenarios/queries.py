"""Requests that read: a thread, its items, the list of threads; from memory and from SQLite."""

import sqlite3
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from chatkit.server import ChatKitServer
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    InferenceOptions,
    Page,
    ThreadItem,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
)

from . import Work
from .chat import TIME, Shelf, as_data, body, memory_store, read

PARAGRAPH = "A sentence of an answer, as long as most of them are. " * 6


class Reader(ChatKitServer[Any]):
    """A server that is only asked for what there is."""

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[Any]:
        """Nothing."""
        return
        yield


class SqliteShelf(Shelf):
    """The store on sqlite3 that an app writes where its package has none: JSON by id."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE TABLE threads (id TEXT PRIMARY KEY, at TEXT, data TEXT)")
        self._db.execute(
            "CREATE TABLE items (id TEXT PRIMARY KEY, thread TEXT, at TEXT, data TEXT)"
        )
        self._db.execute("CREATE INDEX of_thread ON items (thread, at)")
        self._items: TypeAdapter[Any] = TypeAdapter(ThreadItem)

    async def load_thread(self, thread_id: str, context: Any) -> ThreadMetadata:
        found = self._db.execute("SELECT data FROM threads WHERE id = ?", (thread_id,))
        return ThreadMetadata.model_validate_json(found.fetchone()[0])

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        row = (thread.id, thread.created_at.isoformat(), thread.model_dump_json())
        self._db.execute("INSERT OR REPLACE INTO threads VALUES (?, ?, ?)", row)

    async def add_thread_item(self, thread_id: str, item: Any, context: Any) -> None:
        row = (item.id, thread_id, item.created_at.isoformat(), item.model_dump_json())
        self._db.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)", row)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[Any]:
        query = f"SELECT data FROM items WHERE thread = ? ORDER BY at {order} LIMIT ?"
        found = self._db.execute(query, (thread_id, limit + 1)).fetchall()
        return _page([self._items.validate_json(row[0]) for row in found], limit)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Any
    ) -> Page[ThreadMetadata]:
        query = f"SELECT data FROM threads ORDER BY at {order} LIMIT ?"
        found = self._db.execute(query, (limit + 1,)).fetchall()
        return _page([ThreadMetadata.model_validate_json(row[0]) for row in found], limit)


def _page(rows: list[Any], limit: int) -> Page[Any]:
    has_more = len(rows) > limit
    return Page(
        data=rows[:limit], has_more=has_more, after=rows[limit - 1].id if has_more else None
    )


def sqlite_store(folder: str) -> Any:
    """The package's own store in a file, or for the package that has none the shelf in one."""
    path = Path(folder) / "chat.sqlite3"
    try:
        from chatkit.store import SQLiteStore
    except ImportError:
        return SqliteShelf(path)
    return SQLiteStore(path)


def item(number: int) -> Any:
    """Questions and answers in turn."""
    at: dict[str, Any] = {
        "thread_id": "thr_1",
        "created_at": TIME + timedelta(seconds=number),
    }
    if number % 2:
        content = [AssistantMessageContent(text=f"{number}: {PARAGRAPH}")]
        return AssistantMessageItem(id=f"msg_{number}", content=content, **at)
    return UserMessageItem(
        id=f"msg_{number}",
        content=[UserMessageTextContent(text=f"Question {number}")],
        attachments=[],
        quoted_text=None,
        inference_options=InferenceOptions(),
        **at,
    )


async def fill(store: Any, *, threads: int, items: int) -> None:
    """Threads, the first one with items."""
    for number in range(1, threads + 1):
        at = TIME + timedelta(seconds=number)
        thread = ThreadMetadata(
            id=f"thr_{number}", title=f"Thread {number}", created_at=at, metadata={"user": "u"}
        )
        await store.save_thread(thread, {})
    for number in range(items):
        await store.add_thread_item("thr_1", item(number), {})


async def reading(kind: str, items: int, store: str) -> Work:
    """A request of this kind for so many rows."""
    folder = tempfile.TemporaryDirectory()
    kept = memory_store() if store == "memory" else sqlite_store(folder.name)
    await fill(kept, threads=items if kind == "threads" else 1, items=items)
    server = Reader(kept)
    request = {
        "get": body("threads.get_by_id", thread_id="thr_1"),
        "items": body("items.list", thread_id="thr_1", limit=items, order="asc"),
        "threads": body("threads.list", limit=items, order="desc"),
    }[kind]

    async def run() -> Any:
        return await server.process(request, {})

    async def outcome(result: Any) -> Any:
        assert folder.name  # held as long as the file is read
        return as_data(await read(result))

    return Work(units=1, run=run, outcome=outcome)
