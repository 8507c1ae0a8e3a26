"""One message or more of every type, as they are on the wire."""

from typing import Any

Json = dict[str, Any]

WHEN = "2025-11-04T09:30:00.123456Z"

MESSAGE_INPUT: Json = {
    "content": [
        {"type": "input_text", "text": "Ask "},
        {
            "type": "input_tag",
            "id": "u_1",
            "text": "Ada",
            "data": {"team": None},
            "group": "People",
            "interactive": True,
        },
    ],
    "attachments": ["atc_1"],
    "quoted_text": "as before",
    "inference_options": {"tool_choice": {"id": "search"}, "model": "small"},
}

REQUEST_PARAMS: dict[str, Json] = {
    "threads.create": {"input": MESSAGE_INPUT},
    "threads.add_user_message": {"input": MESSAGE_INPUT, "thread_id": "thr_1"},
    "threads.add_client_tool_output": {"thread_id": "thr_1", "result": {"rows": [None, 1]}},
    "threads.add_structured_input": {
        "thread_id": "thr_1",
        "item_id": "msg_1",
        "input": {
            "status": "answered",
            "answers": {"size": {"values": ["L"], "skipped": False}},
        },
    },
    "threads.retry_after_item": {"thread_id": "thr_1", "item_id": "msg_1"},
    "threads.custom_action": {
        "thread_id": "thr_1",
        "item_id": "msg_1",
        "action": {"type": "save", "payload": {"id": 7}},
    },
    "threads.sync_custom_action": {"thread_id": "thr_1", "action": {"type": "save"}},
    "threads.get_by_id": {"thread_id": "thr_1"},
    "threads.list": {"limit": 9999, "order": "desc", "after": "thr_9"},
    "threads.update": {"thread_id": "thr_1", "title": "Trips"},
    "threads.delete": {"thread_id": "thr_1"},
    "items.list": {"thread_id": "thr_1", "limit": 20, "order": "asc", "after": "msg_9"},
    "items.feedback": {"thread_id": "thr_1", "item_ids": ["msg_1"], "kind": "negative"},
    "attachments.create": {"name": "a.pdf", "size": 12, "mime_type": "application/pdf"},
    "attachments.delete": {"attachment_id": "atc_1"},
    "input.transcribe": {"audio_base64": "AAAA", "mime_type": "audio/webm;codecs=opus"},
    "turns.attach": {"turn_id": "trn_1", "after": 12},
    "turns.stop": {"turn_id": "trn_1"},
}

REQUESTS: list[Json] = [
    {"metadata": {"page": "/orders"}, "type": kind, "params": params}
    for kind, params in REQUEST_PARAMS.items()
]

SOURCES: list[Json] = [
    {"title": "Docs", "type": "url", "url": "https://example.com", "attribution": "Example"},
    {"title": "Notes", "description": "Mine", "type": "file", "filename": "notes.md"},
    {
        "title": "Ada",
        "timestamp": "today",
        "group": "People",
        "type": "entity",
        "id": "u_1",
        "icon": "user",
        "label": "Ada L.",
        "inline_label": "Ada",
        "interactive": True,
        "data": {"team": None},
        "preview": "lazy",
    },
]

TASKS: list[Json] = [
    {
        "status_indicator": "loading",
        "type": "custom",
        "title": "Look",
        "icon": "lucide:eye",
        "content": "*closely*",
    },
    {
        "status_indicator": "complete",
        "type": "web_search",
        "title_query": "weather",
        "queries": ["weather"],
        "sources": [SOURCES[0]],
    },
    {"status_indicator": "none", "type": "thought", "title": "Hm", "content": "So…"},
    {"status_indicator": "none", "type": "file", "sources": [SOURCES[1]]},
    {"status_indicator": "none", "type": "image", "title": "A chart"},
]

TEXT: Json = {
    "annotations": [{"type": "annotation", "source": source, "index": 3} for source in SOURCES],
    "text": "Hello",
    "type": "output_text",
}

ATTACHMENTS: list[Json] = [
    {
        "id": "atc_1",
        "name": "a.pdf",
        "mime_type": "application/pdf",
        "upload_descriptor": {
            "url": "https://example.com/up",
            "method": "PUT",
            "headers": {"X-Key": "k"},
        },
        "type": "file",
    },
    {
        "id": "atc_2",
        "name": "a.png",
        "mime_type": "image/png",
        "thread_id": "thr_1",
        "type": "image",
        "preview_url": "https://example.com/a.png",
    },
]

