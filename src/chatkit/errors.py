"""Every error that this package raises on purpose, and the two that a handler raises to say so.

    Exception
    └── ChatKitError                    root of all that follows
        ├── BaseStreamError             raised by a handler; becomes an `error` event
        │   ├── StreamError             … with a code that the client translates
        │   └── CustomStreamError       … with a message that the client shows
        ├── RequestError                the request cannot be served: `status`, `type`
        │   ├── NotFoundError           404 not_found
        │   │   ├── ThreadNotFound
        │   │   ├── ItemNotFound
        │   │   ├── AttachmentNotFound
        │   │   └── TurnNotFound
        │   ├── InvalidRequest          400 invalid_request (a ValueError)
        │   │   ├── WrongItem           400 wrong_item
        │   │   ├── NoPendingToolCall   409 no_pending_tool_call
        │   │   └── NotPending          409 not_pending
        │   ├── AttachmentIncomplete    409 attachment_incomplete
        │   ├── AttachmentStoreMissing  501 attachment_store_missing (a RuntimeError)
        │   ├── TurnBusy                409 turn_busy
        │   ├── TurnTrimmed             410 turn_trimmed
        │   ├── TooManyTurns            429 too_many_turns
        │   └── TooManyStreams          429 too_many_streams
        ├── StoreUnavailable            503 store_unavailable; trying again may help
        │   └── StoreClosed             … it will not: the store was closed
        ├── TurnLost                    the turn was ended by another process
        └── EventTooLarge               one event is over the limit of the wire

`status` is the HTTP status that answers such an error, `type` its machine-readable name.
"""

from enum import StrEnum
from typing import ClassVar

__all__ = [
    "DEFAULT_ALLOW_RETRY",
    "DEFAULT_STATUS",
    "AttachmentIncomplete",
    "AttachmentNotFound",
    "AttachmentStoreMissing",
    "BaseStreamError",
    "ChatKitError",
    "CustomStreamError",
    "ErrorCode",
    "EventTooLarge",
    "InvalidRequest",
    "ItemNotFound",
    "NoPendingToolCall",
    "NotFoundError",
    "NotPending",
    "RequestError",
    "StoreClosed",
    "StoreUnavailable",
    "StreamError",
    "ThreadNotFound",
    "TooManyStreams",
    "TooManyTurns",
    "TurnBusy",
    "TurnLost",
    "TurnNotFound",
    "TurnTrimmed",
    "WrongItem",
]


class ErrorCode(StrEnum):
    """The codes of `error` events; the client shows its own, translated text for each."""

    STREAM_ERROR = "stream.error"


DEFAULT_STATUS = {ErrorCode.STREAM_ERROR: 500}
"""The HTTP status that each code stands for."""

DEFAULT_ALLOW_RETRY = {ErrorCode.STREAM_ERROR: True}
"""Whether the client offers to try again after each code, unless the error says otherwise."""


class ChatKitError(Exception):
    """The root of every error that this package raises on purpose."""


class BaseStreamError(ChatKitError):
    """An error that a handler raises to end its stream with an `error` event."""

    allow_retry: bool


