"""Events, items and pages as bytes: what is left out, what is quick, what is too large."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from scenes.stage import THREAD, answer_item, message_item, updated

from chatkit.errors import EventTooLarge
from chatkit.store import ClientPage, ClientThread
from chatkit.store.json_lines import JsonLines
from chatkit.turns import client_thread
from chatkit.types import (
    ActiveTurn,
    AssistantMessageContentPartTextDelta,
    ClientEffectEvent,
    FileAttachment,
    ThoughtTask,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    WorkflowTaskUpdated,
)
from chatkit.wire import (
    MAX_EVENT_BYTES,
    EventEncoder,
    encode,
    encode_json,
    encode_page,
    encode_thread,
    parse_event,
    parse_item,
)


def delta(text: str, item_id: str = "answer_1", index: int = 0) -> ThreadItemUpdatedEvent:
    """The text of a part goes on."""
    return updated(item_id, AssistantMessageContentPartTextDelta(content_index=index, delta=text))


@settings(deadline=None)
@given(text=st.text(), item_id=st.text(), index=st.integers(0, 999))
def test_a_text_delta_encoded_the_quick_way_is_the_same(
    text: str, item_id: str, index: int
) -> None:
    """The event sent most has a way of its own; nobody may see a difference."""
    encoder = EventEncoder()
    for event in (delta(text, item_id, index), delta("x", item_id, index), delta(text, "other", 1)):
        assert encoder.encode(event) == encode(event)
        assert parse_event(encoder.encode(event)) == event


@settings(deadline=None)
@given(pieces=st.lists(st.text(st.characters())), title=st.none() | st.text())
def test_a_thought_that_grows_encoded_the_quick_way_is_the_same(
    pieces: list[str], title: str | None
) -> None:
    """Each event has all of it, also when a part of it is taken back, or a character is cut."""
    encoder, text = EventEncoder(), ""
    for piece in [*pieces, "\ud83d", "\ude00", "end"]:
        text += piece
        for content in (text, text[1:]):
            task = ThoughtTask(content=content, title=title, status_indicator="loading")
            event = updated("wf_1", WorkflowTaskUpdated(task_index=3, task=task))
            assert encoder.encode(event) == encode(event)


@pytest.mark.requirement("sec-28")
@settings(deadline=None)
@given(text=st.text())
def test_an_encoded_event_is_one_line(text: str) -> None:
    """A line end inside would break the frame. Source: security, row 28."""
    payload = EventEncoder().encode(ThreadItemDoneEvent(item=answer_item(text)))
    assert b"\n" not in payload
    assert b"\r" not in payload


def test_an_event_that_is_too_large_is_refused() -> None:
    """A message on the wire has a limit; the error says both sizes."""
    encoder = EventEncoder()
    text = "x" * MAX_EVENT_BYTES
    with pytest.raises(EventTooLarge) as caught:
        encoder.encode(ThreadItemDoneEvent(item=answer_item(text)))
    assert caught.value.limit == MAX_EVENT_BYTES
    assert caught.value.size > MAX_EVENT_BYTES
    room = MAX_EVENT_BYTES - 1_000
    assert len(encoder.encode(ThreadItemDoneEvent(item=answer_item("x" * room)))) <= MAX_EVENT_BYTES


def test_a_text_delta_that_is_too_large_is_refused_too() -> None:
    """The quick way has no hole in it."""
    with pytest.raises(EventTooLarge):
        EventEncoder().encode(delta("x" * MAX_EVENT_BYTES))


def test_a_page_holds_stored_text_as_it_stands_and_models_without_metadata() -> None:
    """Rows that need no look are never parsed."""
    file = FileAttachment(id="f", name="f", mime_type="a/b", metadata={"path": "secret"})
    page = ClientPage(
        rows=['{"as":"it stands"}', message_item(attachments=[file])], has_more=True, after='a"b'
    )
    encoded = encode_page(page)
    assert encoded.startswith(b'{"data":[{"as":"it stands"},{"id":"user_1"')
    assert encoded.endswith(b'],"has_more":true,"after":"a\\"b"}')
    assert b"secret" not in encoded
    empty = ClientPage(rows=[], has_more=False, after=None)
    assert encode_page(empty) == b'{"data":[],"has_more":false}'


def test_a_page_is_whole_wherever_the_rows_stand_that_need_a_look() -> None:
    """It is opened in the first row's text and closed in the last one's, and leaves them alone."""
    item = message_item()
    for rows in (["1"], ["1", "2"], [item], [item, "2"], ["1", item], ["1", item, "3"]):
        page = ClientPage(rows=[*rows], has_more=False, after=None)
        ids = [each if isinstance(each, int) else each["id"] for each in _data(page)]
        assert ids == [int(row) if isinstance(row, str) else row.id for row in rows]
        assert page.rows == rows


def test_rows_that_are_one_text_go_out_as_those_that_come_one_by_one() -> None:
    """SQL stores read a page as one text: only who asks for a row has it split."""
    for rows in ([], ['{"as":"it stands"}'], ['{"é":1}', '{"line":"\\n"}', "{}"]):
        lines = JsonLines("\n".join(rows))
        page = ClientPage(rows=lines, has_more=False, after=None)
        assert encode_page(page) == encode_page(page._replace(rows=rows))
        assert lines == rows
        assert lines != [*rows, "{}"]
        assert (len(lines), lines[:1], lines[1:]) == (len(rows), rows[:1], rows[1:])


def _data(page: ClientPage) -> list[Any]:
    return json.loads(encode_page(page))["data"]


def test_a_thread_is_encoded_around_its_page() -> None:
    """With its running turn where it has one; a title may say anything."""
    thread = client_thread(THREAD.model_copy(update={"title": '","items":{"x'}))
    page = ClientPage(rows=["{}"], has_more=False, after=None)
    shown = ClientThread(encode(thread).decode(), page)
    encoded = encode_thread(shown, ActiveTurn(id="trn_1", seq=3))
    assert encoded == (
        b'{"title":"\\",\\"items\\":{\\"x","id":"thr","created_at":"2025-01-02T03:04:05Z",'
        b'"status":{"type":"active"},"items":{"data":[{}],"has_more":false},'
        b'"active_turn":{"id":"trn_1","seq":3,"allow_cancel":true}}'
    )
    assert b"active_turn" not in encode_thread(shown, None)


def test_an_item_reads_back_from_its_json() -> None:
    """What a client keeps of it."""
    assert parse_item(encode(answer_item("Hello"))) == answer_item("Hello")
    with pytest.raises(ValidationError):
        parse_item(b'{"type":"unheard of"}')
    with pytest.raises(ValidationError):
        parse_event(b"{}")


def test_plain_data_becomes_json() -> None:
    """For answers that have no model of their own."""
    assert encode_json({"a": [1, None, "ü"]}) == '{"a":[1,null,"ü"]}'.encode()


def deltas_of(*pieces: str) -> list[str]:
    """The text of each delta as a client gets it."""
    encoder = EventEncoder()
    events = [parse_event(encoder.encode(delta(piece))) for piece in pieces]
    return [event.update.delta for event in events]


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["a\ud83d", "\ude00b"], ["a", "😀b"]),
        (["\ud83d", "\ude00", "\ud83d", "\ude00"], ["", "😀", "", "😀"]),
        (["\ud83d\ude00"], ["😀"]),
        (["a\ud83d", "b"], ["a", "\ufffdb"]),
        (["\ude00", "\ud83d\ud83d", "x"], ["\ufffd", "\ufffd", "\ufffdx"]),
    ],
)
def test_a_character_that_a_model_cuts_in_two_is_whole_again(pieces: list, shown: list) -> None:
    """Models that stream UTF-16 units do so to emoji; UTF-8 cannot hold the halves."""
    assert deltas_of(*pieces) == shown


def test_a_half_does_not_wait_for_another_part() -> None:
    """What is held back belongs to one part of one item."""
    encoder = EventEncoder()
    encoder.encode(delta("\ud83d", index=0))
    other = parse_event(encoder.encode(delta("\ude00", index=1)))
    assert other.update.delta == "\ufffd"


def test_halves_in_whole_items_are_joined_or_replaced() -> None:
    """The text that a handler gathered from such a model; metadata stays out here too."""
    item = answer_item("\ud83d\ude00 \ud83d")
    assert parse_item(encode(item)).content[0].text == "😀 \ufffd"
    file = FileAttachment(id="f", name="\ud83d", mime_type="a/b", metadata={"path": "secret"})
    assert encode(file) == '{"id":"f","name":"\ufffd","mime_type":"a/b","type":"file"}'.encode()


def test_numbers_that_json_lacks_become_null() -> None:
    """A browser refuses the whole event for one NaN."""
    event = ClientEffectEvent(name="plot", data={"values": [1.5, float("nan"), float("inf")]})
    assert encode(event).endswith(b'"data":{"values":[1.5,null,null]}}')


def test_what_is_no_json_at_all_is_an_error() -> None:
    """The handler put it there; the turn tells the client that something failed."""
    with pytest.raises(PydanticSerializationError):
        encode(ClientEffectEvent(name="x", data={"value": object()}))
