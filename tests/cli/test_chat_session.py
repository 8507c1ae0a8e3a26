"""A person chats in a terminal: keys in, text out, a real server behind it."""

import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chatkit.actions import ActionConfig
from chatkit.client import ApiError, Reconnect
from chatkit.errors import CustomStreamError
from chatkit.store import AttachmentStore
from chatkit.types import (
    AttachmentUploadDescriptor,
    ClientEffectEvent,
    ClientToolCallItem,
    FileAttachment,
    GeneratedImage,
    GeneratedImageItem,
    LockedStatus,
    NoticeEvent,
    ProgressUpdateEvent,
    StreamOptions,
    StructuredInputFreeform,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    UserMessageItem,
    WidgetItem,
)
from chatkit.widgets import Button, Card, Checkbox, Form, Input, Select, Text
from cli.chat_terminal import chatting, terminal_with
from client.chat_server import (
    Chat,
    Events,
    address,
    delta,
    message,
    pieces_of,
    say,
    saying,
    saying_and_waiting,
    serving,
    text_of,
    yielding,
)
from client.tcp_proxy import proxied


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def base(thread: ThreadMetadata) -> dict[str, Any]:
    return {"thread_id": thread.id, "created_at": datetime.now(UTC)}


async def test_an_answer_is_shown_and_the_thread_goes_on() -> None:
    """The main use: type, read, type again, leave."""
    chat = Chat(saying("**Hel", "lo**, ", "you"))
    async with chatting(chat) as person:
        person.types("Hi")
        await person.sees("Hello, you")
        person.types("And now?")
        text = await person.leaves()
    assert text.count("Hello, you") == 2
    assert chat.messages == ["Hi", "And now?"]
    assert person.terminal.cursor_is_shown


async def test_a_long_answer_is_shown_once_however_small_the_screen() -> None:
    """Every paragraph, item and line of code once, in order, nothing left of the live region."""
    lines = [f"Paragraph {n} " + "word " * 30 + "\n\n" for n in range(12)]
    lines += ["```python\n", *(f"line_{n} = {n}\n" for n in range(60)), "```\n\n"]
    lines += [f"{n}. item {n}\n" for n in range(1, 30)]
    source = "".join(lines)
    pieces = [source[at : at + 7] for at in range(0, len(source), 7)]
    async with chatting(Chat(saying(*pieces)), height=10, width=50) as person:
        person.types("Tell")
        await person.sees("29. item 29")
        text = await person.leaves()
    for n in range(12):
        assert text.count(f"Paragraph {n} ") == 1
    for n in range(60):
        assert text.split().count(f"line_{n}") == 1
    for n in range(1, 30):
        assert text.split("\n").count(f" {n}. item {n}") == 1


async def test_ctrl_c_stops_the_answer_and_keeps_what_was_said() -> None:
    """The server is told, the text stays on the screen, and the chat goes on."""
    chat = Chat(saying_and_waiting("Once upon a time"))
    async with chatting(chat) as person:
        person.types("Tell")
        await person.sees("Once upon a time")
        press_ctrl_c()
        await person.sees("(stopped)")
        text = await person.leaves()
    assert text.count("Once upon a time") == 1


async def test_a_second_ctrl_c_leaves_an_answer_that_cannot_be_stopped() -> None:
    """The server may forbid the stop; the person is told, and never locked in."""

    class Unstoppable(Chat):
        def get_stream_options(self, thread: Any, context: Any) -> StreamOptions:
            return StreamOptions(allow_cancel=False)

    async with chatting(Unstoppable(saying_and_waiting("Once"))) as person:
        person.types("Tell")
        await person.sees("Once")
        press_ctrl_c()
        await person.sees("this answer cannot be stopped")
        press_ctrl_c()
        await person.sees("(stopped)")
        person.types("/stop")
        await person.sees("\nstopped")


async def test_ctrl_c_at_the_prompt_clears_the_line() -> None:
    """What was typed is dropped, and not sent."""
    chat = Chat(saying("Hello"))
    async with chatting(chat) as person:
        person.keys.send_text("not this\x03")
        person.types("this")
        await person.sees("Hello")
    assert chat.messages == ["this"]


