"""A conversation of five turns, and what the model received: files, mentions, tools, a stop.

    python tests/agents/conversation.py

writes the requests to golden/conversation_*.json, to be read by a careful engineer.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Literal

from agent_apps import QUIET, Chat, Events, short
from agents import Agent, RunContextWrapper, Runner, StopAtTools, function_tool

from chatkit.agents import (
    AgentContext,
    ClientToolCall,
    StoredItemConverter,
    load_history,
    stream_agent_response,
)
from chatkit.errors import AttachmentNotFound
from chatkit.server import ChatKitServer
from chatkit.store import MemoryStore, Store
from chatkit.testing.models import FunctionCall, Reasoning, ScriptedModel, Stall, Text, UrlCitation
from chatkit.types import FileAttachment, ImageAttachment, ThreadMetadata, UserMessageItem
from chatkit.widgets import Card
from chatkit.widgets import Text as TextWidget

Api = Literal["responses", "chat_completions"]
GOLDEN = Path(__file__).parent / "golden"
Context = RunContextWrapper[AgentContext[Any]]

FILES = {"atc_text": b"Total: 42", "atc_image": b"pixels"}
ATTACHMENTS = [
    FileAttachment(id="atc_text", name="bill.txt", mime_type="text/plain"),
    ImageAttachment(
        id="atc_image",
        name="bill.png",
        mime_type="image/png",
        preview_url="https://files.test/bill.png",  # type: ignore[arg-type]
    ),
]


class Files:
    """The bytes of the attachments."""

    async def read_attachment(self, attachment_id: str, context: Any) -> bytes:
        if attachment_id not in FILES:
            raise AttachmentNotFound(attachment_id)
        return FILES[attachment_id]


class Numbered(MemoryStore[Any]):
    """Numbers its items, so that two conversations have the same ids."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: Counter[str] = Counter()

    def generate_item_id(self, item_type: Any, thread: ThreadMetadata, context: Any) -> str:
        self._numbers[item_type] += 1
        return f"{item_type}_{self._numbers[item_type]}"


@function_tool
async def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@function_tool
async def draw(ctx: Context, value: str) -> str:
    """Shows a card."""
    await ctx.context.stream_widget(Card(children=[TextWidget(value=value)], size="sm"))
    return "The card is shown."


@function_tool
async def locate(ctx: Context, precise: bool) -> str:
    """Asks the page where the person is."""
    arguments = {"precise": precise}
    ctx.context.client_tool_call = ClientToolCall(name="locate", arguments=arguments)
    return ""


class Accountant(ChatKitServer[Any]):
    """Answers with an agent that has tools, files and a memory."""

    def __init__(self, model: Any, store: Store[Any]) -> None:
        super().__init__(store)
        self.agent: Agent[Any] = Agent(
            name="accountant",
            instructions="You are an accountant.",
            model=model,
            tools=[add, draw, locate],
            tool_use_behavior=StopAtTools(stop_at_tool_names=["locate"]),
        )

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> Events:
        agent_context = AgentContext[Any](thread=thread, store=self.store, request_context=context)
        history = await load_history(self.store, thread.id, context)
        given = await StoredItemConverter(Files(), context).to_agent_input(history)
        result = Runner.run_streamed(self.agent, given, context=agent_context, run_config=QUIET)
        async for event in stream_agent_response(agent_context, result):
            yield event


STALL_AT = "Once upon"


def script(stall: Stall) -> list[Any]:
    """What the model says, request by request."""
    cited = Text(["It says ", "42", UrlCitation("https://tax.test", "Tax", 8, 10), "."])
    return [
        cited,
        [
            Reasoning([["I should add."]]),
            FunctionCall("add", {"a": 40, "b": 2}, "call_add"),
            FunctionCall("draw", {"value": "42"}, "call_draw"),
        ],
        Text("Ann owes 42."),
        [Text("One moment."), FunctionCall("locate", {"precise": True}, "call_locate")],
        Text("You are in Rome."),
        Text([STALL_AT, stall, " a time"]),
        Text("The end."),
    ]


async def hold(api: Api) -> list[Any]:
    """The conversation; the input of each request that the model received."""
    stall = Stall()
    store = Numbered()
    for attachment in ATTACHMENTS:
        await store.save_attachment(attachment, {})
    ids = Counter[str]()

    def new_id(prefix: str) -> str:
        ids[prefix] += 1
        return f"{prefix}_{ids[prefix]}"

    async with ScriptedModel(script(stall), new_id=new_id) as model:
        chat = Chat(Accountant(getattr(model, api)(), store))
        await chat.say("What does this say?", attachments=["atc_text", "atc_image"])
        ann = {"type": "input_tag", "id": "p_1", "text": "Ann", "data": {"role": "guest"}}
        asks = [{"type": "input_text", "text": "What does "}, ann]
        await chat.say(content=[*asks, {"type": "input_text", "text": " owe?"}], quoted_text="42")
        await chat.say("Where am I?")
        await chat.give({"city": "Rome"})
        await _stop_at(chat.saying("Tell me a story."), STALL_AT)
        await model.requests[5].settled()
        await chat.say("Go on.")
    bodies = [request.body or {} for request in model.requests]
    return [body["input" if api == "responses" else "messages"] for body in bodies]


async def _stop_at(events: AsyncIterator[dict[str, Any]], text: str) -> None:
    async with aclosing(events) as stream:  # type: ignore[type-var]
        async for event in stream:
            if short([event]) == [f"content_part.text_delta {text}"]:
                return


def golden(api: Api) -> Path:
    """Where the requests lie."""
    return GOLDEN / f"conversation_{api}.json"


def main() -> None:
    """Writes both."""
    for api in ("responses", "chat_completions"):
        shown = json.dumps(asyncio.run(hold(api)), indent=1, ensure_ascii=False)
        golden(api).write_text(f"{shown}\n", "utf-8")


if __name__ == "__main__":
    main()