CARD: Json = {"type": "Card", "children": [{"id": "t", "type": "Text", "value": "Hi"}]}


def item(kind: str, **fields: Any) -> Json:
    return {"id": "msg_1", "thread_id": "thr_1", "created_at": WHEN, "type": kind, **fields}


ITEMS: list[Json] = [
    item(
        "user_message",
        content=MESSAGE_INPUT["content"],
        attachments=ATTACHMENTS,
        quoted_text="as before",
        inference_options=MESSAGE_INPUT["inference_options"],
    ),
    item("assistant_message", content=[TEXT]),
    item(
        "client_tool_call",
        status="completed",
        call_id="call_1",
        name="locate",
        arguments={"near": None},
        output={"at": [1, None]},
    ),
    item("widget", widget=CARD, copy_text="Hi"),
    item("widget", widget={"type": "Card", "size": "huge"}),
    item("generated_image", image={"id": "img_1", "url": "data:image/png;base64,AA=="}),
    item("generated_image"),
    item(
        "structured_input",
        status="answered",
        inputs=[
            {
                "id": "size",
                "question": "Which size?",
                "answer": {"values": ["L"], "skipped": False},
                "type": "multiple_choice",
                "options": [{"value": "M"}, {"value": "L"}],
                "multiple": False,
            },
            {
                "id": "why",
                "question": "Why?",
                "answer": {"values": [], "skipped": True},
                "type": "freeform",
                "description": "In a word",
            },
        ],
    ),
    item(
        "workflow",
        workflow={
            "type": "custom",
            "tasks": TASKS,
            "summary": {"title": "Done", "icon": "check"},
            "expanded": True,
        },
    ),
    item(
        "workflow",
        workflow={
            "type": "reasoning",
            "tasks": [],
            "summary": {"duration": 12},
            "expanded": False,
        },
    ),
    *(item("task", task=task) for task in TASKS),
    item("hidden_context_item", content={"any": [None]}),
    item("sdk_hidden_context", content="The user cancelled."),
    item("end_of_turn"),
]

UPDATES: list[Json] = [
    {"type": "assistant_message.content_part.added", "content_index": 0, "content": TEXT},
    {"type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": "He"},
    {
        "type": "assistant_message.content_part.annotation_added",
        "content_index": 0,
        "annotation_index": 1,
        "annotation": TEXT["annotations"][0],
    },
    {"type": "assistant_message.content_part.done", "content_index": 0, "content": TEXT},
    {
        "type": "widget.streaming_text.value_delta",
        "component_id": "t",
        "delta": "!",
        "done": True,
    },
    {"type": "widget.root.updated", "widget": CARD},
    {"type": "widget.component.updated", "component_id": "t", "component": CARD["children"][0]},
    {"type": "workflow.task.added", "task_index": 0, "task": TASKS[0]},
    {"type": "workflow.task.updated", "task_index": 0, "task": TASKS[2]},
    {
        "type": "generated_image.updated",
        "image": {"id": "img_1", "url": "https://example.com/i.png"},
        "progress": 0.5,
    },
]

THREAD: Json = {
    "title": "Trips",
    "id": "thr_1",
    "created_at": WHEN,
    "status": {"type": "locked", "reason": "Later"},
    "allowed_image_domains": ["example.com"],
    "items": {"data": [ITEMS[0]], "has_more": True, "after": "msg_1"},
}

EVENTS: list[Json] = [
    {"type": "thread.created", "thread": THREAD},
    {"type": "thread.updated", "thread": THREAD},
    *({"type": "thread.item.added", "item": each} for each in ITEMS),
    *({"type": "thread.item.done", "item": each} for each in ITEMS),
    *({"type": "thread.item.replaced", "item": each} for each in ITEMS),
    *({"type": "thread.item.updated", "item_id": "msg_1", "update": each} for each in UPDATES),
    {"type": "thread.item.removed", "item_id": "msg_1"},
    {"type": "stream_options", "stream_options": {"allow_cancel": True}},
    {"type": "progress_update", "icon": "search", "text": "Looking"},
    {"type": "client_effect", "name": "confetti", "data": {"n": None}},
    {"type": "error", "code": "stream.error", "allow_retry": True},
    {"type": "error", "code": "custom", "message": "No.", "allow_retry": False},
    {"type": "notice", "level": "warning", "message": "*Busy*", "title": "Note"},
]
