"""Real Agents SDK runs against the scripted model, over both of its APIs."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Literal

import openai
import pytest
from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    Model,
    ModelBehaviorError,
    ModelRefusalError,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    Runner,
    function_tool,
)
from agents.result import RunResultStreaming

from chatkit.testing.models import (
    ContainerFileCitation,
    Disconnect,
    ErrorEvent,
    Failed,
    FileCitation,
    FileSearch,
    FunctionCall,
    HttpError,
    ImageGeneration,
    Incomplete,
    Outcome,
    Output,
    Parallel,
    Reasoning,
    ReceivedRequest,
    Refusal,
    ScriptedModel,
    Stall,
    Step,
    Text,
    UrlCitation,
    WebSearch,
)

Api = Literal["responses", "chat_completions"]
APIS: list[Api] = ["responses", "chat_completions"]
both_apis = pytest.mark.parametrize("api", APIS)


def model_of(server: ScriptedModel, api: Api) -> Model:
    return server.responses() if api == "responses" else server.chat_completions()


def run(agent: Agent[Any], input: str = "Hi") -> RunResultStreaming:
    return Runner.run_streamed(agent, input, run_config=RunConfig(tracing_disabled=True))


async def raw(result: RunResultStreaming, seen: list[Any] | None = None) -> list[Any]:
    """The model's own events, in order; `seen` keeps them when the run fails."""
    events: list[Any] = [] if seen is None else seen
    async for event in result.stream_events():
        if event.type == "raw_response_event":
            events.append(event.data)  # noqa: PERF401  # kept when the run fails
    return events


async def answers(*outputs: Output, api: Api = "responses") -> tuple[RunResultStreaming, list[Any]]:
    """A finished run in which the model said this."""
    async with ScriptedModel([list(outputs)]) as server:
        result = run(Agent(name="assistant", model=model_of(server, api)))
        return result, await raw(result)


def of_type(events: list[Any], type: str) -> list[Any]:
    return [event for event in events if event.type == type]


@function_tool
def add(a: int, b: int) -> int:
    return a + b


@both_apis
async def test_a_run_streams_the_text(api: Api) -> None:
    """The plainest run there is."""
    result, events = await answers(Text(["Hel", "lo"]), api=api)
    deltas = of_type(events, "response.output_text.delta")
    assert [event.delta for event in deltas] == ["Hel", "lo"]
    assert result.final_output == "Hello"
    assert result.context_wrapper.usage.total_tokens == (12 if api == "responses" else 0)


@both_apis
async def test_a_run_calls_a_tool_and_goes_on(api: Api) -> None:
    """The tool's output is in the second request, under the id of its call."""
    script: list[Step] = [
        FunctionCall("add", {"a": 2, "b": 3}, "call_1", ['{"a": 2,', ' "b": 3}']),
        Text("Five"),
    ]
    async with ScriptedModel(script) as server:
        result = run(Agent(name="assistant", model=model_of(server, api), tools=[add]))
        events = await raw(result)
        body = server.requests[1].body
    assert result.final_output == "Five"
    assert "call_1" in json.dumps(body)
    assert len(of_type(events, "response.function_call_arguments.delta")) == 2
    assert server.remaining == 0


@both_apis
async def test_a_run_calls_tools_in_parallel(api: Api) -> None:
    """Each output goes back to its own call."""
    calls = Parallel(
        [
            FunctionCall("add", {"a": 1, "b": 1}, "call_1"),
            FunctionCall("add", {"a": 2, "b": 2}, "call_2"),
        ]
    )
    async with ScriptedModel([calls, Text("2 and 4")]) as server:
        result = run(Agent(name="assistant", model=model_of(server, api), tools=[add]))
        await raw(result)
        body = server.requests[1].body
    assert body is not None
    outputs = (
        {each["call_id"]: each["output"] for each in body["input"] if "output" in each}
        if api == "responses"
        else {
            each["tool_call_id"]: each["content"]
            for each in body["messages"]
            if each["role"] == "tool"
        }
    )
    assert outputs == {"call_1": "2", "call_2": "4"}


async def test_a_responder_plays_a_loop_of_any_length() -> None:
    """The model decides by what it was given, as real ones do."""

    def count_to_three(request: ReceivedRequest) -> Step:
        assert request.body is not None
        done = [
            each for each in request.body["input"] if each.get("type") == "function_call_output"
        ]
        return Text("done") if len(done) == 3 else FunctionCall("add", {"a": len(done), "b": 1})

    async with ScriptedModel(responder=count_to_three) as server:
        result = run(Agent(name="assistant", model=server.responses(), tools=[add]))
        await raw(result)
    assert result.final_output == "done"
    assert len(server.requests) == 4


