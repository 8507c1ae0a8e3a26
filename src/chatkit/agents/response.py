"""`stream_agent_response`: a run of the Agents SDK, and what its tools tell, as a thread's events.

Above: the apps' `respond`. Below: the run, the answer, the queue between them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from chatkit.errors import NotFoundError
from chatkit.types import ThreadStreamEvent, WorkflowItem
from chatkit.types.copying import deep_copy

from .answer import Answer
from .context import AgentContext, outlet_of
from .response_converter import ResponseStreamConverter
from .run import Run

if TYPE_CHECKING:
    from agents import RunResultStreaming

__all__ = ["stream_agent_response"]

_CONVERTER = ResponseStreamConverter()

_LAST_ITEMS = 10
"""Among so many an open workflow is looked for: it, and calls of client tools that came after."""


async def stream_agent_response(
    context: AgentContext[Any],
    result: RunResultStreaming,
    *,
    converter: ResponseStreamConverter = _CONVERTER,
) -> AsyncIterator[ThreadStreamEvent]:
    """The run's answer as events of the thread, with what its tools stream, in order.

    The run is cancelled when the stream is left. Raises what the run raises, once all that it
    had said is told; an answer that is refused or cut short is told as such and raises nothing.
    """
    outlet = outlet_of(context)
    queue = outlet.open()
    answer, run = Answer(context, converter), Run(result, queue)
    run.open()
    try:
        await _resume_workflow(context)
        answer.know(context.workflow_item)
        entries, text_delta, thought_delta = queue.entries, answer.text_delta, answer.thought_delta
        while answer.end is None:
            if not entries:
                await queue.arrival()
                continue
            entry = entries.popleft()
            if queue.waiting:
                queue.took()
            # What happens most, by far, goes the shortest way: it begins and ends nothing.
            if entry.type == "raw_response_event":
                said = text_delta(entry.data) or thought_delta(entry.data)
                if said is not None:
                    yield said
                    continue
            for event in await answer.events(entry):
                yield event
        for event in [*answer.rest(queue), *await answer.last_events()]:
            yield event
    finally:
        outlet.close(queue)
        await run.close()
    answer.raise_error()


async def _resume_workflow(context: AgentContext[Any]) -> None:
    """Go on with the workflow that an earlier turn left open, before calls of client tools."""
    try:
        page = await context.store.load_thread_items(
            context.thread.id, None, _LAST_ITEMS, "desc", context.request_context
        )
    except NotFoundError:
        return  # a thread that is not stored, as in an app's tests
    last = next((item for item in page.data if item.type != "client_tool_call"), None)
    if not isinstance(last, WorkflowItem) or context.workflow_item is not None:
        return
    if last.workflow.summary is None:
        # A copy: some stores hand out what they keep.
        context.workflow_item = deep_copy(last)
