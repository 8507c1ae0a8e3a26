"""Errors as clients see them: a status, a type, a message, and nothing of the inside.

What an error says is shown only where this package wrote it, or the host meant it for clients;
everything else is logged, and the client learns that something went wrong.
"""

import logging
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chatkit.errors import ChatKitError, NotFoundError, RequestError, StoreUnavailable
from chatkit.wire import encode_json

from .refused import Refused, type_of_status

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 5
_FIELDS_SHOWN = 5
_FIELDS_LOOKED_AT = 100
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,39}")
_JSON_HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class BodyInvalid(ChatKitError):
    """The body is no request of the protocol; the message names the fields, never their values."""

    def __init__(self, error: ValidationError) -> None:
        super().__init__(describe_validation(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error on its way to a client."""

    status: int
    type: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def response(self) -> Response:
        """The JSON answer."""
        body = {"error": {"type": self.type, "message": self.message}}
        headers = {**_JSON_HEADERS, **self.headers}
        if self.status == 401:
            headers.setdefault("WWW-Authenticate", "Bearer")
        if self.status in (429, 503):
            headers.setdefault("Retry-After", str(_RETRY_SECONDS))
        return Response(encode_json(body), self.status, headers)


def json_response(body: bytes) -> Response:
    """A successful JSON answer."""
    return Response(body, headers=_JSON_HEADERS)


def problem_of(error: Exception) -> Problem:
    """What a client is told of an error; what it is not told is logged."""
    if isinstance(error, Refused):
        return Problem(
            status=error.status, type=error.type, message=error.message, headers=error.headers
        )
    if isinstance(error, BodyInvalid):
        return Problem(status=400, type="invalid_request", message=str(error))
    if isinstance(error, HTTPException):
        return Problem(
            status=error.status_code,
            type=type_of_status(error.status_code),
            message=str(error.detail),
            headers=error.headers or {},
        )
    if isinstance(error, RequestError):
        wait: int | None = getattr(error, "retry_after", None)
        return Problem(
            status=error.status,
            type=error.type,
            message=_message(error),
            headers={} if wait is None else {"Retry-After": str(wait)},
        )
    if isinstance(error, StoreUnavailable):
        logger.error("%s", error)
        return Problem(
            status=error.status, type=error.type, message="nothing can be saved or read right now"
        )
    log_failure(error)
    if isinstance(error, NotImplementedError):
        return Problem(
            status=501, type=type_of_status(501), message="this server does not support that"
        )
    return Problem(status=500, type=type_of_status(500), message="something went wrong here")


def _message(error: RequestError) -> str:
    # A host's store raises these with words of its own, which may say what only it should know.
    if type(error) is RequestError:
        return "the request cannot be served"
    if isinstance(error, NotFoundError) and not type(error).__module__.startswith("chatkit."):
        return "no such thing"
    return "no such thing" if type(error) is NotFoundError else str(error)


def log_failure(error: Exception) -> None:
    """Logs an error that nobody foresaw, with its traceback."""
    if isinstance(error, ValidationError):
        # Its own text quotes the values that it refused: what people wrote.
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("a request failed: %s\n%s", describe_validation(error), where)
    else:
        logger.error("a request failed", exc_info=error)


def describe_validation(error: ValidationError) -> str:
    """Which fields are wrong and why, without their values, five of them at most."""
    count = error.error_count()
    if count > _FIELDS_LOOKED_AT:
        # Listing them would take longer than finding them did.
        return f"{count} fields are wrong"
    details = error.errors(include_url=False, include_input=False)
    shown = [
        f"{_path(detail['loc'])}{_reason(detail['type'], detail['msg'], detail.get('ctx', {}))}"
        for detail in details[:_FIELDS_SHOWN]
    ]
    more = [f"and {count - _FIELDS_SHOWN} more"] if count > _FIELDS_SHOWN else []
    return "; ".join([*shown, *more])


def _reason(kind: str, message: str, values: Mapping[str, object]) -> str:
    if kind == "union_tag_invalid":
        return f"`type` must be one of {values['expected_tags']}"
    if kind == "union_tag_not_found":
        return "`type` is missing"
    return message


def _path(loc: tuple[int | str, ...]) -> str:
    """`params.input.content[0].text: `, or nothing for the body as a whole."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not _is_tag(step):
            # A key may be text that somebody wrote, in an object that takes any keys.
            path += "." + (step if _PLAIN_KEY.fullmatch(step) else "…")
    return f"{path.removeprefix('.')}: " if path else ""


def _is_tag(step: str) -> bool:
    """True for the name of a union's member, which pydantic puts into the path."""
    return step in ("input_text", "input_tag") or "." in step


__all__ = ["BodyInvalid", "Problem", "describe_validation", "json_response", "problem_of"]
