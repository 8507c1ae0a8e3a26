"""A message from a pipe, its answer as plain text: `echo hi | chatkit chat URL`."""

import asyncio
import io
import os
import signal
from datetime import UTC, datetime
from typing import Any

from chatkit.cli.chat.plain import INTERRUPTED, PlainChat
from chatkit.client import ChatKitClient, Reconnect
from chatkit.errors import CustomStreamError
from chatkit.types import (
    Annotation,
    ClientEffectEvent,
    ClientToolCallItem,
    EndOfTurnItem,
    NoticeEvent,
    ProgressUpdateEvent,
    ThoughtTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadMetadata,
    URLSource,
    UserMessageItem,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import Card, Text
from client.chat_server import (
    Chat,
    Events,
    address,
    delta,
    message,
    saying,
    saying_and_waiting,
    serving,
    yielding,
)
from client.tcp_proxy import proxied


def base(thread: ThreadMetadata) -> dict[str, Any]:
    return {"thread_id": thread.id, "created_at": datetime.now(UTC)}


async def piped(chat: Chat, message: str = "hi", thread_id: str | None = None) -> Any:
    """The exit status, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        status = await PlainChat(client, out, err).run(message, thread_id)
    return status, out.getvalue(), err.getvalue()


async def test_the_answer_is_printed_as_it_was_written() -> None:
    """Markdown source, one line end at the end, nothing on standard error."""
    assert await piped(Chat(saying("**Hel", "lo**"))) == (0, "**Hello**\n", "")
    assert await piped(Chat(saying("a\r\nb\x1b[2J\n"))) == (0, "a\nb␛[2J\n", "")


async def test_what_is_about_the_answer_goes_to_standard_error() -> None:
    """So that `> file` holds the answer alone."""

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        yield ProgressUpdateEvent(text="looking")
        yield NoticeEvent(level="info", message="a notice")
        yield ClientEffectEvent(name="confetti")
        workflow = Workflow(type="reasoning", tasks=[ThoughtTask(content="hm")])
        yield ThreadItemDoneEvent(item=WorkflowItem(id="w", workflow=workflow, **base(thread)))
        item = message(chat, thread)
        yield ThreadItemAddedEvent(item=item)
        yield delta(item.id, "half")
        raise CustomStreamError("broken")

    status, out, err = await piped(Chat(respond))
    assert (status, out) == (1, "half\n")
    assert err == "looking\ninfo: a notice\nerror: broken\n"


async def test_an_error_that_says_no_more_is_said_in_words() -> None:
    """What a server keeps to itself has a code, which tells a person nothing."""

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        raise RuntimeError("internal")
        yield

    status, out, err = await piped(Chat(respond))
    assert (status, out) == (1, "")
    assert err == "error: something went wrong while answering\n"


async def test_items_of_other_kinds_are_readable_text() -> None:
    """Widgets, sources, several messages; what waits for an answer says how to go on."""

    def widget(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        card = Card(children=[Text(value="in a card")])
        return ThreadItemDoneEvent(item=WidgetItem(id="w", widget=card, **base(thread)))

    def sourced(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        item = message(chat, thread, "As they say.")
        source = URLSource(title="Page", url="https://x.example")
        item.content[0].annotations = [Annotation(source=source)]
        return ThreadItemDoneEvent(item=item)

    def call(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        item = ClientToolCallItem(id="c", call_id="c", name="where", arguments={}, **base(thread))
        return ThreadItemDoneEvent(item=item)

    def first(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        return ThreadItemDoneEvent(item=message(chat, thread, "First."))

    def end(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        return ThreadItemDoneEvent(item=EndOfTurnItem(id="e", **base(thread)))

    status, out, err = await piped(Chat(yielding(first, widget, sourced, call, end)))
    assert status == 0
    assert out == (
        "First.\n"
        "╭───────────╮\n│ in a card │\n╰───────────╯\n"
        "\nAs they say.\n\nSources\n  1. Page — https://x.example\n"
        "tool where({}) — waiting for a result\n"
    )
    assert err.startswith("the assistant waits for an answer: --thread thr_")


async def test_a_message_can_go_on_with_a_thread() -> None:
    """The thread is sent to, and its history is not printed again."""
    chat = Chat(saying("Hello"))
    out = io.StringIO()
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        thread_id = (await client.create_thread("one").wait()).thread_id
        assert await PlainChat(client, out, out).run("two", thread_id) == 0
    assert out.getvalue() == "Hello\n"
    assert chat.messages == ["one", "two"]


class Heard(io.StringIO):
    """A stream of text that tells when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


async def test_ctrl_c_stops_and_says_so_by_its_status() -> None:
    """What was said is there, on both sides; a second Ctrl-C does not wait."""
    chat = Chat(saying_and_waiting("Once"))
    out, err = Heard(), io.StringIO()
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        running = asyncio.create_task(PlainChat(client, out, err).run("hi", None))
        await out.written.wait()
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        assert await running == INTERRUPTED
    assert out.getvalue() == "Once\n"


async def test_a_lost_connection_is_told_and_the_text_goes_on() -> None:
    """On standard error, so that the answer stays whole."""
    go_on = asyncio.Event()
    chat = Chat(saying_and_waiting("Once ", then="upon", go_on=go_on))
    out, err = Heard(), io.StringIO()

    async def at_once(seconds: float) -> None:
        go_on.set()

    async with (
        serving(chat) as listener,
        proxied(listener.port) as proxy,
        ChatKitClient(
            proxy.url,
            reconnect=Reconnect(sleep=at_once),
            on_connection=lambda change: plain.connection(change),
        ) as client,
    ):
        plain = PlainChat(client, out, err)
        running = asyncio.create_task(plain.run("hi", None))
        await out.written.wait()
        proxy.cut()
        assert await running == 0
    assert out.getvalue().replace("\n", "") == "Once upon"
    assert "trying again in 1 s" in err.getvalue()
    assert "connected again" in err.getvalue()
