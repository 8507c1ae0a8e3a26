"""JSON from a server to models, forgiving what a newer one may send.

Fields that are not known are ignored by the models; here, whole events and items of unknown types
are passed over, and inside a known one only the part that does not fit is left out.
"""

import json
import logging
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from chatkit.types import (
    Attachment,
    ErrorEvent,
    Page,
    SyncCustomActionResponse,
    Thread,
    ThreadItem,
    ThreadResponse,
    ThreadStreamEvent,
    TranscriptionResult,
)
from chatkit.wire import parse_event, parse_item

from .errors import UnexpectedReply

logger = logging.getLogger(__name__)

T = TypeVar("T")

_ROUNDS = 4
"""How often parts of one document are left out before it is given up."""


def decode_event(payload: bytes) -> ThreadStreamEvent | None:
    """The event, or None for one that this version does not know."""
    try:
        return parse_event(payload)
    except ValidationError:
        pass
    try:
        data = _loads(payload)
    except UnexpectedReply as error:
        logger.debug("passed over an event: %s", error)
        return None
    if isinstance(data, dict) and cast(dict[str, Any], data).get("type") == "error":
        return _decode_error(cast(dict[str, Any], data))
    return _parse_pruned(data, parse_event)


def _decode_error(data: dict[str, Any]) -> ErrorEvent:
    """An error whose code is newer than this client: its code is kept, and it stays an error."""
    message = data.get("message")
    return ErrorEvent.model_construct(
        code=str(data.get("code") or "custom"),
        message=message if isinstance(message, str) else None,
        allow_retry=data.get("allow_retry") is True,
    )


def decode_items(payload: bytes) -> Page[ThreadItem]:
    """A page of items, without those of unknown types. Raises: UnexpectedReply."""
    return _page(_object(payload))


def decode_threads(payload: bytes) -> Page[Thread]:
    """A page of threads. Raises: UnexpectedReply."""
    data = _object(payload)
    return Page[Thread](data=[_thread(Thread, row) for row in _list(data, "data")], **_cursor(data))


def decode_thread(payload: bytes) -> ThreadResponse:
    """A thread, without items of unknown types. Raises: UnexpectedReply."""
    return _thread(ThreadResponse, _object(payload))


def decode_attachment(payload: bytes) -> Attachment:
    """An attachment. Raises: UnexpectedReply."""
    return _validate(TypeAdapter(Attachment), _object(payload))


def decode_action_reply(payload: bytes) -> ThreadItem | None:
    """The item that a synchronous action changed, if any. Raises: UnexpectedReply."""
    return _validate(TypeAdapter(SyncCustomActionResponse), _object(payload)).updated_item


def decode_transcription(payload: bytes) -> str:
    """The text of a recording. Raises: UnexpectedReply."""
    return _validate(TypeAdapter(TranscriptionResult), _object(payload)).text


def decode_refusal(payload: bytes) -> tuple[str, str]:
    """The type and message of an error body, as far as it has them; else empty texts."""
    try:
        data: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return "", payload.decode(errors="replace").strip()[:300]
    body = cast(dict[str, Any], data) if isinstance(data, dict) else {}
    error: Any = body.get("error", body.get("detail"))
    if isinstance(error, dict):
        fields = cast(dict[str, Any], error)
        return str(fields.get("type") or ""), str(fields.get("message") or "")
    return "", error if isinstance(error, str) else ""


def _page(data: dict[str, Any]) -> Page[ThreadItem]:
    items = [_parse_pruned(row, parse_item) for row in _list(data, "data")]
    return Page[ThreadItem](data=[item for item in items if item is not None], **_cursor(data))


def _thread(kind: type[T], data: Any) -> T:
    if not isinstance(data, dict):
        raise UnexpectedReply("a thread was expected")
    fields = dict(cast(dict[str, Any], data))
    items: Any = fields.get("items")
    fields["items"] = _page(cast(dict[str, Any], items) if isinstance(items, dict) else {})
    return _validate(TypeAdapter(kind), fields)


def _validate(adapter: TypeAdapter[T], data: Any) -> T:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise UnexpectedReply(f"{place}: {first['msg']}") from None


def _object(payload: bytes) -> dict[str, Any]:
    data = _loads(payload)
    if not isinstance(data, dict):
        raise UnexpectedReply("a JSON object was expected")
    return cast(dict[str, Any], data)


def _loads(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise UnexpectedReply("the body is not JSON") from None


def _list(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return cast(list[Any], value) if isinstance(value, list) else []


def _cursor(data: dict[str, Any]) -> dict[str, Any]:
    after = data.get("after")
    return {
        "has_more": data.get("has_more") is True,
        "after": after if isinstance(after, str) else None,
    }


def _parse_pruned(data: Any, parse: Any) -> Any:
    """The model of the data, without the parts that do not fit; None where nothing is left."""
    for _ in range(_ROUNDS):
        try:
            return parse(json.dumps(data))
        except ValidationError as error:
            if not _prune(data, error):
                break
    kind = cast(dict[str, Any], data).get("type") if isinstance(data, dict) else None
    logger.debug("passed over what this client does not know: %r", kind)
    return None


def _prune(data: Any, error: ValidationError) -> bool:
    """Takes the parts that the error names out of the data; False if there are none inside."""
    places = {_place(data, each["loc"]) for each in error.errors(include_url=False)}
    places.discard(())
    for place in sorted(places, key=_deepest_and_last_first):
        node = data
        for step in place[:-1]:
            node = node[step]
        del node[place[-1]]
    return bool(places)


def _place(data: Any, loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The way to the deepest part that the location names; pydantic mixes union tags into it."""
    place: list[int | str] = []
    for step in loc:
        if _has(data, step):
            place.append(step)
            data = data[step]
    return tuple(place)


def _has(node: Any, step: int | str) -> bool:
    if isinstance(node, dict):
        return step in node
    return isinstance(node, list) and isinstance(step, int) and step < len(cast(list[Any], node))


def _deepest_and_last_first(place: tuple[int | str, ...]) -> tuple[int, list[int]]:
    # Deleting an element moves those behind it, and a part may lie inside another that goes too.
    return -len(place), [-step for step in place if isinstance(step, int)]


__all__ = [
    "decode_action_reply",
    "decode_attachment",
    "decode_event",
    "decode_items",
    "decode_refusal",
    "decode_thread",
    "decode_threads",
    "decode_transcription",
]
