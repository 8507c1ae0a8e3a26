"""What a text delta of an agent's run costs, from the SDK's event to the bytes of the stream.

Both packages are imported as `chatkit`, so each is measured by the Python that has it:

    python benchmarks/agents_run.py --package chatkit-selfhosted
    OTHER/bin/python benchmarks/agents_run.py --package openai-chatkit

The run is a stand-in that says the same 5,000 deltas each time. `ready` has them all at hand,
`yielding` goes round the event loop before each. `bytes` is the way through `process`, `adapter`
that through `stream_agent_response` alone. Prints microseconds of CPU a delta, the best of
several rounds, as JSON.
"""

import argparse
import asyncio
import json
import os
import sys
import time
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

os.environ["OPENAI_AGENTS_DISABLE_TRACING"] = "1"
warnings.simplefilter("ignore", DeprecationWarning)

from agents import RawResponsesStreamEvent  # noqa: E402
from openai.types.responses import (  # noqa: E402
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)

from chatkit.agents import AgentContext, stream_agent_response  # noqa: E402
from chatkit.server import ChatKitServer  # noqa: E402
from chatkit.store import Store  # noqa: E402
from chatkit.types import Page, ThreadMetadata  # noqa: E402

DELTAS = 5_000
ROUNDS = 7
MESSAGE: Any = {
    "type": "threads.create",
    "params": {
        "input": {
            "content": [{"type": "input_text", "text": "Hi"}],
            "attachments": [],
            "inference_options": {},
        }
    },
}


def events() -> list[RawResponsesStreamEvent]:
    """A message of many deltas, as the Responses API tells it."""
    place: Any = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "sequence_number": 0}
    words = [f"word{number} " for number in range(DELTAS)]
    data: list[Any] = [
        ResponseOutputItemAddedEvent(
            item=message([], "in_progress"),
            output_index=0,
            sequence_number=0,
            type="response.output_item.added",
        ),
        ResponseContentPartAddedEvent(**place, part=part(""), type="response.content_part.added"),
    ]
    data += [
        ResponseTextDeltaEvent(**place, delta=word, logprobs=[], type="response.output_text.delta")
        for word in words
    ]
    text = "".join(words)
    data += [
        ResponseTextDoneEvent(**place, text=text, logprobs=[], type="response.output_text.done"),
        ResponseContentPartDoneEvent(**place, part=part(text), type="response.content_part.done"),
        ResponseOutputItemDoneEvent(
            item=message([part(text)], "completed"),
            output_index=0,
            sequence_number=0,
            type="response.output_item.done",
        ),
    ]
    return [RawResponsesStreamEvent(data=each) for each in data]


def message(content: list[Any], status: Any) -> ResponseOutputMessage:
    """The message that is told."""
    return ResponseOutputMessage(
        id="msg_1", content=content, role="assistant", status=status, type="message"
    )


def part(text: str) -> ResponseOutputText:
    """Its only part."""
    return ResponseOutputText(annotations=[], text=text, type="output_text")


class Run:
    """A run that says its events, waiting a round of the event loop before each or not at all."""

    input = "Hi"
    new_items = ()
    input_guardrail_results = ()

    def __init__(self, told: list[RawResponsesStreamEvent], *, yields: bool) -> None:
        self._told, self._yields = told, yields

    async def stream_events(self) -> AsyncIterator[RawResponsesStreamEvent]:
        """The events."""
        for event in self._told:
            if self._yields:
                await asyncio.sleep(0)
            yield event

    def cancel(self, *args: Any) -> None:
        """Nothing to cancel."""


class Shelf(Store[Any]):
    """The same store for both packages: two dicts."""

    def __init__(self) -> None:
        self.threads: dict[str, ThreadMetadata] = {}
        self.items: dict[str, list[Any]] = {}

    async def load_thread(self, thread_id: str, context: Any) -> ThreadMetadata:
        """The thread."""
        return self.threads[thread_id]

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        """Keep it."""
        self.threads[thread.id] = thread

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[Any]:
        """The newest items."""
        return Page(data=self.items.get(thread_id, [])[::-1][:limit], has_more=False, after=None)

    async def add_thread_item(self, thread_id: str, item: Any, context: Any) -> None:
        """Keep the item."""
        self.items.setdefault(thread_id, []).append(item)

    async def _never(self, *args: Any) -> Any:
        raise NotImplementedError

    load_threads = delete_thread = save_item = load_item = delete_thread_item = _never
    save_attachment = load_attachment = delete_attachment = _never


class Server(ChatKitServer[Any]):
    """Answers with the run."""

    def __init__(self, run: Run) -> None:
        super().__init__(Shelf())
        self._run: Any = run

    async def respond(self, thread: Any, input_user_message: Any, context: Any) -> Any:
        """The run's events."""
        agent_context = AgentContext(thread=thread, store=self.store, request_context=context)
        async for event in stream_agent_response(agent_context, self._run):
            yield event


async def bytes_of(run: Run, body: str) -> float:
    """Seconds of CPU from the request to the last byte."""
    server = Server(run)
    began = time.process_time()
    result: Any = await server.process(body, {})
    frames = 0
    async for _ in result:
        frames += 1
    seconds = time.process_time() - began
    assert frames >= DELTAS + 5, frames
    if hasattr(server, "aclose"):
        await server.aclose()
    return seconds


async def events_of(run: Run) -> float:
    """Seconds of CPU from the first of the run's events to the last of the thread's."""
    thread = ThreadMetadata(id="thr_1", created_at=datetime.now(UTC))
    context = AgentContext(thread=thread, store=Shelf(), request_context={})
    source: Any = run
    began = time.process_time()
    count = 0
    async for _ in stream_agent_response(context, source):
        count += 1
    seconds = time.process_time() - began
    assert count == DELTAS + 4, count
    return seconds


async def measure(*, resumes: bool) -> dict[str, float]:
    """Microseconds a delta, for each way and each kind of run."""
    told = events()
    request = {**MESSAGE, "metadata": {"chatkit.resume": True}} if resumes else MESSAGE
    body = json.dumps(request)
    found: dict[str, float] = {}
    for kind in ("ready", "yielding"):
        run = Run(told, yields=kind == "yielding")
        for way in ("bytes", "adapter"):
            rounds = [
                await (bytes_of(run, body) if way == "bytes" else events_of(run))
                for _ in range(ROUNDS)
            ]
            found[f"{way}, {kind}"] = round(min(rounds) / DELTAS * 1e6, 2)
    return found


def main() -> None:
    """Measures the package that this Python has, if it is the one that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", default="chatkit-selfhosted", help="the distribution's name")
    parser.add_argument("--resumes", action="store_true", help="the client announces resume")
    options = parser.parse_args()
    release = version(options.package)
    found = asyncio.run(measure(resumes=options.resumes))
    json.dump({"package": options.package, "version": release, **found}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
