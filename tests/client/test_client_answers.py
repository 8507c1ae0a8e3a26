"""What the client sends and what it makes of the answers, against a real server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chatkit.actions import Action
from chatkit.client import ApiError, ChatKitClient
from chatkit.errors import CustomStreamError
from chatkit.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    ErrorEvent,
    NoticeEvent,
    ProgressUpdateEvent,
    StreamOptions,
    StructuredInputFreeform,
    StructuredInputItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    WidgetItem,
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
    text_of,
    yielding,
)
from client.reading import reading


@pytest.fixture
async def talk() -> AsyncIterator[tuple[Chat, ChatKitClient]]:
    """A server that says hello, and a client of it."""
    chat = Chat(saying("Hel", "lo"))
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        yield chat, client


async def test_a_first_message_starts_a_thread_and_streams_its_answer(
    talk: tuple[Chat, ChatKitClient],
) -> None:
    """The way of all apps: one call, typed events, the folded items beside them."""
    chat, client = talk
    answer = client.create_thread("Hi")
    kinds = [event.type async for event in answer]
    assert kinds[:3] == ["thread.created", "thread.item.done", "stream_options"]
    assert kinds[-1] == "thread.item.done"
    assert answer.text == "Hello"
    assert [item.type for item in answer.items] == ["user_message", "assistant_message"]
    assert answer.is_over
    assert answer.error is None
    assert answer.view.thread is not None
    assert answer.thread_id == answer.view.thread.id
    assert chat.messages == ["Hi"]


async def test_items_show_the_text_so_far_while_it_streams(
    talk: tuple[Chat, ChatKitClient],
) -> None:
    """A page draws from `items` after each event, so they must grow with the deltas."""
    _, client = talk
    answer = client.create_thread("Hi")
    texts = [answer.text async for event in answer if event.type == "thread.item.updated"]
    assert texts == ["Hel", "Hello"]


async def test_nothing_is_sent_before_the_answer_is_read(
    talk: tuple[Chat, ChatKitClient],
) -> None:
    """As with the server's own results: an answer that nobody reads has no effect."""
    chat, client = talk
    await client.create_thread("Hi").aclose()
    assert chat.messages == []
    assert (await client.threads()).data == []


async def test_a_view_follows_a_thread_over_several_answers(
    talk: tuple[Chat, ChatKitClient],
) -> None:
    """The whole thread is shown in one place, and each answer still knows its own items."""
    _, client = talk
    first = await client.create_thread("one").wait()
    second = await client.send(first.thread_id or "", "two", view=first.view).wait()
    assert len(first.view.items) == 4
    assert [item.type for item in second.items] == ["user_message", "assistant_message"]


async def test_a_message_carries_parts_quotes_and_options() -> None:
    """Everything that the composer of the page can send, this client can."""
    seen: list[UserMessageItem] = []

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        assert asked is not None
        seen.append(asked)
        return
        yield

    async with serving(Chat(respond)) as listener, ChatKitClient(address(listener)) as client:
        parts = [
            UserMessageTextContent(text="Ask "),
            UserMessageTagContent(id="u1", text="Ann", data={"n": None}),
        ]
        await client.create_thread(parts, quoted_text="before", model="small", tool="search").wait()
    assert text_of(seen[0]) == "Ask Ann"
    assert seen[0].quoted_text == "before"
    assert seen[0].inference_options.model == "small"
    assert seen[0].inference_options.tool_choice is not None
    assert seen[0].content[1].data == {"n": None}  # type: ignore[union-attr]


async def test_a_tool_output_goes_on_with_the_answer() -> None:
    """The pending call is found in the view, and any JSON answers it, null as well."""
    outputs: list[Any] = []

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        if asked is None:
            page = await chat.store.load_thread_items(thread.id, None, 9, "desc", {})
            outputs.extend(i.output for i in page.data if isinstance(i, ClientToolCallItem))
            yield ThreadItemDoneEvent(item=message(chat, thread, "done"))
            return
        yield ThreadItemDoneEvent(
            item=ClientToolCallItem(
                id="tc_1",
                thread_id=thread.id,
                created_at=datetime.now(UTC),
                call_id="c",
                name="where",
                arguments={"unit": "km"},
            )
        )

    async with serving(Chat(respond)) as listener, ChatKitClient(address(listener)) as client:
        answer = await client.create_thread("Hi").wait()
        call = answer.view.pending_tool_call()
        assert call is not None
        assert call.arguments == {"unit": "km"}
        result = {"a": [1, None], "b": None}
        follow = client.add_tool_output(answer.thread_id or "", result, view=answer.view)
        assert (await follow.wait()).text == "done"
        assert answer.view.pending_tool_call() is None
        completed = answer.view.find("tc_1")
        assert isinstance(completed, ClientToolCallItem)
        assert completed.output == result
    assert outputs == [result]


