"""Runs that fail, stall or are stopped: what was said stays, nothing leaks, nothing is left."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from typing import Any, Literal

import pytest
from agent_apps import QUIET, App, Chat, short, texts
from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RunContextWrapper,
    Runner,
    function_tool,
)

from chatkit.agents import AgentContext, ResponseStreamConverter, stream_agent_response
from chatkit.store import Store
from chatkit.store.sqlite import SQLiteStore
from chatkit.testing.models import (
    Disconnect,
    ErrorEvent,
    Failed,
    FunctionCall,
    HttpError,
    ImageGeneration,
    Incomplete,
    Outcome,
    Reasoning,
    ScriptedModel,
    Stall,
    Text,
)
from chatkit.turns import TurnLimits
from chatkit.types import CustomTask, NoticeEvent, ProgressUpdateEvent, Workflow
from chatkit.widgets import Card
from chatkit.widgets import Text as TextWidget

Context = RunContextWrapper[AgentContext[Any]]
Api = Literal["responses", "chat_completions"]
both_apis = pytest.mark.parametrize("api", ["responses", "chat_completions"])
SECRET = "canary-4711"

FAILURES = {
    "failed": Failed(message=SECRET),
    "error": ErrorEvent(message=SECRET),
    "nested error": ErrorEvent(message=SECRET, nested=True),
    "disconnect": Disconnect(),
}


@pytest.mark.requirement("row-02", "row-13", "row-25")
@both_apis
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_a_failure_in_mid_answer_keeps_the_text_and_says_no_more_than_try_again(
    api: Api, failure: str, kind: str, tmp_path: Any
) -> None:
    """The SDK forgets what nobody read by then, so it has to be read at once."""
    store: Store[Any] | None = SQLiteStore(tmp_path / "chat.db") if kind == "sqlite" else None
    async with ScriptedModel([Text(["Hel", "lo", FAILURES[failure]])]) as model:
        chat = Chat(App(getattr(model, api)(), store=store))
        events = await chat.say()
        items: list[Any] = await chat.items()
        await chat.app.aclose()
    if isinstance(store, SQLiteStore):
        await store.close()
    assert texts(events) == ["Hello"]
    assert events[-1] == {"type": "error", "code": "stream.error", "allow_retry": True}
    assert [item.type for item in items[1:]] == ["assistant_message"]
    assert items[1].content[0].text == "Hello"
    assert SECRET not in str(events)


@both_apis
async def test_an_http_error_is_told_without_its_body(api: Api) -> None:
    """It may name the account."""
    async with ScriptedModel([HttpError(500, SECRET)]) as model:
        chat = Chat(App(getattr(model, api)()))
        events = await chat.say()
    assert short(events) == ["error"]
    assert SECRET not in str(events)
    assert await chat.kept() == []


async def test_the_handler_gets_the_error_that_the_sdk_raises() -> None:
    """It may want to say it in its own words."""
    raised: list[Exception] = []

    async def explaining(context: AgentContext[Any], result: Any) -> Any:
        try:
            async for event in stream_agent_response(context, result):
                yield event
        except Exception as error:
            raised.append(error)
            yield NoticeEvent(level="danger", message="The model is away.")

    async with ScriptedModel([Text(["Hel", Failed()])]) as model:
        chat = Chat(App(model.responses(), around=explaining))
        events = await chat.say()
    assert type(raised[0]).__name__ == "ModelBehaviorError"
    assert "notice" in short(events)
    assert "error" not in short(events)
    assert await chat.kept() == ["assistant_message"]


@pytest.mark.requirement("row-13")
@pytest.mark.parametrize(
    ("reason", "said"), [("max_output_tokens", "limit of length"), ("content_filter", "filter")]
)
async def test_an_answer_that_was_cut_short_stays_with_a_notice(reason: Any, said: str) -> None:
    """Trying again would end in the same place."""
    async with ScriptedModel([Text(["Hel", Incomplete(reason)])]) as model:
        chat = Chat(App(model.responses()))
        events = await chat.say()
    assert texts(events) == ["Hel"]
    assert (events[-1]["type"], events[-1]["level"]) == ("notice", "warning")
    assert said in events[-1]["message"]
    assert await chat.kept() == ["assistant_message"]


class Strict(ResponseStreamConverter):
    """An app for which half an answer is none."""

    async def incomplete_to_notice(self, reason: str | None) -> None:
        return None


async def test_an_app_may_have_a_cut_answer_raise() -> None:
    """As officially."""
    async with ScriptedModel([Text(["Hel", Incomplete()])]) as model:
        events = await Chat(App(model.responses(), converter=Strict())).say()
    assert short(events)[-1] == "error"


def guardrail(*, trips: bool = True, after: asyncio.Event | None = None) -> Any:
    async def check(context: Any, agent: Any, given: Any) -> GuardrailFunctionOutput:
        if after is not None:
            await after.wait()
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=trips)

    return check


@pytest.mark.requirement("row-06")
async def test_an_input_guardrail_that_trips_at_once_shows_nothing() -> None:
    """There is nothing to take back."""
    async with ScriptedModel([Text(["Hel", "lo"])]) as model:
        guards = [InputGuardrail(guardrail())]
        chat = Chat(App(model.responses(), input_guardrails=guards))
        events = await chat.say()
    assert short(events) == ["error"]
    assert await chat.kept() == []


@pytest.mark.requirement("row-06")
async def test_a_guardrail_that_trips_later_takes_back_what_was_shown_and_no_more() -> None:
    """Officially ids of calls that were never shown are removed as well."""
    seen = asyncio.Event()
    stall = Stall()

    @function_tool
    async def show(ctx: Context) -> None:
        await ctx.context.stream_widget(Card(children=[TextWidget(value="w")]))

    script = [[Reasoning([["A"]]), FunctionCall("show")], Text(["Hel", stall, "lo"])]
    async with ScriptedModel(script) as model:
        guards = [InputGuardrail(guardrail(after=seen))]
        chat = Chat(App(model.responses(), show, input_guardrails=guards))
        events = []
        async with aclosing(chat.saying()) as stream:
            async for event in stream:
                events.append(event)
                if short([event]) == ["content_part.text_delta Hel"]:
                    seen.set()
    shown = [event["item"]["id"] for event in events if event["type"] == "thread.item.added"]
    shown += [item["id"] for item in (event.get("item", {}) for event in events) if item]
    removed = [event["item_id"] for event in events if event["type"] == "thread.item.removed"]
    assert set(removed) == set(shown)
    assert len(removed) == 3
    assert short(events)[-1] == "error"
    assert await chat.kept() == []
    assert await model.requests[1].settled() is Outcome.ABORTED


async def test_a_tripped_guardrail_does_not_wait_for_a_model_that_stalls() -> None:
    """The SDK looks only when the model says something, and then waits for its end."""
    stall = Stall()
    tripped: list[BaseException] = []

    async def watching(context: AgentContext[Any], result: Any) -> Any:
        try:
            async for event in stream_agent_response(context, result):
                yield event
        except InputGuardrailTripwireTriggered as error:
            tripped.append(error)
            raise

    async with ScriptedModel([[stall, Text("Hello")]]) as model:
        guards = [InputGuardrail(guardrail(trips=False)), InputGuardrail(guardrail())]
        chat = Chat(App(model.responses(), input_guardrails=guards, around=watching))
        events = await chat.say()
        assert await model.requests[0].settled() is Outcome.ABORTED
    assert short(events) == ["error"]
    assert len(tripped) == 1


@pytest.mark.requirement("row-06")
@both_apis
async def test_an_output_guardrail_takes_the_answer_back(api: Api) -> None:
    """From the page and from the store."""
    async with ScriptedModel([Text(["Hel", "lo"])]) as model:
        guards = [OutputGuardrail(guardrail())]
        chat = Chat(App(getattr(model, api)(), output_guardrails=guards))
        events = await chat.say()
    assert short(events)[-3:] == ["done assistant_message", "removed", "error"]
    assert await chat.kept() == []


@pytest.mark.requirement("row-06")
async def test_a_guardrail_does_not_take_back_a_workflow_of_an_earlier_turn() -> None:
    """It was not this answer that showed it."""

    @function_tool
    async def begin(ctx: Context) -> None:
        await ctx.context.start_workflow(Workflow(type="custom", tasks=[CustomTask(title="a")]))

    async with ScriptedModel([FunctionCall("begin"), Text("x")]) as model:
        app = App(model.responses(), begin, tool_use_behavior="stop_on_first_tool")
        chat = Chat(app)
        await chat.say()
        app.agent.output_guardrails = [OutputGuardrail(guardrail())]
        # As after a client tool: the workflow is the last item.
        resumed = app.contexts[0].model_copy(update={"workflow_item": None})
        result = Runner.run_streamed(app.agent, "Hi", context=resumed, run_config=QUIET)
        events: list[Any] = []

        async def read() -> None:
            async for event in stream_agent_response(resumed, result):
                events.append(event)  # noqa: PERF401 - what came before the error counts

        with pytest.raises(OutputGuardrailTripwireTriggered):
            await read()
    kinds = [event.type for event in events]
    assert kinds[0] == "thread.item.done"
    (removed,) = [event.item_id for event in events if event.type == "thread.item.removed"]
    assert removed != events[0].item.id


@pytest.mark.requirement("row-01")
@both_apis
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_stopping_cancels_the_model_and_keeps_the_text(
    api: Api, kind: str, tmp_path: Any
) -> None:
    """The model's server sees its client leave; no task of the run is left (see conftest)."""
    store: Store[Any] | None = SQLiteStore(tmp_path / "chat.db") if kind == "sqlite" else None
    stall = Stall()
    async with ScriptedModel([Text(["Hel", "lo", stall, " there"])]) as model:
        chat = Chat(App(getattr(model, api)(), store=store))
        async with aclosing(chat.saying()) as events:
            async for event in events:
                if short([event]) == ["content_part.text_delta lo"]:
                    break
        assert await model.requests[0].settled() is Outcome.ABORTED
        items: list[Any] = await chat.items()
        await chat.app.aclose()
    if isinstance(store, SQLiteStore):
        await store.close()
    assert [item.type for item in items[1:]] == ["assistant_message", "sdk_hidden_context"]
    assert items[1].content[0].text == "Hello"


