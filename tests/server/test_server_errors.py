"""What handlers raise: the event that the client gets, what is kept, what is logged."""

import asyncio
import contextvars
import logging

import pytest
from hosts import (
    Host,
    added,
    body,
    delta,
    done,
    open_stream,
    parse_frame,
    plain_store,
    raising,
    read_into,
    read_json,
    read_stream,
    says,
    text_input,
    types,
)
from stores import PlainStore, SlowStore

from chatkit.errors import (
    ChatKitError,
    CustomStreamError,
    ErrorCode,
    NotFoundError,
    StreamError,
)
from chatkit.server import stream_widget
from chatkit.store import MemoryStore
from chatkit.types import (
    AssistantMessageItem,
    ErrorEvent,
)

CANARY = "canary postgres://admin:secret@db"


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (
            StreamError(ErrorCode.STREAM_ERROR),
            {"type": "error", "code": "stream.error", "allow_retry": True},
        ),
        (
            StreamError(ErrorCode.STREAM_ERROR, allow_retry=False),
            {"type": "error", "code": "stream.error", "allow_retry": False},
        ),
        (
            CustomStreamError("Try *later*"),
            {"type": "error", "code": "custom", "message": "Try *later*", "allow_retry": False},
        ),
        (
            CustomStreamError("Again", allow_retry=True),
            {"type": "error", "code": "custom", "message": "Again", "allow_retry": True},
        ),
    ],
)
async def test_an_error_that_is_meant_for_the_client_becomes_its_event(
    error: ChatKitError, event: dict, caplog: pytest.LogCaptureFixture
) -> None:
    """With its retry flag; it is no fault of the server's, so no traceback is logged."""
    events = await read_stream(Host(plain_store(), raising(error)), says())
    assert events[2:] == [event]
    assert "Traceback" not in caplog.text


