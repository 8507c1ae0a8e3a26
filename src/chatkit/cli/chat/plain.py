"""A chat without a terminal: a message from a pipe, its answer as plain text.

The answer goes to standard output as Markdown source; everything about it to standard error.
"""

import asyncio
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import TextIO

from rich.console import Console

from chatkit.client import (
    Answer,
    ChatKitClient,
    ClientError,
    ConnectionChange,
    Reconnected,
)
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ErrorEvent,
    NoticeEvent,
    ProgressUpdateEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    UserMessageItem,
    WorkflowItem,
)

from . import words
from .interrupts import on_interrupt
from .render import render_item, render_item_sources
from .safe import one_line, safe
from .settings import ChatSettings
from .starting import newest_thread

__all__ = ["INTERRUPTED", "PlainChat", "chat_through_pipe"]

INTERRUPTED = 130
"""The exit status that shells expect after Ctrl-C."""


async def chat_through_pipe(settings: ChatSettings, message: str) -> int:
    """Sends one message and prints the answer; the exit status."""
    async with ChatKitClient(
        settings.url,
        headers=settings.headers,
        locale=settings.locale,
        on_connection=lambda change: chat.connection(change),
    ) as client:
        chat = PlainChat(client, sys.stdout, sys.stderr)
        try:
            thread_id = settings.thread
            if thread_id == "last":
                thread_id = await newest_thread(client)
            return await chat.run(message, thread_id)
        except ClientError as error:
            sys.stderr.write(f"{words.failure(error)}\n")
            return 1


class PlainChat:
    """One message and its answer, written to two streams of text."""

    def __init__(self, client: ChatKitClient, out: TextIO, err: TextIO) -> None:
        self._client = client
        self._out, self._err = out, err
        self._console = Console(file=out, no_color=True, force_terminal=False, width=100)
        self._said: dict[tuple[str, int], int] = {}
        self._is_mid_line = False
        self._stopping: set[asyncio.Task[None]] = set()

    async def run(self, message: str, thread_id: str | None) -> int:
        """Sends the message; the exit status: 0, 1 after an error, 130 when interrupted."""
        if thread_id is None:
            answer = self._client.create_thread(message)
        else:
            answer = self._client.send(thread_id, message)
        async with answer:
            with on_interrupt(lambda: self._begin_to(self._stop(answer))):
                async for event in answer:
                    self._show(event)
        self._end_line()
        if self._stopping:
            await asyncio.wait(self._stopping)
            return INTERRUPTED
        self._say_what_is_pending(answer)
        return 1 if answer.error else 0

    def connection(self, change: ConnectionChange) -> None:
        """The connection is lost, or it is back."""
        if isinstance(change, Reconnected):
            self._tell("connected again")
        else:
            self._tell(words.reconnecting(change, change.delay))

    def _show(self, event: ThreadStreamEvent) -> None:
        match event:
            case ThreadItemUpdatedEvent(update=AssistantMessageContentPartTextDelta() as update):
                self._say(event.item_id, update.content_index, update.delta)
            case ThreadItemDoneEvent(item=AssistantMessageItem() as item):
                self._finish(item)
            case ThreadItemDoneEvent(item=UserMessageItem() | WorkflowItem()):
                pass
            case ThreadItemDoneEvent():
                self._show_item(event)
            case ErrorEvent():
                self._tell(f"error: {words.what_went_wrong(event)}")
            case NoticeEvent():
                self._tell(f"{event.level}: {event.title or ''} {event.message}")
            case ProgressUpdateEvent():
                self._tell(event.text)
            case _:
                pass

    def _say(self, item_id: str, index: int, text: str) -> None:
        place = (item_id, index)
        if place not in self._said:
            self._end_line()
            if self._said:
                self._out.write("\n")
        self._said[place] = self._said.get(place, 0) + len(text)
        self._out.write(safe(text.replace("\r", "")))
        self._out.flush()
        self._is_mid_line = not text.endswith("\n")

    def _finish(self, item: AssistantMessageItem) -> None:
        for index, part in enumerate(item.content):
            rest = part.text[self._said.get((item.id, index), 0) :]
            if rest:
                self._say(item.id, index, rest)
        self._end_line()
        sources = render_item_sources(item)
        if sources is not None:
            self._out.write("\n")
            self._console.print(sources)

    def _show_item(self, event: ThreadItemDoneEvent) -> None:
        rendered = render_item(event.item)
        if rendered is not None:
            self._end_line()
            self._console.print(rendered.renderable)

    def _say_what_is_pending(self, answer: Answer) -> None:
        if answer.view.pending_tool_call() or answer.view.pending_input():
            self._tell(f"the assistant waits for an answer: --thread {answer.thread_id} goes on")

    def _end_line(self) -> None:
        if self._is_mid_line:
            self._out.write("\n")
            self._out.flush()
        self._is_mid_line = False

    def _tell(self, text: str) -> None:
        self._end_line()
        self._err.write(f"{one_line(text, 1_000)}\n")
        self._err.flush()

    def _begin_to(self, stop: Coroutine[None, None, None]) -> None:
        self._stopping.add(asyncio.create_task(stop))

    async def _stop(self, answer: Answer) -> None:
        if len(self._stopping) > 1:
            await answer.aclose()
        with suppress(ClientError):
            await answer.stop()
