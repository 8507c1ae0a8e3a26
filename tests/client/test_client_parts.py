"""The parts of the client that need no server: decoding, delays, frame ids, the view."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

import chatkit.client
from chatkit.client import Reconnect, ThreadView
from chatkit.client.decode import decode_event, decode_items, decode_refusal
from chatkit.client.frames import parse_frame_id
from chatkit.client.reconnect import Patience
from chatkit.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    CustomTask,
    Thread,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemUpdatedEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from chatkit.types.pages import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BASE: dict[str, Any] = {"thread_id": "thr_1", "created_at": NOW}
JSON_BASE = {"thread_id": "thr_1", "created_at": "2026-01-01T00:00:00Z"}


def asked(id: str) -> UserMessageItem:
    return UserMessageItem(id=id, content=[], inference_options={}, **BASE)  # type: ignore[arg-type]


def said(id: str, text: str = "") -> AssistantMessageItem:
    return AssistantMessageItem(id=id, content=[{"text": text}], **BASE)  # type: ignore[list-item]


def called(id: str, status: Any = "pending") -> ClientToolCallItem:
    return ClientToolCallItem(id=id, call_id=id, name="tool", arguments={}, status=status, **BASE)


def thread(title: str | None = None) -> Thread:
    return Thread(id="thr_1", created_at=NOW, title=title, items=Page())


def test_the_public_names_are_these() -> None:
    """Programs rely on them; a name that goes away is a decision, not an accident."""
    assert chatkit.client.__all__ == [
        "Answer",
        "ApiError",
        "ChatKitClient",
        "ClientError",
        "ConnectionChange",
        "ConnectionLost",
        "Reconnect",
        "Reconnected",
        "Reconnecting",
        "ThreadView",
        "UnexpectedReply",
        "UploadFailed",
    ]
    assert all(hasattr(chatkit.client, name) for name in chatkit.client.__all__)


def test_importing_the_client_loads_no_http_library() -> None:
    """A program that only may need the client does not pay for it at its start."""
    code = "import sys, chatkit.client; print('httpx2' in sys.modules, 'openai' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_parts_that_a_newer_server_added_are_left_out_of_what_is_known() -> None:
    """A new icon, task type or source must not cost the whole item."""
    tasks = [
        {"type": "custom", "title": "one", "icon": "hologram"},
        {"type": "teleport", "title": "two"},
        {"type": "web_search", "title": "three", "sources": [{"type": "dream"}, {}]},
    ]
    item = {
        "id": "wf_1",
        "type": "workflow",
        "workflow": {"type": "custom", "tasks": tasks},
        **JSON_BASE,
    }
    event = decode_event(json.dumps({"type": "thread.item.done", "item": item}).encode())
    assert isinstance(event, ThreadItemDoneEvent)
    assert isinstance(event.item, WorkflowItem)
    kept = event.item.workflow.tasks
    assert [task.title for task in kept] == ["one", "three"]
    assert isinstance(kept[0], CustomTask)
    assert kept[0].icon is None


def test_what_cannot_be_mended_is_passed_over() -> None:
    """A page with one broken row still shows the others."""
    rows = [
        {"id": "m", "type": "assistant_message", "content": [], **JSON_BASE},
        {"id": "w", "type": "workflow", "workflow": 5, **JSON_BASE},
        17,
    ]
    page = decode_items(json.dumps({"data": rows, "has_more": 1, "after": 3}).encode())
    assert [item.id for item in page.data] == ["m"]
    assert (page.has_more, page.after) == (False, None)
    assert decode_event(b"[]") is None
    assert decode_event(b"[" * 100_000) is None
    assert decode_event(b"\xff") is None


def test_refusals_of_all_kinds_give_a_type_and_a_message() -> None:
    """Ours, FastAPI's, a proxy's, and nonsense."""
    assert decode_refusal(b'{"error":{"type":"t","message":"m"}}') == ("t", "m")
    assert decode_refusal(b'{"detail":"no"}') == ("", "no")
    assert decode_refusal(b'{"detail":[{"loc":[]}]}') == ("", "")
    assert decode_refusal(b"[]") == ("", "")
    assert decode_refusal(b" Bad Gateway ") == ("", "Bad Gateway")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trn_1.5", ("trn_1", 5)),
        ("a.b.12", ("a.b", 12)),
        ("5", (None, 0)),
        (".5", (None, 0)),
        ("trn_1.x", (None, 0)),
        ("", (None, 0)),
        (None, (None, 0)),
    ],
)
def test_only_ids_of_turns_count_as_such(text: str | None, expected: Any) -> None:
    """Another server may use SSE ids for something else."""
    assert parse_frame_id(text) == expected


def test_delays_grow_with_jitter_between_half_a_second_and_half_a_minute() -> None:
    """A thousand clients come back spread out, and none waits longer than 30 s."""
    low = Reconnect(random=lambda: 0.0)
    high = Reconnect(random=lambda: 1.0)
    assert {low.delay(attempt) for attempt in range(1, 200)} == {0.5}
    assert [high.delay(attempt) for attempt in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_patience_ends_after_its_time_and_starts_anew_with_success() -> None:
    """Only losses in a row count against the limit."""
    now = 0.0
    patience = Patience(Reconnect(clock=lambda: now, give_up_after=10, random=lambda: 0.0))
    assert patience.next_delay() == 0.5
    now = 9.9
    assert patience.next_delay() == 0.5
    assert patience.succeeded() == 2
    now = 15.0
    assert patience.next_delay() == 0.5
    now = 25.0
    assert patience.next_delay() is None


def test_a_view_takes_over_a_reloaded_thread_by_events() -> None:
    """Consumers of events see the same change as those of `items`."""
    view = ThreadView(thread(), [asked("u"), said("a", "old"), said("gone")])
    view.apply(ThreadItemAddedEvent(item=said("open")))
    fresh = [asked("u"), said("a", "new"), said("open"), said("b")]
    events = view.changes_to(thread("Plans"), fresh)
    assert isinstance(events[0], ThreadUpdatedEvent)
    assert isinstance(events[1], ThreadItemRemovedEvent)
    assert [e.item.id for e in events if isinstance(e, ThreadItemDoneEvent)] == ["a", "open", "b"]
    for event in events:
        view.apply(event)
    assert view.items == fresh
    assert view.thread is not None
    assert view.thread.title == "Plans"


def test_an_item_left_open_by_an_earlier_turn_goes_on_growing() -> None:
    """A workflow may be continued by the next stream, and what was loaded is not changed."""
    loaded = WorkflowItem(id="wf", workflow=Workflow(type="custom", tasks=[]), **BASE)
    view = ThreadView(thread(), [loaded])
    add = WorkflowTaskAdded(task_index=0, task=CustomTask(title="one"))
    view.apply(ThreadItemUpdatedEvent(item_id="wf", update=add))
    misfit = WorkflowTaskUpdated(task_index=7, task=CustomTask(title="no"))
    view.apply(ThreadItemUpdatedEvent(item_id="wf", update=misfit))
    shown = view.find("wf")
    assert isinstance(shown, WorkflowItem)
    assert [task.title for task in shown.workflow.tasks] == ["one"]
    assert view.is_open("wf")
    assert loaded.workflow.tasks == []
    assert view.find("other") is None


def test_the_pending_call_is_the_oldest_of_the_last_turn() -> None:
    """Calls of earlier turns are stale: the server discards them, the client must not run them."""
    view = ThreadView(
        thread(), [asked("u1"), called("stale"), asked("u2"), called("a", "completed")]
    )
    assert view.pending_tool_call() is None
    view.apply(ThreadItemDoneEvent(item=called("b")))
    view.apply(ThreadItemDoneEvent(item=called("c")))
    pending = view.pending_tool_call()
    assert pending is not None
    assert pending.id == "b"
    assert view.pending_input() is None
    assert ThreadView(thread(), [called("only")]).pending_tool_call() is not None


def test_dropping_after_an_unknown_item_changes_nothing() -> None:
    """A retry of a message that the view never saw must not empty it."""
    view = ThreadView(thread(), [asked("u"), said("a")])
    assert view.drop_after("other") == []
    assert view.drop_after("u") == ["a"]
    assert [item.id for item in view.items] == ["u"]
    assert ThreadView().last_user_message() is None
