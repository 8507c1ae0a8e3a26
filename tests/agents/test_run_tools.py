"""Tools: of the page, and of the server, whose events come in order with the run's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal

import pytest
from agent_apps import QUIET, App, Chat, done, short, texts
from agents import Agent, Model, RunContextWrapper, Runner, StopAtTools, function_tool
from pydantic import ConfigDict, Field

from chatkit.agents import AgentContext, ClientToolCall, stream_agent_response
from chatkit.testing.models import FunctionCall, ScriptedModel, Stall, Text
from chatkit.types import (
    ClientToolCallItem,
    HiddenContextItem,
    NoticeEvent,
    ProgressUpdateEvent,
    ThreadItemDoneEvent,
)
from chatkit.widgets import Card
from chatkit.widgets import Text as TextWidget

Context = RunContextWrapper[AgentContext[Any]]
Api = Literal["responses", "chat_completions"]
both_apis = pytest.mark.parametrize("api", ["responses", "chat_completions"])


@function_tool
async def look(ctx: Context, place: str = "here") -> str:
    """Asks the page to look somewhere."""
    ctx.context.client_tool_call = ClientToolCall(name="page_look", arguments={"place": place})
    return ""


@function_tool
def look_in_thread(ctx: Context, place: str = "here") -> str:
    """Asks the page to look somewhere, from a thread."""
    ctx.context.client_tool_call = ClientToolCall(name="page_look", arguments={"place": place})
    return ""


@function_tool
async def add(a: int, b: int) -> int:
    """A tool of the server."""
    return a + b


STOP = StopAtTools(stop_at_tool_names=["look", "look_in_thread"])


@both_apis
async def test_a_client_tool_is_asked_for_at_the_end_of_the_run(api: Api) -> None:
    """After the text before it, with the id of the model's call."""
    script = [[Text("Let me look."), FunctionCall("look", {"place": "there"}, "call_7")]]
    async with ScriptedModel(script) as model:
        chat = Chat(App(getattr(model, api)(), look, tool_use_behavior=STOP))
        events = await chat.say()
    assert short(events)[-1] == "done client_tool_call"
    (call,) = done(events, "client_tool_call")
    assert call["call_id"] == "call_7"
    assert (call["name"], call["arguments"]) == ("page_look", {"place": "there"})
    assert call["status"] == "pending"
    assert await chat.kept() == ["assistant_message", "client_tool_call"]


async def test_a_client_tool_call_has_the_id_of_the_models_call() -> None:
    """As officially."""
    script = [FunctionCall("look", {}, "call_7", id="fc_7")]
    async with ScriptedModel(script) as model:
        events = await Chat(App(model.responses(), look, tool_use_behavior=STOP)).say()
    assert done(events, "client_tool_call")[0]["id"] == "fc_7"


@pytest.mark.requirement("row-04")
async def test_two_turns_with_chat_completions_leave_two_tool_calls() -> None:
    """Both calls would have the placeholder as their id."""
    async with ScriptedModel([FunctionCall("look"), FunctionCall("look")]) as model:
        chat = Chat(App(model.chat_completions(), look, tool_use_behavior=STOP))
        await chat.say()
        await chat.give({"seen": 1})
    calls = [item for item in await chat.items() if isinstance(item, ClientToolCallItem)]
    assert len({call.id for call in calls}) == 2
    assert [call.status for call in calls] == ["completed", "pending"]


@pytest.mark.requirement("row-05")
@both_apis
@pytest.mark.parametrize("tool", ["look", "look_in_thread"])
async def test_client_tools_asked_for_at_once_each_keep_their_own_call(api: Api, tool: str) -> None:
    """Officially the last one wins, under whatever call came last."""
    calls = [FunctionCall(tool, {"place": name}, f"call_{name}") for name in ("a", "b", "c")]
    script = [[calls[0], calls[1], FunctionCall("add", {"a": 1, "b": 2}), calls[2]]]
    async with ScriptedModel(script) as model:
        app = App(getattr(model, api)(), look, look_in_thread, add, tool_use_behavior=STOP)
        events = await Chat(app).say()
    asked = done(events, "client_tool_call")
    assert {(call["call_id"], call["arguments"]["place"]) for call in asked} == {
        ("call_a", "a"),
        ("call_b", "b"),
        ("call_c", "c"),
    }
    assert len({call["id"] for call in asked}) == 3