@pytest.mark.requirement("row-01")
@both_apis
async def test_stopping_a_respond_of_five_lines_cancels_the_model(api: Api) -> None:
    """Most apps write a plain `async for`, and close nothing."""

    class Plain(App):
        async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Any:
            chat = AgentContext[Any](thread=thread, store=self.store, request_context=context)
            result = Runner.run_streamed(self.agent, "Hi", context=chat, run_config=QUIET)
            async for event in stream_agent_response(chat, result):
                yield event

    async with ScriptedModel([Text(["Hel", "lo", Stall()])]) as model:
        chat = Chat(Plain(getattr(model, api)()))
        async with aclosing(chat.saying()) as events:
            async for event in events:
                if short([event]) == ["content_part.text_delta lo"]:
                    break
        assert await model.requests[0].settled() is Outcome.ABORTED
        assert await chat.kept() == ["assistant_message", "sdk_hidden_context"]


@both_apis
async def test_stopping_before_the_model_has_said_anything_cancels_it_too(api: Api) -> None:
    """There is nothing to keep but the mark of the stop."""
    stall = Stall()
    async with ScriptedModel([[stall, Text("late")]]) as model:
        chat = Chat(App(getattr(model, api)()))
        saying = asyncio.create_task(chat.say())
        await stall.reached()
        saying.cancel()
        assert await model.requests[0].settled() is Outcome.ABORTED
        await asyncio.wait([saying])
        assert await chat.kept() == ["sdk_hidden_context"]