def ask_for_a_name(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
    question = StructuredInputFreeform(id="name", question="Your name?")
    form = StructuredInputItem(
        id="si_1", thread_id=thread.id, created_at=datetime.now(UTC), inputs=[question]
    )
    return ThreadItemDoneEvent(item=form)


@pytest.mark.parametrize("answers", [{"name": ["Ann"]}, None])
async def test_a_form_is_answered_or_skipped(answers: dict[str, list[str]] | None) -> None:
    """Its item comes back replaced, with the answers, and no longer pending."""
    async with (
        serving(Chat(yielding(ask_for_a_name))) as listener,
        ChatKitClient(address(listener)) as client,
    ):
        answer = await client.create_thread("Hi").wait()
        form = answer.view.pending_input()
        assert form is not None
        follow = client.answer(answer.thread_id or "", form.id, answers, view=answer.view)
        async for event in follow:
            if isinstance(event, ThreadItemReplacedEvent):
                break
        await follow.aclose()
    answered = answer.view.find("si_1")
    assert isinstance(answered, StructuredInputItem)
    assert answered.status == ("answered" if answers else "skipped")
    given = answered.inputs[0].answer
    assert given is not None
    assert given.values == (answers or {"name": []})["name"]


async def test_retry_answers_the_message_anew_and_drops_what_followed(
    talk: tuple[Chat, ChatKitClient],
) -> None:
    """The server deletes the old answer silently, so the view has to do the same."""
    _, client = talk
    first = await client.create_thread("Hi").wait()
    asked = first.view.last_user_message()
    assert asked is not None
    old = first.view.items[-1].id
    again = client.retry(first.thread_id or "", asked.id, view=first.view)
    assert len(first.view.items) == 2  # nothing is dropped before the server has agreed
    async for _ in again:
        assert old not in [item.id for item in first.view.items]
    assert len(first.view.items) == 2
    assert first.view.items[-1].id != old


async def test_actions_go_to_the_server_with_their_payload() -> None:
    """Streaming ones give an answer, the others the item that changed."""

    def widget(chat: Chat, thread: ThreadMetadata, text: str = "a") -> WidgetItem:
        return WidgetItem(
            id="w_1",
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            widget=Card(children=[Text(value=text)]),
        )

    async def act(chat: Chat, thread: ThreadMetadata, action: Any, sender: Any) -> Events:
        yield ThreadItemReplacedEvent(item=widget(chat, thread, "b"))

    chat = Chat(yielding(lambda chat, thread: ThreadItemDoneEvent(item=widget(chat, thread))), act)
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        shown = await client.create_thread("Hi").wait()
        thread_id = shown.thread_id or ""
        action = Action[str, Any](type="press", payload={"n": None})
        await client.act(thread_id, action, item_id="w_1", view=shown.view).wait()
        item = shown.view.find("w_1")
        assert isinstance(item, WidgetItem)
        assert item.widget.children[0].value == "b"  # type: ignore[union-attr]
        assert await client.act_sync(thread_id, action, item_id="w_1") is None
        chat.sync_reply = item
        assert await client.act_sync(thread_id, action, item_id="w_1") == item
    assert chat.actions == [("press", {"n": None})] * 3


async def test_an_error_of_the_handler_is_an_event_not_an_exception() -> None:
    """What came before it counts, so the answer keeps both."""

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        yield ThreadItemDoneEvent(item=message(chat, thread, "so far"))
        raise CustomStreamError("no more", allow_retry=True)

    async with serving(Chat(respond)) as listener, ChatKitClient(address(listener)) as client:
        answer = await client.create_thread("Hi").wait()
    assert answer.text == "so far"
    assert answer.error == ErrorEvent(code="custom", message="no more", allow_retry=True)
    assert answer.view.error == answer.error


async def test_remarks_are_folded_into_the_view() -> None:
    """Progress lasts until an answer shows; notices stay; options say what may be stopped."""

    def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        return yielding(
            lambda *_: ProgressUpdateEvent(text="looking"),
            lambda *_: NoticeEvent(level="info", message="by the way"),
            lambda chat, thread: ThreadItemAddedEvent(item=message(chat, thread, "", "m_1")),
            lambda *_: delta("m_1", "Hi"),
            lambda *_: delta("m_unknown", "lost"),
            lambda *_: ThreadItemRemovedEvent(item_id="m_1"),
        )(chat, thread, asked)

    class Unstoppable(Chat):
        def get_stream_options(self, thread: Any, context: Any) -> StreamOptions:
            return StreamOptions(allow_cancel=False)

    async with (
        serving(Unstoppable(respond)) as listener,
        ChatKitClient(address(listener)) as client,
    ):
        answer = client.create_thread("Hi")
        progress = [(event.type, answer.view.progress is not None) async for event in answer]
    assert ("progress_update", True) in progress
    assert ("thread.item.added", False) in progress
    assert [notice.message for notice in answer.view.notices] == ["by the way"]
    assert not answer.view.allow_cancel
    assert [item.type for item in answer.items] == ["user_message"]


async def test_stop_ends_the_answer_and_the_server_keeps_what_was_said() -> None:
    """`turns.stop` from another task; the events end by themselves, the partial text is stored."""
    chat = Chat(saying_and_waiting("Once upon"))
    async with (
        serving(chat) as listener,
        ChatKitClient(address(listener)) as client,
        reading(client.create_thread("Tell")) as read,
    ):
        await read.until_text("Once upon")
        answer = read.answer
        await answer.stop()
        await read.end()
        assert answer.text == "Once upon"
        thread, items = await client.load(answer.thread_id or "")
        assert thread.active_turn is None
        assert isinstance(items[-1], AssistantMessageItem)
        assert items[-1].content[0].text == "Once upon"
        await answer.stop()  # it is over: nothing happens
        await client.stop(answer.turn_id or "")


async def test_stop_before_the_first_event_stops_the_turn_all_the_same() -> None:
    """Which turn it is turns out with the first event; the stop goes out then."""
    chat = Chat(saying_and_waiting())
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        answer = client.create_thread("Tell")
        await answer.stop()
        await answer.wait()
        assert (await client.thread(answer.thread_id or "")).active_turn is None


async def test_leaving_a_resumable_answer_does_not_stop_it() -> None:
    """Another tab, or the same one later, attaches and reads the rest from where it left."""
    go_on = asyncio.Event()
    chat = Chat(saying_and_waiting("a", then="b", go_on=go_on))
    async with serving(chat) as listener, ChatKitClient(address(listener)) as client:
        async with client.create_thread("Tell") as answer:
            async for event in answer:
                if event.type == "thread.item.updated":
                    break
        assert answer.turn_id
        thread = await client.thread(answer.thread_id or "")
        assert thread.active_turn is not None
        assert thread.active_turn.id == answer.turn_id
        go_on.set()
        rest = await client.attach(answer.turn_id, answer.seq, view=answer.view).wait()
        assert rest.text == "ab"
        whole = await client.attach(answer.turn_id).wait()
        assert whole.text == "ab"
        assert whole.thread_id == answer.thread_id


async def test_what_the_server_refuses_is_an_api_error(talk: tuple[Chat, ChatKitClient]) -> None:
    """Status, type and message as the server gave them; nothing is tried twice."""
    _, client = talk
    with pytest.raises(ApiError) as refused:
        await client.send("thr_none", "Hi").wait()
    assert (refused.value.status, refused.value.type) == (404, "not_found")
    with pytest.raises(ApiError, match="404"):
        await client.attach("trn_none").wait()
    with pytest.raises(ApiError, match="404"):
        await client.stop("trn_none")


async def test_an_answer_can_be_left_while_another_task_waits_for_it() -> None:
    """The reader sees the end of the events, not an exception."""
    chat = Chat(saying_and_waiting("Once"))
    async with (
        serving(chat) as listener,
        ChatKitClient(address(listener)) as client,
        reading(client.create_thread("Tell")) as read,
    ):
        await read.until_text("Once")
        await read.answer.aclose()
        await read.end()


async def test_a_cancelled_reader_leaves_nothing_behind() -> None:
    """Cancelling the task that reads closes its connection; the turn goes on."""
    chat = Chat(saying_and_waiting("Once"))
    async with (
        serving(chat) as listener,
        ChatKitClient(address(listener)) as client,
        reading(client.create_thread("Tell")) as read,
    ):
        await read.until_text("Once")
        read.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await read.end()
        assert read.answer.is_over
        thread = await client.thread(read.answer.thread_id or "")
        assert thread.active_turn is not None
        await client.stop(thread.active_turn.id)