async def test_a_tool_that_asks_twice_has_thought_better_of_it() -> None:
    """One call of the model is one call of the page."""

    @function_tool
    async def hesitate(ctx: Context) -> None:
        ctx.context.client_tool_call = ClientToolCall(name="first", arguments={})
        ctx.context.client_tool_call = ClientToolCall(name="second", arguments={})

    async with ScriptedModel([FunctionCall("hesitate", {}, "call_1"), Text("x")]) as model:
        events = await Chat(App(model.responses(), hesitate)).say()
    (call,) = done(events, "client_tool_call")
    assert (call["name"], call["call_id"]) == ("second", "call_1")


async def test_a_call_that_is_taken_back_is_not_made() -> None:
    """Setting None is how an app says so."""

    @function_tool
    async def refrain(ctx: Context) -> None:
        ctx.context.client_tool_call = ClientToolCall(name="first", arguments={})
        ctx.context.client_tool_call = None

    async with ScriptedModel([FunctionCall("refrain"), Text("x")]) as model:
        events = await Chat(App(model.responses(), refrain)).say()
    assert done(events, "client_tool_call") == []


async def test_the_output_of_a_client_tool_reaches_the_model() -> None:
    """With the id of its call, in the next turn's request."""
    script = [FunctionCall("look", {}, "call_7"), Text("I see")]
    async with ScriptedModel(script) as model:
        chat = Chat(App(model.responses(), look, tool_use_behavior=STOP))
        await chat.say()
        assert texts(await chat.give({"seen": "a cat"})) == ["I see"]
    body: Any = model.requests[1].body
    assert body["input"][1:] == [
        {
            "type": "function_call",
            "call_id": "call_7",
            "name": "page_look",
            "arguments": '{"place": "here"}',
        },
        {"type": "function_call_output", "call_id": "call_7", "output": '{"seen": "a cat"}'},
    ]


async def test_what_a_tool_streams_comes_in_order_between_the_texts() -> None:
    """Before it the text that led to the call, after it the text that follows."""

    @function_tool
    async def show(ctx: Context) -> str:
        await ctx.context.stream(ProgressUpdateEvent(text="Drawing"))
        await ctx.context.stream_widget(growing(), copy_text="abc")
        await ctx.context.stream(NoticeEvent(level="info", message="Drawn"))
        return "shown"

    async def growing() -> AsyncGenerator[Card, None]:
        for value in ("", "ab", "abc"):
            text = TextWidget(id="t", value=value, streaming=value != "abc")
            yield Card(children=[text])

    script = [[Text(["Look", ":"]), FunctionCall("show")], Text("Nice")]
    async with ScriptedModel(script) as model:
        chat = Chat(App(model.responses(), show))
        events = await chat.say()
    assert [each for each in short(events) if "content_part" not in each] == [
        "added assistant_message",
        "done assistant_message",
        "progress_update",
        "added widget",
        "widget.streaming_text.value_delta ab",
        "widget.streaming_text.value_delta c",
        "done widget",
        "notice",
        "added assistant_message",
        "done assistant_message",
    ]
    assert done(events, "widget")[0]["copy_text"] == "abc"
    assert await chat.kept() == ["assistant_message", "widget", "assistant_message"]


