"""The Store and AttachmentStore contracts: what a host implements to keep threads and files.

Above: the turns and the server. Below: the types. The names, order and meaning of the
parameters are those of `openai-chatkit` 1.6.5, so that stores written for it run here.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, Protocol, runtime_checkable

from typing_extensions import TypeVar

from chatkit.errors import AttachmentNotFound
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    FeedbackKind,
    Page,
    ThreadItem,
    ThreadMetadata,
)

from .ids import StoreItemType, default_generate_id

TContext = TypeVar("TContext", default=object)
TContext_contra = TypeVar("TContext_contra", contravariant=True, default=Any)


class Store(ABC, Generic[TContext]):
    """Keeps threads, their items and attachments' records.

    Every method names the caller's context; a store that serves several users looks up the owner
    in it and answers a foreign id as if it did not exist.

    Errors: `NotFoundError` for an unknown id, from the `load_` methods.
    """

    def generate_thread_id(self, context: TContext) -> str:
        """A new thread id; override it to number threads your own way."""
        return default_generate_id("thread")

    def generate_item_id(
        self, item_type: StoreItemType, thread: ThreadMetadata, context: TContext
    ) -> str:
        """A new id for an item of this type in this thread; asked for each item."""
        return default_generate_id(item_type)

    @abstractmethod
    async def load_thread(self, thread_id: str, context: TContext) -> ThreadMetadata:
        """The thread's metadata. Raises NotFoundError."""

    @abstractmethod
    async def save_thread(self, thread: ThreadMetadata, context: TContext) -> None:
        """Inserts or replaces the thread's metadata."""

    @abstractmethod
    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> Page[ThreadItem]:
        """Up to `limit` items after the item with id `after`, `order` "asc" or "desc"."""

    @abstractmethod
    async def save_attachment(self, attachment: Attachment, context: TContext) -> None:
        """Inserts or replaces an attachment's record."""

    @abstractmethod
    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        """The attachment's record. Raises NotFoundError."""

    @abstractmethod
    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Forgets the attachment's record; an unknown id is no error."""

    @abstractmethod
    async def load_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> "Page[ThreadMetadata]":
        """Up to `limit` threads after the thread with id `after`, by time of creation."""

    @abstractmethod
    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Appends an item to the thread."""

    @abstractmethod
    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Replaces the item with this id where it stands, or appends it."""

    @abstractmethod
    async def load_item(self, thread_id: str, item_id: str, context: TContext) -> ThreadItem:
        """The item. Raises NotFoundError."""

    @abstractmethod
    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        """Deletes the thread and its items; an unknown id is no error."""

    @abstractmethod
    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        """Deletes one item; an unknown id is no error."""


class AttachmentStore(ABC, Generic[TContext]):
    """Keeps attachments' bytes, and says where a client may upload them."""

    @abstractmethod
    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes the attachment's bytes; an unknown id is no error."""

    async def create_attachment(
        self, input: AttachmentCreateParams, context: TContext
    ) -> Attachment:
        """A new attachment with its `upload_descriptor`, for the two-phase upload strategy.

        Raises: NotImplementedError unless overridden; the direct strategy needs no such method.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must override create_attachment to support two-phase uploads"
        )

    def generate_attachment_id(self, mime_type: str, context: TContext) -> str:
        """A new attachment id."""
        return default_generate_id("attachment")


@runtime_checkable
class ReadsAttachments(Protocol[TContext_contra]):
    """An attachment store whose bytes can be read, for the model."""

    async def read_attachment(self, attachment_id: str, context: TContext_contra) -> bytes:
        """The attachment's bytes. Raises: NotFoundError."""
        ...


@runtime_checkable
class ChecksAttachments(Protocol):
    """An attachment store that knows whose bytes have come, and what a message may carry."""

    async def check_attachments(self, attachments: Sequence[Attachment], context: Any) -> None:
        """Looks at a message's attachments before anything is changed.

        Raises: AttachmentIncomplete without the bytes; another RequestError for too many or too
        much of them, or for what they turn out to be.
        """
        ...

    async def keep_attachments(
        self, attachments: Sequence[Attachment], context: Any
    ) -> list[Attachment]:
        """The attachments as the message is to keep them; from now on they count as used."""
        ...


@runtime_checkable
class RefreshesAttachments(Protocol):
    """An attachment store whose links end: they are made anew whenever a message is served."""

    async def refresh_attachment(self, attachment: Attachment, context: Any) -> Attachment:
        """A copy of the attachment of a message, with links that are good from now on."""
        ...


@runtime_checkable
class CollectsUnused(Protocol):
    """An attachment store that can delete what was uploaded and never sent."""

    @property
    def unused_seconds(self) -> float:
        """How long after its creation an attachment in no message is certainly to be deleted."""
        ...

    async def collect_unused(self) -> int:
        """Deletes what has lain unused for long enough; the number of attachments."""
        ...


@runtime_checkable
class ForgetsUnused(Protocol):
    """A store that can forget the records of attachments that were never sent."""

    async def forget_unused(self, seconds: float) -> int:
        """Forgets, of all owners, the records without a thread that were last saved so many
        seconds ago or earlier; their number."""
        ...


class ClientPage(NamedTuple):
    """A page for a client: each row is the stored JSON where it may go out as it stands.

    Rows that need a look first (messages with attachments) come as models.
    """

    rows: Sequence[str | ThreadItem]
    has_more: bool
    after: str | None
    is_ready: bool = False
    """Every row is JSON, so that none needs a look; False also where nobody knows."""


class ClientThread(NamedTuple):
    """A thread for a client: its JSON, ending with an empty page of items, and the first ones."""

    row: str
    page: ClientPage


@runtime_checkable
class ServesClientPages(Protocol):
    """A store that can hand a client's pages out without building models.

    Hidden items are left out in the query, metadata is left out of the rows.
    """

    async def load_client_thread(self, thread_id: str, limit: int, context: Any) -> ClientThread:
        """The thread and up to `limit` of its first items, in one read. Raises NotFoundError."""
        ...

    async def load_client_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> ClientPage:
        """Like `load_thread_items`, of what a client may see. Raises NotFoundError."""
        ...

    async def load_client_threads(
        self, limit: int, after: str | None, order: str, context: Any
    ) -> ClientPage:
        """Like `load_threads`, each row the JSON of a thread with an empty page of items."""
        ...


class Feedback(NamedTuple):
    """What a user thought of one item."""

    thread_id: str
    item_id: str
    kind: FeedbackKind


@runtime_checkable
class NamesUsers(Protocol):
    """A store that knows whom a context is of: limits for each user go by it."""

    def user_of(self, context: Any) -> str:
        """The owner of what this context saves."""
        ...


@runtime_checkable
class KeepsFeedback(Protocol):
    """A store that keeps feedback; the last opinion on an item counts."""

    async def save_feedback(
        self,
        thread_id: str,
        item_ids: list[str],
        kind: FeedbackKind,
        context: Any,
    ) -> None:
        """Keeps the opinion for each item. Raises NotFoundError for a foreign thread or item."""
        ...

    async def load_feedback(self, thread_id: str, context: Any) -> list[Feedback]:
        """All opinions on the thread's items, oldest first."""
        ...


__all__ = [
    "AttachmentNotFound",
    "AttachmentStore",
    "ChecksAttachments",
    "ClientPage",
    "ClientThread",
    "CollectsUnused",
    "Feedback",
    "ForgetsUnused",
    "KeepsFeedback",
    "NamesUsers",
    "ReadsAttachments",
    "RefreshesAttachments",
    "ServesClientPages",
    "Store",
]
