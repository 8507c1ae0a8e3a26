"""`threads.add_structured_input`: how answers to a form are recorded, and what happens then."""

import logging

import pytest
from hosts import NOW, Host, body, message, plain_store, read_stream, types
from stores import ByReferenceStore, PlainStore

from chatkit.errors import NotFoundError, NotPending, WrongItem
from chatkit.types import (
    StructuredInputAnswer,
    StructuredInputFreeform,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    StructuredInputMultipleChoiceOption,
    ThreadItemDoneEvent,
)

OPTIONS = [StructuredInputMultipleChoiceOption(value=value) for value in ("red", "blue")]


def form(status: str = "pending") -> StructuredInputItem:
    """A single choice, a multiple one, and words."""
    return StructuredInputItem(
        id="form_1",
        thread_id="thr",
        created_at=NOW,
        status=status,
        inputs=[
            StructuredInputMultipleChoice(id="one", question="One?", options=OPTIONS),
            StructuredInputMultipleChoice(
                id="many", question="Many?", options=OPTIONS, multiple=True
            ),
            StructuredInputFreeform(id="words", question="Why?", description="In words"),
        ],
    )


def submits(answers: dict | None = None, status: str = "answered", item_id: str = "form_1") -> str:
    """The request with a form's answers."""
    return body(
        "threads.add_structured_input",
        thread_id="thr",
        item_id=item_id,
        input={"status": status, "answers": answers or {}},
    )


async def recorded(
    answers: dict, status: str = "answered"
) -> dict[str, StructuredInputAnswer | None]:
    """What is stored of these answers, by question."""
    store = plain_store(message(), form())
    await read_stream(Host(store), submits(answers, status))
    item = store.of("thr")[1]
    assert isinstance(item, StructuredInputItem)
    assert item.status == status
    return {question.id: question.answer for question in item.inputs}


SKIPPED = StructuredInputAnswer(skipped=True)


def given(*values: str) -> StructuredInputAnswer:
    """An answer with these values."""
    return StructuredInputAnswer(values=list(values))


async def test_the_answers_come_back_as_a_replaced_item_and_the_answer_goes_on() -> None:
    """The form leaves the composer's place at once. Source: server-behaviour."""
    store = plain_store(message(), form())
    server = Host(store)
    events = await read_stream(server, submits({"one": {"values": ["red"]}}), "ctx")
    assert types(events) == ["stream_options", "thread.item.replaced", "thread.item.done"]
    replaced = events[1]["item"]
    assert replaced["id"] == "form_1"
    assert replaced["status"] == "answered"
    assert replaced["inputs"][0]["answer"] == {"values": ["red"], "skipped": False}
    assert store.writes[0] == ("save_item", "thr", "form_1")
    assert [(user_message, context) for _, user_message, context in server.asked] == [(None, "ctx")]


async def test_a_question_without_an_answer_is_recorded_as_skipped() -> None:
    """Missing, empty or skipped: the model is told the same of each."""
    answers = await recorded({"many": {"values": []}, "words": {"values": ["x"], "skipped": True}})
    assert answers == {"one": SKIPPED, "many": SKIPPED, "words": SKIPPED}


async def test_a_single_choice_keeps_the_first_value_and_a_multiple_one_all() -> None:
    """A page that sends more than it may must not change what was asked."""
    answers = await recorded(
        {
            "one": {"values": ["blue", "red"]},
            "many": {"values": ["red", "blue"]},
            "words": {"values": ["because", "I say so"]},
        }
    )
    assert answers == {
        "one": given("blue"),
        "many": given("red", "blue"),
        "words": given("because", "I say so"),
    }


async def test_an_answer_that_is_none_of_the_options_is_kept() -> None:
    """A multiple choice has a field for other answers in the page."""
    assert (await recorded({"one": {"values": ["green"]}}))["one"] == given("green")


async def test_a_form_can_be_skipped_as_a_whole() -> None:
    """The item's status becomes the submission's."""
    assert await recorded({}, "skipped") == {"one": SKIPPED, "many": SKIPPED, "words": SKIPPED}


async def test_unknown_answers_are_ignored_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """The form may have changed since the page got it; the rest of the answers count."""
    with caplog.at_level(logging.WARNING, logger="chatkit"):
        answers = await recorded({"one": {"values": ["red"]}, "gone": {"values": ["canary"]}})
    assert answers["one"] == given("red")
    assert set(answers) == {"one", "many", "words"}
    assert "gone" in caplog.text
    assert "canary" not in caplog.text


async def test_a_form_in_a_store_by_reference_is_not_changed_before_it_is_saved() -> None:
    """A request that is never read has no effect, on such a store either."""
    store = plain_store(message(), form(), kind=ByReferenceStore)
    await Host(store).process(submits({"one": {"values": ["red"]}}), None)
    assert store.of("thr")[1] == form()


@pytest.mark.requirement("sec-24")
@pytest.mark.parametrize("status", ["answered", "skipped"])
async def test_a_form_is_answered_once(status: str) -> None:
    """A second tab still shows it. A ValueError, as officially, and a 409."""
    store = plain_store(message(), form(status))
    with pytest.raises(NotPending) as caught:
        await Host(store).process(submits(), None)
    assert isinstance(caught.value, ValueError)
    assert caught.value.status == 409
    assert store.writes == []


async def test_only_forms_take_answers() -> None:
    """A ValueError for a wrong item, as officially."""
    store = plain_store(message(id="form_1"))
    with pytest.raises(WrongItem) as caught:
        await Host(store).process(submits(), None)
    assert isinstance(caught.value, ValueError)
    assert caught.value.item_id == "form_1"


async def test_an_unknown_form_or_thread_is_an_error_before_the_stream() -> None:
    """A 404 in HTTP."""
    server = Host(plain_store(message()))
    with pytest.raises(NotFoundError):
        await server.process(submits(), None)
    unknown_thread = body(
        "threads.add_structured_input", thread_id="zzz", item_id="form_1", input={"answers": {}}
    )
    with pytest.raises(NotFoundError):
        await server.process(unknown_thread, None)


async def test_a_form_that_a_handler_asks_with_is_stored_pending() -> None:
    """So that it is there after a reload, and can be answered then."""
    store: PlainStore = plain_store()

    async def reply(thread, user_message, context):
        yield ThreadItemDoneEvent(item=form())

    server = Host(store, reply)
    await read_stream(
        server,
        body(
            "threads.add_user_message",
            thread_id="thr",
            input={"content": [], "attachments": [], "inference_options": {}},
        ),
    )
    assert store.of("thr")[1].status == "pending"
    events = await read_stream(server, submits({"words": {"values": ["yes"]}}))
    assert "error" not in types(events)
