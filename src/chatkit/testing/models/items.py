"""One output as Responses API events, from `output_item.added` to `output_item.done`: pure.

Source: the event types in `openai.types.responses`. Stands on script.py and events.py.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from typing import Any, TypeAlias

from .events import Cut, Emission, Event, NewId, encode_chunks
from .script import (
    Citation,
    FileCitation,
    FileSearch,
    FunctionCall,
    ImageGeneration,
    Item,
    Message,
    Reasoning,
    Refusal,
    Text,
    UrlCitation,
    WebSearch,
)

__all__ = ["arguments_of", "encode_annotation", "encode_item"]

Fields: TypeAlias = dict[str, Any]
Body: TypeAlias = Generator[Emission, None, tuple[Fields, Cut]]
"""The events inside an item; returns the fields that it ends with, and what cut it short."""


def encode_item(item: Item, index: int, new_id: NewId) -> Iterator[Emission]:
    """All the events of one output item at this place in the response's output."""
    start, body = _start(item, index, new_id)
    yield Event({"type": "response.output_item.added", "output_index": index, "item": start})
    fields, cut = yield from body
    status = {} if start["type"] == "reasoning" else {"status": "completed"}
    done: Fields = {**start, **status, **fields}
    if cut is not None:
        done["status"] = "incomplete"
    yield Event({"type": "response.output_item.done", "output_index": index, "item": done})
    if cut is not None:
        yield cut


def _start(item: Item, index: int, new_id: NewId) -> tuple[Fields, Body]:
    """The item as it is announced, and the events that fill it."""
    if isinstance(item, Text | Refusal):
        item = Message([item], id=item.id)
    start = _announced(item, new_id)
    place = {"item_id": start["id"], "output_index": index}
    match item:
        case Message():
            return start, _message(item, place)
        case Reasoning():
            return start, _reasoning(item, place)
        case FunctionCall():
            return start, _function_call(item, place)
        case ImageGeneration():
            return start, _image_generation(item, place)
        case WebSearch():
            return start, _search("web_search_call", place, start)
        case FileSearch():
            results: Fields = {"results": None if item.results is None else list(item.results)}
            return start, _search("file_search_call", place, results)


def _announced(
    item: Message | Reasoning | FunctionCall | ImageGeneration | WebSearch | FileSearch,
    new_id: NewId,
) -> Fields:
    status = "in_progress"
    match item:
        case Message(id=id):
            head = {"id": id or new_id("msg"), "type": "message", "status": status}
            return {**head, "role": "assistant", "content": []}
        case Reasoning(id=id):
            start: Fields = {"id": id or new_id("rs"), "type": "reasoning", "summary": []}
            if item.encrypted_content is not None:
                start["encrypted_content"] = item.encrypted_content
            return start
        case FunctionCall(id=id):
            head = {"id": id or new_id("fc"), "type": "function_call", "status": status}
            call_id = item.call_id or new_id("call")
            return {**head, "name": item.name, "call_id": call_id, "arguments": ""}
        case ImageGeneration(id=id):
            head = {"id": id or new_id("ig"), "type": "image_generation_call", "status": status}
            return {**head, "result": None}
        case WebSearch(id=id):
            head = {"id": id or new_id("ws"), "type": "web_search_call", "status": status}
            sources = [{"type": "url", "url": url} for url in item.sources]
            return {**head, "action": {"type": "search", "query": item.query, "sources": sources}}
        case FileSearch(id=id):
            head = {"id": id or new_id("fs"), "type": "file_search_call", "status": status}
            return {**head, "queries": list(item.queries), "results": None}


def _message(message: Message, place: Fields) -> Body:
    content: list[Fields] = []
    cut: Cut = None
    for number, part in enumerate(message.parts):
        here = {**place, "content_index": number}
        encode = _text(part, here) if isinstance(part, Text) else _refusal(part, here)
        done, cut = yield from encode
        content.append(done)
        if cut is not None:
            break
    return {"content": content}, cut


def _text(text: Text, place: Fields) -> Body:
    yield Event({"type": "response.content_part.added", **place, "part": _output_text("", [])})
    annotations: list[Fields] = []

    def delta(chunk: str) -> Event:
        fields: Fields = {**place, "delta": chunk, "logprobs": []}
        return Event({"type": "response.output_text.delta", **fields}, is_chunk=True)

    def cite(citation: Citation) -> Event:
        annotation = encode_annotation(citation)
        fields: Fields = {"annotation_index": len(annotations), "annotation": annotation}
        annotations.append(annotation)
        return Event({"type": "response.output_text.annotation.added", **place, **fields})

    said, cut = yield from encode_chunks(text.chunks, delta, cite)
    if cut is None:
        yield from (cite(citation) for citation in text.annotations)
    part = _output_text(said, annotations)
    yield Event({"type": "response.output_text.done", **place, "text": said, "logprobs": []})
    yield Event({"type": "response.content_part.done", **place, "part": part})
    return part, cut


