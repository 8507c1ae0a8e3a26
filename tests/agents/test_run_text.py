"""A run's text as a message: parts, citations, refusals, by either API."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from agent_apps import App, Chat, done, short, texts
from agents import Agent
from openai.types.responses.response_output_text import AnnotationURLCitation

from chatkit.agents import AgentContext, ResponseStreamConverter
from chatkit.store import Store
from chatkit.store.sqlite import SQLiteStore
from chatkit.testing.models import (
    ContainerFileCitation,
    FileCitation,
    FileSearch,
    FunctionCall,
    Message,
    Refusal,
    ScriptedModel,
    Text,
    UrlCitation,
    WebSearch,
)
from chatkit.types import Annotation, URLSource

Api = Literal["responses", "chat_completions"]
both_apis = pytest.mark.parametrize("api", ["responses", "chat_completions"])

CITED = Text(
    [
        "See ",
        UrlCitation("https://x.test", "X", 0, 4),
        "that ",
        FileCitation("file_1", "a.pdf", 3),
        "and more",
        ContainerFileCitation("cntr_1", "file_2", "b.csv", 1, 9),
    ],
    [FileCitation("file_3", "", 7)],
)


@both_apis
async def test_text_streams_as_one_message_and_is_kept(api: Api) -> None:
    """The five lines of `respond` are all that it takes, with either API."""
    async with ScriptedModel([Text(["Hel", "lo"])]) as model:
        chat = Chat(App(getattr(model, api)()))
        events = await chat.say()
    assert short(events) == [
        "added assistant_message",
        "content_part.added",
        "content_part.text_delta Hel",
        "content_part.text_delta lo",
        "content_part.done",
        "done assistant_message",
    ]
    assert texts(events) == ["Hello"]
    assert await chat.kept() == ["assistant_message"]


async def test_the_message_has_one_id_and_one_time_from_its_start_to_the_store() -> None:
    """A page that finds another time at the end would move the message."""
    async with ScriptedModel([Text("Hi", id="msg_model")]) as model:
        chat = Chat(App(model.responses()))
        events = await chat.say()
    first, last = events[0]["item"], events[-1]["item"]
    assert first["id"] == last["id"] == "msg_model"
    assert first["created_at"] == last["created_at"]
    assert (await chat.items())[1].id == "msg_model"


async def test_the_parts_of_a_message_stream_in_their_places() -> None:
    """A model may write several parts."""
    async with ScriptedModel([Message([Text(["a", "b"]), Text("c")])]) as model:
        events = await Chat(App(model.responses())).say()
    places = [event["update"]["content_index"] for event in events if "update" in event]
    assert places == [0, 0, 0, 0, 1, 1, 1]
    assert [part["text"] for part in events[-1]["item"]["content"]] == ["ab", "c"]


@pytest.mark.requirement("row-04")
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_two_turns_with_chat_completions_leave_two_messages(kind: str, tmp_path: Any) -> None:
    """That API has no ids: the SDK puts one placeholder in the place of all."""
    store: Store[Any] | None = SQLiteStore(tmp_path / "chat.db") if kind == "sqlite" else None
    async with ScriptedModel([Text("One"), Text("Two")]) as model:
        chat = Chat(App(model.chat_completions(), store=store))
        first, second = await chat.say(), await chat.say()
        messages = [item for item in await chat.items() if item.type == "assistant_message"]
        await chat.app.aclose()
    if isinstance(store, SQLiteStore):
        await store.close()
    assert [message.content[0].text for message in messages] == ["One", "Two"]
    assert len({message.id for message in messages}) == 2
    assert all(message.id.startswith("msg_") for message in messages)
    assert first[0]["item"]["id"] != second[0]["item"]["id"]


@pytest.mark.requirement("row-04")
async def test_a_server_that_repeats_its_ids_gets_new_ones_in_a_run() -> None:
    """A strict store refuses the same id twice."""
    script = [[Text("One", id="msg_0"), Text("Two", id="msg_0")]]
    async with ScriptedModel(script) as model:
        chat = Chat(App(model.responses()))
        assert texts(await chat.say()) == ["One", "Two"]
    assert len({item.id for item in await chat.items()}) == 3


@pytest.mark.requirement("row-12", "row-22")
async def test_citations_stream_and_stay() -> None:
    """Where the text stands when they come, in the finished part, and in the store."""
    async with ScriptedModel([CITED]) as model:
        chat = Chat(App(model.responses()))
        events = await chat.say()
    url = {"type": "url", "title": "X", "url": "https://x.test"}
    annotations = [
        {"type": "annotation", "source": url, "index": 4},
        {"type": "annotation", "source": file("a.pdf"), "index": 3},
        {"type": "annotation", "source": file("b.csv"), "index": 9},
    ]
    streamed = [each["update"] for each in events if "annotation" in each.get("update", {})]
    assert [update["annotation"] for update in streamed] == annotations
    assert [update["annotation_index"] for update in streamed] == [0, 1, 2]
    part_done = events[-2]["update"]
    assert part_done["type"] == "assistant_message.content_part.done"
    assert part_done["content"]["annotations"] == annotations
    kept: Any = (await chat.items())[1]
    assert [each.index for each in kept.content[0].annotations] == [4, 3, 9]


def file(name: str) -> dict[str, Any]:
    return {"type": "file", "title": name, "filename": name}


@pytest.mark.requirement("row-12")
async def test_citations_of_chat_completions_come_with_the_finished_part() -> None:
    """That API only tells them when the text is whole."""
    said = Text("See that", [UrlCitation("https://x.test", "X", 0, 4)])
    async with ScriptedModel([said]) as model:
        events = await Chat(App(model.chat_completions())).say()
    assert short(events)[-2:] == ["content_part.done", "done assistant_message"]
    for content in (events[-2]["update"]["content"], events[-1]["item"]["content"][0]):
        assert [each["source"]["url"] for each in content["annotations"]] == ["https://x.test"]


@pytest.mark.requirement("row-12")
async def test_citations_go_back_to_the_model() -> None:
    """In the next turn's request, in the form that the API takes."""
    async with ScriptedModel([CITED, Text("Yes")]) as model:
        chat = Chat(App(model.responses()))
        await chat.say()
        await chat.say("Sure?")
    body = model.requests[1].body
    assert body is not None
    assert [each["type"] for each in body["input"][1]["content"][0]["annotations"]] == [
        "url_citation",
        "file_citation",
        "file_citation",
    ]


