"""What one update does to its item, and the fold of many: pure functions, checked one by one."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from turn_stage import NOW, added, answer, done, flow, removed, replaced, says, task_added

from chatkit.turns import Drafts, UpdateRefused
from chatkit.turns.thread_watch import ThreadWatch, client_thread, plain_metadata
from chatkit.turns.updates import MAX_CONTENT_PARTS, apply_update
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    CustomTask,
    GeneratedImage,
    GeneratedImageItem,
    GeneratedImageUpdated,
    LockedStatus,
    Page,
    ThoughtTask,
    Thread,
    ThreadItemAddedEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    URLSource,
    WidgetComponentUpdated,
    WidgetItem,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
    WorkflowTaskUpdated,
)
from chatkit.widgets import Card, Markdown, Row, Text


def source(title: str) -> Annotation:
    """A citation."""
    return Annotation(source=URLSource(title=title, url="https://example.com"), index=0)


def card(*children: Any) -> WidgetItem:
    """A widget."""
    return WidgetItem(id="x", thread_id="t", created_at=NOW, widget=Card(children=[*children]))


def delta(text: str, index: int = 0) -> AssistantMessageContentPartTextDelta:
    """The text of a part goes on."""
    return AssistantMessageContentPartTextDelta(content_index=index, delta=text)


def test_text_goes_to_its_part_and_missing_parts_are_made_up() -> None:
    """Chat Completions models send deltas before any part was added."""
    item = answer()
    apply_update(item, delta("b", 1))
    apply_update(item, delta("a", 0))
    assert [part.text for part in item.content] == ["a", "b"]


def test_a_part_that_is_added_replaces_what_was_made_up() -> None:
    """And the item keeps a copy: the handler may change its own."""
    item, content = answer(), AssistantMessageContent(text="given")
    apply_update(item, AssistantMessageContentPartAdded(content_index=1, content=content))
    content.text = "changed"
    assert [part.text for part in item.content] == ["", "given"]


def test_a_finished_part_keeps_the_annotations_that_were_streamed() -> None:
    """Row 12: `done` comes with an empty list."""
    item = answer("text")
    for index, title in enumerate(("one", "two")):
        update = AssistantMessageContentPartAnnotationAdded(
            content_index=0, annotation_index=index, annotation=source(title)
        )
        apply_update(item, update)
    finished = AssistantMessageContent(text="whole")
    apply_update(item, AssistantMessageContentPartDone(content_index=0, content=finished))
    (part,) = item.content
    assert part.text == "whole"
    assert [note.source.title for note in part.annotations] == ["one", "two"]
    own = AssistantMessageContent(text="whole", annotations=[source("own")])
    apply_update(item, AssistantMessageContentPartDone(content_index=0, content=own))
    assert [note.source.title for note in item.content[0].annotations] == ["own"]


def test_widget_text_goes_to_the_component_with_its_id_at_any_depth() -> None:
    """Source: widget.streaming_text.value_delta."""
    item = card(Text(value="other"), Row(children=[Markdown(id="m", value="so ")]))
    apply_update(item, WidgetStreamingTextValueDelta(component_id="m", delta="far", done=True))
    row: Any = item.widget.children[1]
    assert row.children[0].value == "so far"


def test_a_component_is_replaced_where_it_stands() -> None:
    """Among several, or as the only child."""
    item = card(Text(id="a", value="a"), Row(children=[Text(id="b", value="b")]))
    new = Text(id="b", value="new")
    apply_update(item, WidgetComponentUpdated(component_id="b", component=new))
    row: Any = item.widget.children[1]
    assert row.children == [new]
    assert row.children[0] is not new


def test_a_widget_is_replaced_as_a_whole() -> None:
    """Source: widget.root.updated."""
    item = card()
    root = Card(children=[Text(value="new")])
    apply_update(item, WidgetRootUpdated(widget=root))
    assert item.widget == root
    assert item.widget is not root


def test_tasks_are_added_and_replaced_by_index() -> None:
    """Source: workflow.task.added and workflow.task.updated."""
    item = flow("one")
    apply_update(item, task_added("two", 1).update)
    update = WorkflowTaskUpdated(task_index=0, task=CustomTask(title="changed"))
    apply_update(item, update)
    assert [task.title for task in item.workflow.tasks] == ["changed", "two"]  # type: ignore[union-attr]


def test_an_image_gets_better() -> None:
    """Source: generated_image.updated."""
    item = GeneratedImageItem(id="g", thread_id="t", created_at=NOW)
    image = GeneratedImage(id="i", url="data:image/png;base64,")
    apply_update(item, GeneratedImageUpdated(image=image, progress=0.5))
    assert item.image == image


@pytest.mark.parametrize(
    ("item", "update"),
    [
        (flow("one"), task_added("x", 5).update),
        (flow("one"), WorkflowTaskUpdated(task_index=1, task=CustomTask(title="x"))),
        (flow("one"), delta("x")),
        (answer(), delta("x", -1)),
        (answer(), delta("x", MAX_CONTENT_PARTS)),
        (
            answer(),
            AssistantMessageContentPartAnnotationAdded(
                content_index=0, annotation_index=3, annotation=source("x")
            ),
        ),
        (card(), WidgetStreamingTextValueDelta(component_id="no", delta="x", done=False)),
        (card(Row(id="r")), WidgetStreamingTextValueDelta(component_id="r", delta="", done=True)),
        (
            card(Row(children=[])),
            WidgetComponentUpdated(component_id="no", component=Text(value="x")),
        ),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_an_update_that_does_not_fit_is_refused(item: Any, update: ThreadItemUpdate) -> None:
    """Row 24: the error names the item and the reason; the text of others is not touched."""
    with pytest.raises(UpdateRefused, match="does not fit") as caught:
        apply_update(item, update)
    assert caught.value.item_id == item.id


@given(st.lists(st.tuples(st.integers(0, 2), st.text(max_size=4)), max_size=30))
def test_gathering_text_in_pieces_is_the_same_as_appending_it(
    parts: list[tuple[int, str]],
) -> None:
    """Pieces are joined when somebody looks, so that 80,000 deltas are not copied 80,000 times."""
    drafts, item = Drafts(), answer(id="a")
    drafts.apply(added("a"))
    for index, text in parts:
        drafts.apply(ThreadItemUpdatedEvent(item_id="a", update=delta(text, index)))
        apply_update(item, delta(text, index))
        if len(text) == 3:
            drafts.items()
    assert drafts.items() == [item]


def test_gathered_widget_text_is_joined_too() -> None:
    """Interleaved with other updates of the same widget."""
    drafts = Drafts()
    drafts.apply(
        ThreadItemAddedEvent(item=card(Markdown(id="m", value=""), Text(id="t", value="")))
    )
    for component, text in (("m", "a"), ("m", "b"), ("t", "c"), ("m", "d")):
        update = WidgetStreamingTextValueDelta(component_id=component, delta=text, done=False)
        drafts.apply(ThreadItemUpdatedEvent(item_id="x", update=update))
    (item,) = drafts.items()
    assert isinstance(item, WidgetItem)
    assert [child.value for child in item.widget.children] == ["abd", "c"]  # type: ignore[union-attr]


def test_drafts_are_what_was_announced_and_not_finished() -> None:
    """`done`, `replaced` and `removed` finish; updates of unknown items say nothing."""
    drafts = Drafts()
    for name in "abcd":
        drafts.apply(added(name))
    drafts.apply(done("x", "a"))
    drafts.apply(replaced("x", "b"))
    drafts.apply(removed("c"))
    drafts.apply(says("x", "unknown"))
    assert [item.id for item in drafts.items()] == ["d"]
    assert "d" in drafts
    assert len(drafts) == 1


def test_what_drafts_give_out_is_nobodys_live_object() -> None:
    """Row 14: the handler changes its own item, the reader of a draft keeps what it got."""
    drafts, event = Drafts(), added("a")
    drafts.apply(event)
    event.item.content.append(AssistantMessageContent(text="aliased"))  # type: ignore[union-attr]
    (first,) = drafts.items()
    drafts.apply(says("x", "a"))
    assert first.content == []  # type: ignore[union-attr]


def thread(**fields: Any) -> ThreadMetadata:
    """A thread."""
    return ThreadMetadata(id="t", created_at=NOW, **fields)


@pytest.mark.parametrize(
    "change",
    [
        lambda thread: setattr(thread, "title", "new"),
        lambda thread: setattr(thread, "status", LockedStatus()),
        lambda thread: setattr(thread.status, "reason", "new"),
        lambda thread: setattr(thread, "allowed_image_domains", ["a.example"]),
        lambda thread: thread.metadata["list"].append(2),
        lambda thread: thread.metadata["deep"]["er"].update(new=1),
        lambda thread: thread.metadata.pop("list"),
    ],
)
def test_a_change_in_place_is_noticed_applied_and_then_known(change: Any) -> None:
    """At any depth; onto a thread that somebody else has changed elsewhere."""
    held = thread(
        status=LockedStatus(reason="old"), metadata={"list": [1], "deep": {"er": {}}, "same": 1}
    )
    other = held.model_copy(deep=True)
    other.metadata["theirs"] = True
    watch = ThreadWatch(held)
    assert not watch.changed()
    change(held)
    assert watch.changed()
    snapshot = watch.apply_changes(other)
    assert other.metadata.pop("theirs") is True
    assert other == held
    watch.mark_saved(snapshot)
    assert not watch.changed()


def test_a_thread_is_kept_without_items_and_shown_without_metadata() -> None:
    """Row 21: the official one hands out a `Thread`, which cannot be loaded again once saved."""
    given = Thread(id="t", created_at=NOW, metadata={"secret": 1}, items=Page())
    plain = plain_metadata(given)
    assert type(plain) is ThreadMetadata
    assert plain.metadata == {"secret": 1}
    assert plain.metadata is not given.metadata
    assert client_thread(plain).metadata == {}


def thinks(index: int, content: str) -> ThreadItemUpdatedEvent:
    """A thought as it is now."""
    update = WorkflowTaskUpdated(task_index=index, task=ThoughtTask(content=content))
    return ThreadItemUpdatedEvent(item_id="w", update=update)


@given(
    st.lists(
        st.one_of(
            st.builds(thinks, st.integers(0, 4), st.text(max_size=3)),
            st.integers(0, 3).map(lambda index: task_added("new", index)),
        ),
        max_size=12,
    ),
    st.sets(st.integers(0, 12)),
)
def test_thoughts_are_folded_as_if_each_was_written_at_once(
    events: list[ThreadItemUpdatedEvent], looks: set[int]
) -> None:
    """Whoever looks in between, whatever the handler does to its task, and also out of range."""
    drafts, plain = Drafts(), flow("one", "two")
    drafts.apply(ThreadItemAddedEvent(item=plain))
    for number, event in enumerate(events):
        for fold in (
            lambda e=event: drafts.apply(e),
            lambda e=event: apply_update(plain, e.update),
        ):
            with contextlib.suppress(UpdateRefused):
                fold()
        if isinstance(event.update, WorkflowTaskUpdated):
            event.update.task.content = "changed by the handler"  # type: ignore[union-attr]
        if number in looks:
            assert drafts.items() == [plain]
    assert drafts.items() == [plain]
