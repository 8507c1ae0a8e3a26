"""The demo's widgets really change something, and trust nothing that comes with a click."""

from typing import Any

import pytest
from demo_talk import Talk, text_of, widgets_of

from chatkit.types import (
    ErrorEvent,
    HiddenContextItem,
    NoticeEvent,
    ThreadItemReplacedEvent,
    ThreadUpdatedEvent,
    WidgetItem,
)


async def shown(command: str, number: int = 0) -> tuple[Talk, WidgetItem]:
    """A talk in which this command has shown its widgets; the widget that is meant."""
    talk = Talk()
    return talk, widgets_of(await talk.says(command))[number]


async def test_a_locked_thread_is_opened_by_its_button() -> None:
    """While it is locked, messages are refused, but the button works."""
    talk, card = await shown("lock")
    locked = await talk.store.load_thread(talk.thread_id, {})
    assert locked.status.type == "locked"
    refused = (await talk.says("hello?"))[-1]
    assert isinstance(refused, ErrorEvent)
    assert "press Unlock" in (refused.message or "")
    events = await talk.uses(card, "demo.unlock")
    assert "takes messages again" in widgets_of(events)[0].model_dump_json()
    updated = [event for event in events if isinstance(event, ThreadUpdatedEvent)]
    assert [event.thread.status.type for event in updated] == ["active"]
    assert not isinstance((await talk.says("code"))[-1], ErrorEvent)


async def test_the_chart_is_stored_as_it_was_switched() -> None:
    """A reload shows the kind that was chosen."""
    talk, card = await shown("chart")
    (event,) = [
        event
        for event in await talk.uses(card, "demo.chart", {"kind": "line"})
        if isinstance(event, ThreadItemReplacedEvent)
    ]
    stored = await talk.store.load_item(talk.thread_id, card.id, {})
    assert event.item.model_dump() == stored.model_dump()
    series = stored.model_dump()["widget"]["children"][1]["series"]
    assert [line["type"] for line in series] == ["line", "line"]
    areas = await talk.uses(card, "demo.chart", {"kind": "area"})
    assert '"area"' in widgets_of(areas)[0].model_dump_json()


async def test_likes_are_counted_in_the_store_without_a_stream() -> None:
    """A synchronous action: the answer is the widget as it is now."""
    talk, card = await shown("widgets", 1)
    for text in ("once", "2 times", "3 times"):
        answer = await talk.gets(
            "threads.sync_custom_action",
            item_id=card.id,
            action={"type": "demo.like", "payload": {"count": 99}},
        )
        assert f"You liked this {text}." in answer.decode()
    stored = await talk.store.load_item(talk.thread_id, card.id, {})
    assert "You liked this 3 times." in stored.model_dump_json()


async def test_an_unknown_synchronous_action_changes_nothing() -> None:
    """Answered, as the page waits for it, with no item."""
    talk, card = await shown("widgets", 1)
    action = {"type": "demo.unknown", "payload": None}
    assert await talk.gets("threads.sync_custom_action", item_id=card.id, action=action) == b"{}"


BOOKING = {
    "name": "Ann *Bold* <b>",
    "email": "ann@example.com",
    "date": "2026-12-24T00:00:00Z",
    "table": {"guests": "4", "seat": "terrace"},
    "vegetarian": True,
    "notes": "By the\nwindow",
}


async def test_a_booking_replaces_the_form_and_tells_the_model() -> None:
    """The form cannot be sent twice; the hidden item is for the model, without the address."""
    talk, card = await shown("form")
    events = await talk.uses(card, "demo.book", BOOKING)
    (booked,) = widgets_of(events)
    text = booked.model_dump()["widget"]["children"][0]["value"]
    assert "**Ann  Bold   b **, 4 guests, on the terrace" in text
    assert "Day: 2026-12-24" in text
    assert "Vegetarian menu" in text
    assert "*By the window*" in text
    hidden = [item for item in await talk.items() if isinstance(item, HiddenContextItem)]
    assert "ann@example.com" not in str(hidden)
    assert hidden[0].content["booked"]["table"] == {"guests": "4", "seat": "terrace"}
    again = (await talk.uses(card, "demo.book", BOOKING))[-1]
    assert isinstance(again, ErrorEvent)
    assert "not any more" in (again.message or "")


