"""Rows: models as the JSON text that stores keep, and back.

Above: the memory and SQL stores. Below: the types. The text of an item is what a client gets, so
that a page can go out without being parsed; `wire_ready` says where that does not hold.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from chatkit.errors import InvalidRequest
from chatkit.types import Attachment, ThreadItem, ThreadMetadata, UserMessageItem

Row = TypeVar("Row")

HIDDEN_TYPES: Final = ("hidden_context_item", "sdk_hidden_context")
"""The types of items that never reach a client."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_SHOWN: Final = ("title", "id", "created_at", "status", "allowed_image_domains")
"""What a client sees of a thread, in this order."""
_WITHOUT_ITEMS: Final = ',"items":{"data":[],"has_more":false}}'

MAX_LIMIT: Final = 2**31
"""Larger page limits mean the same: everything."""


class ItemRow(NamedTuple):
    """An item as it is kept. `created_at` counts microseconds since 1970."""

    id: str
    type: str
    created_at: int
    hidden: bool
    wire_ready: bool
    data: str


class ThreadRow(NamedTuple):
    """A thread as it is kept: `data` is the JSON for clients, `metadata` stays on the server."""

    id: str
    created_at: int
    data: str
    metadata: str


class AttachmentRow(NamedTuple):
    """An attachment as it is kept: `data` is JSON with everything the server knows about it."""

    id: str
    thread_id: str | None
    data: str


def encode_item(item: ThreadItem) -> ItemRow:
    """The row of an item. Raises ValueError for what JSON cannot hold."""
    hidden = item.type in HIDDEN_TYPES
    return ItemRow(
        id=item.id,
        type=item.type,
        created_at=microseconds(item.created_at),
        hidden=hidden,
        # Attachments carry metadata and upload descriptors, which a client must not be sent.
        wire_ready=not (hidden or (isinstance(item, UserMessageItem) and item.attachments)),
        # A hidden item may hold None as its content; left out, it could not be loaded again.
        data=_encode(item, exclude_none=not hidden),
    )


def parse_item(item_type: str, data: str) -> ThreadItem:
    """The item of a row."""
    return _item_classes()[item_type].model_validate_json(data)


def encode_thread(thread: ThreadMetadata) -> ThreadRow:
    """The row of a thread; the items of a `Thread` are left out."""
    return ThreadRow(
        id=thread.id,
        created_at=microseconds(thread.created_at),
        data=_encode_shown(thread).removesuffix("}") + _WITHOUT_ITEMS,
        metadata=_encode_plain(thread.metadata),
    )


def parse_thread(data: str, metadata: str) -> ThreadMetadata:
    """The thread of a row, a `ThreadMetadata` whatever was saved."""
    thread = ThreadMetadata.model_validate_json(data)
    thread.metadata = from_json(metadata)
    return thread


def encode_attachment(attachment: Attachment) -> AttachmentRow:
    """The row of an attachment."""
    return AttachmentRow(attachment.id, attachment.thread_id, _encode(attachment))


def parse_attachment(data: str) -> Attachment:
    """The attachment of a row."""
    return _attachments().validate_json(data)


def row_id(data: str) -> str:
    """The id in the JSON text of an item or a thread."""
    return from_json(data)["id"]


def microseconds(moment: datetime) -> int:
    """The time as whole microseconds since 1970, UTC; a naive time is the server's local time."""
    if moment.tzinfo is None:
        moment = moment.astimezone(UTC)
    # Not int(timestamp() * 1e6): a float cannot hold today's microseconds exactly.
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment_of(microseconds_since_1970: int) -> datetime:
    """The time, in UTC."""
    # Not fromtimestamp(): a float cannot hold today's microseconds exactly.
    return _EPOCH + timedelta(microseconds=microseconds_since_1970)


def microseconds_ago(seconds: float) -> int:
    """The time so many seconds ago as whole microseconds since 1970, UTC."""
    return microseconds(datetime.now(UTC) - timedelta(seconds=seconds))


def is_descending(order: str, limit: int) -> bool:
    """True for "desc", False for "asc". Raises InvalidRequest for other orders, and limits < 1."""
    if limit < 1:
        raise InvalidRequest(f"a page's limit must be at least 1, not {limit}")
    if order not in ("asc", "desc"):
        raise InvalidRequest(f'a page\'s order must be "asc" or "desc", not {order!r}')
    return order == "desc"


def cut_page(
    rows: list[Row], limit: int, data_of: Callable[[Row], str]
) -> tuple[list[Row], str | None]:
    """The page without the row that was read to see whether there are more, and the cursor."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], row_id(data_of(rows[limit - 1]))


def owner_name(owner: object) -> str:
    """What an `owner` function returned, if it can own rows. Raises TypeError."""
    if not isinstance(owner, str):
        raise TypeError(f"owner(context) must return a str, not {type(owner).__name__}")
    return owner


def whole_text(text: str) -> str:
    """The text with halves of surrogate pairs joined, and lone ones as U+FFFD.

    A model that streams UTF-16 units may cut an emoji in two; UTF-8 cannot hold the halves.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _encode_shown(thread: ThreadMetadata) -> str:
    # Making a model of what is shown would take longer than to write it.
    shown = {name: value for name in _SHOWN if (value := getattr(thread, name)) is not None}
    try:
        return to_json(shown, by_alias=True, exclude_none=True).decode()
    except PydanticSerializationError:
        return _encode_surrogates(
            thread.model_dump(mode="json", by_alias=True, exclude_none=True, include={*_SHOWN})
        )


def _encode(model: BaseModel, *, exclude_none: bool = True) -> str:
    try:
        # Apps put plain strings where a URL is declared; that is no reason for a warning.
        return model.model_dump_json(by_alias=True, exclude_none=exclude_none, warnings=False)
    except PydanticSerializationError:
        plain = model.model_dump(
            mode="json", by_alias=True, exclude_none=exclude_none, warnings=False
        )
        return _encode_surrogates(plain)


def _encode_plain(value: Any) -> str:
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        return _encode_surrogates(value)


def _encode_surrogates(plain: Any) -> str:
    """The JSON of what pydantic could not write as UTF-8. Raises TypeError for what is no JSON."""
    return whole_text(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


@lru_cache(maxsize=1)
def _item_classes() -> dict[str, type[ThreadItem]]:
    union = get_args(ThreadItem)[0]
    return {item.model_fields["type"].default: item for item in get_args(union)}


@lru_cache(maxsize=1)
def _attachments() -> TypeAdapter[Attachment]:
    return TypeAdapter(Attachment)
