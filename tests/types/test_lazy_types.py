"""Fields whose type is loaded with its first value: they take and give what the type does."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import AnyUrl, BaseModel, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema

import chatkit.types
import chatkit.widgets
from chatkit.lazy import LazyModel
from chatkit.types import ImageAttachment, ThreadItem, WidgetItem, WidgetRootUpdated
from chatkit.widgets import Card, Text, WidgetRoot

BASE = {"id": "wid_1", "thread_id": "thr_1", "created_at": datetime(2026, 1, 2, tzinfo=UTC)}
IMAGE = {"id": "atc_1", "name": "a.png", "mime_type": "image/png", "type": "image"}
BAD_ROOT = {"type": "Page", "children": 5}


def test_errors_in_a_widget_are_those_of_the_widget_at_its_place() -> None:
    """Clients and logs are told where in the message the fault is."""
    with pytest.raises(ValidationError) as alone:
        TypeAdapter[Any](WidgetRoot).validate_python(BAD_ROOT)
    with pytest.raises(ValidationError) as inside:
        WidgetItem.model_validate({**BASE, "widget": BAD_ROOT})

    def told(error: ValidationError) -> Iterator[tuple[Any, ...]]:
        for each in error.errors():
            yield (*each["loc"], each["type"], each["msg"])

    assert list(told(inside.value)) == [("widget", *each) for each in told(alone.value)]


def test_a_url_is_a_url_however_the_attachment_is_made() -> None:
    """Hosts read parts of it, and send it on as text."""
    made = ImageAttachment.model_validate({**IMAGE, "preview_url": "https://x.test/a"})
    read = ImageAttachment.model_validate_json(made.model_dump_json())
    assert made == read
    assert isinstance(read.preview_url, AnyUrl)
    assert read.preview_url.host == "x.test"
    assert read.model_dump()["preview_url"] == AnyUrl("https://x.test/a")
    assert read.model_dump(mode="json")["preview_url"] == "https://x.test/a"
    with pytest.raises(ValidationError, match="preview_url"):
        ImageAttachment.model_validate({**IMAGE, "preview_url": "no url"})


def test_the_schema_says_what_the_field_takes() -> None:
    """The page's types are made from it, and so are the forms of hosts."""
    schema = ImageAttachment.model_json_schema()
    assert schema["properties"]["preview_url"]["format"] == "uri"
    widget = WidgetItem.model_json_schema()
    assert {"Card", "ListView", "BasicRoot", "DynamicWidgetRoot", "Text"} <= set(widget["$defs"])
    assert len(widget["properties"]["widget"]["anyOf"]) == 2


def test_the_names_in_the_messages_are_those_of_the_widgets() -> None:
    """Apps import the unions from either; the one must be the other."""
    assert chatkit.types.WidgetRoot is chatkit.widgets.WidgetRoot
    assert chatkit.types.WidgetComponent is chatkit.widgets.WidgetComponent
    with pytest.raises(AttributeError, match="NoSuchWidget"):
        _ = chatkit.types.NoSuchWidget  # type: ignore[attr-defined]


def test_what_an_app_adds_to_a_widget_of_its_own_is_not_sent() -> None:
    """A message holds the props of the protocol; a subclass may carry what is the app's."""

    class OrderCard(Card):
        order: str = "secret"

    OrderCard.model_rebuild()
    card = OrderCard(children=[Text(value="Hi")])
    for message in (WidgetItem(**BASE, widget=card), WidgetRootUpdated(widget=card)):
        assert message.widget is card
        assert "secret" not in message.model_dump_json()
        assert message.model_dump(exclude_none=True)["widget"]["children"] == [
            {"value": "Hi", "type": "Text"}
        ]


def test_a_dump_of_some_fields_reaches_into_the_widget() -> None:
    """`include` and `exclude` name paths; that the field is lazy must not end them."""
    item = WidgetItem(**BASE, widget=Card(children=[Text(value="Hi")]))
    assert item.model_dump(include={"widget": {"type"}}) == {"widget": {"type": "Card"}}
    assert "children" not in item.model_dump(exclude={"widget": {"children"}})["widget"]


def test_giving_a_generic_message_its_types_builds_nothing() -> None:
    """Pydantic builds the generic model first, to look for names; where none lacks, it can wait."""

    class Shelf(LazyModel):
        item: ThreadItem

    assert Shelf.model_rebuild(_types_namespace={}) is None
    assert not Shelf.__pydantic_complete__
    assert Shelf.model_validate({"item": {**BASE, "type": "end_of_turn"}}).item.id == "wid_1"


class Slow:
    """A type that, while it is built, lets another thread build a message."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler, /
    ) -> CoreSchema:
        other = threading.Thread(target=lambda: First.model_rebuild(), daemon=True)
        other.start()
        # It cannot end before this one has, in either order; it has begun by then.
        other.join(0.2)
        return handler(str)


class First(LazyModel):
    text: str = ""


class Second(LazyModel):
    text: str = ""


def test_an_apps_model_and_a_message_may_be_built_by_two_threads() -> None:
    """Pydantic has a lock, and so have the messages: held in both orders they would never end."""

    class Holder(BaseModel, defer_build=True):
        slow: Slow
        second: Second

    thread = threading.Thread(target=lambda: Holder.model_rebuild(), daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert Second.__pydantic_complete__
