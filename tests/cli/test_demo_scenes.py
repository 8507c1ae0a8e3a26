"""The demo assistant shows every feature of the protocol, and means what it says."""

import asyncio
import base64
import json
import struct
import typing
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from demo_talk import Talk, done_items, text_of, widgets_of
from fastapi_app import DictStore
from pydantic import BaseModel

from chatkit.cli.demo import page, scenes
from chatkit.cli.demo.assistant import DemoAssistant
from chatkit.cli.demo.pace import Pace
from chatkit.cli.demo.png import picture
from chatkit.cli.titles import make_title
from chatkit.store import MemoryStore
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    AudioInput,
    ErrorEvent,
    FileAttachment,
    GeneratedImageItem,
    SDKHiddenContextItem,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
    WorkflowItem,
)
from chatkit.widgets import StrictWidgetComponent, StrictWidgetRoot
from chatkit.wire import SSE_TITLE_PENDING, SSEDecoder, encode_json, parse_event


def names_of(union: Any) -> set[str]:
    """The `type` of each member of a discriminated union."""
    members = typing.get_args(typing.get_args(union)[0])
    return {member.model_fields["type"].default for member in members}


def types_in(value: Any) -> set[str]:
    """The types of all components of a widget."""
    if isinstance(value, BaseModel):
        found = {getattr(value, "type", "")}
        return found.union(
            *(types_in(inner) for inner in value.__dict__.values()),
            *(types_in(inner) for inner in (value.__pydantic_extra__ or {}).values()),
        )
    if isinstance(value, list):
        return set().union(*(types_in(inner) for inner in value))
    return set()


async def play_everything() -> tuple[list[ThreadStreamEvent], list[ThreadItem]]:
    """Each command in a thread of its own, and what its widgets and forms can do."""
    events: list[ThreadStreamEvent] = []
    stored: list[ThreadItem] = []
    for command in [*scenes.SCENES, "error custom", "error crash", "hello"]:
        talk = Talk()
        events += await talk.says(command)
        stored += await talk.items()
    talk = Talk()
    asked = await talk.says("questions")
    form = done_items(asked)[-1]
    answers = {"drink": {"values": ["Tea"]}, "wish": {"values": ["listen"]}}
    events += await talk.asks(
        "threads.add_structured_input", item_id=form.id, input={"answers": answers}
    )
    booking = widgets_of(await talk.says("form"))[0]
    events += await talk.uses(booking, "demo.book", {"name": "Ann"})
    return events, stored + await talk.items()


async def test_every_event_update_item_and_component_is_shown() -> None:
    """What the demo does not show, nobody who builds a client on it will handle."""
    events, stored = await play_everything()
    updates = {event.update.type for event in events if isinstance(event, ThreadItemUpdatedEvent)}
    widgets = [item.widget for item in done_items(events) if item.type == "widget"]
    assert {event.type for event in events} == names_of(ThreadStreamEvent)
    assert updates == names_of(ThreadItemUpdate)
    # The other kind of hidden context marks an answer that was stopped.
    assert {item.type for item in stored} == names_of(ThreadItem) - {"sdk_hidden_context"}
    shown = set().union(*(types_in(widget) for widget in widgets))
    assert shown >= names_of(StrictWidgetComponent) | names_of(StrictWidgetRoot)
    workflows = [item.workflow for item in stored if isinstance(item, WorkflowItem)]
    tasks = [task.type for workflow in workflows for task in workflow.tasks]
    assert set(tasks) == {"custom", "web_search", "thought", "file", "image"}


@pytest.mark.parametrize("command", scenes.SCENES)
async def test_what_a_scene_streams_is_what_it_stores(command: str) -> None:
    """Folding the stream gives the thread that a reload shows."""
    talk = Talk()
    events = await talk.says(command)
    shown = {item.id: item.model_dump() for item in done_items(events)}
    stored = {item.id: item.model_dump() for item in await talk.items()}
    assert shown == stored


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("widgets", "widgets"),
        ("  Widgets! ", "widgets"),
        ("/widgets", "widgets"),
        ("client tool", "client tool"),
        ("Client-Tool please", "client tool"),
        ("table of planets", "table"),
        ("error custom", "error"),
        ("tables", None),
        ("a widget", None),
        ("", None),
    ],
)
def test_a_scene_is_found_by_the_first_words(text: str, name: str | None) -> None:
    """People add a slash, a capital or a please."""
    assert scenes.find_scene(text) is (scenes.SCENES[name] if name else None)


def test_beside_a_model_only_the_bare_command_is_a_scene() -> None:
    """ "Image formats explained" is a question for the model."""
    assert scenes.find_scene("image", exact=True) is not None
    assert scenes.find_scene("/image", exact=True) is not None
    assert scenes.find_scene("image formats explained", exact=True) is None


