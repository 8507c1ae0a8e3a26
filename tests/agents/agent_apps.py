"""An app as its developer writes it: an agent, its tools, and a real server; and a chat with it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from agents import Agent, Model, RunConfig, Runner
from converter_cases import Converter

from chatkit.agents import (
    AgentContext,
    ResponseStreamConverter,
    load_history,
    stream_agent_response,
)
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import MemoryStore, Store
from chatkit.types import ThreadItem, ThreadMetadata, ThreadStreamEvent, UserMessageItem

Events = AsyncIterator[ThreadStreamEvent]
Around = Callable[[AgentContext[Any], Any], Events]
QUIET = RunConfig(tracing_disabled=True)


class App(ChatKitServer[Any]):
    """Answers with an agent; `around` writes the few lines of `respond` anew."""

    def __init__(
        self,
        model: Model,
        *tools: Any,
        store: Store[Any] | None = None,
        converter: ResponseStreamConverter | None = None,
        around: Around | None = None,
        server: dict[str, Any] | None = None,
        **agent: Any,
    ) -> None:
        super().__init__(store if store is not None else MemoryStore(), **(server or {}))
        self.agent: Agent[Any] = Agent(name="assistant", model=model, tools=list(tools), **agent)
        self.converter = converter or ResponseStreamConverter()
        self.around = around or self.stream
        self.contexts: list[AgentContext[Any]] = []

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> Events:
        agent_context = AgentContext[Any](thread=thread, store=self.store, request_context=context)
        self.contexts.append(agent_context)
        history = await load_history(self.store, thread.id, context)
        given = await Converter().to_agent_input(history)
        result = Runner.run_streamed(self.agent, given, context=agent_context, run_config=QUIET)
        async with aclosing(self.around(agent_context, result)) as events:  # type: ignore[type-var]
            async for event in events:
                yield event

    def stream(self, context: AgentContext[Any], result: Any) -> Events:
        """The events of the run."""
        return stream_agent_response(context, result, converter=self.converter)


class Chat:
    """One thread of an app, as its page talks to it."""

    def __init__(self, app: ChatKitServer[Any]) -> None:
        self.app = app
        self.thread_id = ""

    async def say(self, text: str = "Hi", **fields: Any) -> list[dict[str, Any]]:
        """The events that answer a message, after the options."""
        return [event async for event in self.saying(text, **fields)]

    async def saying(self, text: str = "Hi", **fields: Any) -> AsyncIterator[dict[str, Any]]:
        """The events that answer a message, one by one, after the options."""
        message: dict[str, Any] = {
            "content": [{"type": "input_text", "text": text}],
            "attachments": [],
            "inference_options": {},
            **fields,
        }
        if self.thread_id:
            params = {"thread_id": self.thread_id, "input": message}
            events = self.send("threads.add_user_message", params)
        else:
            events = self.send("threads.create", {"input": message})
        async with aclosing(events):
            async for event in events:
                yield event

    async def give(self, result: Any) -> list[dict[str, Any]]:
        """The events that follow the output of a client tool."""
        params = {"thread_id": self.thread_id, "result": result}
        return [event async for event in self.send("threads.add_client_tool_output", params)]

    async def send(self, type: str, params: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """The events that answer a request, after the options."""
        result = await self.app.process(json.dumps({"type": type, "params": params}), {})
        assert isinstance(result, StreamingResult)
        has_begun = False
        async with aclosing(result.json_events) as frames:
            async for frame in frames:
                event = json.loads(frame.removeprefix(b"data: "))
                if event["type"] == "thread.created":
                    self.thread_id = event["thread"]["id"]
                if has_begun:
                    yield event
                has_begun = has_begun or event["type"] == "stream_options"

    async def items(self) -> list[ThreadItem]:
        """What the store keeps of the thread, oldest first."""
        page = await self.app.store.load_thread_items(self.thread_id, None, 100, "asc", {})
        return page.data

    async def kept(self) -> list[str]:
        """The kinds of items after the person's first message."""
        return [item.type for item in (await self.items())[1:]]


def short(events: list[dict[str, Any]]) -> list[str]:
    """Each event in a word or two: its type without the prefix, and what tells it from others."""
    return [_short(event) for event in events]


def _short(event: dict[str, Any]) -> str:
    kind = event["type"].removeprefix("thread.item.")
    if kind in {"added", "done", "replaced"}:
        return f"{kind} {event['item']['type']}"
    if kind != "updated":
        return kind
    update = event["update"]
    name = update["type"].rpartition(".")[0] + "." + update["type"].rpartition(".")[2]
    said = update.get("delta")
    if said is None and "task" in update:
        task = update["task"]
        said = f"{update['task_index']} {task.get('content') or task.get('title')}"
    name = name.removeprefix("assistant_message.").removeprefix("workflow.")
    return f"{name} {said}" if said is not None else name


def texts(events: list[dict[str, Any]]) -> list[str]:
    """The text of each message that is done."""
    done = [event["item"] for event in events if event["type"] == "thread.item.done"]
    return [
        "".join(part["text"] for part in item["content"])
        for item in done
        if item["type"] == "assistant_message"
    ]


def done(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The items of a kind that are done."""
    items = [event["item"] for event in events if event["type"] == "thread.item.done"]
    return [item for item in items if item["type"] == kind]
