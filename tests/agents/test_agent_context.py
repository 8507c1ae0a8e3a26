"""AgentContext as a model, and what else the module gives to apps."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from agents import RawResponsesStreamEvent
from openai.types.responses import ResponseTextDeltaEvent
from pydantic import ConfigDict, Field, ValidationError

import chatkit.agents
from chatkit.agents import (
    AgentContext,
    ClientToolCall,
    StreamingThoughtTracker,
    accumulate_text,
    stream_agent_response,
)
from chatkit.server import EmptyWidget
from chatkit.store import MemoryStore
from chatkit.types import (
    CustomTask,
    HiddenContextItem,
    ProgressUpdateEvent,
    SDKHiddenContextItem,
    ThoughtTask,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import Markdown
from chatkit.widgets import Text as TextWidget

NOW = datetime(2025, 1, 1, tzinfo=UTC)


class Numbers(MemoryStore[Any]):
    """Says what it was asked for an id."""

    def generate_thread_id(self, context: Any) -> str:
        return f"thread of {context}"

    def generate_item_id(self, item_type: Any, thread: ThreadMetadata, context: Any) -> str:
        return f"{item_type} in {thread.id} of {context}"


def thread(id: str = "thr_1") -> ThreadMetadata:
    return ThreadMetadata(id=id, created_at=NOW)


def context(**fields: Any) -> AgentContext[Any]:
    return AgentContext(thread=thread(), store=Numbers(), request_context="me", **fields)


class FakeRun:
    """A run that is no run of the SDK's, as apps' tests make them."""

    def __init__(self, *events: Any) -> None:
        self._events = events

    async def stream_events(self) -> AsyncIterator[Any]:
        for event in self._events:
            yield event


async def told(agent_context: AgentContext[Any], run: Any = None) -> list[ThreadStreamEvent]:
    """What the context has to tell, and the run."""
    return [event async for event in stream_agent_response(agent_context, run or FakeRun())]


def test_ids_come_from_the_store_with_the_request_context() -> None:
    """Stores number their rows their own way, for each user."""
    made = context()
    assert made.generate_id("thread") == "thread of me"
    assert made.generate_id("message") == "message in thr_1 of me"
    assert made.generate_id("task", thread("thr_2")) == "task in thr_2 of me"


def test_the_thread_and_the_request_context_are_the_ones_that_were_given() -> None:
    """Handlers change the thread in place and expect it to be seen."""
    own, request = thread(), {"user": "ada"}
    made = AgentContext[Any](thread=own, store=Numbers(), request_context=request)
    assert made.thread is own
    assert made.request_context is request


def test_the_store_has_to_be_one() -> None:
    """A typo shows where it was made."""
    with pytest.raises(ValidationError):
        AgentContext(thread=thread(), store="store", request_context=None)  # type: ignore[arg-type]


def test_apps_extend_it_as_a_model() -> None:
    """Fields of any type, and fields that are left out of its JSON."""

    class Extended(AgentContext[Any]):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        lock: asyncio.Lock = Field(default_factory=asyncio.Lock, exclude=True)
        visits: int = 0

    made = Extended(thread=thread(), store=Numbers(), request_context="me", visits=1)
    shown = made.model_dump(exclude={"store"})
    assert shown["visits"] == 1
    assert "lock" not in shown
    assert not any(name.startswith("_") for name in shown)
    with pytest.raises(ValidationError):
        Extended(thread=thread(), store=Numbers(), request_context="me", visits="many")  # type: ignore[arg-type]


async def test_a_copy_tells_what_it_has_to_tell_where_the_original_does() -> None:
    """Agents that run as tools may be given a copy with other fields."""
    made = context()
    await made.model_copy(update={"previous_response_id": "x"}).stream(progress("p"))
    assert [event.type for event in await told(made)] == ["progress_update"]


def progress(text: str) -> ProgressUpdateEvent:
    return ProgressUpdateEvent(text=text)


async def test_a_call_that_the_context_was_made_with_is_made() -> None:
    """With an id of the store's, as no function call stands behind it."""
    made = context(client_tool_call=ClientToolCall(name="look", arguments={"x": 1}))
    (event,) = await told(made)
    assert isinstance(event, ThreadItemDoneEvent)
    call: Any = event.item
    assert (call.id, call.call_id) == ("tool_call in thr_1 of me", "tool_call in thr_1 of me")
    assert await told(made) == []


@pytest.mark.parametrize("kind", [HiddenContextItem, SDKHiddenContextItem])
async def test_hidden_items_leave_the_workflow_open(kind: Any) -> None:
    """There is nothing to look at."""
    made = context()
    await made.start_workflow(Workflow(type="custom", tasks=[CustomTask(title="a")]))
    hidden = kind(id="h", thread_id="thr_1", created_at=NOW, content="x")
    await made.stream(ThreadItemDoneEvent(item=hidden))
    assert made.workflow_item is not None


async def test_a_workflow_that_the_host_finishes_by_itself_is_finished() -> None:
    """It may have an item of its own making at hand."""
    made = context()
    await made.start_workflow(Workflow(type="custom", tasks=[CustomTask(title="a")]))
    assert made.workflow_item is not None
    await made.stream(ThreadItemDoneEvent(item=made.workflow_item))
    assert made.workflow_item is None


async def test_an_empty_workflow_is_not_announced_before_it_ends() -> None:
    """As officially: it is shown with its first task, or at its end."""
    made = context()
    await made.start_workflow(Workflow(type="custom", tasks=[]))
    assert await told(made) == []
    await made.end_workflow()
    assert [event.type for event in await told(made)] == ["thread.item.done"]


