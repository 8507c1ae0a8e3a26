"""One scene for each event type, and text of every kind."""

from typing import Any

from chatkit.errors import CustomStreamError
from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    ClientEffectEvent,
    ErrorEvent,
    NoticeEvent,
    ProgressUpdateEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
)

from .stage import (
    SAYS,
    Events,
    Scene,
    answer_item,
    request_of,
    streamed,
    text_input,
    updated,
)


async def _titling(thread: ThreadMetadata, message: Any, context: Any) -> Events:
    yield ThreadItemDoneEvent(item=answer_item())
    thread.title = "Greetings"
    thread.metadata["step"] = "secret"
    yield ProgressUpdateEvent(text="Naming this conversation")


async def _failing(thread: ThreadMetadata, message: Any, context: Any) -> Events:
    yield ErrorEvent(code="custom", message="Search is down, going on without it")
    raise CustomStreamError("Too many messages today", allow_retry=True)


EVENTS = [
    Scene(
        name="event_thread_created",
        about="a new thread whose handler says nothing",
        request=request_of("threads.create", input=text_input()),
    ),
    Scene(
        name="event_thread_updated",
        about="the handler named the thread: told right after the event during which it did",
        request=SAYS,
        answer=_titling,
    ),
    streamed(
        "event_thread_item_added",
        "an item is announced, and finished",
        ThreadItemAddedEvent(item=answer_item("Hel")),
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "event_thread_item_updated",
        "a pending item changes; the part before the text came is made up",
        ThreadItemAddedEvent(item=answer_item(None)),
        updated("answer_1", AssistantMessageContentPartTextDelta(content_index=1, delta="Hello")),
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "event_thread_item_done",
        "an item that was never announced is there at once",
        ThreadItemDoneEvent(item=answer_item()),
    ),
    streamed(
        "event_thread_item_removed",
        "an item is taken back",
        ThreadItemAddedEvent(item=answer_item("Oops")),
        ThreadItemRemovedEvent(item_id="answer_1"),
    ),
    streamed(
        "event_thread_item_replaced",
        "an earlier item becomes another, in the same place",
        ThreadItemReplacedEvent(item=answer_item("Better")),
        before=(answer_item("Good"),),
    ),
    streamed("event_stream_options", "the options come before the answer"),
    streamed(
        "event_progress_update",
        "lines that say what is going on, with an icon and without",
        ProgressUpdateEvent(icon="search", text="Searching…"),
        ProgressUpdateEvent(text="Reading…"),
    ),
    streamed(
        "event_client_effect",
        "something for the page to do; nulls inside data stay",
        ClientEffectEvent(name="confetti"),
        ClientEffectEvent(name="open", data={"id": 7, "deep": {"list": [1, None]}}),
    ),
    streamed(
        "event_notice",
        "notes of each level",
        NoticeEvent(level="info", message="For *your* information"),
        NoticeEvent(level="warning", message="Careful", title="Limit"),
        NoticeEvent(level="danger", message="Stop"),
    ),
    Scene(
        name="event_error",
        about="an error on the way, and one that ends the answer",
        request=SAYS,
        answer=_failing,
    ),
]


TEXTS = [
    streamed(
        "text_of_every_kind",
        "quotes, line ends, separators, emoji and controls, each in one `data:` line",
        ThreadItemAddedEvent(item=answer_item(None)),
        *(
            updated("answer_1", AssistantMessageContentPartTextDelta(content_index=0, delta=delta))
            for delta in (
                "plain",
                'quotes " and \\ and /',
                "lines\r\nand\ttabs",
                "controls \x00\x1b\x7f",
                "separators \u2028\u2029\u0085\ufeff",
                "emoji 👩‍👩‍👧‍👦 🇩🇪",
                "العربية עברית 日本語 ग्रन्थि",
                "</script> <!-- data: x -->",
            )
        ),
        ThreadItemDoneEvent(item=answer_item("plain")),
    ),
]
