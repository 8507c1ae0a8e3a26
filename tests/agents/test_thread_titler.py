"""The ready-made titles: what a model is asked, and what is made of its answer."""

from datetime import UTC, datetime

import openai
import pytest

from chatkit.agents import ThreadTitler
from chatkit.agents.titler import tidy_title
from chatkit.testing.models import HttpError, ScriptedModel, Text
from chatkit.types import InferenceOptions, UserMessageItem, UserMessageTextContent


def message(text: str) -> UserMessageItem:
    return UserMessageItem(
        id="msg_1",
        thread_id="thr_1",
        created_at=datetime.now(UTC),
        content=[UserMessageTextContent(text=text)],
        inference_options=InferenceOptions(),
    )


async def test_a_model_gives_the_title_of_the_first_message() -> None:
    """It is sent the message, cut, and what it is to do with it."""
    async with ScriptedModel([Text('"Late train to Lyon."')]) as model:
        titler = ThreadTitler(model.client(), model.name, longest_message=20)
        assert await titler.title(message("My train to Lyon is late, what can I do?")) == (
            "Late train to Lyon"
        )
        (request,) = model.requests
    asked = request.body["messages"]
    assert [part["role"] for part in asked] == ["system", "user"]
    assert asked[1]["content"] == "My train to Lyon is "


async def test_a_message_without_words_has_no_title() -> None:
    """A picture alone: no model is asked."""
    async with ScriptedModel([]) as model:
        assert await ThreadTitler(model.client(), model.name).title(message("  ")) is None
        assert model.requests == []


async def test_a_model_that_fails_is_asked_once() -> None:
    """A title is not worth a second wait: the next message asks again."""
    async with ScriptedModel([HttpError(500), Text("never")]) as model:
        with pytest.raises(openai.InternalServerError):
            await ThreadTitler(model.client(), model.name).title(message("Hello"))
        assert len(model.requests) == 1


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Travel plans", "Travel plans"),
        ("  “Reisepläne für Lyon.”  ", "Reisepläne für Lyon"),
        ("Title: **Travel plans**", "Travel plans"),
        ("# Travel plans\n\nHere is why: …", "Travel plans"),
        ("<think>They travel.\n</think>\nTravel plans", "Travel plans"),
        ("<think>They travel and never stop thinking", ""),
        ("one two three four five", "one two three four…"),
        ("one two three four, five", "one two three four…"),
        ("onetwothreefourfivesixseven", "onetwothreefourfive…"),
        ("***", ""),
        ("", ""),
    ],
)
def test_an_answer_becomes_a_title(answer: str, title: str) -> None:
    """Models quote, label, explain and think aloud."""
    assert tidy_title(answer, 20) == title
