"""A real model in the demo's place, over HTTP, with either of OpenAI's APIs."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from demo_talk import Talk, done_items, text_of

from chatkit.cli.demo.command import _who_answers
from chatkit.cli.errors import UserError
from chatkit.cli.model_choice import DEFAULT_MODEL, Api, ModelChoice, choose_model
from chatkit.cli.real_model import RealModel
from chatkit.testing.models import Disconnect, HttpError, ScriptedModel, Text
from chatkit.types import ErrorEvent


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, and no proxy of the environment between the tests and this machine."""
    for name in ("OPENAI_API_KEY", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedModel]:
    """A model's server."""
    async with ScriptedModel() as model:
        yield model


async def talk_to(server: ScriptedModel, api: Api, *texts: str) -> list[Any]:
    """What a thread with these messages gets for an answer, each."""
    model = RealModel(ModelChoice(name="m", base_url=server.base_url, api=api))
    talk = Talk(model=model)
    try:
        return [await talk.says(text) for text in texts]
    finally:
        await model.client.close()


@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_model_answers_with_the_thread_before_it(api: Api, scripted: ScriptedModel) -> None:
    """Word by word, and the next message is answered in the light of the first."""
    scripted.add(Text(["Good ", "morning"]), Text("I said it."))
    first, second = await talk_to(scripted, api, "hello", "what did you say?")
    assert text_of(first) == "Good morning"
    assert sum(event.type == "thread.item.updated" for event in first) >= 2
    assert text_of(second) == "I said it."
    sent = str(scripted.requests[1].body)
    assert "hello" in sent
    assert "Good morning" in sent


async def test_what_the_model_cannot_know_does_not_stop_it(scripted: ScriptedModel) -> None:
    """Widgets, mentions and hidden context of the demo's own scenes are part of the thread."""
    scripted.add(Text("Fine."))
    model = RealModel(ModelChoice(name="m", base_url=scripted.base_url, api="responses"))
    talk = Talk(model=model)
    for scene in ("widgets", "form", "workflow", "image", "sources", "client tool"):
        await talk.says(scene)
    tag = {"type": "input_tag", "id": "p1", "text": "Ann", "data": {"role": "cook"}}
    events = await talk.says("and who is this?", tags=[tag])
    await model.client.close()
    assert text_of(events) == "Fine."
    assert "cook" in str(scripted.requests[0].body)


@pytest.mark.parametrize(
    ("status", "message", "to_check"),
    [
        (401, "does not accept the key", "check OPENAI_API_KEY"),
        (404, "knows no model 'm', or not this API", "try --api"),
        (429, "is busy, or the account has no credit left", "try later"),
        (500, "failed with status 500", "see its own log"),
    ],
)
@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_what_is_wrong_with_the_model_is_said_in_the_chat_and_where_in_the_log(
    api: Api,
    status: int,
    message: str,
    to_check: str,
    scripted: ScriptedModel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not "something went wrong"; the log has the cause, but for the key, which some repeat."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    refusal = HttpError(status, {"error": {"message": "no: sk-canary, org-4711"}})
    scripted.add(refusal, refusal)
    ((*_, last),) = await talk_to(scripted, api, "hello")
    assert isinstance(last, ErrorEvent)
    assert message in (last.message or "")
    assert last.allow_retry
    assert "org-4711" not in str(last)
    (logged,) = [each for each in caplog.messages if each.startswith("m at http")]
    assert scripted.base_url in logged
    assert "no: …, org-4711" in logged
    assert to_check in logged
    assert "sk-canary" not in caplog.text


@pytest.mark.parametrize("api", ["responses", "chat"])
async def test_a_connection_that_breaks_keeps_what_was_said(
    api: Api, scripted: ScriptedModel
) -> None:
    """It was there, so nobody needs to be told to start it."""
    scripted.add(Text(["Half ", Disconnect()]))
    (events,) = await talk_to(scripted, api, "hello")
    assert text_of(events) == "Half "
    assert isinstance(events[-1], ErrorEvent)
    assert events[-1].message == "The connection to the model was lost."


async def test_a_model_that_is_not_running_is_said_to_be_absent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The most frequent one: Ollama was not started. Where it should be is in the log."""
    model = RealModel(ModelChoice(name="m", base_url="http://127.0.0.1:1/v1", api="chat"))
    events = await Talk(model=model).says("hello")
    await model.client.close()
    assert isinstance(events[-1], ErrorEvent)
    assert events[-1].message == "The model's server cannot be reached."
    assert "m at http://127.0.0.1:1/v1: All connection attempts failed (is it running?)" in (
        caplog.messages
    )


async def test_the_demos_scenes_go_on_working_beside_a_model(scripted: ScriptedModel) -> None:
    """A newcomer with a key in the environment sees the features all the same."""
    (events,) = await talk_to(scripted, "chat", "code")
    assert "binary search" in text_of(events)
    assert scripted.requests == []
    assert len(done_items(events)) == 2


def test_options_and_environment_choose_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others' servers speak the older API; OpenAI's key alone means OpenAI."""
    assert choose_model(None, None, None) is None
    other = choose_model("http://localhost:11434/v1", "llama3.2", None)
    assert other is not None
    assert (other.api, other.open().client.api_key) == ("chat", "none")
    assert _who_answers(other.open()).startswith("llama3.2 at http://localhost:11434/v1 answers")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    own = choose_model(None, None, None)
    assert own is not None
    assert (own.name, own.api) == (DEFAULT_MODEL, "responses")
    assert str(own.open()) == f"OpenAI's {DEFAULT_MODEL}"
    for base_url, wrong in (
        ("http://localhost:1/v1", "--base-url needs --model"),
        ("localhost:11434", "begins with http://"),
    ):
        with pytest.raises(UserError, match=wrong):
            choose_model(base_url, None, None)


def test_a_password_in_the_models_address_is_shown_nowhere() -> None:
    """The choice is printed at the start, and stands in the log beside each failure."""
    choice = choose_model("http://ann:secret@models.home:8080/v1", "tiny", None)
    assert str(choice) == "tiny at http://models.home:8080/v1"
