"""Every message, read and written again: what came in comes out, byte for byte."""

import json
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from wire_samples import (
    ATTACHMENTS,
    EVENTS,
    ITEMS,
    REQUESTS,
    SOURCES,
    TASKS,
    THREAD,
    UPDATES,
    Json,
)

from chatkit.types import (
    Attachment,
    AudioInput,
    ChatKitReq,
    ClosedStatus,
    NonStreamingReq,
    Source,
    StreamingReq,
    SyncCustomActionResponse,
    Task,
    Thread,
    ThreadItem,
    ThreadItemUpdate,
    ThreadMetadata,
    ThreadResponse,
    ThreadStreamEvent,
    TranscriptionResult,
    TurnsAttachParams,
    is_streaming_req,
)

UNIONS: dict[str, tuple[Any, list[Json]]] = {
    "request": (ChatKitReq, REQUESTS),
    "event": (ThreadStreamEvent, EVENTS),
    "item": (ThreadItem, ITEMS),
    "update": (ThreadItemUpdate, UPDATES),
    "task": (Task, TASKS),
    "source": (Source, SOURCES),
    "attachment": (Attachment, ATTACHMENTS),
}
EVERY_SAMPLE = [(name, sample) for name, (_, samples) in UNIONS.items() for sample in samples]


def members(union: Any) -> tuple[type[BaseModel], ...]:
    return get_args(get_args(union)[0])


def wire(message: BaseModel) -> str:
    return message.model_dump_json(
        exclude_none=True, by_alias=True, context={"exclude_metadata": True}
    )


@pytest.mark.parametrize(("name", "sample"), EVERY_SAMPLE)
def test_a_message_is_written_as_it_was_read(name: str, sample: Json) -> None:
    """Same keys, same order, same values, and no nulls but those inside opaque data."""
    union, _ = UNIONS[name]
    message = TypeAdapter[BaseModel](union).validate_json(json.dumps(sample))
    assert wire(message) == json.dumps(sample, separators=(",", ":"), ensure_ascii=False)
    assert type(message) in members(union)
    assert message.model_dump()["type"] == sample["type"]


@pytest.mark.parametrize(("union", "samples"), UNIONS.values(), ids=UNIONS)
def test_there_is_a_sample_of_every_member(union: Any, samples: list[Json]) -> None:
    """A new type of message without a sample would not be tested at all."""
    types = [member.model_fields["type"].default for member in members(union)]
    assert {sample["type"] for sample in samples} == set(types)
    assert len(types) == len(set(types))


@pytest.mark.parametrize(("union", "samples"), UNIONS.values(), ids=UNIONS)
def test_an_unknown_type_is_told_in_one_line(union: Any, samples: list[Json]) -> None:
    """The union is told apart by `type`, not tried member by member with an error from each."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[Any](union).validate_python({**samples[0], "type": "never.heard_of"})
    assert [error["type"] for error in caught.value.errors()] == ["union_tag_invalid"]


@pytest.mark.parametrize(
    "sample", [THREAD, {**THREAD, "active_turn": {"id": "trn_1", "seq": 7, "allow_cancel": True}}]
)
def test_a_thread_may_say_which_turn_is_running(sample: Json) -> None:
    """A client that can resume learns where to go on from, right where it reads the thread."""
    thread = ThreadResponse.model_validate(sample)
    assert json.loads(wire(thread)) == sample
    assert isinstance(thread, Thread)


def test_small_answers_are_written_as_they_were_read() -> None:
    """What answers a dictation and a synchronous action."""
    assert wire(TranscriptionResult(text="Hi")) == '{"text":"Hi"}'
    assert wire(SyncCustomActionResponse()) == "{}"
    response = SyncCustomActionResponse.model_validate({"updated_item": ITEMS[1]})
    assert json.loads(wire(response)) == {"updated_item": ITEMS[1]}


def test_a_new_thread_is_active_and_has_nothing_else() -> None:
    """The defaults that hosts rely on when they write `ThreadMetadata(id=…, created_at=…)`."""
    thread = ThreadMetadata.model_validate({"id": "thr_1", "created_at": THREAD["created_at"]})
    assert json.loads(wire(thread)) == {
        "id": "thr_1",
        "created_at": THREAD["created_at"],
        "status": {"type": "active"},
    }
    thread.status = ClosedStatus()
    assert json.loads(wire(thread))["status"] == {"type": "closed"}


def test_unknown_fields_are_ignored() -> None:
    """A newer page may send more than this server knows."""
    sample = {**REQUESTS[0], "trace": "x"}
    request = TypeAdapter[BaseModel](ChatKitReq).validate_python(sample)
    assert json.loads(wire(request)) == REQUESTS[0]


@pytest.mark.parametrize("sample", REQUESTS, ids=lambda sample: sample["type"])
def test_a_request_is_either_streamed_or_not(sample: Json) -> None:
    """The server picks the kind of its answer by this alone."""
    request = TypeAdapter[Any](ChatKitReq).validate_python(sample)
    kinds = get_args(StreamingReq) if is_streaming_req(request) else get_args(NonStreamingReq)
    assert type(request) in kinds
    assert not set(get_args(StreamingReq)) & set(get_args(NonStreamingReq))


def test_attaching_starts_at_the_beginning_unless_told_otherwise() -> None:
    """0 stands for no event seen yet; there is no event before the first."""
    assert TurnsAttachParams(turn_id="trn_1").after == 0
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        TurnsAttachParams(turn_id="trn_1", after=-1)


def test_a_media_type_is_a_mime_type_without_parameters() -> None:
    """Speech services want `audio/webm`, browsers say `audio/webm;codecs=opus`."""
    assert AudioInput(data=b"", mime_type="audio/webm;codecs=opus").media_type == "audio/webm"
    assert AudioInput(data=b"", mime_type="audio/mp4").media_type == "audio/mp4"


def test_pages_do_not_share_their_list() -> None:
    """A default list that two threads share would mix their items."""
    first = Thread.model_validate({**THREAD, "items": {}})
    second = Thread.model_validate({**THREAD, "items": {}})
    first.items.data.append(TypeAdapter[Any](ThreadItem).validate_python(ITEMS[0]))
    assert second.items.data == []
