"""A copy of a model is equal to it, and shares nothing that can change."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import PrivateAttr, ValidationError

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    ThreadMetadata,
    WidgetItem,
)
from chatkit.types.copying import deep_copy
from chatkit.widgets import Badge, Card, DynamicWidgetComponent, Text

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_copy_stays_as_it_is_when_the_original_changes() -> None:
    """A handler goes on with its own object."""
    item = AssistantMessageItem(
        id="msg_1", thread_id="thr_1", created_at=NOW, content=[AssistantMessageContent(text="a")]
    )
    copied = deep_copy(item)
    assert copied == item
    assert copied.model_dump(exclude_unset=True) == item.model_dump(exclude_unset=True)
    item.content[0].text = "b"
    item.content.append(AssistantMessageContent(text="c"))
    item.id = "msg_2"
    assert (copied.id, [part.text for part in copied.content]) == ("msg_1", ["a"])
    copied.thread_id = "thr_2"
    assert item.thread_id == "thr_1"


def test_widgets_and_a_hosts_metadata_are_copied_to_the_bottom() -> None:
    """Props that no component declares, and data of any kind, included."""
    widget = Card(children=[Text(value="a"), DynamicWidgetComponent(type="Box", gap=2)])  # type: ignore[call-arg]
    item = WidgetItem(id="msg_1", thread_id="thr_1", created_at=NOW, widget=widget)
    metadata: dict[str, Any] = {"tags": {"a", "b"}, "rows": [{"n": 1}]}
    thread = ThreadMetadata(id="thr_1", created_at=NOW, metadata=metadata)
    shown, kept = deep_copy(item), deep_copy(thread)
    assert shown == item
    assert shown.model_dump_json() == item.model_dump_json()
    assert kept == thread
    thread.metadata["rows"][0]["n"] = 2
    thread.metadata["tags"].add("c")
    assert kept.metadata == {"tags": {"a", "b"}, "rows": [{"n": 1}]}


class Noted(ThreadMetadata):
    """A host's own thread, with something beside its fields."""

    _note: list[str] = PrivateAttr(default_factory=list)


def test_what_a_hosts_class_keeps_beside_its_fields_is_copied_too() -> None:
    """As `model_copy(deep=True)` would."""
    thread = Noted(id="thr_1", created_at=NOW)
    thread._note.append("a")
    copied = deep_copy(thread)
    thread._note.append("b")
    assert copied._note == ["a"]


class Slotted(ThreadMetadata):
    """A host's own thread, that holds something in a slot."""

    __slots__ = ("note",)


def test_a_hosts_class_with_slots_of_its_own_is_copied_as_pydantic_does() -> None:
    """Nothing else can become one."""
    thread = Slotted(id="thr_1", created_at=NOW, metadata={"rows": [1]})
    copied = deep_copy(thread)
    thread.metadata["rows"].append(2)
    assert type(copied) is Slotted
    assert copied.metadata == {"rows": [1]}


def test_what_is_set_in_a_copy_is_looked_at() -> None:
    """It is a model like any other."""
    copied = deep_copy(Badge(label="a"))
    copied.color = "info"
    assert copied.model_dump(exclude_unset=True) == {"label": "a", "color": "info", "type": "Badge"}
    with pytest.raises(ValidationError):
        copied.type = "Text"  # type: ignore[assignment, misc]
