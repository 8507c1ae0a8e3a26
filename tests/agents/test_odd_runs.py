"""Events that come otherwise than they should: other servers, older SDKs, apps' stand-ins."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest
from agents import RunResultStreaming
from test_agent_context import FakeRun, context, told

from chatkit.agents import ClientToolCall, ToolTaskConverter, stream_agent_response
from chatkit.agents.client_calls import FunctionCall, match_calls
from chatkit.errors import StreamError
from chatkit.types import CustomTask


def raw(type: str, **fields: Any) -> Any:
    """An event of the model."""
    data = SimpleNamespace(type=type, **{"output_index": 0, "item_id": "x", **fields})
    return SimpleNamespace(type="raw_response_event", data=data)


def text_part(text: str, **fields: Any) -> Any:
    return SimpleNamespace(type="output_text", text=text, **fields)


def message(*parts: Any) -> Any:
    return SimpleNamespace(type="message", id="msg_1", content=list(parts))


def kinds(events: list[Any]) -> list[str]:
    return [
        event.update.type if event.type == "thread.item.updated" else event.type for event in events
    ]


async def test_a_message_that_is_only_told_at_its_end_is_told() -> None:
    """As a whole; the workflow before it ends."""
    made = context()
    await made.add_workflow_task(CustomTask(title="a"))
    end = raw("response.output_item.done", item=message(text_part("Hello")))
    events = await told(made, FakeRun(end))
    assert kinds(events) == ["thread.item.added", "thread.item.done", "thread.item.done"]
    assert made.workflow_item is None


async def test_ends_of_parts_that_never_began_are_passed_over() -> None:
    """There is no message to put them in."""
    part = SimpleNamespace(type="reasoning_text", text="x")
    events = await told(
        context(),
        FakeRun(
            raw("response.output_text.done", content_index=0, text="x"),
            raw("response.content_part.done", content_index=0, part=text_part("x")),
            raw("response.content_part.done", content_index=0, part=part),
            raw("response.content_part.added", content_index=0, part=part),
            raw("response.unheard.of"),
            raw("response.output_item.added", item=SimpleNamespace(type="unheard_of")),
            raw("response.output_item.done", item=SimpleNamespace(type="unheard_of")),
            SimpleNamespace(type="agent_updated_stream_event"),
            SimpleNamespace(type="run_item_stream_event", name="unheard_of", item=None),
        ),
    )
    assert events == []


async def test_a_citation_begins_its_message_as_text_does() -> None:
    """And one that is left out streams nothing more."""
    citation = {"type": "url_citation", "url": "https://x.test"}
    unknown = {"type": "file_path"}
    name = "response.output_text.annotation.added"
    events = await told(
        context(),
        FakeRun(
            raw(name, content_index=0, annotation=citation),
            raw(name, content_index=0, annotation=unknown),
        ),
    )
    assert kinds(events) == [
        "thread.item.added",
        "assistant_message.content_part.added",
        "assistant_message.content_part.annotation_added",
    ]


async def test_empty_deltas_say_nothing() -> None:
    """Some servers send them to keep the line open."""
    delta = raw("response.output_text.delta", content_index=0, delta="")
    assert kinds(await told(context(), FakeRun(delta))) == [
        "thread.item.added",
        "assistant_message.content_part.added",
    ]


class Piece:
    """An event of the model whose fields are its class's, as an app's stand-in may have them."""

    output_index = content_index = summary_index = 0
    item_id, delta = "x", "a"


@pytest.mark.parametrize("name", ["output_text", "reasoning_text", "reasoning_summary_text"])
async def test_pieces_of_any_making_add_up(name: str) -> None:
    """The short way of the SDK's own events is not the only one."""
    piece: Any = type("Piece", (Piece,), {"type": f"response.{name}.delta"})()
    run = FakeRun(*[SimpleNamespace(type="raw_response_event", data=piece)] * 3)
    events: list[Any] = await told(context(), run)
    updates = [event.update for event in events if event.type == "thread.item.updated"]
    if name == "output_text":
        assert [each.delta for each in updates[1:]] == ["a", "a", "a"]
    else:
        assert [each.task.content for each in updates] == ["a", "aa", "aaa"]


async def test_thoughts_that_nobody_announced_open_their_workflow() -> None:
    """Empty ones show nothing."""
    name = "response.reasoning_summary_text"
    events: list[Any] = await told(
        context(),
        FakeRun(
            raw(f"{name}.delta", summary_index=0, delta=""),
            raw(f"{name}.delta", summary_index=0, delta="a"),
            raw(f"{name}.done", summary_index=1, text="b"),
        ),
    )
    assert kinds(events) == ["thread.item.added", "workflow.task.added", "workflow.task.added"]


