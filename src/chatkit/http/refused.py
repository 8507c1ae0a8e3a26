"""Refused: why a request is not served, as an HTTP status, a type and a message."""

from collections.abc import Mapping
from http import HTTPStatus

from chatkit.errors import ChatKitError

_TYPES = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "body_too_large",
    415: "unsupported_media_type",
    421: "misdirected_request",
    429: "too_many_requests",
    500: "internal_error",
    501: "not_implemented",
    503: "unavailable",
}


class Refused(ChatKitError):
    """Raise it in a `context` function to turn a request away: 401, 403, 429 or what you need.

    The client gets `{"error": {"type", "message"}}`: both are for its eyes. `type` is a short
    name of the reason; without one it follows from the status.

        async def context(request: Request) -> User:
            user = await find_user(request.headers.get("authorization"))
            if user is None:
                raise Refused(401, "sign in first", headers={"WWW-Authenticate": "Bearer"})
            return user
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type or type_of_status(status)
        self.headers = dict(headers or {})


def type_of_status(status: int) -> str:
    """The name of an error with this status: `not_found` for 404."""
    if status in _TYPES:
        return _TYPES[status]
    try:
        return HTTPStatus(status).phrase.lower().replace(" ", "_").replace("'", "")
    except ValueError:
        return "error"


__all__ = ["Refused", "type_of_status"]
