"""What becomes of items that a failing handler has left half there."""

import logging

import pytest
from hosts import (
    NOW,
    Host,
    added,
    answer,
    delta,
    done,
    plain_store,
    raising,
    read_stream,
    says,
    tool_call,
    types,
    widget,
)
from stores import PlainStore, SlowStore

from chatkit.types import (
    CustomTask,
    GeneratedImageItem,
    StructuredInputItem,
    ThreadItemAddedEvent,
    ThreadItemUpdatedEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
)


@pytest.mark.requirement("fault-21", "row-02", "row-25")
@pytest.mark.parametrize("kind", [PlainStore, SlowStore])
async def test_an_error_mid_answer_saves_what_was_said(kind: type) -> None:
    """Design, rows 2 and 25: officially the text that the person has read is gone on reload."""
    store = plain_store(kind=kind)
    reply = raising(ValueError(), added(), delta("Hello, "), delta("wor"))
    events = await read_stream(Host(store, reply), says())
    assert types(events)[2:] == [
        "thread.item.added",
        "thread.item.updated",
        "thread.item.updated",
        "thread.item.done",
        "error",
    ]
    assert events[-2]["item"]["content"][0]["text"] == "Hello, wor"
    assert store.of("thr")[1].content[0].text == "Hello, wor"


@pytest.mark.requirement("row-25")
@pytest.mark.parametrize(
    ("item", "kept"),
    [
        (answer(""), False),
        (answer("  \n"), False),
        (answer("Hello"), True),
        (widget("w"), True),
        (tool_call("c"), False),
        (StructuredInputItem(id="f", thread_id="thr", created_at=NOW, inputs=[]), False),
        (GeneratedImageItem(id="i", thread_id="thr", created_at=NOW), False),
        (
            WorkflowItem(
                id="wf", thread_id="thr", created_at=NOW, workflow=Workflow(type="custom", tasks=[])
            ),
            False,
        ),
        (
            WorkflowItem(
                id="wf",
                thread_id="thr",
                created_at=NOW,
                workflow=Workflow(type="custom", tasks=[CustomTask(title="One")]),
            ),
            True,
        ),
    ],
    ids=[
        "empty message",
        "blank message",
        "message",
        "widget",
        "tool call",
        "form",
        "image without a picture",
        "workflow without tasks",
        "workflow",
    ],
)
async def test_no_item_is_left_half_there(item, kept: bool) -> None:
    """Design, row 25: what was added is completed, or removed where it shows nothing yet."""
    store = plain_store()
    reply = raising(ValueError(), ThreadItemAddedEvent(item=item))
    events = await read_stream(Host(store, reply), says())
    last = "thread.item.done" if kept else "thread.item.removed"
    assert types(events)[2:] == ["thread.item.added", last, "error"]
    assert [row.id for row in store.of("thr")[1:]] == ([item.id] if kept else [])


async def test_what_was_done_before_the_error_stays_as_it_is() -> None:
    """Only what was under way is completed."""
    store = plain_store()
    reply = raising(ValueError(), done("One", "a1"), added(id="a2"), delta("Tw", "a2"))
    await read_stream(Host(store, reply), says())
    assert [row.id for row in store.of("thr")] == ["msg_1", "a1", "a2"]


@pytest.mark.requirement("row-24")
async def test_an_update_with_an_index_out_of_range_is_logged_and_does_not_end_the_stream(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Design, row 24: officially it raises an IndexError in the middle of the answer."""
    flow = WorkflowItem(
        id="wf", thread_id="thr", created_at=NOW, workflow=Workflow(type="custom", tasks=[])
    )

    async def reply(thread, user_message, context):
        yield ThreadItemAddedEvent(item=flow)
        task = CustomTask(title="x")
        yield ThreadItemUpdatedEvent(
            item_id="wf", update=WorkflowTaskAdded(task_index=5, task=task)
        )
        yield added()
        yield delta("far", index=1_000_000)
        yield delta("Hello")
        yield done("Hello")

    with caplog.at_level(logging.WARNING, logger="chatkit"):
        events = await read_stream(Host(plain_store(), reply), says())
    assert "error" not in types(events)
    assert "out of range" in caplog.text
    assert types(events).count("thread.item.updated") == 1


@pytest.mark.requirement("row-14")
async def test_events_never_alias_the_objects_of_the_handler() -> None:
    """Design, row 14: an item that is changed after it was announced must not change the past."""
    store = plain_store()

    async def reply(thread, user_message, context):
        item = answer("Said", "a1")
        yield ThreadItemAddedEvent(item=item)
        item.content[0].text = "Said and changed"
        update = delta(", more", "a1")
        yield update
        update.update.delta = "canary"
        raise ValueError

    events = await read_stream(Host(store, reply), says())
    assert events[2]["item"]["content"][0]["text"] == "Said"
    assert events[4]["item"]["content"][0]["text"] == "Said, more"
    assert store.of("thr")[1].content[0].text == "Said, more"
    assert "canary" not in str(events)
