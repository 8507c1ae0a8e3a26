"""What an event of a run means for the thread: one method for each type of event.

Above: `stream_agent_response`. Below: messages, thoughts, images, tool tasks. Source of the
types: `openai.types.responses.ResponseStreamEvent`, `agents.stream_events`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from chatkit.types import ClientToolCallItem, ThreadItemDoneEvent, ThreadStreamEvent

from .client_calls import FunctionCall, match_calls
from .context import AgentContext, asked_calls
from .images import Images
from .item_ids import ItemIds
from .messages import Messages
from .response_converter import ResponseStreamConverter
from .thoughts import Thoughts
from .tool_tasks import ToolTasks

__all__ = ["RunEvents"]

logger = logging.getLogger(__name__)

Read = Callable[[Any], Awaitable[list[ThreadStreamEvent]]]


class RunEvents:
    """Reads a run's events; what it learns beside is in its fields."""

    def __init__(self, context: AgentContext[Any], converter: ResponseStreamConverter) -> None:
        self._context = context
        self._ids = ItemIds(context)
        self._messages = Messages(context, converter, self._ids)
        self._thoughts = Thoughts(context)
        self._images = Images(context, converter)
        self._tools = ToolTasks(context, converter)
        self._response = 0
        self._calls: list[FunctionCall] = []
        self._reads = self._by_type()
        self.text_delta = self._messages.text_delta
        self.thought_delta = self._thoughts.thought_delta
        self.is_cut_short = False
        """Whether the model said that its response is incomplete."""
        self.cut_reason: str | None = None
        self.has_failed = False
        """Whether the model said that its response has failed."""

    @property
    def has_refused(self) -> bool:
        """Whether the model refused, and the page was told so."""
        return self._messages.refused

    async def read(self, data: Any) -> list[ThreadStreamEvent]:
        """The thread's events for one event of the model."""
        read = self._reads.get(data.type)
        return await read(data) if read is not None else []

    async def read_item(self, name: str, item: Any) -> list[ThreadStreamEvent]:
        """The thread's events for an item that the run made of the model's events."""
        if name == "tool_called":
            return await self._tools.called(item)
        return await self._tools.returned(item) if name == "tool_output" else []

    def client_calls(self) -> list[ThreadStreamEvent]:
        """The calls of client tools that the run's tools asked for: at its end."""
        asked = asked_calls(self._context).take()
        return [self._client_call(call, made) for call, made in match_calls(asked, self._calls)]

    def _by_type(self) -> Mapping[str, Read]:
        messages, thoughts = self._messages, self._thoughts
        return {
            "response.created": self._created,
            "response.output_item.added": self._item_added,
            "response.output_item.done": self._item_done,
            "response.content_part.added": messages.part_added,
            "response.content_part.done": messages.part_done,
            "response.output_text.delta": messages.delta,
            "response.output_text.annotation.added": messages.annotation_added,
            "response.output_text.done": messages.text_done,
            "response.refusal.delta": messages.refusal_delta,
            "response.refusal.done": messages.refusal_done,
            "response.reasoning_summary_text.delta": thoughts.summary_delta,
            "response.reasoning_summary_text.done": thoughts.summary_done,
            "response.reasoning_text.delta": thoughts.text_delta,
            "response.reasoning_text.done": thoughts.text_done,
            "response.image_generation_call.partial_image": self._images.preview,
            "response.incomplete": self._incomplete,
            "response.failed": self._failed,
            "error": self._failed,
            "response.error": self._failed,
        }

    async def _created(self, data: Any) -> list[ThreadStreamEvent]:
        self._response += 1
        for parts in (self._messages, self._thoughts, self._images):
            parts.forget()
        return []

    async def _item_added(self, data: Any) -> list[ThreadStreamEvent]:
        # Some models go on changing this item, so nothing of it is kept.
        item, place = data.item, data.output_index
        match item.type:
            case "message":
                return self._messages.start(place, item.id)
            case "reasoning":
                return self._thoughts.start(place)
            case "image_generation_call":
                return self._images.start(place)
            case _:
                return []

    async def _item_done(self, data: Any) -> list[ThreadStreamEvent]:
        item, place = data.item, data.output_index
        match item.type:
            case "message":
                return await self._messages.finish(place, item)
            case "image_generation_call":
                return await self._images.finish(place, item)
            case "function_call":
                self._calls.append(self._function_call(item))
                return []
            case _:
                return []

    async def _incomplete(self, data: Any) -> list[ThreadStreamEvent]:
        details = getattr(data.response, "incomplete_details", None)
        self.is_cut_short, self.cut_reason = True, getattr(details, "reason", None)
        return []

    async def _failed(self, data: Any) -> list[ThreadStreamEvent]:
        response = getattr(data, "response", data)
        error = getattr(response, "error", None) or getattr(data, "message", None)
        logger.error("the model failed: %s", error)
        self.has_failed = True
        return []

    def _function_call(self, item: Any) -> FunctionCall:
        return FunctionCall(
            response=self._response,
            id=item.id,
            call_id=item.call_id,
            name=item.name,
            arguments=item.arguments,
        )

    def _client_call(self, asked: Any, made: FunctionCall | None) -> ThreadStreamEvent:
        item_id = self._ids.take(made.id if made is not None else None, "tool_call")
        item = ClientToolCallItem(
            id=item_id,
            thread_id=self._context.thread.id,
            created_at=datetime.now(UTC),
            call_id=made.call_id if made is not None else item_id,
            name=asked.name,
            arguments=asked.arguments,
        )
        return ThreadItemDoneEvent(item=item)
