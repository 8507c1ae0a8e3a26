"""A run of the Agents SDK, from its events to the bytes of the stream.

The run is a stand-in that says the same each time: its events are at hand, or come after a round
of the event loop each.
"""

import asyncio
import os
import warnings
from collections.abc import AsyncIterator
from typing import Any

os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"
warnings.simplefilter("ignore", DeprecationWarning)

from agents import RawResponsesStreamEvent  # noqa: E402
from openai.types.responses import (  # noqa: E402
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseReasoningItem,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningSummaryTextDoneEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)
from openai.types.responses.response_reasoning_item import Summary  # noqa: E402

from chatkit.agents import AgentContext, stream_agent_response  # noqa: E402
from chatkit.server import ChatKitServer  # noqa: E402

from . import Work  # noqa: E402
from .chat import NEW_THREAD, as_data, memory_store, stored_items  # noqa: E402


def said(count: int) -> list[Any]:
    """A message of many deltas, as the Responses API tells it."""
    place: Any = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "sequence_number": 0}
    words = [f"word{number} " for number in range(count)]
    text = "".join(words)
    return [
        _added(_message([], "in_progress")),
        ResponseContentPartAddedEvent(**place, part=_part(""), type="response.content_part.added"),
        *(
            ResponseTextDeltaEvent(
                **place, delta=word, logprobs=[], type="response.output_text.delta"
            )
            for word in words
        ),
        ResponseTextDoneEvent(**place, text=text, logprobs=[], type="response.output_text.done"),
        ResponseContentPartDoneEvent(**place, part=_part(text), type="response.content_part.done"),
        _done(_message([_part(text)], "completed")),
    ]


def thought(count: int) -> list[Any]:
    """A summary of the model's reasoning in many deltas, then a message of one."""
    place: Any = {"item_id": "rs_1", "output_index": 0, "summary_index": 0, "sequence_number": 0}
    words = [f"word{number} " for number in range(count)]
    text = "".join(words)
    summary = Summary(text=text, type="summary_text")
    return [
        _added(ResponseReasoningItem(id="rs_1", summary=[], type="reasoning")),
        *(
            ResponseReasoningSummaryTextDeltaEvent(
                **place, delta=word, type="response.reasoning_summary_text.delta"
            )
            for word in words
        ),
        ResponseReasoningSummaryTextDoneEvent(
            **place, text=text, type="response.reasoning_summary_text.done"
        ),
        _done(ResponseReasoningItem(id="rs_1", summary=[summary], type="reasoning")),
        *said(1),
    ]


def _added(item: Any) -> Any:
    return ResponseOutputItemAddedEvent(
        item=item, output_index=0, sequence_number=0, type="response.output_item.added"
    )


def _done(item: Any) -> Any:
    return ResponseOutputItemDoneEvent(
        item=item, output_index=0, sequence_number=0, type="response.output_item.done"
    )


def _message(content: list[Any], status: Any) -> ResponseOutputMessage:
    return ResponseOutputMessage(
        id="msg_1", content=content, role="assistant", status=status, type="message"
    )


def _part(text: str) -> ResponseOutputText:
    return ResponseOutputText(annotations=[], text=text, type="output_text")


class Run:
    """A run that says its events, waiting a round of the event loop before each or not at all."""

    input = "Hi"
    new_items = ()
    input_guardrail_results = ()

    def __init__(self, told: list[Any], *, yields: bool) -> None:
        self._told = [RawResponsesStreamEvent(data=each) for each in told]
        self._yields = yields

    async def stream_events(self) -> AsyncIterator[RawResponsesStreamEvent]:
        """The events."""
        for event in self._told:
            if self._yields:
                await asyncio.sleep(0)
            yield event

    def cancel(self, *args: Any) -> None:
        """Nothing to cancel."""


class Teller(ChatKitServer[Any]):
    """Answers with the run."""

    def __init__(self, run: Run) -> None:
        super().__init__(memory_store())
        self._run: Any = run

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[Any]:
        """The run's events."""
        agent_context = AgentContext(thread=thread, store=self.store, request_context=context)
        async for event in stream_agent_response(agent_context, self._run):
            yield event


async def answering(yields: bool, count: int = 5_000) -> Work:
    """A run that writes."""
    return _telling(said(count), count, yields=yields)


async def reasoning(count: int = 2_000) -> Work:
    """A run that thinks."""
    return _telling(thought(count), count, yields=False)


def _telling(told: list[Any], count: int, *, yields: bool) -> Work:
    server = Teller(Run(told, yields=yields))

    async def run() -> list[bytes]:
        return [chunk async for chunk in await server.process(NEW_THREAD, {})]

    async def outcome(chunks: list[bytes]) -> Any:
        events = as_data(chunks)
        return events, await stored_items(server.store, events[0]["thread"]["id"])

    return Work(units=count, run=run, outcome=outcome)
