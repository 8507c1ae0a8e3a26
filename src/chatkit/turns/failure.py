"""How a turn's failure is told to a client: which error event, and what stays in the log."""

import logging
from typing import Final

from chatkit.errors import (
    DEFAULT_ALLOW_RETRY,
    CustomStreamError,
    ErrorCode,
    EventTooLarge,
    NotFoundError,
    RequestError,
    StreamError,
    TurnLost,
)
from chatkit.types import ErrorEvent

logger = logging.getLogger(__name__)

_TOO_LARGE: Final = "This answer is too large to be shown."


def error_event(error: BaseException, turn_id: str, thread_id: str) -> ErrorEvent:
    """The error event for what a handler raised.

    A StreamError or CustomStreamError says itself what the client may know; anything else is
    logged with its traceback and becomes a retryable `stream.error` without a message.
    """
    if isinstance(error, CustomStreamError):
        return ErrorEvent(code="custom", message=error.message, allow_retry=error.allow_retry)
    if isinstance(error, StreamError):
        return ErrorEvent(code=error.code, allow_retry=error.allow_retry)
    if isinstance(error, EventTooLarge):
        logger.error("turn %s on thread %s: %s", turn_id, thread_id, error)
        return ErrorEvent(code="custom", message=_TOO_LARGE, allow_retry=True)
    if isinstance(error, TurnLost):
        logger.error("turn %s on thread %s: %s", turn_id, thread_id, error)
        return retryable_error()
    logger.error("turn %s on thread %s failed", turn_id, thread_id, exc_info=error)
    return retryable_error()


def refusal(error: RequestError) -> ErrorEvent:
    """What a client is told whose turn does not begin: our own words, never the host's."""
    if isinstance(error, NotFoundError):
        return ErrorEvent(code="custom", message="This conversation no longer exists.")
    return ErrorEvent(code="custom", message=str(error), allow_retry=True)


def retryable_error() -> ErrorEvent:
    """The error event that says no more than "try again"."""
    code = ErrorCode.STREAM_ERROR
    return ErrorEvent(code=code, allow_retry=DEFAULT_ALLOW_RETRY[code])


__all__ = ["error_event", "refusal", "retryable_error"]