async def test_a_widget_that_never_comes_is_an_error_for_its_tool() -> None:
    """The tool's author can see it; the page gets no empty item."""

    async def nothing() -> Any:
        return
        yield

    made = context()
    with pytest.raises(EmptyWidget):
        await made.stream_widget(nothing())
    assert await told(made) == []


async def test_a_workflow_in_the_store_is_not_changed_by_reference() -> None:
    """Some stores hand out the objects that they keep."""
    open_item = WorkflowItem(
        id="wf_1", thread_id="thr_1", created_at=NOW, workflow=Workflow(type="custom", tasks=[])
    )

    class Shares(Numbers):
        async def load_thread_items(self, *args: Any) -> Any:
            return SimpleNamespace(data=[open_item])

    made = AgentContext[Any](thread=thread(), store=Shares(), request_context="me")
    await told(made)
    assert made.workflow_item == open_item
    assert made.workflow_item is not open_item


def delta(text: str, place: int = 0, part: int = 0) -> RawResponsesStreamEvent:
    return RawResponsesStreamEvent(
        data=ResponseTextDeltaEvent(
            content_index=part,
            delta=text,
            item_id="msg_1",
            logprobs=[],
            output_index=place,
            sequence_number=0,
            type="response.output_text.delta",
        )
    )


@pytest.mark.parametrize(
    "widget", [Markdown(id="m", value="", streaming=True), TextWidget(value="")]
)
async def test_text_accumulates_in_a_widget(widget: Any) -> None:
    """First as it is, then growing, at last no longer streaming."""
    events = FakeRun(delta("a"), SimpleNamespace(type="other"), delta("b", part=1)).stream_events()
    states = [state async for state in accumulate_text(events, widget)]
    assert states[0] is widget
    assert [state.value for state in states] == ["", "a", "ab", "ab"]
    assert states[-1].streaming is False
    assert len({id(state) for state in states}) == 4


async def test_text_that_nobody_announced_begins_its_message_and_part() -> None:
    """Not every server sends every event."""
    events: list[Any] = await told(context(), FakeRun(delta("a"), delta("b"), delta("c", part=1)))
    kinds = [
        event.update.type if event.type.endswith("updated") else event.type for event in events
    ]
    part, text = (f"assistant_message.content_part.{name}" for name in ("added", "text_delta"))
    assert kinds == ["thread.item.added", part, text, text, part, text]


def test_the_tracker_of_a_thought_is_there_for_those_who_import_it() -> None:
    """Public officially."""
    tracker = StreamingThoughtTracker(item_id="wf", index=0, task=ThoughtTask(content="x"))
    assert tracker.task.content == "x"


def test_importing_the_module_loads_no_agent_framework() -> None:
    """Only a run that is streamed needs it, and it takes seconds."""
    code = "import sys, chatkit.agents; print({'agents', 'openai', 'anyio'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


SIGNATURES = {
    "AgentContext.generate_id": "type thread=None",
    "AgentContext.stream": "event",
    "AgentContext.stream_widget": "widget copy_text=None",
    "AgentContext.start_workflow": "workflow",
    "AgentContext.add_workflow_task": "task",
    "AgentContext.update_workflow_task": "task task_index",
    "AgentContext.end_workflow": "summary=None expanded=False",
    "ResponseStreamConverter.__init__": "*partial_images=None",
    "ResponseStreamConverter.base64_image_to_url": (
        "image_id base64_image partial_image_index=None"
    ),
    "ResponseStreamConverter.partial_image_index_to_progress": "partial_image_index",
    "ResponseStreamConverter.file_citation_to_annotation": "file_citation",
    "ResponseStreamConverter.container_file_citation_to_annotation": "container_file_citation",
    "ResponseStreamConverter.url_citation_to_annotation": "url_citation",
    "accumulate_text": "events base_widget",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_each_method_is_called_as_officially(name: str) -> None:
    """Names, order, kinds and defaults of parameters are what callers rely on."""
    holder, _, method = name.rpartition(".")
    owner = getattr(chatkit.agents, holder) if holder else chatkit.agents
    shown: list[str] = []
    for parameter in inspect.signature(getattr(owner, method)).parameters.values():
        star = "*" if parameter.kind is inspect.Parameter.KEYWORD_ONLY else ""
        default = parameter.default
        has_none = default is inspect.Parameter.empty
        shown.append(f"{star}{parameter.name}" + ("" if has_none else f"={default!r}"))
    assert " ".join(each for each in shown if each != "self") == SIGNATURES[name]


def test_streaming_a_run_is_an_async_generator_with_a_converter_by_name() -> None:
    """Apps close it, and pass their converter."""
    assert inspect.isasyncgenfunction(stream_agent_response)
    assert inspect.isasyncgenfunction(accumulate_text)
    assert list(inspect.signature(stream_agent_response).parameters) == [
        "context",
        "result",
        "converter",
    ]


def test_the_context_has_the_official_fields_in_their_order() -> None:
    """Some build it by position of a dict, and all read them."""
    assert list(AgentContext.model_fields) == [
        *("thread", "store", "request_context", "previous_response_id"),
        *("client_tool_call", "workflow_item", "generated_image_item"),
    ]
    assert list(ClientToolCall.model_fields) == ["name", "arguments"]
    assert list(StreamingThoughtTracker.model_fields) == ["item_id", "index", "task"]


def test_the_official_names_are_all_there() -> None:
    """Apps import them from here."""
    names = {
        *("AgentContext", "ClientToolCall", "ResponseStreamConverter", "Sequence"),
        *("StreamingThoughtTracker", "ThreadItemConverter", "accumulate_text", "assert_never"),
        *("cast", "simple_to_agent_input", "stream_agent_response"),
    }
    assert names <= set(chatkit.agents.__all__)