async def test_anything_else_gets_an_answer_that_helps_once_in_full() -> None:
    """What it is, what to try, how to plug in a model; the second time a line is enough."""
    talk = Talk()
    first = text_of(await talk.says("What can you do?\nAnd more"))
    second = text_of(await talk.says("x" * 80))
    for expected in ("What can you do?”", "`widgets`", "OPENAI_API_KEY", "--base-url"):
        assert expected in first
    assert all(f"`{name}`" in first for name in scenes.SCENES if name != "help")
    assert len(second) < 250
    assert "x" * 59 + "…" in second


async def test_what_came_with_a_message_is_said_first() -> None:
    """Mentions, quotations and choices reach the server: the demo proves it."""
    talk = Talk()
    tags = [
        {"type": "input_tag", "id": "p1", "text": "Ann", "data": {}, "group": "People"},
        {"type": "input_tag", "id": "p2", "text": "Bob", "data": {}},
    ]
    choices = {"tool_choice": {"id": "search"}, "model": "big"}
    events = await talk.says("code", tags=tags, quoted_text="so it is", inference_options=choices)
    said = text_of(events)
    for expected in (
        "- a mention: @Ann from People",
        "- a mention: @Bob",
        "- a quotation: “so it is”",
        "- a tool to use: `search`",
        "- a model to ask: `big`",
    ):
        assert expected in said


async def test_files_are_listed_back() -> None:
    """By name and type: the demo reads none of them."""
    talk = Talk()
    file = FileAttachment(id="atc_1", name="notes.txt", mime_type="text/plain")
    await talk.store.save_attachment(file, {})
    said = text_of(await talk.says("code", attachments=["atc_1"]))
    assert "- a file: `notes.txt` (text/plain)" in said


async def test_the_thread_gets_its_title_while_the_answer_streams() -> None:
    """Beside it, as apps do with a second model."""
    talk = Talk()
    events = await talk.says("long")
    titles = [event.thread.title for event in events if isinstance(event, ThreadUpdatedEvent)]
    assert titles == ["Long"]
    again = await talk.says("code")
    assert not [event for event in again if isinstance(event, ThreadUpdatedEvent)]


async def test_a_title_that_comes_after_a_short_answer_reaches_the_page() -> None:
    """A model at home may have answered before; the page waits for the title in the background."""
    ready = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await (ready.wait() if seconds > 0.5 else asyncio.sleep(0))

    server = DemoAssistant(MemoryStore(), pace=Pace(sleep=sleep))
    content = [{"type": "input_text", "text": "what is this?"}]
    message = {"content": content, "attachments": [], "inference_options": {}}
    request = {"type": "threads.create", "params": {"input": message}}
    result = await server.process(
        encode_json({**request, "metadata": {"chatkit.resume": True}}), {}
    )
    frames = [frame async for frame in result]
    assert frames[-1] == SSE_TITLE_PENDING
    ready.set()
    (first, *_), asks = SSEDecoder().feed(b"".join(frames)), {"chatkit.title": True}
    params = {"thread_id": parse_event(first[1]).thread.id}
    body = {"type": "threads.get_by_id", "params": params, "metadata": asks}
    answer = await server.process(encode_json(body), {})
    assert json.loads(answer.json)["title"] == "What is this?"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("how do I sail to the island, the small one?", "How do I sail to the island, the small…"),
        ("/widgets", "Widgets"),
        ("  ", "New conversation"),
        ("y" * 60, "Y" + "y" * 38 + "…"),
    ],
)
def test_a_title_is_made_of_the_first_words(text: str, title: str) -> None:
    """Short enough for a list of threads, cut between words."""
    assert make_title(text) == title


async def test_the_error_works_when_it_is_tried_again() -> None:
    """Retry drops the failed answer and gives another."""
    talk = Talk()
    failed = await talk.says("error")
    assert isinstance(failed[-1], ErrorEvent)
    assert failed[-1].allow_retry
    question = next(item for item in await talk.items() if isinstance(item, UserMessageItem))
    retried = await talk.asks("threads.retry_after_item", item_id=question.id)
    assert not [event for event in retried if isinstance(event, ErrorEvent)]
    answers = [item for item in await talk.items() if isinstance(item, AssistantMessageItem)]
    assert len(answers) == 1
    assert "This time it worked" in answers[0].content[0].text


async def test_the_three_kinds_of_errors_look_different() -> None:
    """A code that the client words, a text of the server's, and a crash that says nothing."""
    custom = (await Talk().says("error custom"))[-1]
    crash = (await Talk().says("error crash"))[-1]
    assert isinstance(custom, ErrorEvent)
    assert (custom.code, custom.allow_retry) == ("custom", False)
    assert "tea" in (custom.message or "")
    assert isinstance(crash, ErrorEvent)
    assert (crash.code, crash.message) == ("stream.error", None)