class AtOnce(Model):
    """What another model says, told without a pause when all of it is there."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def get_response(self, *args: Any, **options: Any) -> Any:
        return await self._model.get_response(*args, **options)

    async def stream_response(self, *args: Any, **options: Any) -> Any:
        for event in [each async for each in self._model.stream_response(*args, **options)]:
            yield event


async def test_what_a_tool_streams_comes_after_a_burst_of_text() -> None:
    """The SDK calls the tool while most of what the model said before is still to be read."""

    @function_tool
    async def show(ctx: Context) -> None:
        await ctx.context.stream(ProgressUpdateEvent(text="Drawing"))

    async with ScriptedModel([[Text(["w"] * 5_000), FunctionCall("show")], Text("Nice")]) as model:
        events = await Chat(App(AtOnce(model.responses()), show)).say()
    kinds = short(events)
    shown = kinds.index("progress_update")
    assert kinds[:shown].count("content_part.text_delta w") == 5_000
    assert kinds[shown - 1 : shown + 2] == [
        "done assistant_message",
        "progress_update",
        "added assistant_message",
    ]


async def test_what_a_tool_streams_is_shown_while_it_still_runs() -> None:
    """Progress is of no use when it comes with the result."""
    seen = asyncio.Event()

    @function_tool
    async def wait(ctx: Context) -> str:
        await ctx.context.stream(ProgressUpdateEvent(text="Waiting"))
        await seen.wait()
        return "done"

    async with ScriptedModel([FunctionCall("wait"), Text("Done")]) as model:
        chat = Chat(App(model.responses(), wait))
        async with aclosing(chat.saying()) as events:
            async for event in events:
                if event["type"] == "progress_update":
                    seen.set()
    assert await chat.kept() == ["assistant_message"]


async def test_tools_that_run_at_once_stream_each_in_their_own_order() -> None:
    """One queue, in the order of telling."""

    @function_tool
    async def count(ctx: Context, name: str) -> None:
        for number in range(300):
            await ctx.context.stream(ProgressUpdateEvent(text=f"{name}{number}"))

    script = [[FunctionCall("count", {"name": name}) for name in "ab"], Text("Done")]
    async with ScriptedModel(script) as model:
        events = await Chat(App(model.responses(), count)).say()
    said = [event["text"] for event in events if event["type"] == "progress_update"]
    for name in "ab":
        own = [text for text in said if text.startswith(name)]
        assert own == [f"{name}{number}" for number in range(300)]


async def test_what_is_streamed_before_the_run_is_read_comes_first() -> None:
    """A handler may tell something before it asks the agent."""

    async def greeting(context: AgentContext[Any], result: Any) -> Any:
        await context.stream(ProgressUpdateEvent(text="Thinking"))
        async for event in stream_agent_response(context, result):
            yield event

    async with ScriptedModel([Text("Done")]) as model:
        events = await Chat(App(model.responses(), around=greeting)).say()
    assert short(events)[0] == "progress_update"


@pytest.mark.requirement("row-07")
async def test_hidden_context_of_a_tool_is_kept_and_not_shown() -> None:
    """For the model of the next turn."""

    @function_tool
    async def remember(ctx: Context) -> None:
        item = HiddenContextItem(
            id=ctx.context.generate_id("message"),
            thread_id=ctx.context.thread.id,
            created_at=ctx.context.thread.created_at,
            content="canary",
        )
        await ctx.context.stream(ThreadItemDoneEvent(item=item))

    async with ScriptedModel([FunctionCall("remember"), Text("Noted"), Text("Yes")]) as model:
        chat = Chat(App(model.responses(), remember))
        assert "canary" not in str(await chat.say())
        await chat.say("And?")
    assert "canary" in str(model.requests[2].body)


class Session(AgentContext[Any]):
    """A context as apps extend it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    lock: asyncio.Lock = Field(exclude=True)
    visited: list[str] = Field(default_factory=list)


async def test_agents_that_run_as_tools_share_the_context() -> None:
    """What the inner agent's tool shows and notes is there for the outer one."""

    @function_tool
    async def visit(ctx: RunContextWrapper[Session], place: str) -> str:
        async with ctx.context.lock:
            ctx.context.visited.append(place)
        await ctx.context.stream_widget(Card(children=[TextWidget(value=place)]))
        return "visited"

    sessions: list[Session] = []
    script = [
        FunctionCall("guide", {"input": "go"}),
        FunctionCall("visit", {"place": "Rome"}),
        Text("inner"),
        Text("outer"),
    ]
    async with ScriptedModel(script) as model:
        guide = Agent[Session](name="guide", model=model.responses(), tools=[visit])
        outer = Agent[Session](
            name="outer", model=model.responses(), tools=[guide.as_tool("guide", "Guides")]
        )

        async def visiting(context: AgentContext[Any], result: Any) -> Any:
            result.cancel()
            session = Session(
                thread=context.thread,
                store=context.store,
                request_context=context.request_context,
                lock=asyncio.Lock(),
            )
            sessions.append(session)
            run = Runner.run_streamed(outer, "Hi", context=session, run_config=QUIET)
            async for event in stream_agent_response(session, run):
                yield event

        events = await Chat(App(model.responses(), around=visiting)).say()
    assert [each for each in short(events) if "content_part" not in each] == [
        "done widget",
        "added assistant_message",
        "done assistant_message",
    ]
    assert texts(events) == ["outer"]
    assert sessions[0].visited == ["Rome"]
    assert "lock" not in sessions[0].model_dump(exclude={"store"})