@pytest.mark.requirement("sec-30")
@pytest.mark.parametrize(
    "error",
    [
        ValueError(CANARY),
        NotFoundError(CANARY),
        ChatKitError(CANARY),
        RuntimeError(CANARY),
        TimeoutError(CANARY),
        ExceptionGroup(CANARY, [ValueError(CANARY)]),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_any_other_error_is_a_retryable_one_that_says_nothing_and_is_logged(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Internal details go to the log with their traceback, never to the client."""
    store = plain_store()
    with caplog.at_level(logging.ERROR, logger="chatkit"):
        events = await read_stream(Host(store, raising(error)), says())
    assert events[2:] == [{"type": "error", "code": "stream.error", "allow_retry": True}]
    assert "canary" not in str(events)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert record.exc_info[1] is error
    assert "thr" in record.getMessage()


async def test_a_stream_that_ends_with_an_error_ends_normally() -> None:
    """Never a cut stream: browsers would show a network error instead."""
    stream = await open_stream(Host(plain_store(), raising(ValueError())), says())
    frames = [frame async for frame in stream]
    assert parse_frame(frames[-1])["type"] == "error"


async def test_an_error_event_that_a_handler_yields_ends_nothing() -> None:
    """Hosts report what went wrong on the way and go on."""

    async def reply(thread, user_message, context):
        yield ErrorEvent(message="Search is down", allow_retry=True)
        yield done("Without it, then")

    events = await read_stream(Host(plain_store(), reply), says())
    assert types(events)[2:] == ["error", "thread.item.done"]
    assert events[2]["message"] == "Search is down"


async def test_an_error_while_the_handler_is_called_is_an_event_too() -> None:
    """`respond` may be a plain function that returns an iterator, or that fails at once."""

    class Plain(Host):
        def respond(self, thread, input_user_message, context):
            raise ValueError(CANARY)

    events = await read_stream(Plain(plain_store()), says())
    assert types(events)[2:] == ["error"]
    assert "canary" not in str(events)


async def test_a_handler_may_return_an_iterator_that_is_no_generator() -> None:
    """The surface says AsyncIterator: one without `aclose` will do."""

    class Once:
        def __init__(self) -> None:
            self.left = [done("Hello")]

        def __aiter__(self):
            return self

        async def __anext__(self):
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop()

    class Plain(Host):
        def respond(self, thread, input_user_message, context):
            return Once()

    events = await read_stream(Plain(plain_store()), says())
    assert types(events)[2:] == ["thread.item.done"]


@pytest.mark.requirement("row-16")
async def test_an_empty_widget_generator_is_an_error_event() -> None:
    """Design, row 16: officially the stream breaks off with a RuntimeError."""

    async def nothing():
        return
        yield

    async def reply(thread, user_message, context):
        async for event in stream_widget(thread, nothing()):
            yield event

    events = await read_stream(Host(plain_store(), reply), says())
    assert events[2:] == [{"type": "error", "code": "stream.error", "allow_retry": True}]


async def test_a_handler_that_raises_cancelled_error_counts_as_stopped() -> None:
    """Source: server-behaviour: pending work is saved and the reader ends with CancelledError."""
    store = plain_store(kind=SlowStore)
    reply = raising(asyncio.CancelledError(), added(), delta("Partial"))
    stream = await open_stream(Host(store, reply), says())
    events: list[dict] = []
    with pytest.raises(asyncio.CancelledError):
        await read_into(events, stream)
    assert "error" not in types(events)
    kept = store.of("thr")
    assert [item.type for item in kept] == [
        "user_message",
        "assistant_message",
        "sdk_hidden_context",
    ]
    assert isinstance(kept[1], AssistantMessageItem)
    assert kept[1].content[0].text == "Partial"


@pytest.mark.requirement("row-20")
async def test_nothing_is_left_over_from_a_turn_that_failed() -> None:
    """Design, row 20: context variables that it set stay its own, and the next turn is clean."""
    setting = contextvars.ContextVar("setting", default="untouched")

    async def reply(thread, user_message, context):
        setting.set("by the turn")
        yield added()
        raise ValueError

    server = Host(plain_store(), reply)
    await read_stream(server, says())
    assert setting.get() == "untouched"

    async def clean(thread, user_message, context):
        assert setting.get() == "untouched"
        yield done("Fine", "a2")

    server.answer = clean
    assert "error" not in types(await read_stream(server, says()))


async def test_context_variables_of_the_caller_reach_the_handler() -> None:
    """Tracing ids and per-request settings. Source: the design, Turns."""
    request_id = contextvars.ContextVar("request_id")
    seen = []

    async def reply(thread, user_message, context):
        seen.append(request_id.get())
        yield done("x", f"a{len(seen)}")

    server = Host(plain_store(), reply)
    for name in ("one", "two"):
        request_id.set(name)
        await read_stream(server, says())
    assert seen == ["one", "two"]


async def test_an_error_on_one_thread_does_not_touch_another() -> None:
    """Two turns at once, one of which fails."""
    store = PlainStore()

    async def reply(thread, user_message, context):
        if user_message.content[0].text == "bad":
            raise ValueError
        yield added(id=f"a_{thread.id}")
        await asyncio.sleep(0)
        yield done("Fine", f"a_{thread.id}")

    server = Host(store, reply)
    requests = [body("threads.create", input=text_input(text)) for text in ("good", "bad", "good")]
    good, bad, other = await asyncio.gather(*[read_stream(server, request) for request in requests])
    assert types(bad)[-1] == "error"
    for events in (good, other):
        assert types(events)[-1] == "thread.item.done"
        thread = await read_json(
            server, body("threads.get_by_id", thread_id=events[0]["thread"]["id"])
        )
        assert len(thread["items"]["data"]) == 2


async def test_an_emoji_that_a_model_cuts_in_two_does_not_end_the_answer() -> None:
    """The halves come in deltas of their own; officially the stream breaks off with an error."""

    async def reply(thread, user_message, context):
        yield added()
        yield delta("\ud83d")
        yield delta("\ude00")
        yield done("\ud83d\ude00")

    for kind in (PlainStore, MemoryStore):
        server = Host(kind(), reply)
        events = await read_stream(server, body("threads.create", input=text_input()))
        texts = [event["update"]["delta"] for event in events if "update" in event]
        assert "".join(texts) == "😀"
        assert events[-1]["item"]["content"][0]["text"] == "😀"
        thread_id = events[0]["thread"]["id"]
        page = await read_json(server, body("items.list", thread_id=thread_id, order="asc"))
        assert page["data"][1]["content"][0]["text"] == "😀"
