"""The model's messages, part by part, as an assistant message of the thread.

Above: the run's reader. Below: annotations.py, the workflow's steps, the types. A refusal is
shown as text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)
from chatkit.types.copying import deep_copy

from .annotations import read_annotation
from .context import AgentContext
from .deltas import text_delta
from .item_ids import ItemIds
from .response_converter import ResponseStreamConverter
from .workflows import finish_workflow

__all__ = ["Messages"]


class _Message:
    """One message while it streams."""

    __slots__ = ("citations", "created_at", "id", "parts", "said")

    def __init__(self, id: str) -> None:
        self.id = id
        self.created_at = datetime.now(UTC)
        self.parts: set[int] = set()
        """The parts that were announced."""
        self.said: dict[int, AssistantMessageContent] = {}
        """The parts that are done, as they were sent."""
        self.citations: dict[int, list[Annotation | None]] = {}
        """What the converter made of each part's citations."""


class Messages:
    """The messages of a run's response, by their place in its output."""

    def __init__(
        self, context: AgentContext[Any], converter: ResponseStreamConverter, ids: ItemIds
    ) -> None:
        self.refused = False
        """Whether the model refused, and the page was told so."""
        self._context, self._converter, self._ids = context, converter, ids
        self._open: dict[int, _Message] = {}

    def forget(self) -> None:
        """Another response begins: its places count from 0 again."""
        self._open.clear()

    def start(self, place: int, model_id: str | None) -> list[ThreadStreamEvent]:
        """A message begins, and with it the answer: the open workflow ends."""
        events = finish_workflow(self._context)
        message = self._open[place] = _Message(self._ids.take(model_id, "message"))
        events.append(ThreadItemAddedEvent(item=self._item(message, [])))
        return events

    def text_delta(self, data: Any) -> ThreadStreamEvent | None:
        """The event for more text, or None for other data, and where `delta` has to be asked."""
        # Once for all: reading a model's attribute costs four times what reading a dict does.
        fields = data.__dict__
        if fields.get("type") != "response.output_text.delta":
            return None
        message = self._open.get(fields.get("output_index"))
        if message is None:
            return None
        part, delta = fields["content_index"], fields["delta"]
        if part not in message.parts or not delta or type(delta) is not str:
            return None
        return text_delta(message.id, part, delta)

    async def delta(self, data: Any) -> list[ThreadStreamEvent]:
        """More text; a message or a part that nobody announced begins with it."""
        events, message = self._message(data)
        events += self._part(message, data.content_index)
        if data.delta and type(data.delta) is str:
            events.append(text_delta(message.id, data.content_index, data.delta))
        return events

    async def refusal_delta(self, data: Any) -> list[ThreadStreamEvent]:
        """More of a refusal."""
        self.refused = True
        return await self.delta(data)

    async def part_added(self, data: Any) -> list[ThreadStreamEvent]:
        """A part begins; parts of other items, such as reasoning, are passed over."""
        if data.part.type not in {"output_text", "refusal"}:
            return []
        events, message = self._message(data)
        return events + self._part(message, data.content_index, _text_of(data.part))

    async def annotation_added(self, data: Any) -> list[ThreadStreamEvent]:
        """A citation amid the text."""
        events, message = self._message(data)
        events += self._part(message, data.content_index)
        annotation = await self._cite(message, data.content_index, data.annotation)
        if annotation is None:
            return events
        update = AssistantMessageContentPartAnnotationAdded(
            content_index=data.content_index,
            annotation_index=len(_shown(message, data.content_index)) - 1,
            annotation=deep_copy(annotation),
        )
        return [*events, ThreadItemUpdatedEvent(item_id=message.id, update=update)]

    async def text_done(self, data: Any) -> list[ThreadStreamEvent]:
        """A part's text is whole; its citations so far go with it."""
        return self._part_done(data, data.text)

    async def refusal_done(self, data: Any) -> list[ThreadStreamEvent]:
        """A refusal is whole."""
        self.refused = True
        return self._part_done(data, data.refusal)

    async def part_done(self, data: Any) -> list[ThreadStreamEvent]:
        """A part is whole. Chat Completions say only here what it cites."""
        if data.part.type not in {"output_text", "refusal"}:
            return []
        message = self._open.get(data.output_index)
        if message is not None:
            await self._cite_all(message, data.content_index, data.part)
        return self._part_done(data, _text_of(data.part))

    async def finish(self, place: int, item: Any) -> list[ThreadStreamEvent]:
        """The message is whole: as the model gives it at last."""
        message = self._open.pop(place, None)
        events: list[ThreadStreamEvent] = []
        if message is None:
            events += finish_workflow(self._context)
            message = _Message(self._ids.take(item.id, "message"))
        content: list[AssistantMessageContent] = []
        for index, part in enumerate(item.content):
            self.refused = self.refused or part.type == "refusal"
            await self._cite_all(message, index, part)
            content.append(self._content(message, index, _text_of(part)))
        return [*events, ThreadItemDoneEvent(item=self._item(message, content))]

    def _message(self, data: Any) -> tuple[list[ThreadStreamEvent], _Message]:
        events: list[ThreadStreamEvent] = []
        if data.output_index not in self._open:
            events = self.start(data.output_index, data.item_id)
        return events, self._open[data.output_index]

    def _part(self, message: _Message, index: int, text: str = "") -> list[ThreadStreamEvent]:
        if index in message.parts:
            return []
        message.parts.add(index)
        update = AssistantMessageContentPartAdded(
            content_index=index, content=AssistantMessageContent(text=text)
        )
        return [ThreadItemUpdatedEvent(item_id=message.id, update=update)]

    def _part_done(self, data: Any, text: str) -> list[ThreadStreamEvent]:
        message = self._open.get(data.output_index)
        if message is None:
            return []
        index: int = data.content_index
        content = self._content(message, index, text)
        if message.said.get(index) == content:
            return []
        message.said[index] = content
        events = self._part(message, index)
        update = AssistantMessageContentPartDone(content_index=index, content=deep_copy(content))
        return [*events, ThreadItemUpdatedEvent(item_id=message.id, update=update)]

    async def _cite_all(self, message: _Message, index: int, part: Any) -> None:
        known = message.citations.get(index, [])
        given: list[Any] = getattr(part, "annotations", None) or []
        for citation in given[len(known) :]:
            await self._cite(message, index, citation)

    async def _cite(self, message: _Message, index: int, citation: Any) -> Annotation | None:
        # Asked once for each citation: a hook may look something up.
        annotation = await read_annotation(citation, self._converter)
        message.citations.setdefault(index, []).append(annotation)
        return annotation

    def _content(self, message: _Message, index: int, text: str) -> AssistantMessageContent:
        annotations = [deep_copy(each) for each in _shown(message, index)]
        return AssistantMessageContent(text=text, annotations=annotations)

    def _item(
        self, message: _Message, content: list[AssistantMessageContent]
    ) -> AssistantMessageItem:
        return AssistantMessageItem(
            id=message.id,
            thread_id=self._context.thread.id,
            created_at=message.created_at,
            content=content,
        )


def _shown(message: _Message, index: int) -> list[Annotation]:
    found = message.citations.get(index, ())
    return [annotation for annotation in found if annotation is not None]


def _text_of(part: Any) -> str:
    text: str | None = part.refusal if part.type == "refusal" else part.text
    return text or ""
