"""An answer while it is told: what the run and its tools said as events, and how it ends.

Above: `stream_agent_response`. Below: what each of the run's events means.
"""

from __future__ import annotations

from typing import Any

from chatkit.errors import ErrorCode, StreamError
from chatkit.types import (
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    WorkflowItem,
)

from .context import AgentContext, asked_calls
from .event_queue import EventQueue
from .response_converter import ResponseStreamConverter, resolve
from .run import RunEnd
from .run_events import RunEvents

__all__ = ["Answer"]


class Answer:
    """Turns entries of the queue into events, and remembers which items it has shown."""

    def __init__(self, context: AgentContext[Any], converter: ResponseStreamConverter) -> None:
        self._context, self._converter = context, converter
        self._run = RunEvents(context, converter)
        self._shown: dict[str, None] = {}
        self._known: set[str] = set()
        self._finished_workflows: set[str] = set()
        self._error: BaseException | None = None
        self.text_delta = self._run.text_delta
        """The event for more text that the model says, or None where `events` has to be asked."""
        self.thought_delta = self._run.thought_delta
        """The same for more of what it thinks."""
        self.end: RunEnd | None = None
        """The run's end, once it was among the entries."""

    def know(self, item: WorkflowItem | None) -> None:
        """Take note of a workflow that was open before: it is not this answer's to take back."""
        if item is not None and item.id not in self._shown:
            self._known.add(item.id)

    async def events(self, entry: Any) -> list[ThreadStreamEvent]:
        """What an entry of the queue tells."""
        match entry.type:
            case "raw_response_event":
                events = await self._run.read(entry.data)
                self._note_finished(events)
            case "run_item_stream_event":
                events = await self._run.read_item(entry.name, entry.item)
            case "agent_updated_stream_event":
                return []
            case "run_end":
                self.end, self._error = entry, entry.error
                return []
            case _:
                events = [] if self._is_late(entry) else [entry]
        self._note(events)
        return events

    def rest(self, queue: EventQueue) -> list[ThreadStreamEvent]:
        """What tools had told when the run ended, after it; nothing more of the run itself."""
        told = [event for event in queue.told_by_tools() if not self._is_late(event)]
        self._note(told)
        return told

    async def last_events(self) -> list[ThreadStreamEvent]:
        """What is told after the run's end."""
        error, is_guarded = self._error, _is_guardrail(self._error)
        if error is None and self._run.has_failed:
            self._error = StreamError(ErrorCode.STREAM_ERROR)
        elif is_guarded:
            return self._take_back()
        elif self._run.is_cut_short and (error is None or _is_model_failure(error)):
            return await self._cut_short()
        elif error is not None and self._run.has_refused and _is_refusal(error):
            self._error = None
        if self._error is not None:
            asked_calls(self._context).take()
            return []
        return self._run.client_calls()

    def raise_error(self) -> None:
        """Raise what the run has raised, unless the page was told instead."""
        if self._error is not None:
            raise self._error

    def _take_back(self) -> list[ThreadStreamEvent]:
        """A guardrail was tripped: nothing of what was shown stays."""
        self._context.workflow_item = self._context.generated_image_item = None
        asked_calls(self._context).take()
        return [ThreadItemRemovedEvent(item_id=item_id) for item_id in self._shown]

    async def _cut_short(self) -> list[ThreadStreamEvent]:
        notice = await resolve(self._converter.incomplete_to_notice(self._run.cut_reason))
        if notice is None:
            return []
        self._error = None
        return [notice, *self._run.client_calls()]

    def _is_late(self, event: ThreadStreamEvent) -> bool:
        """Whether a tool told this of a workflow that the answer has finished meanwhile.

        What it tells was in the finished workflow already.
        """
        if isinstance(event, ThreadItemUpdatedEvent):
            return event.item_id in self._finished_workflows
        return isinstance(event, ThreadItemAddedEvent) and event.item.id in self._finished_workflows

    def _note_finished(self, events: list[ThreadStreamEvent]) -> None:
        for event in events:
            if isinstance(event, ThreadItemDoneEvent) and isinstance(event.item, WorkflowItem):
                self._finished_workflows.add(event.item.id)

    def _note(self, events: list[ThreadStreamEvent]) -> None:
        for event in events:
            if isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent):
                if event.item.id not in self._known:
                    self._shown[event.item.id] = None
            elif isinstance(event, ThreadItemRemovedEvent):
                self._shown.pop(event.item_id, None)


def _is_guardrail(error: BaseException | None) -> bool:
    from agents import InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered

    return isinstance(error, InputGuardrailTripwireTriggered | OutputGuardrailTripwireTriggered)


def _is_model_failure(error: BaseException) -> bool:
    from agents import ModelBehaviorError

    return isinstance(error, ModelBehaviorError)


def _is_refusal(error: BaseException) -> bool:
    from agents import exceptions

    return isinstance(error, getattr(exceptions, "ModelRefusalError", ()))
