"""Workflows of tools: announced, updated and finished once, and gone on with by the next turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from agent_apps import App, Chat, done, short
from agents import RunContextWrapper, StopAtTools, function_tool

from chatkit.agents import AgentContext, ClientToolCall
from chatkit.store import Store
from chatkit.store.sqlite import SQLiteStore
from chatkit.testing.models import FunctionCall, Reasoning, ScriptedModel, Text
from chatkit.types import (
    CustomSummary,
    CustomTask,
    DurationSummary,
    ThreadItemAddedEvent,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import Card
from chatkit.widgets import Text as TextWidget

Context = RunContextWrapper[AgentContext[Any]]
Steps = Callable[[AgentContext[Any]], Awaitable[None]]


def custom(*titles: str) -> Workflow:
    return Workflow(type="custom", tasks=[task(title) for title in titles])


def task(title: str) -> CustomTask:
    return CustomTask(title=title)


async def told(steps: Steps, *before_the_answer: Any) -> tuple[list[dict[str, Any]], Chat]:
    """The events of an answer in which one tool does these steps, and the chat."""

    @function_tool
    async def do(ctx: Context) -> None:
        await steps(ctx.context)

    script = [FunctionCall("do"), [*before_the_answer, Text("Done")]]
    async with ScriptedModel(script) as model:
        chat = Chat(App(model.responses(), do))
        events = await chat.say()
    return events, chat


@pytest.mark.requirement("row-14", "row-18")
async def test_a_tool_shows_its_steps_and_the_workflow_is_saved_once() -> None:
    """Two equal tasks keep their own places, and each event is as of its moment."""

    async def steps(context: AgentContext[Any]) -> None:
        await context.start_workflow(custom())
        await context.add_workflow_task(task("one"))
        await context.add_workflow_task(task("one"))
        await context.update_workflow_task(task("two"), 1)
        await context.end_workflow()

    events, chat = await told(steps)
    assert short(events)[:4] == [
        "added workflow",
        "task.added 1 one",
        "task.updated 1 two",
        "done workflow",
    ]
    added = events[0]["item"]["workflow"]
    assert [each["title"] for each in added["tasks"]] == ["one"]
    assert "summary" not in added
    (workflow,) = done(events, "workflow")
    assert [each["title"] for each in workflow["workflow"]["tasks"]] == ["one", "two"]
    assert await chat.kept() == ["workflow", "assistant_message"]


@pytest.mark.requirement("row-23")
async def test_two_workflows_of_one_tool_each_begin_and_end() -> None:
    """The second finishes the first."""

    async def steps(context: AgentContext[Any]) -> None:
        await context.start_workflow(custom("a"))
        await context.start_workflow(custom("b"))

    events, chat = await told(steps)
    assert short(events)[:4] == ["added workflow", "done workflow"] * 2
    first, second = done(events, "workflow")
    assert first["id"] != second["id"]
    assert [event["item"]["id"] for event in events[:4]] == [first["id"]] * 2 + [second["id"]] * 2
    assert await chat.kept() == ["workflow", "workflow", "assistant_message"]


async def test_a_workflow_that_was_ended_stays_as_it_was_ended() -> None:
    """The answer that follows neither ends it again nor folds it away."""

    async def steps(context: AgentContext[Any]) -> None:
        await context.start_workflow(custom("a"))
        await context.end_workflow(CustomSummary(title="S"), expanded=True)
        await context.end_workflow()

    events, _ = await told(steps)
    (workflow,) = done(events, "workflow")
    assert workflow["workflow"]["summary"] == {"title": "S"}
    assert workflow["workflow"]["expanded"] is True


@pytest.mark.parametrize("expanded", [True, False])
@pytest.mark.parametrize("ending", ["answer", "widget", "workflow", "reasoning"])
async def test_a_workflow_that_ends_by_itself_keeps_its_summary_and_stays_as_expanded_as_it_was(
    expanded: bool, ending: str
) -> None:
    """Whatever comes next: the tool has said how its steps are to be shown."""

    async def steps(context: AgentContext[Any]) -> None:
        summary = CustomSummary(title="S")
        await context.start_workflow(
            Workflow(type="custom", tasks=[task("a")], summary=summary, expanded=expanded)
        )
        if ending == "widget":
            await context.stream_widget(Card(children=[TextWidget(value="w")]))
        elif ending == "workflow":
            await context.start_workflow(custom("b"))

    before_the_answer = [Reasoning(["Hm"])] if ending == "reasoning" else []
    events, _ = await told(steps, *before_the_answer)
    workflow = done(events, "workflow")[0]["workflow"]
    assert workflow["summary"] == {"title": "S"}
    assert workflow["expanded"] is expanded


async def test_a_workflow_that_a_tool_ends_is_folded_unless_the_tool_says_otherwise() -> None:
    """As officially: open while there is something to follow."""

    async def steps(context: AgentContext[Any]) -> None:
        for kept_open in (False, True):
            tasks: Any = [task("a")]
            await context.start_workflow(Workflow(type="custom", tasks=tasks, expanded=True))
            await (context.end_workflow(expanded=True) if kept_open else context.end_workflow())

    events, _ = await told(steps)
    assert [each["workflow"]["expanded"] for each in done(events, "workflow")] == [False, True]


async def test_a_task_without_a_workflow_opens_one() -> None:
    """A tool need not know whether another has begun."""

    async def steps(context: AgentContext[Any]) -> None:
        await context.add_workflow_task(task("a"))
        await context.add_workflow_task(task("b"))
        await context.update_workflow_task(task("c"), -1)

    events, _ = await told(steps)
    assert short(events)[:4] == [
        "added workflow",
        "task.added 1 b",
        "task.updated 1 c",
        "done workflow",
    ]


async def test_a_task_is_found_again_by_the_object_that_was_added() -> None:
    """Apps change their task and look it up in the open workflow."""

    async def steps(context: AgentContext[Any]) -> None:
        mine = CustomTask(title="a", status_indicator="loading")
        await context.add_workflow_task(mine)
        mine.status_indicator = "complete"
        assert context.workflow_item is not None
        await context.update_workflow_task(mine, context.workflow_item.workflow.tasks.index(mine))

    events, _ = await told(steps)
    assert events[0]["item"]["workflow"]["tasks"][0]["status_indicator"] == "loading"
    assert events[1]["update"]["task"]["status_indicator"] == "complete"


async def test_an_update_without_its_task_is_refused() -> None:
    """Rather than sent to a page that cannot place it."""

    async def steps(context: AgentContext[Any]) -> None:
        with pytest.raises(ValueError, match="no workflow is open"):
            await context.update_workflow_task(task("a"), 0)
        await context.start_workflow(custom("a"))
        for index in (1, -2):
            with pytest.raises(IndexError, match="no task"):
                await context.update_workflow_task(task("b"), index)

    events, _ = await told(steps)
    assert short(events)[:2] == ["added workflow", "done workflow"]


async def test_a_widget_ends_the_workflow_before_it_and_a_hidden_item_does_not() -> None:
    """The steps and what they led to stand one above the other."""

    async def steps(context: AgentContext[Any]) -> None:
        await context.start_workflow(custom("a"))
        await context.stream_widget(Card(children=[TextWidget(value="w")]))
        await context.add_workflow_task(task("b"))

    events, _ = await told(steps)
    assert short(events)[:5] == [
        "added workflow",
        "done workflow",
        "done widget",
        "added workflow",
        "done workflow",
    ]


async def test_a_workflow_that_the_host_announces_becomes_the_open_one() -> None:
    """As officially: the next tasks go there."""

    async def steps(context: AgentContext[Any]) -> None:
        await context.start_workflow(custom("a"))
        own = WorkflowItem(
            id="wf_own",
            thread_id=context.thread.id,
            created_at=context.thread.created_at,
            workflow=custom("mine"),
        )
        await context.stream(ThreadItemAddedEvent(item=own))
        await context.add_workflow_task(task("b"))
        assert len(own.workflow.tasks) == 1

    events, chat = await told(steps)
    assert short(events)[:5] == [
        "added workflow",
        "done workflow",
        "added workflow",
        "task.added 1 b",
        "done workflow",
    ]
    assert [item.id for item in await chat.items()][2] == "wf_own"


@function_tool
async def ask(ctx: Context) -> None:
    """Opens a workflow and asks the page."""
    await ctx.context.start_workflow(custom("asked"))
    ctx.context.client_tool_call = ClientToolCall(name="ask", arguments={})


@function_tool
async def end_and_ask(ctx: Context) -> None:
    """Finishes a workflow and asks the page."""
    await ctx.context.start_workflow(custom("asked"))
    await ctx.context.end_workflow()
    ctx.context.client_tool_call = ClientToolCall(name="ask", arguments={})


@pytest.mark.requirement("row-18", "row-23")
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_the_next_turn_goes_on_with_a_workflow_that_was_left_open(
    kind: str, tmp_path: Any
) -> None:
    """While a client tool runs the workflow waits; it is one item, saved with all its tasks."""
    store: Store[Any] | None = SQLiteStore(tmp_path / "chat.db") if kind == "sqlite" else None
    script = [FunctionCall("ask"), [Reasoning(["And now"]), Text("Done")]]
    async with ScriptedModel(script) as model:
        stop = StopAtTools(stop_at_tool_names=["ask"])
        chat = Chat(App(model.responses(), ask, store=store, tool_use_behavior=stop))
        first = await chat.say()
        open_item: Any = (await chat.items())[-2]
        second = await chat.give({"ok": True})
        items = await chat.items()
        await chat.app.aclose()
    if isinstance(store, SQLiteStore):
        await store.close()
    assert [item.type for item in items][1:3] == ["workflow", "client_tool_call"]
    assert short(first) == ["added workflow", "done client_tool_call"]
    assert open_item.type == "workflow"
    assert open_item.workflow.summary is None
    assert short(second)[:3] == ["task.added 1 And now", "task.updated 1 And now", "done workflow"]
    assert [item.type for item in items].count("workflow") == 1
    workflow: Any = next(item for item in items if item.type == "workflow")
    assert len(workflow.workflow.tasks) == 2
    assert isinstance(workflow.workflow.summary, DurationSummary)


async def test_the_model_reads_the_steps_before_the_call_that_followed_them() -> None:
    """The output of its call comes last, as that is what it has to answer; calls at once too."""
    calls = [FunctionCall("ask", {}, "call_1"), FunctionCall("ask", {}, "call_2")]
    async with ScriptedModel([calls, Text("One")]) as model:
        stop = StopAtTools(stop_at_tool_names=["ask"])
        chat = Chat(App(model.responses(), ask, tool_use_behavior=stop))
        await chat.say()
        events = await chat.give({"n": 1})
    assert short(events)[0] == "done workflow"
    body: Any = model.requests[1].body
    assert [item["type"] for item in body["input"]] == [
        *("message", "message", "message"),
        *("function_call", "function_call_output"),
    ]
    assert "asked" in body["input"][1]["content"][0]["text"]


@pytest.mark.requirement("row-23")
async def test_the_next_turn_leaves_a_finished_workflow_alone() -> None:
    """Officially it is ended a second time, and thoughts are put into it."""
    script = [FunctionCall("end_and_ask"), [Reasoning(["And now"]), Text("Done")]]
    async with ScriptedModel(script) as model:
        stop = StopAtTools(stop_at_tool_names=["end_and_ask"])
        chat = Chat(App(model.responses(), end_and_ask, tool_use_behavior=stop))
        await chat.say()
        events = await chat.give({})
    assert short(events)[0] == "added workflow"
    finished, own = [item for item in await chat.items() if isinstance(item, WorkflowItem)]
    assert [each.type for each in finished.workflow.tasks] == ["custom"]
    assert [each.type for each in own.workflow.tasks] == ["thought"]