@both_apis
async def test_reasoning_streams_before_the_answer(api: Api) -> None:
    """Summaries part by part; Chat Completions know a single part."""
    result, events = await answers(Reasoning([["Let ", "me"], "see"]), Text("42"), api=api)
    deltas = of_type(events, "response.reasoning_summary_text.delta")
    indexes = [event.summary_index for event in deltas]
    assert [event.delta for event in deltas] == ["Let ", "me", "see"]
    assert indexes == ([0, 0, 1] if api == "responses" else [0, 0, 0])
    assert result.final_output == "42"


@both_apis
async def test_raw_reasoning_streams_too(api: Api) -> None:
    """What open models send instead of a summary."""
    _, events = await answers(Reasoning(content=["raw ", "thought"]), Text("42"), api=api)
    deltas = of_type(events, "response.reasoning_text.delta")
    assert [event.delta for event in deltas] == ["raw ", "thought"]


async def test_images_in_parallel_keep_apart() -> None:
    """Partial images name their item; each item ends with its own image."""
    _, events = await answers(
        Parallel(
            [
                ImageGeneration(["a1", "a2"], "A", id="ig_a"),
                ImageGeneration(["b1", "b2"], "B", id="ig_b"),
            ]
        ),
        Text("There"),
    )
    partials = of_type(events, "response.image_generation_call.partial_image")
    assert [(event.item_id, event.partial_image_b64) for event in partials] == [
        ("ig_a", "a1"),
        ("ig_b", "b1"),
        ("ig_a", "a2"),
        ("ig_b", "b2"),
    ]
    done = of_type(events, "response.output_item.done")
    assert [(event.item.id, event.item.result) for event in done[:2]] == [
        ("ig_a", "A"),
        ("ig_b", "B"),
    ]


async def test_citations_of_every_kind_arrive() -> None:
    """As they stream, and again on the finished text."""
    kinds = ["url_citation", "file_citation", "container_file_citation"]
    result, events = await answers(
        Text(
            ["a", UrlCitation("https://x", "X", 0, 1), "b"],
            [FileCitation("f", "a.pdf", 1), ContainerFileCitation("c", "f", "b.csv", 0, 2)],
        )
    )
    added = of_type(events, "response.output_text.annotation.added")
    part = result.raw_responses[0].output[0].content[0]  # type: ignore[union-attr]
    assert [event.annotation.type for event in added] == kinds
    assert [each.type for each in part.annotations] == kinds  # type: ignore[union-attr]


async def test_citations_of_a_completion_come_with_the_finished_text() -> None:
    """The SDK announces none of them while it streams."""
    result, events = await answers(
        Text("ab", [UrlCitation("https://x", "X", 0, 2)]), api="chat_completions"
    )
    part = result.raw_responses[0].output[0].content[0]  # type: ignore[union-attr]
    assert of_type(events, "response.output_text.annotation.added") == []
    assert [each.type for each in part.annotations] == ["url_citation"]  # type: ignore[union-attr]


async def test_searches_of_the_provider_arrive() -> None:
    """As items beside the answer."""
    result, events = await answers(
        WebSearch("weather", ["https://x"]), FileSearch(["report"]), Text("Sunny")
    )
    types = [item.type for item in result.raw_responses[0].output]
    assert types == ["web_search_call", "file_search_call", "message"]
    assert len(of_type(events, "response.web_search_call.searching")) == 1
    assert len(of_type(events, "response.file_search_call.searching")) == 1


@both_apis
async def test_a_refusal_streams_and_then_ends_the_run(api: Api) -> None:
    """The SDK raises it as an error once all its events are through."""
    seen: list[Any] = []
    async with ScriptedModel([Refusal(["I ", "cannot"])]) as server:
        result = run(Agent(name="assistant", model=model_of(server, api)))
        with pytest.raises(ModelRefusalError, match="I cannot"):
            await raw(result, seen)
    deltas = of_type(seen, "response.refusal.delta")
    assert [event.delta for event in deltas] == ["I ", "cannot"]
    assert seen[-1].type == "response.completed"


@pytest.mark.parametrize(
    ("output", "last", "message"),
    [
        (Failed("server_error", "Broken"), "response.failed", "Broken"),
        (Incomplete(), "response.incomplete", "max_output_tokens"),
        (ErrorEvent("overloaded", "Busy"), "error", "Busy"),
    ],
)
async def test_an_unhappy_end_is_an_event_and_then_an_error(
    output: Any, last: str, message: str
) -> None:
    """The SDK hands the terminal event on before it raises."""
    seen: list[Any] = []
    async with ScriptedModel([Text(["Hel", output])]) as server:
        result = run(Agent(name="assistant", model=server.responses()))
        with pytest.raises(ModelBehaviorError, match=message):
            await raw(result, seen)
    assert of_type(seen, "response.output_text.delta")
    assert seen[-1].type == last