class Looked(ResponseStreamConverter):
    """Looks each citation up, and leaves out what it does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def url_citation_to_annotation(
        self, url_citation: AnnotationURLCitation
    ) -> Annotation | None:
        self.asked.append(url_citation.url)
        found = await super().url_citation_to_annotation(url_citation)
        if found is not None and isinstance(found.source, URLSource):
            found.source.attribution = "Example"
        return found if "x.test" in url_citation.url else None


async def test_a_hook_is_asked_once_for_each_citation() -> None:
    """It may look something up; the finished part and message use what it said."""
    converter = Looked()
    urls = ["https://x.test", "https://gone.test", "https://x.test/2"]
    said = Text(["See ", *(UrlCitation(url) for url in urls)])
    async with ScriptedModel([said]) as model:
        chat = Chat(App(model.responses(), converter=converter))
        events = await chat.say()
    assert converter.asked == urls
    annotations = events[-1]["item"]["content"][0]["annotations"]
    assert [each["source"]["url"] for each in annotations] == [urls[0], urls[2]]
    assert {each["source"]["attribution"] for each in annotations} == {"Example"}
    indexes = [each["update"].get("annotation_index") for each in events if "update" in each]
    assert [index for index in indexes if index is not None] == [0, 1]


class Plain(ResponseStreamConverter):
    """Hooks as plain functions, one of which gives what the async one of the class gives."""

    def url_citation_to_annotation(self, url_citation: AnnotationURLCitation) -> Any:
        return super().url_citation_to_annotation(url_citation)

    def file_citation_to_annotation(self, file_citation: Any) -> None:
        return None


async def test_hooks_may_be_plain_functions() -> None:
    """What they return is awaited if it can be."""
    async with ScriptedModel([CITED]) as model:
        events = await Chat(App(model.responses(), converter=Plain())).say()
    annotations = events[-1]["item"]["content"][0]["annotations"]
    assert [each["source"]["type"] for each in annotations] == ["url", "file"]


@pytest.mark.requirement("row-13")
@both_apis
async def test_a_refusal_is_shown_as_it_comes_and_ends_the_answer_well(api: Api) -> None:
    """The person reads why; the SDK's error would put "try again" under it."""
    async with ScriptedModel([Refusal(["I can", "not."])]) as model:
        chat = Chat(App(getattr(model, api)()))
        events = await chat.say()
    assert "content_part.text_delta I can" in short(events)
    assert short(events)[-1] == "done assistant_message"
    assert texts(events) == ["I cannot."]
    assert await chat.kept() == ["assistant_message"]


@pytest.mark.requirement("row-13")
async def test_a_refusal_after_text_is_a_part_of_the_message() -> None:
    """Both were said."""
    said = Message([Text("Well. "), Refusal(["No", "."])])
    async with ScriptedModel([said]) as model:
        events = await Chat(App(model.responses())).say()
    assert [part["text"] for part in events[-1]["item"]["content"]] == ["Well. ", "No."]


@both_apis
async def test_agents_hand_off_within_one_answer(api: Api) -> None:
    """The page sees two messages; that another agent wrote the second is the app's affair."""
    script = [[Text("Passing on"), FunctionCall("transfer_to_poet")], Text("A rose")]
    async with ScriptedModel(script) as model:
        poet = Agent[AgentContext[Any]](name="poet", model=getattr(model, api)())
        chat = Chat(App(getattr(model, api)(), handoffs=[poet]))
        events = await chat.say()
    assert texts(events) == ["Passing on", "A rose"]
    assert await chat.kept() == ["assistant_message", "assistant_message"]


async def test_searches_of_the_provider_show_nothing_by_themselves() -> None:
    """As officially; the answer cites what they found."""
    async with ScriptedModel([[WebSearch("q"), FileSearch(["q"]), Text("Found")]]) as model:
        events = await Chat(App(model.responses())).say()
    assert done(events, "assistant_message")
    assert short(events)[0] == "added assistant_message"
