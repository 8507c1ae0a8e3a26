"""One scene for each request type of the official protocol."""

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    ClientEffectEvent,
    ClosedStatus,
    EndOfTurnItem,
    HiddenContextItem,
    LockedStatus,
    SDKHiddenContextItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
)
from chatkit.widgets import (
    Card,
    Text,
)

from .stage import (
    ACTION,
    FILE,
    IMAGE,
    NOW,
    PLACE,
    Scene,
    answer_item,
    call_item,
    form_item,
    message_item,
    played,
    request_of,
    text_input,
    updated,
    widget_item,
)

REQUESTS = [
    Scene(
        name="threads_create",
        about="a new thread: created, the message, the options, a streamed answer",
        request=request_of("threads.create", input=text_input("Hi")),
        answer=played(
            ThreadItemAddedEvent(item=answer_item(None)),
            updated(
                "answer_1",
                AssistantMessageContentPartAdded(
                    content_index=0, content=AssistantMessageContent(text="")
                ),
            ),
            updated("answer_1", AssistantMessageContentPartTextDelta(content_index=0, delta="Hel")),
            updated("answer_1", AssistantMessageContentPartTextDelta(content_index=0, delta="lo")),
            updated(
                "answer_1",
                AssistantMessageContentPartDone(
                    content_index=0, content=AssistantMessageContent(text="Hello")
                ),
            ),
            ThreadItemDoneEvent(item=answer_item()),
        ),
    ),
    Scene(
        name="threads_add_user_message",
        about="all that a message may carry: tags, attachments, a quote, a tool, a model",
        request=request_of(
            "threads.add_user_message",
            thread_id="thr",
            input={
                "content": [
                    {"type": "input_text", "text": "Ask "},
                    {
                        "type": "input_tag",
                        "id": "ada",
                        "text": "Ada",
                        "data": {"age": 36, "nick": None},
                        "group": "People",
                        "interactive": True,
                    },
                ],
                "attachments": ["atc_1", "atc_2"],
                "quoted_text": "as we said",
                "inference_options": {"tool_choice": {"id": "search"}, "model": "large"},
            },
        ),
        attachments=(FILE, IMAGE),
        answer=played(ThreadItemDoneEvent(item=answer_item())),
    ),
    Scene(
        name="threads_add_client_tool_output",
        about="a client tool's result, and how the answer goes on",
        request=request_of(
            "threads.add_client_tool_output", thread_id="thr", result={"city": "Ulm"}
        ),
        before=(message_item(), call_item()),
        answer=played(ThreadItemDoneEvent(item=answer_item("You are in Ulm."))),
    ),
    Scene(
        name="threads_add_structured_input",
        about="a form's answers come back as a replaced item, and the answer goes on",
        request=request_of(
            "threads.add_structured_input",
            thread_id="thr",
            item_id="form_1",
            input={
                "status": "answered",
                "answers": {
                    "colour": {"values": ["blue", "red"]},
                    "sizes": {"values": ["red", "blue"]},
                    "why": {"values": [], "skipped": True},
                },
            },
        ),
        before=(message_item(), form_item()),
        answer=played(ThreadItemDoneEvent(item=answer_item("Blue, then."))),
    ),
    Scene(
        name="threads_retry_after_item",
        about="another answer to the same message; the old one is dropped without an event",
        request=request_of("threads.retry_after_item", thread_id="thr", item_id="user_1"),
        before=(message_item(), answer_item("Old")),
        answer=played(ThreadItemDoneEvent(item=answer_item("New", "answer_2"))),
    ),
    Scene(
        name="threads_custom_action",
        about="a widget's action: an effect in the page, and the widget replaced",
        request=request_of(
            "threads.custom_action", thread_id="thr", item_id="widget_1", action=ACTION
        ),
        before=(widget_item(Card(children=[])),),
        answer=played(
            ClientEffectEvent(name="saved", data={"id": 7}),
            ThreadItemReplacedEvent(item=widget_item(Card(children=[Text(value="Saved")]))),
        ),
    ),
    Scene(
        name="threads_sync_custom_action",
        about="a widget's action that is answered at once",
        request=request_of(
            "threads.sync_custom_action", thread_id="thr", item_id="widget_1", action=ACTION
        ),
        before=(widget_item(Card(children=[])),),
    ),
    Scene(
        name="threads_get_by_id",
        about="a thread with its items, of every kind but the hidden ones",
        request=request_of("threads.get_by_id", thread_id="thr"),
        thread=ThreadMetadata(
            id="thr",
            created_at=NOW,
            title="Colours",
            status=LockedStatus(reason="Moderated"),
            allowed_image_domains=["files.test"],
            metadata={"plan": "secret"},
        ),
        before=(
            message_item(attachments=[FILE], quoted_text="that"),
            HiddenContextItem(id="hidden_1", **PLACE, content={"note": "secret"}),
            answer_item(),
            widget_item(Card(children=[Text(value="x")]), copy_text="x"),
            SDKHiddenContextItem(id="hidden_2", **PLACE, content="secret"),
            EndOfTurnItem(id="end_1", **PLACE),
        ),
    ),
    Scene(
        name="threads_list",
        about="a page of threads, each without its items",
        request=request_of("threads.list", limit=1, order="desc"),
        thread=ThreadMetadata(
            id="thr",
            created_at=NOW,
            title="Colours",
            status=ClosedStatus(),
            metadata={"a": "secret"},
        ),
    ),
    Scene(
        name="items_list",
        about="a page of items with the cursor for the next one",
        request=request_of("items.list", thread_id="thr", limit=2, order="asc"),
        before=(message_item(), answer_item(), answer_item("More", "answer_2")),
    ),
    Scene(
        name="items_feedback",
        about="a thumb up",
        request=request_of(
            "items.feedback", thread_id="thr", item_ids=["answer_1"], kind="positive"
        ),
        before=(answer_item(),),
    ),
    Scene(
        name="attachments_create",
        about="a file is announced; the answer says where to upload it",
        request=request_of("attachments.create", name="notes.txt", size=5, mime_type="text/plain"),
    ),
    Scene(
        name="attachments_delete",
        about="a file is taken out of the composer again",
        request=request_of("attachments.delete", attachment_id="atc_1"),
        attachments=(FILE,),
    ),
    Scene(
        name="threads_update",
        about="a thread is renamed",
        request=request_of("threads.update", thread_id="thr", title="Dune 🏜️"),
    ),
    Scene(
        name="threads_delete",
        about="a thread is deleted",
        request=request_of("threads.delete", thread_id="thr"),
    ),
    Scene(
        name="input_transcribe",
        about="dictation: audio becomes text",
        request=request_of(
            "input.transcribe", audio_base64="AAECAw==", mime_type="audio/webm;codecs=opus"
        ),
    ),
]