@both_apis
async def test_a_failure_of_a_completion_is_an_api_error(api: Api) -> None:
    """There it is the OpenAI client that raises; a nested error event does the same."""
    error = ErrorEvent("overloaded", "Busy", nested=True)
    async with ScriptedModel([Text(["Hel", error])]) as server:
        with pytest.raises(openai.APIError, match="Busy"):
            await raw(run(Agent(name="assistant", model=model_of(server, api))))


@both_apis
async def test_an_http_error_ends_the_run(api: Api) -> None:
    """The client's own error class, with no retry that would slow the test."""
    error = HttpError(429, {"error": {"message": "Slow down"}})
    async with ScriptedModel([error]) as server:
        with pytest.raises(openai.RateLimitError, match="Slow down"):
            await raw(run(Agent(name="assistant", model=model_of(server, api))))
    assert len(server.requests) == 1


@both_apis
async def test_a_cut_connection_ends_the_run(api: Api) -> None:
    """After what had arrived."""
    async with ScriptedModel([Text(["Hel", Disconnect()])]) as server:
        with pytest.raises(openai.APIConnectionError):
            await raw(run(Agent(name="assistant", model=model_of(server, api))))
    assert server.requests[0].outcome is Outcome.CUT


@both_apis
async def test_cancelling_a_run_hangs_up_on_the_model(api: Api) -> None:
    """Stop must reach the provider, or tokens are paid for that nobody reads."""
    stall = Stall()
    async with ScriptedModel([Text(["Hel", stall, "lo"])]) as server:
        result = run(Agent(name="assistant", model=model_of(server, api)))
        deltas: list[str] = []
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type.endswith("text.delta"):
                deltas.append(event.data.delta)
                await stall.reached()
                result.cancel()
        assert await server.requests[0].settled() is Outcome.ABORTED
    assert deltas == ["Hel"]


async def test_abandoning_a_run_hangs_up_on_the_model() -> None:
    """A task that is cancelled while it waits for the model."""
    stall = Stall()
    async with ScriptedModel([Text(["Hel", stall, "lo"])]) as server:
        result = run(Agent(name="assistant", model=server.responses()))
        reading = asyncio.create_task(raw(result))
        await stall.reached()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await server.requests[0].settled() is Outcome.ABORTED


@both_apis
async def test_a_run_hands_off_to_another_agent(api: Api) -> None:
    """The second agent answers with the same server behind it."""
    script: list[Step] = [FunctionCall("transfer_to_poet", {}, "call_1"), Text("Roses")]
    async with ScriptedModel(script) as server:
        poet = Agent(name="poet", model=model_of(server, api), instructions="Rhyme.")
        clerk = Agent(name="clerk", model=model_of(server, api), handoffs=[poet])
        result = run(clerk)
        agents = [
            event.new_agent.name
            async for event in result.stream_events()
            if event.type == "agent_updated_stream_event"
        ]
    assert agents == ["clerk", "poet"]
    assert result.final_output == "Roses"
    assert "Rhyme." in json.dumps(server.requests[1].body)


@both_apis
async def test_an_output_guardrail_trips_after_the_text(api: Api) -> None:
    """What was streamed by then was seen, and the run still fails."""

    def trip(*_: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)

    seen: list[Any] = []
    async with ScriptedModel([Text("secret")]) as server:
        guardrail: OutputGuardrail[Any] = OutputGuardrail(guardrail_function=trip)
        agent = Agent(name="assistant", model=model_of(server, api), output_guardrails=[guardrail])
        with pytest.raises(OutputGuardrailTripwireTriggered):
            await raw(run(agent), seen)
    assert of_type(seen, "response.output_text.delta")


@both_apis
async def test_an_input_guardrail_trips_while_the_model_talks(api: Api) -> None:
    """It runs beside the model; the SDK hears of it with the model's next event."""
    stall = Stall()

    async def trip(*_: Any) -> GuardrailFunctionOutput:
        await stall.reached()
        stall.release()
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)

    async with ScriptedModel([Text(["Hel", stall, "lo"])]) as server:
        guardrail: InputGuardrail[Any] = InputGuardrail(guardrail_function=trip)
        agent = Agent(name="assistant", model=model_of(server, api), input_guardrails=[guardrail])
        with pytest.raises(InputGuardrailTripwireTriggered):
            await raw(run(agent))