async def test_a_thought_whose_workflow_was_ended_goes_on_in_a_new_one() -> None:
    """A tool that runs beside it may have shown something."""
    made = context()
    name = "response.reasoning_summary_text.delta"
    run: Any = FakeRun(*(raw(name, summary_index=0, delta=delta) for delta in "ab"))
    shown: list[list[str]] = []
    async for event in stream_agent_response(made, run):
        if kinds([event]) == ["workflow.task.added"]:
            assert made.workflow_item is not None
            shown.append([task.content for task in made.workflow_item.workflow.tasks])
            await made.end_workflow()
    assert shown == [["a"], ["b"]]


@pytest.mark.parametrize(
    "run",
    [Mock(), MagicMock(), MagicMock(spec=RunResultStreaming)],
    ids=["anything", "with magic", "like a result"],
)
async def test_a_mock_in_a_runs_place_is_told(
    run: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Apps' own tests have those: each attribute is there, and is another mock."""
    monkeypatch.setattr("chatkit.agents.run.FIRST_LOOK", 0.0)

    async def events() -> AsyncIterator[Any]:
        yield raw("response.output_text.delta", content_index=0, delta="a")
        for _ in range(5):
            await asyncio.sleep(0)  # the guardrails are looked at

    run.stream_events = events
    assert kinds(await told(context(), run))[-1] == "assistant_message.content_part.text_delta"
    assert caplog.messages == []


@pytest.mark.requirement("row-13")
@pytest.mark.parametrize("name", ["response.failed", "error", "response.error"])
async def test_a_failure_that_the_sdk_does_not_raise_is_raised_here(name: str) -> None:
    """Older ones end such a run as if all were well."""
    failed = raw(name, response=SimpleNamespace(error="canary"), message="canary")
    with pytest.raises(StreamError) as raised:
        await told(context(), FakeRun(failed))
    assert "canary" not in str(raised.value)


async def test_a_run_that_failed_without_a_word_is_an_error() -> None:
    """The SDK keeps such an error for who asks."""

    class Silent(FakeRun):
        run_loop_exception = RuntimeError("no sandbox")

    with pytest.raises(RuntimeError, match="no sandbox"):
        await told(context(), Silent())


async def test_what_tools_tell_after_the_end_of_a_run_is_told() -> None:
    """A task of the app's own may be a moment late; what the run said by then is not told twice."""
    made = context()

    class Late:
        async def stream_events(self) -> Any:
            await made.add_workflow_task(CustomTask(title="a"))
            return
            yield

    assert kinds(await told(made, Late())) == ["thread.item.added"]


async def test_a_tool_call_without_an_id_is_shown_and_never_completed() -> None:
    """There is nothing to find it again by."""
    call = SimpleNamespace(raw_item={"type": "function_call", "name": "f", "call_id": ""})
    output = SimpleNamespace(raw_item={"type": "function_call_output"}, output="x")
    run: Any = FakeRun(
        SimpleNamespace(type="run_item_stream_event", name="tool_called", item=call),
        SimpleNamespace(type="run_item_stream_event", name="tool_output", item=output),
    )
    made = context()
    events = [
        event async for event in stream_agent_response(made, run, converter=ToolTaskConverter())
    ]
    assert kinds(events) == ["thread.item.added", "workflow.task.updated"]


def made_call(name: str, arguments: str, response: int = 1) -> FunctionCall:
    return FunctionCall(
        response=response, id=None, call_id=f"{name}{arguments}", name=name, arguments=arguments
    )


@pytest.mark.parametrize(
    ("asked", "made", "expected"),
    [
        (["f {}"], ["f {}", "g {}"], ["f{}"]),
        (["page_f {}"], ['g {"a": 1}', "f {}"], ["f{}"]),
        (['f {"b": 1}'], ['f {"a": 1}', "g {}"], ['f{"a": 1}']),
        (["page {}"], ["f not JSON", 'g {"a": 1}'], ['g{"a": 1}']),
        (["p {}", "q {}"], ['f {"a": 1}', 'g {"a": 2}'], ['f{"a": 1}', 'g{"a": 2}']),
        (["p {}"], [], [None]),
    ],
)
def test_a_client_tool_finds_the_call_that_it_stands_for(
    asked: list[str], made: list[str], expected: list[str | None]
) -> None:
    """By name and arguments, by the arguments, by the name, or as the last."""
    calls = [made_call(*call.split(" ", 1)) for call in made]
    wanted = [
        ClientToolCall(name=call.split(" ", 1)[0], arguments=json.loads(call.split(" ", 1)[1]))
        for call in asked
    ]
    found = [call.call_id if call is not None else None for _, call in match_calls(wanted, calls)]
    assert found == expected


def test_the_latest_response_is_looked_at_first() -> None:
    """The same call may have been made and answered before."""
    earlier, later = made_call("f", "{}", 1), made_call("f", "{}", 2)
    ((_, found),) = match_calls([ClientToolCall(name="f", arguments={})], [earlier, later])
    assert found is later
