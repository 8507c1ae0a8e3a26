"""A model's reasoning as a workflow: each part streams, and it ends when the answer starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from agent_apps import App, Chat, done, short
from agents import RunContextWrapper, function_tool

from chatkit.agents import AgentContext
from chatkit.testing.models import FunctionCall, ImageGeneration, Reasoning, ScriptedModel, Text
from chatkit.types import CustomSummary, CustomTask, Workflow

Context = RunContextWrapper[AgentContext[Any]]


@function_tool
async def look_up() -> str:
    """A tool that shows nothing."""
    return "found"


@function_tool
async def note(ctx: Context) -> None:
    """Adds a task to what is open."""
    await ctx.context.add_workflow_task(CustomTask(title="noted"))


@function_tool
async def work(ctx: Context) -> None:
    """Opens a workflow of its own."""
    await ctx.context.start_workflow(Workflow(type="custom", tasks=[CustomTask(title="working")]))


@pytest.mark.requirement("row-14")
async def test_each_part_of_a_summary_streams_as_a_thought() -> None:
    """Officially only the first does."""
    said = [Reasoning([["Th", "ink"], ["Mo", "re"]]), Text("Answer")]
    async with ScriptedModel([said]) as model:
        chat = Chat(App(model.responses()))
        events = await chat.say()
    assert short(events)[:8] == [
        "added workflow",
        "task.added 0 Th",
        "task.updated 0 Think",
        "task.updated 0 Think",
        "task.added 1 Mo",
        "task.updated 1 More",
        "task.updated 1 More",
        "done workflow",
    ]
    (workflow,) = done(events, "workflow")
    assert workflow["workflow"]["type"] == "reasoning"
    assert [task["content"] for task in workflow["workflow"]["tasks"]] == ["Think", "More"]
    assert await chat.kept() == ["workflow", "assistant_message"]


async def test_reasoning_ends_with_its_duration_when_the_answer_starts() -> None:
    """In whole seconds, and folded away."""
    tool_ran: list[AgentContext[Any]] = []

    @function_tool
    async def wait(ctx: Context) -> None:
        assert ctx.context.workflow_item is not None
        ctx.context.workflow_item.created_at = datetime.now(UTC) - timedelta(seconds=7.9)
        tool_ran.append(ctx.context)

    script = [[Reasoning([["A"]]), FunctionCall("wait")], Text("Answer")]
    async with ScriptedModel(script) as model:
        events = await Chat(App(model.responses(), wait)).say()
    kinds = short(events)
    assert kinds.index("done workflow") + 1 == kinds.index("added assistant_message")
    (workflow,) = done(events, "workflow")
    assert workflow["workflow"]["summary"] == {"duration": 7}
    assert workflow["workflow"]["expanded"] is False
    assert tool_ran[0].workflow_item is None


async def test_reasoning_between_tool_calls_goes_on_in_one_workflow() -> None:
    """What the model thinks before and after a silent tool is one line of thought."""
    script = [[Reasoning([["A"]]), FunctionCall("look_up")], [Reasoning([["B"]]), Text("Answer")]]
    async with ScriptedModel(script) as model:
        events = await Chat(App(model.responses(), look_up)).say()
    (workflow,) = done(events, "workflow")
    assert [task["content"] for task in workflow["workflow"]["tasks"]] == ["A", "B"]


async def test_a_tool_adds_its_tasks_among_the_thoughts() -> None:
    """In the order in which they came."""
    script = [[Reasoning([["A"]]), FunctionCall("note")], [Reasoning([["B"]]), Text("Answer")]]
    async with ScriptedModel(script) as model:
        events = await Chat(App(model.responses(), note)).say()
    assert [each for each in short(events) if "added" in each][1:4] == [
        "task.added 0 A",
        "task.added 1 noted",
        "task.added 2 B",
    ]


async def test_thoughts_go_into_the_workflow_that_a_tool_has_open() -> None:
    """As officially; the reasoning before it ends when the tool opens its own."""
    script = [[Reasoning([["A"]]), FunctionCall("work")], [Reasoning([["B"]]), Text("Answer")]]
    async with ScriptedModel(script) as model:
        events = await Chat(App(model.responses(), work)).say()
    first, second = done(events, "workflow")
    assert first["workflow"]["type"] == "reasoning"
    assert [task.get("content") for task in first["workflow"]["tasks"]] == ["A"]
    assert [task.get("content") for task in second["workflow"]["tasks"]] == [None, "B"]
    added = [event["item"]["id"] for event in events if event["type"] == "thread.item.added"]
    assert added[:2] == [first["id"], second["id"]]


async def test_reasoning_that_says_nothing_shows_that_it_took_time() -> None:
    """Models reason without a summary unless they are asked for one."""
    async with ScriptedModel([[Reasoning(), Text("Answer")]]) as model:
        events = await Chat(App(model.responses())).say()
    assert short(events)[:2] == ["added workflow", "done workflow"]
    assert done(events, "workflow")[0]["workflow"]["tasks"] == []


@pytest.mark.parametrize("api", ["responses", "chat_completions"])
async def test_the_reasoning_itself_is_shown_where_there_is_no_summary(api: str) -> None:
    """Open models give that, by either API."""
    said = [Reasoning(content=["I wo", "nder"]), Text("Answer")]
    async with ScriptedModel([said]) as model:
        events = await Chat(App(getattr(model, api)())).say()
    (workflow,) = done(events, "workflow")
    assert [task["content"] for task in workflow["workflow"]["tasks"]] == ["I wonder"]
    assert short(events)[1:3] == ["task.added 0 I wo", "task.updated 0 I wonder"]


@pytest.mark.parametrize("api", ["responses", "chat_completions"])
async def test_a_summary_and_the_reasoning_itself_are_not_both_shown(api: str) -> None:
    """Some servers send the same text under both names."""
    said = [Reasoning(["In short"], ["At length"]), Text("Answer")]
    async with ScriptedModel([said]) as model:
        events = await Chat(App(getattr(model, api)())).say()
    (workflow,) = done(events, "workflow")
    assert [task["content"] for task in workflow["workflow"]["tasks"]] == ["In short"]


async def test_reasoning_by_chat_completions_streams_and_ends_as_well() -> None:
    """There it has one part only."""
    said = [Reasoning([["Th", "ink"]]), Text("Answer")]
    async with ScriptedModel([said]) as model:
        events = await Chat(App(model.chat_completions())).say()
    assert short(events)[:5] == [
        "added workflow",
        "task.added 0 Th",
        "task.updated 0 Think",
        "done workflow",
        "added assistant_message",
    ]


async def test_an_image_ends_the_reasoning_before_it() -> None:
    """It is something to look at, like an answer."""
    said = [Reasoning([["A"]]), ImageGeneration([], "aW1n"), Text("There")]
    async with ScriptedModel([said]) as model:
        events = await Chat(App(model.responses())).say()
    kinds = short(events)
    assert kinds.index("done workflow") + 1 == kinds.index("added generated_image")


@pytest.mark.requirement("row-14")
async def test_what_was_sent_does_not_change_later() -> None:
    """An event that holds a live task would show the future to who reads it late."""
    said = [Reasoning([["a", "b", "c"], ["d", "e"]]), Text("Answer")]
    async with ScriptedModel([said]) as model:
        app = App(model.responses())
        kept: list[Any] = []
        snapshots: list[str] = []

        async def keeping(context: AgentContext[Any], result: Any) -> Any:
            async for event in app.stream(context, result):
                kept.append(event)
                snapshots.append(event.model_dump_json())
                yield event

        app.around = keeping
        await Chat(app).say()
    assert [event.model_dump_json() for event in kept] == snapshots


async def test_an_explicit_summary_stays_when_the_answer_starts() -> None:
    """The host said it better than a duration."""

    @function_tool
    async def plan(ctx: Context) -> None:
        summary = CustomSummary(title="Planned")
        await ctx.context.start_workflow(
            Workflow(type="custom", tasks=[CustomTask(title="plan")], summary=summary)
        )

    async with ScriptedModel([FunctionCall("plan"), Text("Answer")]) as model:
        events = await Chat(App(model.responses(), plan)).say()
    (workflow,) = done(events, "workflow")
    assert workflow["workflow"]["summary"] == {"title": "Planned"}
