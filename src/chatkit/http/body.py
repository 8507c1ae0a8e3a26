"""Takes a request's body in, and no more of it than is allowed."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

from pydantic_core import from_json
from starlette.requests import Request

from chatkit.types import ChatKitReq, InputTranscribeReq

from .refused import Refused
from .settings import Settings

_TRANSCRIBE = InputTranscribeReq.model_fields["type"].default
_UTF8 = re.compile(r'\s*charset\s*=\s*"?utf-?8"?\s*', re.IGNORECASE)


def check_is_json(request: Request) -> None:
    """Raises: Refused (415) unless the body is declared as JSON in UTF-8.

    A page of another site can post `text/plain` without asking first, but never JSON.
    """
    declared = request.headers.get("content-type", "")
    media_type, *parameters = declared.split(";")
    if media_type.strip().lower() != "application/json":
        raise Refused(415, "send the request with Content-Type: application/json")
    if any("charset" in name.lower() and not _UTF8.fullmatch(name) for name in parameters):
        raise Refused(415, "the request must be encoded in UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "the request must not be compressed")


async def read_body(request: Request, settings: Settings) -> bytearray:
    """The body, which is read until it is over a limit and no further.

    A body over `max_body_bytes` has to look like a dictation; `check_size` makes sure of it.
    Raises: Refused (413, 408), starlette's ClientDisconnect.
    """
    limit = settings.max_body_bytes
    largest = max(limit, settings.max_audio_body_bytes)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > largest:
        raise _too_large(largest)
    body = bytearray()
    loop, seconds = asyncio.get_running_loop(), settings.body_seconds
    try:
        async with asyncio.timeout(seconds) as silence, aclosing(request.stream()) as stream:
            async for chunk in stream:
                silence.reschedule(loop.time() + seconds)
                body += chunk
                if limit < len(body) <= largest and _looks_like_dictation(body):
                    limit = largest
                if len(body) > limit:
                    raise _too_large(limit)
    except TimeoutError:
        raise _too_slow(seconds) from None
    return body


def check_size(size: int, request: ChatKitReq, settings: Settings) -> None:
    """Raises: Refused (413) for a large body that turned out to be no dictation."""
    if size > settings.max_body_bytes and not isinstance(request, InputTranscribeReq):
        raise _too_large(settings.max_body_bytes)


async def next_piece(stream: AsyncGenerator[bytes, None], seconds: float) -> bytes | None:
    """The next piece of a body, or None at its end. Raises: Refused (408) after a silence."""
    try:
        async with asyncio.timeout(seconds):
            return await anext(stream, None)
    except TimeoutError:
        raise _too_slow(seconds) from None


def _looks_like_dictation(start: bytearray) -> bool:
    """Whether the start of a body can be a dictation: by its type, or by its recording."""
    try:
        fields = cast("object", from_json(start, allow_partial="trailing-strings"))
    except ValueError:
        return False
    if not isinstance(fields, dict):
        return False
    found = cast("dict[str, Any]", fields)
    if "type" in found:
        return found["type"] == _TRANSCRIBE
    params = found.get("params")
    return isinstance(params, dict) and "audio_base64" in params


def _too_slow(seconds: float) -> Refused:
    return Refused(408, f"nothing came in for {seconds:g} seconds", headers={"Connection": "close"})


def _too_large(limit: int) -> Refused:
    return Refused(
        413, f"the body is over the limit of {limit} bytes", headers={"Connection": "close"}
    )


__all__ = ["check_is_json", "check_size", "next_piece", "read_body"]
