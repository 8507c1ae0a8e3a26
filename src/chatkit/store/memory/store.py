"""MemoryStore: threads, items and attachments in this process's memory.

Above: the server, tests and demos. Below: `ordered` and the rows. What is kept is JSON text, so
that nothing handed in or out is ever shared with the store.
"""

from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING

from chatkit.errors import AttachmentNotFound, ItemNotFound, ThreadNotFound
from chatkit.store.contract import ClientPage, ClientThread, Feedback, Store, TContext
from chatkit.store.owners import OwnedThread, default_owner
from chatkit.store.rows import (
    ItemRow,
    encode_attachment,
    encode_item,
    encode_thread,
    is_descending,
    microseconds_ago,
    owner_name,
    parse_attachment,
    parse_item,
    parse_thread,
)
from chatkit.store.turn_log import TurnLog
from chatkit.types import Attachment, FeedbackKind, Page, ThreadItem, ThreadMetadata

from .kept import KeptAttachment, KeptThread
from .ordered import OrderedRows
from .turn_log import MemoryTurnLog

if TYPE_CHECKING:
    from chatkit.store.access import AccessStore


class MemoryStore(Store[TContext]):
    """Keeps everything in memory, for each owner apart; gone when the process ends.

    `owner` names the user of a context; without it there is one user, "local", but for
    sessions. May be used from several threads.
    """

    def __init__(self, owner: Callable[[TContext], str] = default_owner) -> None:
        self._owner: Callable[[TContext], str] = lambda context: owner_name(owner(context))
        # Hosts that run each request in a thread of its own share one store.
        self._lock = RLock()
        self._threads: dict[str, KeptThread] = {}
        self._of_owner: dict[str, OrderedRows[KeptThread]] = {}
        self._attachments: dict[str, KeptAttachment] = {}
        self._turn_log = MemoryTurnLog(self, self._owner)
        self._access: AccessStore | None = None

    def user_of(self, context: TContext) -> str:
        """The owner of what this context saves."""
        return self._owner(context)

    def turn_log(self) -> TurnLog:
        """The log of this store's turns."""
        return self._turn_log

    def access(self) -> "AccessStore":
        """Keys and sessions, beside this store's threads."""
        from .access import MemoryAccessStore  # only hosted apps have any

        with self._lock:
            self._access = self._access or MemoryAccessStore()
            return self._access

    def owner_named_by(self, context: TContext) -> str:
        return self._owner(context)

    async def find_owner(self, thread_id: str) -> str | None:
        return self.owner_of(thread_id)

    async def load_all_threads(
        self, limit: int, after: str | None, order: str
    ) -> tuple[list[OwnedThread], bool]:
        threads = OrderedRows[KeptThread]()
        with self._lock:
            for thread_id, kept in self._threads.items():
                threads.put(thread_id, kept, kept.row.created_at)
        found, cursor = _page_of(threads, limit, after, order)
        rows = [(kept.owner, kept.row) for kept in found]
        shown = [OwnedThread(owner, parse_thread(r.data, r.metadata)) for owner, r in rows]
        return shown, cursor is not None

    async def load_thread(self, thread_id: str, context: TContext) -> ThreadMetadata:
        with self._lock:
            row = self._thread(thread_id, context).row
        return parse_thread(row.data, row.metadata)

    async def save_thread(self, thread: ThreadMetadata, context: TContext) -> None:
        owner = self._owner(context)
        row = encode_thread(thread)
        with self._lock:
            kept = self._threads.get(row.id)
            if kept is None:
                kept = self._threads[row.id] = KeptThread(owner, row)
            elif kept.owner != owner:
                raise ThreadNotFound(row.id)
            kept.row = row
            self._of_owner.setdefault(owner, OrderedRows()).put(row.id, kept, row.created_at)

    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        owner = self._owner(context)
        with self._lock:
            if thread_id not in self._threads:
                return
            self._thread(thread_id, context)
            del self._threads[thread_id]
            self._of_owner[owner].discard(thread_id)
            for attachment_id, attachment in list(self._attachments.items()):
                if attachment.row.thread_id == thread_id:
                    del self._attachments[attachment_id]
            self._turn_log.forget_now(thread_id)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> "Page[ThreadMetadata]":
        found, cursor = self._thread_page(limit, after, order, context)
        threads = [parse_thread(thread.row.data, thread.row.metadata) for thread in found]
        return Page(data=threads, has_more=cursor is not None, after=cursor)

    async def load_client_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> ClientPage:
        found, cursor = self._thread_page(limit, after, order, context)
        rows: list[str | ThreadItem] = [thread.row.data for thread in found]
        return ClientPage(rows=rows, has_more=cursor is not None, after=cursor)

    async def load_item(self, thread_id: str, item_id: str, context: TContext) -> ThreadItem:
        with self._lock:
            thread = self._thread(thread_id, context)
            if item_id not in thread.items:
                raise ItemNotFound(thread_id, item_id)
            row = thread.items.get(item_id)
        return parse_item(row.type, row.data)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        await self.save_item(thread_id, item, context)

    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        row = encode_item(item)
        with self._lock:
            self._thread(thread_id, context).put(row)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        with self._lock:
            thread = self._thread(thread_id, context)
            thread.items.discard(item_id)
            thread.feedback.pop(item_id, None)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> Page[ThreadItem]:
        descending = is_descending(order, limit)
        with self._lock:
            kept = self._thread_with(thread_id, after, context).items
            found, cursor = kept.page(after, limit, descending=descending)
        items = [parse_item(row.type, row.data) for row in found]
        return Page(data=items, has_more=cursor is not None, after=cursor)

    async def load_client_thread(
        self, thread_id: str, limit: int, context: TContext
    ) -> ClientThread:
        with self._lock:
            row = self._thread(thread_id, context).row.data
            page = await self.load_client_items(thread_id, None, limit, "asc", context)
        return ClientThread(row, page)

    async def load_client_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> ClientPage:
        descending = is_descending(order, limit)
        with self._lock:
            thread = self._thread_with(thread_id, after, context)
            return thread.client_page(after, limit, descending=descending)

    async def save_attachment(self, attachment: Attachment, context: TContext) -> None:
        owner = self._owner(context)
        row = encode_attachment(attachment)
        with self._lock:
            if row.thread_id is not None:
                self._thread(row.thread_id, context)
            self._require_attachment(row.id, owner)
            self._attachments[row.id] = KeptAttachment(owner, row, microseconds_ago(0))

    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        owner = self._owner(context)
        with self._lock:
            kept = self._attachments.get(attachment_id)
        if kept is None or kept.owner != owner:
            raise AttachmentNotFound(attachment_id)
        return parse_attachment(kept.row.data)

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        owner = self._owner(context)
        with self._lock:
            self._require_attachment(attachment_id, owner)
            self._attachments.pop(attachment_id, None)

    async def forget_unused(self, seconds: float) -> int:
        """Forgets old records of attachments that are in no message; their number."""
        oldest = microseconds_ago(seconds)
        with self._lock:
            old = [
                attachment_id
                for attachment_id, kept in self._attachments.items()
                if kept.row.thread_id is None and kept.saved_at <= oldest
            ]
            for attachment_id in old:
                del self._attachments[attachment_id]
        return len(old)

    async def save_feedback(
        self, thread_id: str, item_ids: list[str], kind: FeedbackKind, context: TContext
    ) -> None:
        with self._lock:
            thread = self._thread(thread_id, context)
            for item_id in item_ids:
                if item_id not in thread.items or thread.items.get(item_id).hidden:
                    raise ItemNotFound(thread_id, item_id)
            for item_id in item_ids:
                # Taken out first: the newest opinion comes last.
                thread.feedback.pop(item_id, None)
                thread.feedback[item_id] = kind

    async def load_feedback(self, thread_id: str, context: TContext) -> list[Feedback]:
        with self._lock:
            kept = list(self._thread(thread_id, context).feedback.items())
        return [Feedback(thread_id=thread_id, item_id=item_id, kind=kind) for item_id, kind in kept]

    def owner_of(self, thread_id: str) -> str | None:
        """The owner of the thread, for the turn log."""
        thread = self._threads.get(thread_id)
        return thread.owner if thread else None

    def add_missing(self, thread_id: str, items: list[ThreadItem]) -> bool:
        """Appends the items that the thread lacks, for the turn log; False without a thread."""
        rows = [encode_item(item) for item in items]
        with self._lock:
            thread = self._threads.get(thread_id)
            if thread is None:
                return False
            for row in rows:
                if row.id not in thread.items:
                    thread.put(row)
            return True

    def items_of(self, thread_id: str, item_ids: list[str]) -> list[ThreadItem]:
        """Those of the items that the thread has, for the turn log."""
        with self._lock:
            thread = self._threads.get(thread_id)
            kept = thread.items if thread is not None else OrderedRows[ItemRow]()
            rows = [kept.get(item_id) for item_id in item_ids if item_id in kept]
        return [parse_item(row.type, row.data) for row in rows]

    def _thread(self, thread_id: str, context: TContext) -> KeptThread:
        thread = self._threads.get(thread_id)
        if thread is None or thread.owner != self._owner(context):
            raise ThreadNotFound(thread_id)
        return thread

    def _require_attachment(self, attachment_id: str, owner: str) -> None:
        kept = self._attachments.get(attachment_id)
        if kept is not None and kept.owner != owner:
            raise AttachmentNotFound(attachment_id)

    def _thread_page(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> tuple[list[KeptThread], str | None]:
        with self._lock:
            threads = self._of_owner.get(self._owner(context), OrderedRows())
            return _page_of(threads, limit, after, order)

    def _thread_with(self, thread_id: str, after: str | None, context: TContext) -> KeptThread:
        """The thread, in which a page may begin after this item."""
        thread = self._thread(thread_id, context)
        if after is not None and after not in thread.items:
            raise ItemNotFound(thread_id, after)
        return thread


def _page_of(
    threads: OrderedRows[KeptThread], limit: int, after: str | None, order: str
) -> tuple[list[KeptThread], str | None]:
    descending = is_descending(order, limit)
    if after is not None and after not in threads:
        raise ThreadNotFound(after)
    return threads.page(after, limit, descending=descending)
