"""One turn as the Responses API tells it, streamed and whole: pure.

Source: `openai.types.responses`. Stands on items.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from .events import Emission, Event, NewId, Play, interleave
from .items import encode_item
from .script import (
    Disconnect,
    ErrorEvent,
    Failed,
    Incomplete,
    Output,
    Parallel,
    RawEvent,
    Stall,
    Turn,
    Usage,
)

__all__ = ["collect_response", "encode_response"]

_ECHOED: Mapping[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "reasoning": {"effort": None, "summary": None},
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
}


def encode_response(
    turn: Turn, body: Mapping[str, Any], *, new_id: NewId, now: float
) -> Iterator[Play]:
    """The turn's events in the order of the API, numbered, with what holds or cuts them."""
    response = _Response(turn, body, turn.id or new_id("resp"), now)
    yield response.state("response.created", "in_progress")
    yield response.state("response.in_progress", "in_progress")
    for emission in _emissions(turn.outputs, new_id):
        if isinstance(emission, Stall):
            yield emission
        elif isinstance(emission, Event | RawEvent):
            yield response.event(emission)
        else:
            yield emission if isinstance(emission, Disconnect) else response.ending(emission)
            return
    usage = _usage(turn.usage)
    yield response.state("response.completed", "completed", usage=usage, completed_at=int(now))


class _Response:
    """The response while it is told: its number of events and the items done so far."""

    def __init__(self, turn: Turn, body: Mapping[str, Any], id: str, now: float) -> None:
        self._turn = turn
        self._head = {"id": id, "object": "response", "created_at": int(now)}
        self._head |= {"model": body.get("model") or "scripted", "service_tier": "default"}
        self._head |= {name: body.get(name, default) for name, default in _ECHOED.items()}
        self._numbers = count()
        self._items: dict[int, Any] = {}

    def event(self, event: Event | RawEvent) -> Event:
        """The event with its number."""
        if event.data.get("type") == "response.output_item.done":
            self._items[event.data["output_index"]] = event.data["item"]
        data = {**event.data, "sequence_number": next(self._numbers)}
        return Event(data, isinstance(event, Event) and event.is_chunk)

    def state(self, type: str, status: str, **fields: Any) -> Event:
        """An event with the response as it is now."""
        output = [self._items[index] for index in sorted(self._items)]
        ended = {"error": None, "incomplete_details": None, "usage": None, **fields}
        response = {**self._head, "status": status, "output": output, **ended}
        return self.event(Event({"type": type, "response": response}))

    def ending(self, control: Failed | Incomplete | ErrorEvent) -> Event:
        """The last event of a response that does not complete."""
        match control:
            case ErrorEvent():
                return self.event(Event(_error_event(control)))
            case Failed():
                error = {"code": control.code, "message": control.message}
                return self.state("response.failed", "failed", error=error)
            case Incomplete():
                details = {"reason": control.reason}
                return self.state(
                    "response.incomplete",
                    "incomplete",
                    incomplete_details=details,
                    usage=_usage(self._turn.usage),
                )


def collect_response(events: Sequence[Mapping[str, Any]]) -> tuple[int, Mapping[str, Any]]:
    """The status and the body that answer a request that did not ask for a stream."""
    last = events[-1]
    if last["type"] == "error":
        return 500, {"error": last.get("error") or {**last, "type": "server_error"}}
    return 200, last["response"]


def _emissions(outputs: Sequence[Output], new_id: NewId) -> Iterator[Emission]:
    indexes = count()
    for output in outputs:
        if isinstance(output, Parallel):
            yield from interleave(
                [encode_item(item, next(indexes), new_id) for item in output.items]
            )
        elif isinstance(output, Stall | Failed | Incomplete | ErrorEvent | Disconnect | RawEvent):
            yield output
        else:
            yield from encode_item(output, next(indexes), new_id)


def _error_event(error: ErrorEvent) -> dict[str, Any]:
    fields = {"code": error.code, "message": error.message, "param": None}
    if error.nested:
        return {"type": "error", "error": {"type": "server_error", **fields}}
    return {"type": "error", **fields}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