async def test_stopping_while_a_tool_runs_cancels_the_tool() -> None:
    """Its work is for nobody."""
    ended = asyncio.Event()

    @function_tool
    async def work(ctx: Context) -> None:
        try:
            await ctx.context.stream(ProgressUpdateEvent(text="working"))
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with ScriptedModel([FunctionCall("work")]) as model:
        chat = Chat(App(model.responses(), work))
        async with aclosing(chat.saying()) as events:
            assert (await anext(events))["type"] == "progress_update"
        await ended.wait()


async def test_stopping_lets_go_a_tool_that_waits_for_the_page() -> None:
    """It was far ahead: what it waits for will never come."""
    ended = asyncio.Event()

    @function_tool
    async def flood(ctx: Context) -> None:
        try:
            while True:
                await ctx.context.stream(ProgressUpdateEvent(text="more"))
                await asyncio.sleep(0)
        finally:
            ended.set()

    async with ScriptedModel([FunctionCall("flood")]) as model:
        chat = Chat(App(model.responses(), flood))
        async with aclosing(chat.saying()) as events:
            assert (await anext(events))["type"] == "progress_update"
        await ended.wait()


async def test_a_model_that_stalls_ends_in_an_error_and_is_left() -> None:
    """The turn has a limit for silence."""
    limits = TurnLimits(idle_seconds=0.2)
    async with ScriptedModel([Text(["Hel", Stall()])]) as model:
        chat = Chat(App(model.responses(), server={"limits": limits}))
        events = await chat.say()
        assert await model.requests[0].settled() is Outcome.ABORTED
    assert texts(events) == ["Hel"]
    assert short(events)[-1] == "error"