async def test_a_booking_without_a_name_is_asked_for_one() -> None:
    """Required fields are checked by the page, and by the server again."""
    talk, card = await shown("form")
    events = await talk.uses(card, "demo.book", {"name": "  "})
    assert [event.message for event in events if isinstance(event, NoticeEvent)]
    stored = await talk.store.load_item(talk.thread_id, card.id, {})
    assert stored.model_dump() == card.model_dump()


async def test_a_plain_booking_takes_the_defaults() -> None:
    """Fields that were not filled in are absent from the payload."""
    talk, card = await shown("form")
    (booked,) = widgets_of(await talk.uses(card, "demo.book", {"name": "Bo"}))
    text = booked.model_dump()["widget"]["children"][0]["value"]
    assert text == "**Bo**, 2 guests, inside  \nDay: tonight"


async def test_a_booking_can_be_given_back() -> None:
    """The card's other button."""
    talk, card = await shown("form")
    (cancelled,) = widgets_of(await talk.uses(card, "demo.book_cancel"))
    assert "No table was booked" in cancelled.model_dump_json()


async def test_a_row_and_a_question_are_answered_in_words() -> None:
    """Actions may answer like messages do."""
    talk, hikes = await shown("widgets", 2)
    assert "lighthouse" in text_of(await talk.uses(hikes, "demo.open", {"hike": "cliffs"}))
    question = widgets_of(await talk.says("form"))[1]
    said = text_of(await talk.uses(question, "demo.ask", {"question": "fish\ntoday?"}))
    assert "“fish today?”" in said


@pytest.mark.requirement("sec-22")
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("demo.chart", {"kind": "pie"}),
        ("demo.chart", None),
        ("demo.open", {"hike": "moon"}),
        ("demo.ask", {"question": 7}),
        ("demo.book", {"name": "x" * 500}),
        ("demo.book", "name"),
    ],
)
async def test_a_forged_payload_is_refused_and_changes_nothing(action: str, payload: Any) -> None:
    """Anybody can post an action; only what is checked is done."""
    places = {"demo.chart": ("chart", 0), "demo.open": ("widgets", 2), "demo.ask": ("form", 1)}
    talk, card = await shown(*places.get(action, ("form", 0)))
    before = [item.model_dump() for item in await talk.items()]
    last = (await talk.uses(card, action, payload))[-1]
    assert isinstance(last, ErrorEvent)
    assert last.code == "custom"
    assert [item.model_dump() for item in await talk.items()] == before


@pytest.mark.requirement("sec-22")
@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("demo.chart", {"kind": "line"}),
        ("demo.open", {"hike": "cliffs"}),
        ("demo.unlock", None),
        ("demo.nothing", {}),
    ],
)
async def test_an_action_that_its_widget_does_not_offer_is_refused(
    action: str, payload: Any
) -> None:
    """Otherwise a form could be turned into a chart, and a lock opened from anywhere."""
    talk, card = await shown("form")
    last = (await talk.uses(card, action, payload))[-1]
    assert isinstance(last, ErrorEvent)
    like = {"type": "demo.like", "payload": None}
    liked = await talk.gets("threads.sync_custom_action", item_id=card.id, action=like)
    assert liked == b"{}"
    stored = await talk.store.load_item(talk.thread_id, card.id, {})
    assert stored.model_dump() == card.model_dump()


async def test_an_action_without_its_widget_is_refused() -> None:
    """The page itself may send actions; the demo's all belong to a widget."""
    talk, _ = await shown("lock")
    last = (await talk.uses(None, "demo.unlock"))[-1]
    assert isinstance(last, ErrorEvent)
    assert (await talk.store.load_thread(talk.thread_id, {})).status.type == "locked"