async def test_a_tool_may_stream_the_answer_of_another_agent_with_the_same_context() -> None:
    """Each event once, in order; what the inner agent's tools stream comes through as well."""

    @function_tool
    async def tick(ctx: Context) -> None:
        await ctx.context.stream(ProgressUpdateEvent(text="tick"))

    script = [
        FunctionCall("consult", {}),
        FunctionCall("tick", {}),
        Text(["in", "ner"]),
        Text(["out", "er"]),
    ]
    async with ScriptedModel(script) as model:
        inner = Agent[AgentContext[Any]](name="inner", model=model.responses(), tools=[tick])

        @function_tool
        async def consult(ctx: Context) -> None:
            run = Runner.run_streamed(inner, "x", context=ctx.context, run_config=QUIET)
            async for event in stream_agent_response(ctx.context, run):
                await ctx.context.stream(event)

        chat = Chat(App(model.responses(), consult))
        events = await chat.say()
    assert short(events) == [
        "progress_update",
        *message("in", "ner"),
        *message("out", "er"),
    ]
    assert await chat.kept() == ["assistant_message", "assistant_message"]


def message(*chunks: str) -> list[str]:
    deltas = [f"content_part.text_delta {chunk}" for chunk in chunks]
    return [
        "added assistant_message",
        "content_part.added",
        *deltas,
        "content_part.done",
        "done assistant_message",
    ]


async def test_one_context_may_serve_two_runs_one_after_the_other() -> None:
    """Nothing of the first is told again with the second."""

    async def twice(context: AgentContext[Any], result: Any) -> Any:
        async for event in stream_agent_response(context, result):
            yield event
        run = Runner.run_streamed(app.agent, "More", context=context, run_config=QUIET)
        async for event in stream_agent_response(context, run):
            yield event

    script = [FunctionCall("look", {}, "call_1"), Text("Two")]
    async with ScriptedModel(script) as model:
        app = App(model.responses(), look, around=twice, tool_use_behavior=STOP)
        events = await Chat(app).say()
    kinds = [each for each in short(events) if "content_part" not in each]
    assert kinds == [
        "done client_tool_call",
        "added assistant_message",
        "done assistant_message",
    ]


async def test_a_run_within_the_loop_over_another_has_its_tools_told_at_once() -> None:
    """The outer stream stands still meanwhile, so it cannot tell them."""

    @function_tool
    async def flood(ctx: Context) -> None:
        for number in range(300):
            await ctx.context.stream(ProgressUpdateEvent(text=str(number)))

    async def within(context: AgentContext[Any], result: Any) -> Any:
        async for event in stream_agent_response(context, result):
            yield event
            if event.type == "thread.item.done":
                run = Runner.run_streamed(app.agent, "More", context=context, run_config=QUIET)
                async for inner in stream_agent_response(context, run):
                    yield inner

    async with ScriptedModel([Text("One"), FunctionCall("flood"), Text("Two")]) as model:
        app = App(model.responses(), flood, around=within)
        events = await Chat(app).say()
    assert short(events).count("progress_update") == 300
    assert texts(events) == ["One", "Two"]


@pytest.mark.requirement("row-19")
async def test_a_title_of_a_task_beside_the_answer_is_saved_and_sent() -> None:
    """Titling is often another model's job, and slower than the answer's first words."""
    stall = Stall()
    titling: list[asyncio.Task[None]] = []

    async def titled(context: AgentContext[Any], result: Any) -> Any:
        async def title() -> None:
            await stall.reached()
            context.thread.title = "About cats"
            stall.release()

        titling.append(asyncio.create_task(title()))
        async for event in stream_agent_response(context, result):
            yield event

    async with ScriptedModel([Text(["Ca", stall, "ts"])]) as model:
        chat = Chat(App(model.responses(), around=titled))
        events = await chat.say()
    (update,) = [event for event in events if event["type"] == "thread.updated"]
    assert update["thread"]["title"] == "About cats"
    assert (await chat.app.store.load_thread(chat.thread_id, {})).title == "About cats"
