"""One turn as the Chat Completions API tells it, streamed and whole: pure.

Reasoning takes the two forms that open servers use: `reasoning_content` for summaries,
`reasoning` for raw text. Source: `openai.types.chat`. Stands on script.py and events.py.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

from .events import (
    Cut,
    Emission,
    Event,
    NewId,
    Play,
    UnsupportedOutput,
    encode_chunks,
    interleave,
)
from .items import arguments_of
from .script import (
    Citation,
    Disconnect,
    ErrorEvent,
    Failed,
    FunctionCall,
    Incomplete,
    Item,
    Message,
    Output,
    Parallel,
    RawEvent,
    Reasoning,
    Refusal,
    Stall,
    Text,
    Turn,
    UrlCitation,
    Usage,
)

__all__ = ["collect_completion", "encode_completion"]

Fields: TypeAlias = dict[str, Any]
Deltas: TypeAlias = Generator[Emission, None, Cut]
"""The deltas of one output, as events that still lack their envelope."""


def encode_completion(
    turn: Turn, body: Mapping[str, Any], *, new_id: NewId, now: float
) -> Iterator[Play]:
    """The turn's chunks, with what holds or cuts them; the usage comes last where asked for."""
    head: Fields = {"id": turn.id or new_id("chatcmpl"), "object": "chat.completion.chunk"}
    head |= {"created": int(now), "model": body.get("model") or "scripted"}
    options: Mapping[str, Any] = body.get("stream_options") or {}
    wants_usage = not body.get("stream") or bool(options.get("include_usage"))
    usage = {"usage": None} if wants_usage else {}

    def chunk(delta: Mapping[str, Any], finish: str | None = None, is_chunk: bool = False) -> Event:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return Event({**head, "choices": [choice], **usage}, is_chunk)

    finish = "stop"
    opening = "" if any(isinstance(output, Text | Message) for output in turn.outputs) else None
    yield chunk({"role": "assistant", "content": opening, "refusal": None})
    for emission in _emissions(turn.outputs, new_id):
        match emission:
            case Event():
                finish = "tool_calls" if "tool_calls" in emission.data else finish
                yield chunk(emission.data, is_chunk=emission.is_chunk)
            case RawEvent():
                yield Event(emission.data)
            case Stall():
                yield emission
            case Disconnect():
                yield emission
                return
            case Failed() | ErrorEvent():
                fields = {"type": "server_error", "code": emission.code, "param": None}
                yield Event({"error": {"message": emission.message, **fields}})
                return
            case Incomplete(reason=reason):
                finish = "content_filter" if reason == "content_filter" else "length"
                break
    yield chunk({}, finish)
    if wants_usage:
        yield Event({**head, "choices": [], "usage": _usage(turn.usage)})


def collect_completion(events: Sequence[Mapping[str, Any]]) -> tuple[int, Mapping[str, Any]]:
    """The status and the body that answer a request that did not ask for a stream."""
    if "error" in events[-1]:
        return 500, events[-1]
    message: Fields = {"role": "assistant", "content": None, "refusal": None}
    calls: dict[int, Fields] = {}
    finish: str | None = None
    for choice in (choice for event in events for choice in event.get("choices", ())):
        finish = choice["finish_reason"] or finish
        for name, value in choice["delta"].items():
            if name == "tool_calls":
                _collect_call(calls, value[0])
            elif name == "annotations":
                message[name] = [*message.get(name, []), *value]
            elif value and name != "role":
                message[name] = (message.get(name) or "") + value
    if calls:
        message["tool_calls"] = [calls[index] for index in sorted(calls)]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return 200, {**events[-1], "object": "chat.completion", "choices": [choice]}


def _collect_call(calls: dict[int, Fields], delta: Mapping[str, Any]) -> None:
    if "id" in delta:
        function = dict(delta["function"])
        calls[delta["index"]] = {"id": delta["id"], "type": "function", "function": function}
    else:
        calls[delta["index"]]["function"]["arguments"] += delta["function"]["arguments"]


def _emissions(outputs: Sequence[Output], new_id: NewId) -> Iterator[Emission]:
    indexes = count()
    for output in outputs:
        if isinstance(output, Parallel):
            yield from interleave([_with_cut(item, indexes, new_id) for item in output.items])
        elif isinstance(output, Stall | Failed | Incomplete | ErrorEvent | Disconnect | RawEvent):
            yield output
        else:
            yield from _with_cut(output, indexes, new_id)


def _with_cut(item: Item, indexes: Iterator[int], new_id: NewId) -> Iterator[Emission]:
    cut = yield from _deltas(item, indexes, new_id)
    if cut is not None:
        yield cut


def _deltas(item: Item, indexes: Iterator[int], new_id: NewId) -> Deltas:
    match item:
        case Text():
            return _text(item)
        case Refusal():
            return _plain("refusal", item.chunks)
        case Message():
            return _message(item)
        case Reasoning():
            return _reasoning(item)
        case FunctionCall():
            return _function_call(item, next(indexes), new_id)
        case _:
            raise UnsupportedOutput(item, "Chat Completions")


def _plain(name: str, chunks: Any) -> Deltas:
    _, cut = yield from encode_chunks(chunks, lambda chunk: Event({name: chunk}, is_chunk=True))
    return cut


def _text(text: Text) -> Deltas:
    _, cut = yield from encode_chunks(
        text.chunks, lambda chunk: Event({"content": chunk}, is_chunk=True), _citation
    )
    if cut is None:
        yield from (_citation(citation) for citation in text.annotations)
    return cut


def _citation(citation: Citation) -> Event:
    if not isinstance(citation, UrlCitation):
        raise UnsupportedOutput(citation, "Chat Completions")
    span = {"start_index": citation.start_index, "end_index": citation.end_index}
    fields = {"url": citation.url, "title": citation.title, **span}
    return Event({"annotations": [{"type": "url_citation", "url_citation": fields}]})


def _message(message: Message) -> Deltas:
    for part in message.parts:
        cut = yield from (_text(part) if isinstance(part, Text) else _plain("refusal", part.chunks))
        if cut is not None:
            return cut
    return None


def _reasoning(reasoning: Reasoning) -> Deltas:
    for chunks in reasoning.summary_parts:
        cut = yield from _plain("reasoning_content", chunks)
        if cut is not None:
            return cut
    return (yield from _plain("reasoning", reasoning.content))


def _function_call(call: FunctionCall, index: int, new_id: NewId) -> Deltas:
    function = {"name": call.name, "arguments": ""}
    start = {"index": index, "id": call.call_id or new_id("call"), "type": "function"}
    yield Event({"tool_calls": [{**start, "function": function}]})

    def delta(chunk: str) -> Event:
        more = {"index": index, "function": {"arguments": chunk}}
        return Event({"tool_calls": [more]}, is_chunk=True)

    _, cut = yield from encode_chunks(arguments_of(call), delta)
    return cut


def _usage(usage: Usage) -> Fields:
    return {
        "prompt_tokens": usage.input_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens": usage.output_tokens,
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }
