"""`items.feedback` and `input.transcribe`."""

import base64

import pytest
from hosts import NOW, Host, answer, body, hidden, message, plain_store, read_json

from chatkit.errors import InvalidRequest, NotFoundError
from chatkit.store import MemoryStore
from chatkit.types import AudioInput, ThreadMetadata, TranscriptionResult


class Listening(Host):
    """Notes feedback and transcribes everything alike."""

    def __init__(self, store=None) -> None:
        super().__init__(store)
        self.opinions: list[tuple] = []
        self.heard: list[AudioInput] = []

    async def add_feedback(self, thread_id, item_ids, feedback, context):
        self.opinions.append((thread_id, item_ids, feedback, context))

    async def transcribe(self, audio_input, context):
        self.heard.append(audio_input)
        return TranscriptionResult(text="Hello there")


def rates(kind: str = "positive", *item_ids: str) -> str:
    """A thumb up or down."""
    return body("items.feedback", thread_id="thr", item_ids=list(item_ids), kind=kind)


@pytest.mark.parametrize("kind", ["positive", "negative"])
async def test_feedback_reaches_the_host_and_is_answered_with_an_empty_object(kind: str) -> None:
    """Source: server-behaviour, Results and errors."""
    server = Listening(plain_store(answer("x")))
    assert await read_json(server, rates(kind, "answer_1", "answer_2"), "ctx") == {}
    assert server.opinions == [("thr", ["answer_1", "answer_2"], kind, "ctx")]


async def test_a_host_that_does_not_care_for_feedback_needs_no_method() -> None:
    """The official default does nothing either."""
    assert await read_json(Host(plain_store(answer("x"))), rates("positive", "answer_1")) == {}


async def test_feedback_is_stored_where_the_store_can_and_the_last_opinion_counts() -> None:
    """Officially it is dropped. Source: the issue, Stores."""
    store = MemoryStore()
    await store.save_thread(ThreadMetadata(id="thr", created_at=NOW), None)
    for item in (message(), answer("x"), hidden()):
        await store.add_thread_item("thr", item, None)
    server = Listening(store)
    await read_json(server, rates("positive", "answer_1"))
    await read_json(server, rates("negative", "answer_1"))
    (kept,) = await store.load_feedback("thr", None)
    assert (kept.item_id, kept.kind) == ("answer_1", "negative")
    assert len(server.opinions) == 2
    with pytest.raises(NotFoundError):
        await server.process(rates("positive", "hidden_1"), None)
    assert len(server.opinions) == 2


def dictates(audio: str, mime_type: str = "audio/webm;codecs=opus") -> str:
    """The request with a recording."""
    return body("input.transcribe", audio_base64=audio, mime_type=mime_type)


async def test_dictated_audio_is_decoded_and_its_text_comes_back() -> None:
    """`media_type` is the part before `;`. Source: server-behaviour."""
    server = Listening()
    sound = bytes(range(256))
    sent = await read_json(server, dictates(base64.b64encode(sound).decode()))
    assert sent == {"text": "Hello there"}
    (heard,) = server.heard
    assert heard.data == sound
    assert heard.mime_type == "audio/webm;codecs=opus"
    assert heard.media_type == "audio/webm"


async def test_base64_may_come_in_lines() -> None:
    """MIME encoders break it after 76 characters; the official server takes that too."""
    server = Listening()
    await read_json(server, dictates(base64.encodebytes(bytes(200)).decode()))
    assert server.heard[0].data == bytes(200)


@pytest.mark.parametrize("audio", ["?", "a", "ab!d", "🎤"])
async def test_audio_that_is_not_base64_is_refused(audio: str) -> None:
    """Officially it is cut down to what decodes, and silence is transcribed."""
    server = Listening()
    with pytest.raises(InvalidRequest, match="base64"):
        await server.process(dictates(audio), None)
    assert server.heard == []


async def test_a_host_without_dictation_is_told_which_method_to_write() -> None:
    """NotImplementedError, as officially."""
    with pytest.raises(NotImplementedError, match=r"Host must override transcribe\(\)"):
        await Host().process(dictates("aGk="), None)
