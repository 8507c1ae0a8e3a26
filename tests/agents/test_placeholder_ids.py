"""A conversation given back to a model through the Agents SDK, over HTTP, by either API."""

from __future__ import annotations

import json
import sys
from typing import Any, Literal
from unittest.mock import ANY

import pytest
from agents import Agent, RunConfig, Runner, function_tool
from converter_cases import CASES, Converter, assistant

from chatkit.agents import placeholder_ids
from chatkit.agents.placeholder_ids import add_placeholder_ids
from chatkit.testing.models import FunctionCall, ScriptedModel, Text


@function_tool
def noop() -> None:
    """A tool, for a second request of the same run."""


async def given_back(api: Literal["responses", "chat_completions"]) -> tuple[Any, Any]:
    """The converted conversation, and the request in which the model received it."""
    names = ["conversation", "answer with citations", "completed call", "image"]
    cases = [CASES[name] for name in names]
    items = [item for case in cases for item in (case if isinstance(case, list) else [case])]
    history = await Converter().to_agent_input(items)
    async with ScriptedModel([FunctionCall("noop"), Text("Fine")]) as model:
        agent = Agent(name="assistant", model=getattr(model, api)(), tools=[noop])
        config = RunConfig(tracing_disabled=True)
        result = Runner.run_streamed(agent, list(history), run_config=config)
        add_placeholder_ids(result.input)
        async for _ in result.stream_events():
            pass
    assert len(model.requests) == 2
    return await Converter().to_agent_input(items), model.requests[0].body


async def test_the_responses_api_receives_the_items_as_converted() -> None:
    """Nothing is added: an id would make reasoning models ask for reasoning that is not kept."""
    history, body = await given_back("responses")
    assert body["input"] == history


async def test_chat_completions_receive_the_same_conversation() -> None:
    """The SDK rewrites it as messages; answers and calls keep their place."""
    _, body = await given_back("chat_completions")
    roles = [message["role"] for message in body["messages"]]
    assert roles[-5:] == ["user", "user", "assistant", "tool", "user"]
    assert "Ho" in [message["content"] for message in body["messages"]]
    assert "mentioned: tag_1" in json.dumps(body)


async def test_only_answers_without_an_id_are_touched() -> None:
    """What a host put there itself stays."""
    bare: Any = (await Converter().to_agent_input(assistant("a")))[0]
    others: Any = [{**bare, "id": "msg_1"}, {"role": "assistant", "content": "a"}, "text"]
    items = [bare, *(dict(each) if isinstance(each, dict) else each for each in others)]
    add_placeholder_ids(items)
    assert items == [{**bare, "id": "__fake_id__", "provider_data": ANY}, *others]
    add_placeholder_ids("Hi")


@pytest.mark.parametrize("missing", ["agents.models.fake_id", "agents.models.chatcmpl_converter"])
def test_another_release_of_the_sdk_is_left_alone(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older ones need no placeholder, and do not remove it."""
    placeholder_ids._placeholder_id.cache_clear()
    monkeypatch.setitem(sys.modules, missing, None)
    bare: Any = {"type": "message", "role": "assistant", "content": []}
    add_placeholder_ids([bare])
    assert "id" not in bare
    monkeypatch.undo()
    placeholder_ids._placeholder_id.cache_clear()