async def test_several_lines_are_typed_with_a_backslash_or_alt_enter() -> None:
    """Enter alone sends."""
    chat = Chat(saying("Hello"))
    async with chatting(chat) as person:
        person.keys.send_text("one\\\rtwo\x1b\rthree\r")
        await person.sees("Hello")
    assert chat.messages == ["one\ntwo\nthree"]


async def test_a_slash_is_sent_when_it_is_doubled() -> None:
    """And a command that does not exist is not taken for a message."""
    chat = Chat(saying("Hello"))
    async with chatting(chat) as person:
        person.types("/nonsense")
        await person.sees("no command /nonsense")
        person.types("//etc/hosts", "")
        await person.sees("Hello")
        person.types("/qui")
        await person.task
    assert chat.messages == ["/etc/hosts"]


async def test_remarks_of_the_server_are_shown() -> None:
    """Notices, effects, progress, a locked thread; and an error with how to go on."""
    gate = asyncio.Event()

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        yield ProgressUpdateEvent(text="looking it up")
        await gate.wait()
        yield NoticeEvent(level="warning", title="Careful", message="a **notice**")
        yield ClientEffectEvent(name="confetti", data={"n": 3})
        thread.status = LockedStatus(reason="no more today")
        item = message(chat, thread)
        yield ThreadItemAddedEvent(item=item)
        yield delta(item.id, "half a")
        raise CustomStreamError("it broke", allow_retry=True)

    async with chatting(Chat(respond)) as person:
        person.types("Hi")
        await person.sees("looking it up")
        gate.set()
        await person.sees("Error: it broke — /retry asks again")
        text = await person.leaves()
    assert "looking it up" not in text
    assert "! Careful\na notice" in text
    assert 'effect confetti {"n":3}' in text
    assert "This thread is locked: no more today" in text
    assert text.index("half a") < text.index("Error: it broke")


async def test_what_was_taken_back_is_said_so() -> None:
    """A guardrail removes a message of which a part is on the screen."""

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        for text in ("printed\n\nopen", "only open"):
            item = message(chat, thread)
            yield ThreadItemAddedEvent(item=item)
            yield delta(item.id, text)
            yield ThreadItemRemovedEvent(item_id=item.id)
        yield ThreadItemDoneEvent(item=message(chat, thread, "the end"))

    async with chatting(Chat(respond)) as person:
        person.types("Hi")
        await person.sees("the end")
        text = await person.leaves()
    assert text.count("took this back") == 1
    assert "open" not in text


