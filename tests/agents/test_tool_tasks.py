"""Tool calls of the server as tasks: off by default, redactable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from agent_apps import App, Chat, done, short
from agents import Agent, RunContextWrapper, StopAtTools, function_tool

from chatkit.agents import AgentContext, ToolCall, ToolTaskConverter
from chatkit.testing.models import FunctionCall, Reasoning, ScriptedModel, Text, WebSearch
from chatkit.types import CustomTask, Task
from chatkit.widgets import Card

Context = RunContextWrapper[AgentContext[Any]]


@function_tool
async def weather(city: str) -> str:
    """The weather."""
    return f"Sunny in {city}"


@function_tool
async def now() -> str:
    """The time."""
    return "noon"


@function_tool
async def draw(ctx: Context) -> str:
    """Shows a widget."""
    await ctx.context.stream_widget(Card(children=[]))
    return "drawn"


def tasks(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks of the finished workflows."""
    return [task for item in done(events, "workflow") for task in item["workflow"]["tasks"]]


SCRIPT = [FunctionCall("weather", {"city": "Rome"}), Text("Nice")]


async def test_tool_calls_are_not_shown_unless_the_app_says_so() -> None:
    """Arguments and results may be nobody's business."""
    async with ScriptedModel(SCRIPT) as model:
        events = await Chat(App(model.responses(), weather)).say()
    assert "Rome" not in str(events)


@pytest.mark.parametrize("api", ["responses", "chat_completions"])
async def test_a_tool_call_is_a_task_with_its_arguments_and_then_its_output(api: str) -> None:
    """Under way first, complete when the tool has returned."""
    async with ScriptedModel(SCRIPT) as model:
        chat = Chat(App(getattr(model, api)(), weather, converter=ToolTaskConverter()))
        events = await chat.say()
    assert short(events)[:3] == ["added workflow", "task.updated 0 " + SHOWN, "done workflow"]
    (before,) = events[0]["item"]["workflow"]["tasks"]
    assert (before["title"], before["status_indicator"]) == ("weather", "loading")
    assert before["content"] == '```json\n{"city": "Rome"}\n```'
    assert [task["status_indicator"] for task in tasks(events)] == ["complete"]
    assert await chat.kept() == ["workflow", "assistant_message"]


SHOWN = '```json\n{"city": "Rome"}\n```\n\n```\nSunny in Rome\n```'


async def test_calls_at_once_each_complete_their_own_task_among_the_thoughts() -> None:
    """By the id of the call."""
    calls = [FunctionCall("weather", {"city": city}) for city in ("Rome", "Oslo")]
    script = [[Reasoning([["A"]]), *calls, FunctionCall("now")], Text("Nice")]
    async with ScriptedModel(script) as model:
        app = App(model.responses(), weather, now, converter=ToolTaskConverter())
        events = await Chat(app).say()
    assert [task.get("title") for task in tasks(events)] == [None, "weather", "weather", "now"]
    contents = [task["content"] for task in tasks(events)]
    assert "Sunny in Rome" in contents[1]
    assert "Sunny in Oslo" in contents[2]
    assert contents[3] == "```\nnoon\n```"


class Redacting(ToolTaskConverter):
    """Hides one tool, and what the other was asked."""

    async def tool_call_to_task(self, call: ToolCall) -> Task | None:
        if call.name == "now":
            return None
        return await super().tool_call_to_task(replace(call, arguments="", output=call.output))


async def test_an_app_may_redact_what_is_shown() -> None:
    """A tool may take a password."""
    calls = [FunctionCall("weather", {"city": "Rome"}), FunctionCall("now")]
    async with ScriptedModel([calls, Text("Nice")]) as model:
        app = App(model.responses(), weather, now, converter=Redacting())
        events = await Chat(app).say()
    assert [task["title"] for task in tasks(events)] == ["weather"]
    assert '{"city"' not in str(events)


class Forgetful(ToolTaskConverter):
    """Shows that a tool runs, and leaves it at that; a plain function."""

    def tool_call_to_task(self, call: ToolCall) -> Any:
        return CustomTask(title=call.name) if call.output is None else None


async def test_a_task_may_stay_as_it_was_when_the_tool_returns() -> None:
    """The name alone says enough."""
    async with ScriptedModel(SCRIPT) as model:
        events = await Chat(App(model.responses(), weather, converter=Forgetful())).say()
    assert [task.get("content") for task in tasks(events)] == [None]


async def test_a_task_completes_although_the_tool_has_ended_its_workflow() -> None:
    """A widget of the tool ended it; the finished workflow is replaced."""
    async with ScriptedModel([FunctionCall("draw"), Text("Nice")]) as model:
        chat = Chat(App(model.responses(), draw, converter=ToolTaskConverter()))
        events = await chat.say()
    assert short(events)[:4] == [
        "added workflow",
        "done workflow",
        "done widget",
        "replaced workflow",
    ]
    kept: Any = (await chat.items())[1]
    assert [task.status_indicator for task in kept.workflow.tasks] == ["complete"]


async def test_searches_and_handoffs_are_no_tool_calls() -> None:
    """They do not run on this server."""
    script = [[WebSearch("q"), FunctionCall("transfer_to_poet")], Text("A rose")]
    async with ScriptedModel(script) as model:
        poet = Agent[Any](name="poet", model=model.responses())
        app = App(model.responses(), handoffs=[poet], converter=ToolTaskConverter())
        events = await Chat(app).say()
    assert done(events, "workflow") == []


async def test_a_long_output_is_cut_and_cannot_end_its_block() -> None:
    """The page renders it as code, whatever it holds."""
    output = "```\n" + "x" * 5_000

    @function_tool
    async def shout() -> str:
        return output

    async with ScriptedModel([FunctionCall("shout"), Text("Loud")]) as model:
        converter = ToolTaskConverter()
        events = await Chat(App(model.responses(), shout, converter=converter)).say()
    content = tasks(events)[0]["content"]
    assert content.startswith("````\n```\nxxx")
    assert content.endswith("x…\n````")
    assert len(content) < 2_100


async def test_a_tool_at_which_the_run_stops_completes_as_well() -> None:
    """Its output comes last."""
    async with ScriptedModel([FunctionCall("now")]) as model:
        stop = StopAtTools(stop_at_tool_names=["now"])
        app = App(model.responses(), now, converter=ToolTaskConverter(), tool_use_behavior=stop)
        chat = Chat(app)
        events = await chat.say()
    assert short(events)[:2] == ["added workflow", "task.updated 0 ```\nnoon\n```"]