def _refusal(refusal: Refusal, place: Fields) -> Body:
    part = {"type": "refusal", "refusal": ""}
    yield Event({"type": "response.content_part.added", **place, "part": part})
    said, cut = yield from _deltas(refusal.chunks, "response.refusal.delta", place)
    yield Event({"type": "response.refusal.done", **place, "refusal": said})
    part = {"type": "refusal", "refusal": said}
    yield Event({"type": "response.content_part.done", **place, "part": part})
    return part, cut


def _reasoning(reasoning: Reasoning, place: Fields) -> Body:
    summary: list[Fields] = []
    for number, chunks in enumerate(reasoning.summary_parts):
        here = {**place, "summary_index": number}
        part = {"type": "summary_text", "text": ""}
        yield Event({"type": "response.reasoning_summary_part.added", **here, "part": part})
        said, cut = yield from _deltas(chunks, "response.reasoning_summary_text.delta", here)
        yield Event({"type": "response.reasoning_summary_text.done", **here, "text": said})
        part = {"type": "summary_text", "text": said}
        yield Event({"type": "response.reasoning_summary_part.done", **here, "part": part})
        summary.append(part)
        if cut is not None:
            return {"summary": summary}, cut
    if not reasoning.content:
        return {"summary": summary}, None
    here = {**place, "content_index": 0}
    part = {"type": "reasoning_text", "text": ""}
    yield Event({"type": "response.content_part.added", **here, "part": part})
    said, cut = yield from _deltas(reasoning.content, "response.reasoning_text.delta", here)
    yield Event({"type": "response.reasoning_text.done", **here, "text": said})
    part = {"type": "reasoning_text", "text": said}
    yield Event({"type": "response.content_part.done", **here, "part": part})
    return {"summary": summary, "content": [part]}, cut


def _function_call(call: FunctionCall, place: Fields) -> Body:
    arguments, cut = yield from _deltas(
        arguments_of(call), "response.function_call_arguments.delta", place
    )
    done = {"type": "response.function_call_arguments.done", **place, "name": call.name}
    yield Event({**done, "arguments": arguments})
    return {"arguments": arguments}, cut


def _image_generation(image: ImageGeneration, place: Fields) -> Body:
    prefix = "response.image_generation_call"
    yield Event({"type": f"{prefix}.in_progress", **place})
    yield Event({"type": f"{prefix}.generating", **place})
    sent = 0

    def partial(b64: str) -> Event:
        nonlocal sent
        fields = {"partial_image_index": sent, "partial_image_b64": b64}
        sent += 1
        return Event({"type": f"{prefix}.partial_image", **place, **fields}, is_chunk=True)

    _, cut = yield from encode_chunks(image.partials, partial)
    if cut is not None:
        return {}, cut
    yield Event({"type": f"{prefix}.completed", **place})
    return {"result": image.final_b64}, None


def _search(kind: str, place: Fields, fields: Fields) -> Body:
    for state in ("in_progress", "searching", "completed"):
        yield Event({"type": f"response.{kind}.{state}", **place})
    return {name: fields[name] for name in ("action", "results") if name in fields}, None


def _deltas(chunks: Any, type: str, place: Fields) -> Generator[Emission, None, tuple[str, Cut]]:
    return encode_chunks(
        chunks, lambda chunk: Event({"type": type, **place, "delta": chunk}, is_chunk=True)
    )


def arguments_of(call: FunctionCall) -> Any:
    """The chunks in which the arguments stream."""
    if call.chunks is not None:
        return call.chunks
    return call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)


def encode_annotation(citation: Citation) -> Fields:
    """The citation as an annotation of an output text."""
    match citation:
        case UrlCitation():
            span = {"start_index": citation.start_index, "end_index": citation.end_index}
            return {"type": "url_citation", "url": citation.url, "title": citation.title, **span}
        case FileCitation():
            names = {"file_id": citation.file_id, "filename": citation.filename}
            return {"type": "file_citation", **names, "index": citation.index}
        case _:
            names = {"file_id": citation.file_id, "filename": citation.filename}
            span = {"start_index": citation.start_index, "end_index": citation.end_index}
            container = {"container_id": citation.container_id}
            return {"type": "container_file_citation", **container, **names, **span}


def _output_text(text: str, annotations: Sequence[Fields]) -> Fields:
    return {
        "type": "output_text",
        "text": text,
        "annotations": list(annotations),
        "logprobs": [],
    }