def call(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
    return ThreadItemDoneEvent(
        item=ClientToolCallItem(
            id=chat.new_id(thread, "tool_call"),
            call_id="c",
            name="where",
            arguments={"precise": True},
            **base(thread),
        )
    )


async def test_a_tool_call_is_answered_with_json() -> None:
    """Name and arguments are shown, nonsense is asked for again, nothing means {}."""
    outputs: list[Any] = []

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        page = await chat.store.load_thread_items(thread.id, None, 9, "desc", {})
        calls = [item for item in page.data if isinstance(item, ClientToolCallItem)]
        outputs.extend(item.output for item in calls)
        if len(calls) < 2:
            yield call(chat, thread)
        else:
            yield ThreadItemDoneEvent(item=message(chat, thread, "found you"))

    async with chatting(Chat(respond)) as person:
        person.types("Hi", "here", '{"lat": 1}', "")
        await person.sees("found you")
        text = await person.leaves()
    assert 'tool where({"precise":true})' in text
    assert "not JSON" in text
    assert outputs[-2:] == [{}, {"lat": 1}]


async def test_a_declined_question_can_be_answered_later() -> None:
    """Ctrl-C leaves it open; `/answer` asks again, and has nothing to ask when all is settled."""
    chat = Chat(yielding(call))
    async with chatting(chat) as person:
        person.types("Hi")
        person.keys.send_text("\x03")
        await person.sees("left open: /answer asks again")
        chat.on_respond = saying("thanks")
        person.types("/answer", "")
        await person.sees("thanks")
        person.types("/answer")
        await person.leaves()


async def test_questions_are_asked_one_by_one() -> None:
    """By number or in words, several at once where that is meant; Enter skips."""
    option = StructuredInputMultipleChoiceOption
    colours = [option(value="red"), option(value="green")]

    def ask(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        questions = [
            StructuredInputMultipleChoice(id="one", question="Which?", options=colours),
            StructuredInputMultipleChoice(
                id="many", question="Which ones?", options=colours, multiple=True
            ),
            StructuredInputFreeform(id="why", question="Why?", description="in short"),
            StructuredInputFreeform(id="else", question="Else?"),
        ]
        item = StructuredInputItem(id="si_1", inputs=questions, **base(thread))
        return ThreadItemDoneEvent(item=item)

    chat = Chat(yielding(ask))
    async with chatting(chat) as person:
        person.types("Hi")
        await person.sees("? Which?\n  1. red\n  2. green")
        chat.on_respond = saying("thanks")
        person.types("2", "1, blue", "so", "")
        await person.sees("thanks")
        form = person.session.view.find("si_1")
        assert isinstance(form, StructuredInputItem)
        given = {each.id: each.answer.values for each in form.inputs if each.answer}
        assert given == {"one": ["green"], "many": ["red", "blue"], "why": ["so"], "else": []}
        chat.on_respond = yielding(ask)
    async with chatting(Chat(yielding(ask))) as person:
        person.types("Hi")
        await person.sees("? Which?")
        person.chat.on_respond = saying("then not")
        person.types("", "", "", "")
        await person.sees("then not")
        form = person.session.view.find("si_1")
        assert isinstance(form, StructuredInputItem)
        assert form.status == "skipped"


def form_widget(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
    form = Form(
        onSubmitAction=ActionConfig(type="sent", payload={"kept": 1}),
        children=[Input(name="user.name", required=True), Button(label="Send", submit=True)],
    )
    buttons = [
        Button(label="Go", onClickAction=ActionConfig(type="go")),
        Button(label="Page", onClickAction=ActionConfig(type="page", handler="client")),
        Button(label="Now", onClickAction=ActionConfig(type="now", streaming=False)),
    ]
    return ThreadItemDoneEvent(
        item=WidgetItem(id="w_1", widget=Card(children=[form, *buttons]), **base(thread))
    )


async def test_buttons_are_pressed_by_their_numbers() -> None:
    """Forms ask for their fields; pages' own actions are told; synchronous ones answer at once."""

    async def act(chat: Chat, thread: ThreadMetadata, action: Any, sender: Any) -> Events:
        async for event in say(chat, thread, pieces_of([f"pressed {action.type}"])):
            yield event
        changed = WidgetItem(
            id="w_1", widget=Card(children=[Text(value="all done")]), **base(thread)
        )
        yield ThreadItemReplacedEvent(item=changed)

    chat = Chat(yielding(form_widget), act)
    async with chatting(chat) as person:
        person.types("/do 1", "Hi")
        await person.sees("/do N, with the number of a button")
        await person.sees("[4] Now")
        person.types("/do 3")
        await person.sees("a page would handle this: page null")
        person.types("/do 4")
        await person.sees("\ndone")
        chat.sync_reply = WidgetItem(
            id="w_1",
            widget=Card(children=[Text(value="changed")]),
            thread_id=person.session.thread_id or "",
            created_at=datetime.now(UTC),
        )
        person.types("/do 4")
        await person.sees("changed")
        person.types("/do 1", "", "Ann")
        await person.sees("all done")
        person.types("/do 1")
        person.keys.send_text("\x03")
        await person.sees("not sent")
        person.types("/new", "/do 2")
        await person.sees("/do N, with the number of a button")
        text = await person.leaves()
    assert "this is required" in text
    assert "pressed sent" in text
    assert chat.actions == [
        ("now", None),
        ("now", None),
        ("sent", {"kept": 1, "user": {"name": "Ann"}}),
    ]


async def test_a_form_asks_for_fields_of_every_kind() -> None:
    """Words are edited, choices made by number or label, boxes ticked; nonsense is asked again."""
    options = [{"value": "r", "label": "Red"}, {"value": "g", "label": "Green"}]

    def widget(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        fields = [
            Input(name="name", defaultValue="Ann"),
            Input(name="mail", inputType="email"),
            Input(name="pin", inputType="password"),
            Select(name="first", options=options, defaultValue="g"),
            Select(name="second", options=options),
            Checkbox(name="ok", label="I agree"),
            Checkbox(name="no", label="Or not", defaultChecked=True),
        ]
        form = Form(onSubmitAction=ActionConfig(type="sent"), children=fields)
        item = WidgetItem(id="w_1", widget=Card(children=[form]), **base(thread))
        return ThreadItemDoneEvent(item=item)

    async def act(chat: Chat, thread: ThreadMetadata, action: Any, sender: Any) -> Events:
        yield ThreadItemDoneEvent(item=message(chat, thread, "got it"))

    chat = Chat(yielding(widget), act)
    async with chatting(chat) as person:
        person.types("Hi")
        await person.sees("Submit")
        person.types("/do 1", "a", "a@b", " pin ", "", "7", "Red", "maybe", "Y", "")
        await person.sees("got it")
        text = await person.leaves()
    assert "  1. Red\n  2. Green" in text
    assert "one of these, please" in text
    assert "yes or no?" in text
    sent = {"name": "Anna", "mail": "a@b", "pin": " pin ", "first": "g", "second": "r"}
    assert chat.actions == [("sent", {**sent, "ok": True, "no": True})]


async def test_a_field_that_the_action_has_itself_is_left_out() -> None:
    """The server's own value counts, and the person is told."""

    def widget(chat: Chat, thread: ThreadMetadata) -> ThreadItemDoneEvent:
        action = ActionConfig(type="sent", payload={"id": 1}, streaming=False)
        form = Form(onSubmitAction=action, children=[Input(name="id")])
        item = WidgetItem(id="w_1", widget=Card(children=[form]), **base(thread))
        return ThreadItemDoneEvent(item=item)

    chat = Chat(yielding(widget))
    async with chatting(chat) as person:
        person.types("Hi")
        await person.sees("Submit")
        person.types("/do 1", "2")
        await person.sees("the field id was left out")
        await person.sees("\ndone")
    assert chat.actions == [("sent", {"id": 1})]


async def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it fills the memory."""
    monkeypatch.setattr("chatkit.cli.chat.files._MOST_BYTES", 3)
    (tmp_path / "large").write_bytes(b"1234")
    async with chatting(Chat(saying("Hello")), width=300) as person:
        person.types(f"/attach {tmp_path}/large", '/attach "unclosed')
        await person.sees("is over 0 MB")
        await person.sees('"unclosed: No such file')


async def test_threads_are_listed_opened_renamed_and_deleted() -> None:
    """Everything that the page's history panel can do."""
    chat = Chat(saying("Hello"))
    async with chatting(chat) as person:
        person.types("/threads", "/rename x", "/delete", "/retry", "/stop", "/feedback +")
        for text in (
            "no threads yet",
            "no thread is open",
            "there is nothing to answer again",
            "no answer is under way",
            "/feedback + or /feedback -",
        ):
            await person.sees(text)
        person.types("first one")
        await person.sees("Hello")
        person.types("/rename", "/rename First things")
        await person.sees("/rename TITLE")
        await person.sees("this thread is now called First things")
        person.types("/feedback -", "/new", "second one", "/threads")
        await person.sees("thank you")
        await person.sees("* 1  (untitled)")
        person.types("/open 2")
        await person.sees("> first one")
        person.types("/delete", "n", "/delete")
        person.keys.send_text("\x03")
        person.types("/delete", "y")
        await person.sees("deleted; a new thread begins")
        person.types("/open", "/open thr_none", "/help")
        await person.sees("The server refused")
        await person.sees("/attach")
        threads = (await person.session.client.threads()).data
    assert [thread.title for thread in threads] == [None]
    assert chat.opinions[0][1] == "negative"


async def test_retry_answers_the_last_message_again() -> None:
    """The old answer stays on the screen, the thread keeps the new one."""
    chat = Chat(saying("first try"))
    async with chatting(chat) as person:
        person.types("Hi")
        await person.sees("first try")
        chat.on_respond = saying("second try")
        person.types("/retry")
        await person.sees("second try")
        items = person.session.view.items
    assert len(items) == 2
    assert chat.messages == ["Hi", "Hi"]


async def test_an_opened_thread_shows_its_last_items_and_goes_on_with_its_answer() -> None:
    """History is not repeated, what is being written is shown from its start, once."""
    go_on = asyncio.Event()
    chat = Chat(saying("Hello"))
    async with chatting(chat) as first:
        for n in range(8):
            first.types(f"message {n}")
            await first.session.client.threads()
        while len(chat.messages) < 8:
            await first.sees("Hello")
            await asyncio.sleep(0)
        chat.on_respond = saying_and_waiting("so far", then=" and further", go_on=go_on)
        first.types("the last")
        await first.sees("so far")
        url = first.session.client._transport.url
        async with terminal_with(chat, url) as second:
            second.types(f"/open {first.session.thread_id}")
            await second.sees("so far")
            go_on.set()
            await second.sees("so far and further")
            text = await second.leaves()
        await first.sees("so far and further")
    assert "earlier items" in text
    assert "> message 7" in text
    assert "> message 0" not in text
    assert text.count("> the last") == 1
    assert text.count("so far") == 1


async def test_an_opened_thread_says_that_it_waits_for_an_answer() -> None:
    """A pending call of an old thread is not run by itself."""
    chat = Chat(yielding(call))
    async with chatting(chat) as person:
        person.types("Hi")
        person.keys.send_text("\x03")
        await person.sees("left open")
        person.types(f"/open {person.session.thread_id}")
        await person.sees("the assistant waits for an answer of yours: /answer")


async def test_a_lost_connection_is_shown_and_nothing_is_repeated() -> None:
    """The text goes on where it stopped."""
    go_on = asyncio.Event()
    chat = Chat(saying_and_waiting("Once ", then="upon a time", go_on=go_on))
    gate = asyncio.Event()

    async def wait(seconds: float) -> None:
        await gate.wait()

    policy = Reconnect(sleep=wait)
    async with (
        serving(chat) as listener,
        proxied(listener.port) as proxy,
        terminal_with(chat, proxy.url, reconnect=policy) as person,
    ):
        person.types("Tell")
        await person.sees("Once")
        proxy.cut()
        await person.sees("connection lost, trying again in 1 s")
        gate.set()
        go_on.set()
        await person.sees("Once upon a time")
        text = await person.leaves()
    assert "connection lost" not in text
    assert text.count("Once") == 1


async def test_a_server_that_is_gone_for_good_is_told_of() -> None:
    """The chat stays open, and says what happened."""
    chat = Chat(saying("Hello"))
    async with serving(chat) as listener, terminal_with(chat, address(listener)) as person:
        person.session.client._transport.url = "http://127.0.0.1:1/"
        person.types("Hi")
        await person.sees("The server cannot be reached")
        await person.leaves()


class Files(AttachmentStore[dict[str, Any]]):
    def __init__(self) -> None:
        self.place = ""

    async def create_attachment(self, input: Any, context: Any) -> FileAttachment:
        return FileAttachment(
            id="atc_1",
            name=input.name,
            mime_type=input.mime_type,
            upload_descriptor=AttachmentUploadDescriptor(url=self.place, method="PUT"),  # type: ignore[arg-type]
        )

    async def delete_attachment(self, attachment_id: str, context: Any) -> None: ...


async def test_a_file_goes_with_the_next_message(tmp_path: Path) -> None:
    """With quotes around its name, as terminals paste it; a missing one is told of."""
    uploads: list[bytes] = []
    file = tmp_path / "my notes.txt"
    file.write_bytes(b"notes")

    async def take(request: Request) -> Response:
        uploads.append(await request.body())
        return PlainTextResponse("ok")

    files = Files()
    asked: list[UserMessageItem] = []

    def respond(chat: Chat, thread: ThreadMetadata, item: UserMessageItem | None) -> Events:
        assert item is not None
        asked.append(item)
        return say(chat, thread, pieces_of([f"got {text_of(item)}"]))

    chat = Chat(respond, attachment_store=files)
    routes = [Route("/up", take, methods=["PUT"])]
    async with (
        serving(chat, routes=routes) as listener,
        terminal_with(
            chat, address(listener), width=300, reconnect=Reconnect(give_up_after=0)
        ) as person,
    ):
        files.place = f"http://127.0.0.1:{listener.port}/up"
        person.types("/attach", f"/attach {tmp_path}/none", f"/attach '{file}'", "/attach")
        await person.sees("/attach FILE")
        await person.sees("No such file")
        await person.sees("my notes.txt goes with your next message")
        await person.sees("attached: my notes.txt")
        url = person.session.client._transport.url
        person.session.client._transport.url = "http://127.0.0.1:1/"
        person.types("look")
        await person.sees("The server cannot be reached")
        person.session.client._transport.url = url
        person.types("look", "again")
        await person.sees("got again")
    assert uploads == [b"notes"]
    assert [[each.id for each in item.attachments] for item in asked] == [["atc_1"], []]


def images(*images: GeneratedImage) -> Any:
    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        for image in images:
            item = GeneratedImageItem(id=chat.new_id(thread), **base(thread))
            yield ThreadItemAddedEvent(item=item)
            yield ThreadItemDoneEvent(item=item.model_copy(update={"image": image}))
        yield ThreadItemDoneEvent(item=message(chat, thread, "the end"))

    return respond


async def test_images_are_named_and_saved_where_they_should_be(tmp_path: Path) -> None:
    """An id is never a path; what cannot be saved is told, and the chat goes on."""
    evil = GeneratedImage(id="../../evil", url="data:image/png;base64,iVBORw0KGgo=")
    broken = GeneratedImage(id="broken", url="data:image/png;base64,A")
    gone = GeneratedImage(id="gone", url="http://127.0.0.1:1/x.png")
    text = GeneratedImage(id="text", url="data:,hello%20")
    folder = tmp_path / "images"
    chat = Chat(images(evil, broken, gone, text))
    async with chatting(chat, save_images=folder, width=200) as person:
        person.types("Draw")
        await person.sees("the end")
        shown = await person.leaves()
    assert sorted(path.name for path in folder.iterdir()) == ["_evil.png", "text.bin"]
    assert (folder / "_evil.png").read_bytes() == b"\x89PNG\r\n\x1a\n"
    assert (folder / "text.bin").read_bytes() == b"hello "
    assert "(image ../../evil)" in shown
    assert "saved as" in shown
    assert shown.count("was not saved") == 2


async def test_images_are_only_named_unless_asked_for(tmp_path: Path) -> None:
    """And a folder that cannot be written is told of."""
    image = GeneratedImage(id="one", url="data:image/png;base64,iVBORw0KGgo=")
    async with chatting(Chat(images(image))) as person:
        person.types("Draw")
        await person.sees("the end")
        assert "saved" not in await person.leaves()
    blocked = tmp_path / "file"
    blocked.write_text("")
    async with chatting(Chat(images(image)), save_images=blocked / "x") as person:
        person.types("Draw")
        await person.sees("was not saved")


async def test_a_refused_stop_is_told_of() -> None:
    """The person must learn that the answer goes on."""
    chat = Chat(saying_and_waiting("Once", then=" upon", go_on=(go_on := asyncio.Event())))
    async with chatting(chat) as person:
        person.types("Tell")
        await person.sees("Once")
        answer: Any = person.session._last
        answer.turn_id = "trn_none"
        transport: Any = person.session.client._transport
        real = transport.call

        async def refuse(request: Any) -> bytes:
            raise ApiError(403, "forbidden", "no")

        transport.call = refuse
        press_ctrl_c()
        await person.sees("The server wants to know who you are: no")
        transport.call = real
        go_on.set()
        await person.sees("Once upon")
