"""Models are built on first use: in any order, in any thread, and in apps' own models."""

import pickle
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter
from wire_samples import EVENTS, ITEMS, THREAD

from chatkit.types import (
    AssistantMessageItem,
    Page,
    Thread,
    ThreadItem,
    ThreadItemBase,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    WidgetItem,
    WireModel,
)
from chatkit.widgets import Box, Card, Row, Text, WidgetComponent, WidgetRoot

NOW = datetime(2025, 11, 4, tzinfo=UTC)

FIRST_USES = [
    "w.Box(children=[w.Box(children=[w.Text(value='a')])])",
    "w.Card(children=[{'type': 'Row', 'children': [{'type': 'Text', 'value': 'a'}]}])",
    "w.Table.Cell(children=[w.Table()])",
    "w.DynamicWidgetRoot(type='Card', children=[{'type': 'x'}])",
    "t.WidgetItem.model_validate({**base, 'type': 'widget', 'widget': {'type': 'Basic'}})",
    "t.Thread(id='t', created_at=now, items=t.Page())",
    'TypeAdapter(t.ThreadStreamEvent).validate_json(\'{"type":"error"}\')',
    "TypeAdapter(w.WidgetComponent).json_schema()",
    "t.ThreadsCustomActionReq(params={'thread_id': 't', 'action': {'type': 'a'}})",
    "t.Page[t.ThreadItem](data=[{**base, 'type': 'end_of_turn'}]).model_dump_json()",
    "t.ThreadItemUpdatedEvent.model_json_schema()",
    "a.ActionConfig(type='a').model_dump_json()",
]

PRELUDE = """
from datetime import datetime; from pydantic import TypeAdapter; from pydantic_core import to_json
import chatkit.types as t, chatkit.widgets as w, chatkit.actions as a
now = datetime.now(); base = {'id': 'i', 'thread_id': 't', 'created_at': now}
"""


def run(code: str) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


PARTS = [
    "w.Card(children=[{'type': 'Row', 'children': []}]).children[0]",
    "w.Button(onClickAction={'type': 'a'}).onClickAction",
    "w.DynamicWidgetRoot(type='Card', children=[{'type': 'x'}]).children[0]",
    "t.Thread(id='t', created_at=now, items={}).items",
    "t.Thread(id='t', created_at=now, items={}).status",
    "t.ThreadsCustomActionReq(params={'thread_id': 't', 'action': {'type': 'a'}}).params.action",
    "t.StreamOptionsEvent(stream_options={'allow_cancel': True}).stream_options",
]


@pytest.mark.parametrize("part", PARTS)
def test_what_was_read_as_a_part_can_be_written_from_anywhere(part: str) -> None:
    """Hosts log and cache parts of messages in plain dicts, which know nothing of their class."""
    run(f"{PRELUDE}assert to_json({{'any': {part}}})")


@pytest.mark.parametrize("use", FIRST_USES)
def test_any_model_may_be_the_first_that_is_used(use: str) -> None:
    """In a process of its own: a forward reference that only resolves later would fail here."""
    run(PRELUDE + use)


def test_many_threads_may_use_models_first_at_the_same_time() -> None:
    """A server's thread pool starts cold; pydantic builds a deferred model without a lock."""
    uses = "; ".join(FIRST_USES)
    run(
        f"{PRELUDE}\n"
        "import sys; from concurrent.futures import ThreadPoolExecutor\n"
        "from threading import Barrier\n"
        "sys.setswitchinterval(1e-6); start = Barrier(12)\n"
        f"def use(_):\n    start.wait()\n    {uses}\n"
        "with ThreadPoolExecutor(12) as pool: list(pool.map(use, range(12)))"
    )


def test_a_model_is_built_once() -> None:
    """Messages that share a part take it over instead of building it again."""
    TypeAdapter(ThreadStreamEvent).validate_python(EVENTS[0])
    assert AssistantMessageItem.__pydantic_complete__
    assert AssistantMessageItem.model_rebuild() is None
    assert AssistantMessageItem.model_rebuild(force=True) is True