async def test_the_client_tool_waits_for_its_output_and_goes_on() -> None:
    """The page runs it; what it says is shown, but cannot break out of its block."""
    talk = Talk()
    call = done_items(await talk.says("client tool"))[-1]
    assert call.type == "client_tool_call"
    assert (call.name, call.status) == (page.TOOL, "pending")
    output = {"time": "noon", "trick": "```\n# out", "much": "z" * 2_000}
    said = text_of(await talk.asks("threads.add_client_tool_output", result=output))
    assert '"time": "noon"' in said
    assert said.count("```") == 2
    assert len(said) < 1_100


ANSWERED = """\
- Tea or coffee? **Tea**
- On which days do you work? **Monday, Friday**
- What should a chat be able to do? *skipped*\
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"answers": {"drink": {"values": ["Tea"]}, "days": {"values": ["Monday", "Friday"]}}},
            ANSWERED,
        ),
        ({"status": "skipped"}, "You skipped the questions."),
    ],
)
async def test_the_questions_are_answered_or_skipped(given: Any, said: str) -> None:
    """Both ways lead on."""
    talk = Talk()
    form = done_items(await talk.says("questions"))[-1]
    events = await talk.asks("threads.add_structured_input", item_id=form.id, input=given)
    assert said in text_of(events)


async def test_an_answer_to_nothing_is_said_to_be_one() -> None:
    """The call may have been deleted by a retry in another window."""
    talk = Talk()
    await talk.says("client tool")
    talk.server.store.load_thread_items = _empty  # type: ignore[method-assign]
    stage = talk.server._stage(await talk.store.load_thread(talk.thread_id, {}), {})
    assert "forgotten" in text_of([event async for event in page.go_on(stage)])


async def _empty(*args: Any) -> Any:
    from chatkit.types import Page

    return Page()


async def test_the_thumbs_are_counted() -> None:
    """Feedback is stored, and the demo can show it."""
    talk = Talk()
    answer = done_items(await talk.says("code"))[-1]
    assert "rated nothing" in text_of(await talk.says("feedback"))
    await talk.gets("items.feedback", item_ids=[answer.id], kind="positive")
    assert "👍 1, 👎 0" in text_of(await talk.says("feedback"))


async def test_a_store_without_feedback_is_said_to_be_one() -> None:
    """A host's own store need not keep it."""
    talk = Talk(store=DictStore())
    assert "keeps no feedback" in text_of(await talk.says("feedback"))


async def test_the_image_gets_sharper_and_is_a_real_png() -> None:
    """Drawn by code: a valid file, small enough for an event, without any request."""
    talk = Talk()
    item = done_items(await talk.says("image"))[1]
    assert isinstance(item, GeneratedImageItem)
    assert item.image is not None
    head, _, data = item.image.url.partition(",")
    png = base64.b64decode(data)
    assert head == "data:image/png;base64"
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (240, 160)
    assert len(item.image.url) < 40_000
    pixels = zlib.decompress(png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8])
    assert len(pixels) == 160 * (1 + 240 * 3)
    assert len(picture(240, 160, 40)) < len(picture(240, 160))


async def test_slow_can_be_stopped_and_keeps_what_was_said() -> None:
    """What `slow` is for."""
    talk = Talk()
    gate = asyncio.Event()
    words = 0

    async def pause(seconds: float) -> None:
        nonlocal words
        words += 1
        if words == 5:
            gate.set()
            await asyncio.Event().wait()

    talk.server._pace = type(talk.server._pace)(sleep=pause)
    saying = asyncio.create_task(talk.says("slow"))
    await gate.wait()
    saying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saying
    (thread,) = (await talk.store.load_threads(5, None, "asc", {})).data
    talk.thread_id = thread.id
    items = await talk.items()
    assert isinstance(items[-1], SDKHiddenContextItem)
    assert isinstance(items[-2], AssistantMessageItem)
    assert items[-2].content[0].text.startswith("I am taking")


async def test_dictation_gets_an_honest_text() -> None:
    """The demo has no model of speech, and says so where the words would be."""
    audio = AudioInput(data=bytes(3_500), mime_type="audio/webm;codecs=opus")
    text = (await Talk().server.transcribe(audio, {})).text
    assert text.startswith("(3 kB of audio/webm:")


class Parrot:
    """A model's stand-in."""

    name = "parrot"

    async def answer(self, thread: Any, store: Any, attachments: Any, context: Any) -> Any:
        said = AssistantMessageContent(text="The model says hello.")
        fields = {"id": store.generate_item_id("message", thread, context), "content": [said]}
        place = {"thread_id": thread.id, "created_at": datetime.now(UTC)}
        yield ThreadItemDoneEvent(item=AssistantMessageItem(**fields, **place))

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_model_answers_everything_but_the_commands() -> None:
    """And tools and forms go on as before."""
    talk = Talk(model=Parrot())
    assert text_of(await talk.says("hello")) == "The model says hello."
    assert text_of(await talk.says("image formats explained")) == "The model says hello."
    assert "binary search" in text_of(await talk.says("/code"))