async def test_too_many_turns_end_in_an_error_after_all_that_was_shown() -> None:
    """A model that only calls tools would go on for ever."""

    @function_tool
    async def again(ctx: Context) -> None:
        await ctx.context.stream(ProgressUpdateEvent(text="again"))

    async with ScriptedModel(responder=lambda request: FunctionCall("again")) as model:
        events = await Chat(App(model.responses(), again)).say()
    assert short(events) == ["progress_update"] * 10 + ["error"]


@pytest.mark.requirement("row-20")
@both_apis
async def test_requests_of_a_turn_name_this_package_and_later_ones_do_not(api: Api) -> None:
    """Also when the turn fails: nothing of it is left in the process."""
    script = [Text(["Hel", Failed()]), Text("Hi")]
    async with ScriptedModel(script) as model:
        agent_model = getattr(model, api)()
        await Chat(App(agent_model)).say()
        await Runner.run(Agent(name="other", model=agent_model), "Hi", run_config=QUIET)
    during, after = (request.headers["user-agent"] for request in model.requests)
    assert re.fullmatch(r"Agents/Python [\w.]+ ChatKit/Python [\w.]+", during)
    assert "ChatKit" not in after


@pytest.mark.requirement("row-16")
async def test_a_widget_without_a_state_is_an_error_event_where_nobody_catches_it() -> None:
    """A tool that asks for one and does not handle it ends its run."""

    async def nothing() -> Any:
        return
        yield

    @function_tool(failure_error_function=None)
    async def show(ctx: Context) -> None:
        await ctx.context.stream_widget(nothing())

    async with ScriptedModel([FunctionCall("show")]) as model:
        events = await Chat(App(model.responses(), show)).say()
    assert short(events) == ["error"]


@pytest.mark.requirement("row-25")
async def test_a_failure_leaves_no_item_half_there() -> None:
    """A workflow and an image that never ended are ended, or removed."""
    script = [
        [Reasoning([["A"]]), ImageGeneration([Failed()], "never")],
    ]
    async with ScriptedModel(script) as model:
        chat = Chat(App(model.responses()))
        events = await chat.say()
    assert short(events)[-3:] == ["added generated_image", "removed", "error"]
    assert await chat.kept() == ["workflow"]