class StreamError(BaseStreamError):
    """Ends the stream with an `error` event whose text the client translates from `code`.

    `allow_retry` and `status_code` default to what the tables above say for the code.
    """

    def __init__(self, code: ErrorCode, *, allow_retry: bool | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status_code = DEFAULT_STATUS[code]
        self.allow_retry = DEFAULT_ALLOW_RETRY[code] if allow_retry is None else allow_retry


class CustomStreamError(BaseStreamError):
    """Ends the stream with an `error` event that shows `message` to the user as it is."""

    def __init__(self, message: str, *, allow_retry: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.allow_retry = allow_retry


class RequestError(ChatKitError):
    """The request cannot be served; the message says what the caller can change."""

    status: ClassVar[int] = 400
    type: ClassVar[str] = "request_error"


class NotFoundError(RequestError):
    """What was asked for does not exist, or belongs to somebody else. Stores raise it too."""

    status = 404
    type = "not_found"


class ThreadNotFound(NotFoundError):
    """No thread has this id."""

    def __init__(self, thread_id: str) -> None:
        super().__init__(f"no thread {thread_id!r}")
        self.thread_id = thread_id


class ItemNotFound(NotFoundError):
    """The thread has no item with this id."""

    def __init__(self, thread_id: str, item_id: str) -> None:
        super().__init__(f"no item {item_id!r} in thread {thread_id!r}")
        self.thread_id, self.item_id = thread_id, item_id


class AttachmentNotFound(NotFoundError):
    """No attachment has this id."""

    def __init__(self, attachment_id: str) -> None:
        super().__init__(f"no attachment {attachment_id!r}")
        self.attachment_id = attachment_id


class TurnNotFound(NotFoundError):
    """No turn has this id, or its log is no longer kept."""

    def __init__(self, turn_id: str) -> None:
        super().__init__(f"no turn {turn_id!r}")
        self.turn_id = turn_id


class InvalidRequest(RequestError, ValueError):
    """The request is well-formed, but cannot be meant for what it names."""

    status = 400
    type = "invalid_request"


class WrongItem(InvalidRequest):
    """The item exists but is not of the kind that the request needs."""

    type = "wrong_item"

    def __init__(self, item_id: str, expected: str) -> None:
        super().__init__(f"item {item_id!r} is not {expected}")
        self.item_id, self.expected = item_id, expected


class NoPendingToolCall(InvalidRequest):
    """The output of a client tool came in, but no call of the thread waits for one."""

    status = 409
    type = "no_pending_tool_call"

    def __init__(self, thread_id: str) -> None:
        super().__init__(f"no client tool call of thread {thread_id!r} is waiting for its output")
        self.thread_id = thread_id


class NotPending(InvalidRequest):
    """The item was settled before: its question has been answered or skipped."""

    status = 409
    type = "not_pending"

    def __init__(self, item_id: str) -> None:
        super().__init__(f"item {item_id!r} is no longer pending")
        self.item_id = item_id


class AttachmentIncomplete(RequestError):
    """A message names an attachment whose bytes have not come: upload it, then send again."""

    status = 409
    type = "attachment_incomplete"

    def __init__(self, attachment_id: str) -> None:
        super().__init__(f"the file of attachment {attachment_id!r} has not been uploaded")
        self.attachment_id = attachment_id


class AttachmentStoreMissing(RequestError, RuntimeError):
    """The server was built without an attachment store, so it takes no attachments."""

    status = 501
    type = "attachment_store_missing"

    def __init__(self) -> None:
        super().__init__("this server has no attachment store: pass one as `attachment_store`")


class TurnBusy(RequestError):
    """The thread is answering another message and takes no second one now."""

    status = 409
    type = "turn_busy"

    def __init__(self, thread_id: str) -> None:
        super().__init__(f"thread {thread_id!r} is still answering; send again when it is done")
        self.thread_id = thread_id


class TurnTrimmed(RequestError):
    """The turn's events up to the cursor are no longer kept: load the thread instead."""

    status = 410
    type = "turn_trimmed"

    def __init__(self, turn_id: str) -> None:
        super().__init__(f"the events of turn {turn_id!r} are no longer kept; load its thread")
        self.turn_id = turn_id


class TooManyTurns(RequestError):
    """As many turns as allowed are running or waiting."""

    status = 429
    type = "too_many_turns"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} turns are running or waiting already; try again later")
        self.limit = limit


class TooManyStreams(RequestError):
    """The user has as many streams open as are allowed: close one, and try again."""

    status = 429
    type = "too_many_streams"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} streams are open already; close one and try again")
        self.limit = limit


class StoreUnavailable(ChatKitError):
    """The store cannot save or read now (disk full, database locked); earlier data is intact."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "store_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the store is unavailable: {reason}")
        self.reason = reason


class StoreClosed(StoreUnavailable):
    """The store was closed and stays so: close the server that uses it first, then the store."""

    def __init__(self) -> None:
        super().__init__("it was closed")


class TurnLost(ChatKitError):
    """Another process took this one for dead and ended its turns, which write nothing any more."""

    def __init__(self, *turn_ids: str) -> None:
        super().__init__(f"ended by another process: {', '.join(turn_ids)}")
        self.turn_ids = turn_ids


class EventTooLarge(ChatKitError):
    """One event is larger than a message on the wire may be."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"an event of {size} bytes is over the limit of {limit}")
        self.size, self.limit = size, limit