def test_apps_may_hold_items_events_and_widgets_in_their_own_models() -> None:
    """As fields, in lists and in generics, from a plain pydantic model."""

    class Bookmark(BaseModel):
        item: ThreadItem
        events: list[ThreadStreamEvent] = []
        widget: WidgetRoot | None = None
        parts: dict[str, WidgetComponent] = {}

    bookmark = Bookmark.model_validate(
        {
            "item": ITEMS[0],
            "events": EVENTS,
            "widget": {"type": "Card", "children": []},
            "parts": {"a": {"type": "Text", "value": "a"}},
        }
    )
    assert isinstance(bookmark.widget, Card)
    assert isinstance(bookmark.parts["a"], Text)
    assert Bookmark.model_validate_json(bookmark.model_dump_json()) == bookmark


def test_apps_may_subclass_messages_and_widgets() -> None:
    """With further fields, other settings and forward references of their own."""

    class Rated(AssistantMessageItem):
        model_config = ConfigDict(arbitrary_types_allowed=True)
        stars: int = 0
        next: "Rated | None" = None

    class Section(Box):
        title: str = "Untitled"
        inner: "list[Section] | None" = None

    base = {"id": "msg_1", "thread_id": "thr_1", "created_at": NOW, "content": []}
    rated = Rated.model_validate({**base, "stars": 5, "next": base})
    assert isinstance(rated.next, Rated)
    section = Section(children=[Row(children=[Section()])], inner=[Section(title="In")])
    assert section.model_dump()["inner"] == [Section(title="In").model_dump()]
    assert section.model_dump()["children"][0]["type"] == "Row"
    assert ThreadItemDoneEvent(item=rated).item is rated


def test_apps_may_add_items_of_their_own() -> None:
    """A host's own union of items, in a page of its own."""

    class PollItem(ThreadItemBase):
        type: Literal["poll"] = "poll"
        votes: int

    page = Page[ThreadItem | PollItem].model_validate(
        {
            "data": [
                ITEMS[0],
                {"id": "p", "thread_id": "t", "created_at": NOW, "type": "poll", "votes": 3},
            ]
        }
    )
    assert isinstance(page.data[1], PollItem)


def test_a_name_that_comes_later_is_found_when_it_is_there() -> None:
    """As with any pydantic model: until then the error says what to do."""

    class Early(WireModel):
        late: "Later | None" = None

    class Holder(WireModel):
        early: Early

    with pytest.raises(PydanticUserError, match="not fully defined"):
        Holder.model_validate({"early": {}})

    class Later(BaseModel):
        n: int

    assert Early.model_rebuild() is True
    assert Holder.model_validate({"early": {"late": {"n": 1}}}).early.late == Later(n=1)


@pytest.mark.parametrize("sample", ITEMS, ids=lambda sample: sample["type"])
def test_messages_survive_pickling_and_copying(sample: dict[str, Any]) -> None:
    """Stores and caches of hosts do both."""
    item = TypeAdapter[Any](ThreadItem).validate_python(sample)
    assert pickle.loads(pickle.dumps(item)) == item
    assert item.model_copy(deep=True) == item
    assert type(item.model_copy()) is type(item)


def test_a_thread_with_items_can_be_cut_down_to_what_a_store_keeps() -> None:
    """The store gets a ThreadMetadata, never a Thread; nothing else of it changes."""
    thread = Thread.model_validate(THREAD)
    kept = ThreadMetadata.model_validate(thread.model_dump(exclude={"items"}))
    assert type(kept) is ThreadMetadata
    assert kept.model_dump() == thread.model_dump(exclude={"items"})


def test_importing_the_messages_loads_no_framework() -> None:
    """A process that only reads messages pays for pydantic and nothing else."""
    run(
        "import sys, chatkit.types\n"
        "frameworks = {'openai', 'agents', 'starlette', 'anyio', 'jinja2', 'asyncio'}\n"
        "loaded = frameworks & set(sys.modules)\n"
        "assert not loaded, loaded"
    )


def test_a_widget_item_takes_any_root() -> None:
    """Typed where it fits, dynamic where not."""
    item = WidgetItem(id="m", thread_id="t", created_at=NOW, widget=Card(children=[]))
    assert isinstance(item.widget, Card)
