"""The queue between a run and its reader: bounded, in order, and no trap for anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agent_apps import App, Chat
from agents import RawResponsesStreamEvent, RunContextWrapper, function_tool

from chatkit.agents import AgentContext
from chatkit.agents.event_queue import MOST_OF_A_RUN, MOST_OF_A_TOOL, EventQueue, Outlet
from chatkit.agents.run import Run, RunEnd
from chatkit.testing.models import FunctionCall, Reasoning, ScriptedModel, Text
from chatkit.types import ProgressUpdateEvent


def said(queue: EventQueue) -> list[str]:
    return [entry.text for entry in queue.entries]


def progress(text: str) -> ProgressUpdateEvent:
    return ProgressUpdateEvent(text=text)


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_tool_waits_when_it_is_far_ahead_and_goes_on_at_half() -> None:
    """So that a widget of a megabyte a state does not fill the memory."""
    outlet = Outlet()
    queue = outlet.open()

    async def tool() -> None:
        for number in range(MOST_OF_A_TOOL + 10):
            await outlet.tell([progress(str(number))])

    task = asyncio.create_task(tool())
    await settle()
    assert len(queue.entries) == MOST_OF_A_TOOL
    queue.entries.popleft()
    queue.took()
    await settle()
    assert len(queue.entries) == MOST_OF_A_TOOL - 1
    while len(queue.entries) > MOST_OF_A_TOOL // 2:
        queue.entries.popleft()
    queue.took()
    await task
    assert len(queue.entries) == MOST_OF_A_TOOL // 2 + 10


async def test_nobody_waits_where_nobody_reads() -> None:
    """A handler may tell a lot before it reads the run."""
    outlet = Outlet()
    await outlet.tell([progress(str(number)) for number in range(2 * MOST_OF_A_TOOL)])
    assert len(outlet.open().entries) == 2 * MOST_OF_A_TOOL


async def test_the_reader_itself_does_not_wait() -> None:
    """A hook of the converter may stream something, and nobody else would take it."""
    outlet = Outlet()
    queue = outlet.open()
    await outlet.tell([progress(str(number)) for number in range(2 * MOST_OF_A_TOOL)])
    assert len(queue.entries) == 2 * MOST_OF_A_TOOL


async def test_who_waits_goes_on_when_the_reader_leaves() -> None:
    """And what was told since waits for the next reader."""
    outlet = Outlet()
    queue = outlet.open()

    async def tool() -> None:
        await outlet.tell([progress(str(number)) for number in range(MOST_OF_A_TOOL)])
        await outlet.tell([progress("after")])

    task = asyncio.create_task(tool())
    await settle()
    queue.put_now("of the run")
    outlet.close(queue)
    await task
    assert said(outlet.open())[-1] == "after"


async def test_a_waiting_tool_that_is_cancelled_leaves_the_queue_as_it_is() -> None:
    """Its last event was told before it waited."""
    outlet = Outlet()
    queue = outlet.open()
    many = [progress("x") for _ in range(MOST_OF_A_TOOL)]
    task: asyncio.Task[None] = asyncio.create_task(outlet.tell(many))
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(queue.entries) == MOST_OF_A_TOOL
    assert queue.waiting == []


async def test_an_answer_that_was_never_closed_does_not_hold_up_the_next() -> None:
    """A handler may leave a loop early, in a task that is gone by now."""
    outlet = Outlet()

    async def forget() -> None:
        outlet.open()
        await outlet.tell([progress("left")])

    await asyncio.create_task(forget())
    assert said(outlet.open()) == ["left"]


class Flood:
    """A run that says much and never waits."""

    def __init__(self, count: int) -> None:
        self.count = count

    async def stream_events(self) -> AsyncIterator[Any]:
        said: Any = "text"
        for _ in range(self.count):
            yield RawResponsesStreamEvent(data=said)


async def test_a_run_is_read_eagerly_but_not_without_bound() -> None:
    """What is unread when a request fails is lost, so nearly everything is read at once."""
    queue = EventQueue()
    run: Any = Flood(2 * MOST_OF_A_RUN)

    async def read() -> None:
        queue.open()
        await asyncio.Event().wait()

    reader = asyncio.create_task(read())
    await settle()
    reading = Run(run, queue)
    reading.open()
    for _ in range(100):
        await asyncio.sleep(0)
    assert MOST_OF_A_RUN <= len(queue.entries) < MOST_OF_A_RUN + 1_100
    queue.close()
    await reading.close()
    reader.cancel()
    await asyncio.wait([reader])


async def tasks_of_an_answer(words: list[str]) -> int:
    """How many tasks it takes to think, say and have a tool tell them, the SDK's included."""

    @function_tool
    async def tell(ctx: RunContextWrapper[AgentContext[Any]], count: int) -> None:
        for _ in range(count):
            await ctx.context.stream(progress("more"))

    made = 0

    def count(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        nonlocal made
        made += 1
        return asyncio.Task(coroutine, loop=loop, **options)

    tells = FunctionCall("tell", {"count": len(words)})
    script = [[Reasoning(content=words), Text(words), tells], Text("Done")]
    loop = asyncio.get_running_loop()
    async with ScriptedModel(script) as model:
        chat = Chat(App(model.responses(), tell))
        loop.set_task_factory(count)
        try:
            events = await chat.say()
        finally:
            loop.set_task_factory(None)
    assert len(events) > 3 * len(words)
    return made


async def test_no_event_takes_a_task_of_its_own() -> None:
    """Thoughts, text and what tools tell: a long answer takes the tasks that a short one takes."""
    few, many = [await tasks_of_an_answer(["word "] * count) for count in (5, 1_000)]
    assert many - few < 10


async def test_a_stand_in_without_cancel_is_closed_as_well() -> None:
    """Apps' tests have runs of their own."""
    closed = asyncio.Event()

    class Endless:
        async def stream_events(self) -> AsyncIterator[Any]:
            try:
                yield "first"
                await asyncio.Event().wait()
            finally:
                closed.set()

    queue = EventQueue()
    run: Any = Endless()
    reading = Run(run, queue)
    queue.open()
    reading.open()
    await settle()
    await reading.close()
    assert closed.is_set()
    assert isinstance(queue.entries[-1], RunEnd)


async def test_a_run_that_ignores_its_cancellation_is_left(monkeypatch: Any) -> None:
    """A tool may not heed it; the turn does not wait for ever."""
    monkeypatch.setattr("chatkit.agents.run.CLOSE_SECONDS", 0.05)
    free = asyncio.Event()

    class Deaf:
        def cancel(self) -> None:
            """Do nothing."""

        async def stream_events(self) -> AsyncIterator[Any]:
            try:
                await free.wait()
            except asyncio.CancelledError:
                await free.wait()
            yield "late"

    queue = EventQueue()
    run: Any = Deaf()
    reading = Run(run, queue)
    queue.open()
    reading.open()
    await settle()
    await reading.close()
    assert not queue.entries
    free.set()
    await settle()
