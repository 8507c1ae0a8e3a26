"""Runs of an agent over HTTP, told as a thread's events: shared with the script that records.

Uses only names that `openai-chatkit` has too, so that it runs with either package. What the model
says in each case is in run_scripts.py.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    OutputGuardrail,
    RunContextWrapper,
    Runner,
    StopAtTools,
    function_tool,
)
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from chatkit.agents import (
    AgentContext,
    ClientToolCall,
    ResponseStreamConverter,
    stream_agent_response,
)
from chatkit.store import Store
from chatkit.types import (
    CustomSummary,
    CustomTask,
    DurationSummary,
    HiddenContextItem,
    Page,
    ProgressUpdateEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import Card, Text

NOW = datetime(2025, 1, 1, tzinfo=UTC)
Context = RunContextWrapper[AgentContext[Any]]


class OneThread(Store[Any]):
    """Holds what an earlier turn left; what is written is not the matter here."""

    def __init__(self, *items: Any) -> None:
        self.items = list(items)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[Any]:
        return Page(data=self.items[::-1][:limit], has_more=False, after=None)

    async def _nothing(self, *args: Any, **kwargs: Any) -> Any:
        """Forget it."""

    load_thread = save_thread = load_threads = delete_thread = _nothing
    add_thread_item = save_item = load_item = delete_thread_item = _nothing
    save_attachment = load_attachment = delete_attachment = _nothing


@function_tool
async def noop() -> str:
    """Shows nothing."""
    return "x"


@function_tool
async def look(ctx: Context, x: int = 0) -> str:
    """Asks the page to look."""
    ctx.context.client_tool_call = ClientToolCall(name="look", arguments={"x": x})
    return ""


@function_tool
async def show(ctx: Context) -> str:
    """Shows a widget."""
    await ctx.context.stream_widget(Card(children=[Text(value="w")]), copy_text="c")
    return "shown"


@function_tool
async def grow(ctx: Context) -> str:
    """Shows a widget that grows."""

    async def states() -> AsyncGenerator[Card, None]:
        for value in ("", "ab", "abc"):
            yield Card(children=[Text(id="t", value=value, streaming=value != "abc")])

    await ctx.context.stream_widget(states())
    return "shown"


@function_tool
async def progress(ctx: Context) -> str:
    """Tells how far it is."""
    for number in range(3):
        await ctx.context.stream(ProgressUpdateEvent(text=str(number)))
    return "x"


@function_tool
async def hide(ctx: Context) -> str:
    """Tells the model something for later."""
    item = HiddenContextItem(id="hidden", thread_id="thr", created_at=NOW, content="x")
    await ctx.context.stream(ThreadItemDoneEvent(item=item))
    return "x"


@function_tool
async def steps(ctx: Context) -> str:
    """Shows two equal steps, changes one, and ends."""
    await ctx.context.start_workflow(Workflow(type="custom", tasks=[]))
    await ctx.context.add_workflow_task(CustomTask(title="one"))
    await ctx.context.add_workflow_task(CustomTask(title="one"))
    await ctx.context.update_workflow_task(CustomTask(title="two"), 1)
    await ctx.context.end_workflow()
    return "x"


@function_tool
async def begin(ctx: Context) -> str:
    """Opens a workflow with a summary and one step."""
    summary = CustomSummary(title="S")
    tasks: Any = [CustomTask(title="zero")]
    await ctx.context.start_workflow(
        Workflow(type="custom", tasks=tasks, summary=summary, expanded=True)
    )
    return "x"


@function_tool
async def begin_and_end(ctx: Context) -> str:
    """Opens a workflow that stays empty, and ends it."""
    await ctx.context.start_workflow(Workflow(type="custom", tasks=[]))
    await ctx.context.end_workflow(summary=DurationSummary(duration=5), expanded=True)
    return "x"


@function_tool
async def begin_two(ctx: Context) -> str:
    """Opens two workflows."""
    for title in "ab":
        await ctx.context.start_workflow(Workflow(type="custom", tasks=[]))
        await ctx.context.add_workflow_task(CustomTask(title=title))
    return "x"


TOOLS = [noop, look, show, grow, progress, hide, steps, begin, begin_and_end, begin_two]


def guardrail(context: Any, agent: Any, given: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)


def _agent(case: str, client: AsyncOpenAI) -> Agent[Any]:
    kind = OpenAIChatCompletionsModel if "completions" in case else OpenAIResponsesModel
    model = kind(case, client)
    options: dict[str, Any] = {}
    if "input guardrail" in case:
        options["input_guardrails"] = [InputGuardrail(guardrail)]
    if "output guardrail" in case:
        options["output_guardrails"] = [OutputGuardrail(guardrail)]
    other = Agent[Any](name="other", model=model, tools=[show])
    inner = other.as_tool("inner", "Another agent")
    stop = StopAtTools(stop_at_tool_names=["look"])
    return Agent(
        name="agent",
        model=model,
        tools=[*TOOLS, inner],
        handoffs=[other],
        tool_use_behavior=stop,
        **options,
    )


def _left_by_an_earlier_turn(case: str) -> list[Any]:
    if "earlier workflow" not in case:
        return []
    summary = DurationSummary(duration=3) if "finished" in case else None
    workflow = Workflow(type="custom", tasks=[CustomTask(title="old")], summary=summary)
    # The official package compares it with a time without a zone.
    created_at = datetime.now()
    return [WorkflowItem(id="wf", thread_id="thr", created_at=created_at, workflow=workflow)]


async def tell(case: str, base_url: str) -> list[dict[str, Any]]:
    """The events of the case's run, without times and with ids in the order of appearance."""
    context = AgentContext[Any](
        thread=ThreadMetadata(id="thr", created_at=NOW),
        store=OneThread(*_left_by_an_earlier_turn(case)),
        request_context={},
    )
    converter = ResponseStreamConverter(partial_images=4 if "of four" in case else None)
    told: list[dict[str, Any]] = []
    # No proxy of the environment stands between this and the model.
    http = DefaultAsyncHttpxClient(trust_env=False)
    async with AsyncOpenAI(
        base_url=base_url, api_key="x", max_retries=0, http_client=http
    ) as client:
        run = Runner.run_streamed(_agent(case, client), "Hi", context=context, max_turns=4)
        events = stream_agent_response(context, run, converter=converter)
        try:
            async for event in events:
                told += [json.loads(event.model_dump_json(exclude_none=True))]
        except Exception as error:
            told.append({"raises": type(error).__name__})
    ids: dict[str, str] = {}
    return [_without_chance(event, ids) for event in told]


def _without_chance(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_without_chance(each, ids) for each in value]
    if not isinstance(value, dict):
        return value
    plain: dict[str, Any] = {}
    for name, each in value.items():
        if name in {"id", "item_id"}:
            plain[name] = ids.setdefault(each, f"<{len(ids)}>")
        elif name != "created_at":
            plain[name] = _without_chance(each, ids)
    return plain


async def _main(base_url: str, cases: list[str]) -> None:
    told = {case: await tell(case, base_url) for case in cases}
    json.dump(told, sys.stdout, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2:]))
