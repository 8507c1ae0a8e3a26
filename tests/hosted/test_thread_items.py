"""Every type of item as the SDKs see it, by their own types; nothing hidden is among them."""

from datetime import UTC, datetime
from typing import Any

from hosted_stage import Stage
from openai.types.beta.chatkit.chatkit_thread_item_list import ChatKitThreadItemList
from pydantic import TypeAdapter

from chatkit.hosted import SessionContext
from chatkit.types import ThreadItem, ThreadMetadata

ITEMS: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
    (
        {
            "type": "user_message",
            "content": [
                {"type": "input_text", "text": "Hi "},
                {"type": "input_tag", "id": "u1", "text": "@Ada", "data": {}},
            ],
            "quoted_text": "as you said",
            "inference_options": {"model": "m1", "tool_choice": {"id": "search"}},
        },
        {
            "type": "chatkit.user_message",
            "content": [
                {"type": "input_text", "text": "Hi "},
                {"type": "input_text", "text": "@Ada"},
                {"type": "quoted_text", "text": "as you said"},
            ],
            "attachments": [],
            "inference_options": {"model": "m1", "tool_choice": {"id": "search"}},
        },
    ),
    (
        {
            "type": "assistant_message",
            "content": [
                {
                    "type": "output_text",
                    "text": "Look",
                    "annotations": [
                        {"source": {"type": "file", "title": "A", "filename": "a.pdf"}},
                        {"source": {"type": "url", "title": "B", "url": "https://b.example"}},
                        {"source": {"type": "entity", "title": "C", "id": "c"}},
                    ],
                }
            ],
        },
        {
            "type": "chatkit.assistant_message",
            "content": [
                {
                    "type": "output_text",
                    "text": "Look",
                    "annotations": [
                        {"type": "file", "source": {"type": "file", "filename": "a.pdf"}},
                        {"type": "url", "source": {"type": "url", "url": "https://b.example"}},
                    ],
                }
            ],
        },
    ),
    (
        {"type": "client_tool_call", "call_id": "c1", "name": "open", "arguments": {"a": 1}},
        {
            "type": "chatkit.client_tool_call",
            "status": "in_progress",
            "call_id": "c1",
            "name": "open",
            "arguments": '{"a":1}',
            "output": None,
        },
    ),
    (
        {
            "type": "client_tool_call",
            "call_id": "c2",
            "name": "open",
            "arguments": {},
            "status": "completed",
            "output": {"ok": True},
        },
        {
            "type": "chatkit.client_tool_call",
            "status": "completed",
            "call_id": "c2",
            "name": "open",
            "arguments": "{}",
            "output": '{"ok":true}',
        },
    ),
    (
        {"type": "widget", "widget": {"type": "Card", "children": []}},
        {"type": "chatkit.widget", "widget": '{"type":"Card","children":[]}'},
    ),
    (
        {"type": "generated_image", "image": {"id": "i1", "url": "https://i.example/1.png"}},
        {
            "type": "chatkit.widget",
            "widget": (
                '{"type":"Card","children":[{"type":"Image","src":"https://i.example/1.png"}]}'
            ),
        },
    ),
    ({"type": "generated_image"}, None),
    (
        {"type": "task", "task": {"type": "thought", "title": "Hm", "content": "So"}},
        {"type": "chatkit.task", "task_type": "thought", "heading": "Hm", "summary": "So"},
    ),
    (
        {
            "type": "workflow",
            "workflow": {
                "type": "custom",
                "tasks": [
                    {"type": "custom", "title": "One", "content": "done"},
                    {"type": "web_search", "title": "Two", "queries": ["a", "b"]},
                    {"type": "file", "title": "Three"},
                ],
            },
        },
        {
            "type": "chatkit.task_group",
            "tasks": [
                {"type": "custom", "heading": "One", "summary": "done"},
                {"type": "custom", "heading": "Two", "summary": "a, b"},
                {"type": "custom", "heading": "Three", "summary": None},
            ],
        },
    ),
    (
        {
            "type": "structured_input",
            "status": "answered",
            "inputs": [
                {
                    "type": "freeform",
                    "id": "q1",
                    "question": "When?",
                    "answer": {"values": ["now", "then"]},
                },
                {"type": "freeform", "id": "q2", "question": "Why?"},
            ],
        },
        {
            "type": "chatkit.task_group",
            "tasks": [
                {"type": "custom", "heading": "When?", "summary": "now, then"},
                {"type": "custom", "heading": "Why?", "summary": None},
            ],
        },
    ),
    ({"type": "hidden_context_item", "content": "secret"}, None),
    ({"type": "sdk_hidden_context", "content": "secret"}, None),
    ({"type": "end_of_turn"}, None),
]


async def keep(stage: Stage) -> str:
    """A locked thread of Ada's with an item of each kind."""
    context, now = SessionContext(user="ada"), datetime.now(UTC)
    thread = ThreadMetadata.model_validate(
        {"id": "thr_1", "created_at": now, "status": {"type": "locked", "reason": "Enough."}}
    )
    await stage.server.store.save_thread(thread, context)
    parse = TypeAdapter[ThreadItem](ThreadItem).validate_python
    for number, (item, _) in enumerate(ITEMS):
        about = {"id": f"itm_{number}", "thread_id": thread.id, "created_at": now}
        await stage.server.store.add_thread_item(thread.id, parse({**item, **about}), context)
    return thread.id


async def test_every_item_is_one_that_the_sdk_knows(stage: Stage) -> None:
    """What has no type there becomes the nearest; hidden items and ends of turns are left out."""
    thread_id = await keep(stage)
    response = await stage.page.get(
        f"/v1/chatkit/threads/{thread_id}/items?order=asc&limit=100",
        headers={"Authorization": f"Bearer {stage.key}"},
    )
    page = response.json()
    ChatKitThreadItemList.model_validate(page)
    bodies = [
        {name: value for name, value in item.items() if name not in _COMMON}
        for item in page["data"]
    ]
    assert bodies == [shown for _, shown in ITEMS if shown is not None]
    assert {item["object"] for item in page["data"]} == {"chatkit.thread_item"}
    assert "secret" not in response.text


_COMMON = ("id", "object", "created_at", "thread_id")


async def test_pages_are_full_where_hidden_items_are_between(stage: Stage) -> None:
    """A pager that meets a short page would stop too early."""
    thread_id = await keep(stage)
    threads = stage.backend.beta.chatkit.threads
    paged = [item.id async for item in threads.list_items(thread_id, limit=3)]
    shown = [f"itm_{number}" for number, (_, body) in enumerate(ITEMS) if body is not None]
    assert paged == shown[::-1]


async def test_a_locked_thread_says_why(stage: Stage) -> None:
    """As its users see it."""
    thread = await stage.backend.beta.chatkit.threads.retrieve(await keep(stage))
    assert thread.status.to_dict() == {"type": "locked", "reason": "Enough."}
