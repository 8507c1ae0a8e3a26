"""`threads.add_client_tool_output`: which call it completes, and what happens then."""

import pytest
from hosts import (
    Host,
    answer,
    body,
    hidden,
    message,
    plain_store,
    read_stream,
    tool_call,
    types,
    widget,
)
from stores import PlainStore

from chatkit.errors import NoPendingToolCall, NotFoundError
from chatkit.types import (
    ClientToolCallItem,
    EndOfTurnItem,
    ThreadItemDoneEvent,
)


def output(result: object = None, thread_id: str = "thr") -> str:
    """The request with a tool's result."""
    return body("threads.add_client_tool_output", thread_id=thread_id, result=result)


def call_of(store: PlainStore, item_id: str) -> ClientToolCallItem:
    """The stored call."""
    (item,) = [item for item in store.of("thr") if item.id == item_id]
    assert isinstance(item, ClientToolCallItem)
    return item


async def test_the_output_completes_the_call_and_the_answer_goes_on() -> None:
    """The handler is called with no message; the model finds the result in the history."""
    store = plain_store(message(), tool_call())
    server = Host(store)
    events = await read_stream(server, output({"city": "Ulm"}), "ctx")
    assert types(events) == ["stream_options", "thread.item.done"]
    completed = call_of(store, "call_1")
    assert (completed.status, completed.output) == ("completed", {"city": "Ulm"})
    assert (completed.call_id, completed.arguments) == ("fc_call_1", {"precise": True})
    assert [(thread.id, text, context) for thread, text, context in server.asked] == [
        ("thr", None, "ctx")
    ]
    assert store.writes == [
        ("save_item", "thr", "call_1"),
        ("add_thread_item", "thr", "hello_again"),
    ]


@pytest.mark.parametrize("result", [None, "text", 0, [], {"a": [None]}])
async def test_any_json_is_a_result(result: object) -> None:
    """A tool may give nothing back; `result` is there all the same."""
    store = plain_store(message(), tool_call())
    await read_stream(Host(store), output(result))
    assert call_of(store, "call_1").status == "completed"
    assert call_of(store, "call_1").output == result


@pytest.mark.requirement("row-05")
@pytest.mark.parametrize(
    "later",
    [
        [hidden()],
        [hidden(), hidden("hidden_2")],
        [answer("Working"), widget(), hidden()],
        [hidden(f"hidden_{n}") for n in range(250)],
    ],
    ids=["one", "two", "visible", "pages"],
)
async def test_the_call_is_found_behind_what_came_after_it(later: list) -> None:
    """Design, row 5: officially only the very last item is looked at, hidden or not."""
    store = plain_store(message(), tool_call(), *later)
    await read_stream(Host(store), output(1))
    assert call_of(store, "call_1").output == 1


@pytest.mark.requirement("row-05")
async def test_parallel_calls_are_answered_one_after_the_other() -> None:
    """Design, row 5: the page runs them in order, and each output goes to a call of its own."""
    store = plain_store(message(), tool_call("call_1"), tool_call("call_2"))
    server = Host(store)
    await read_stream(server, output("first"))
    assert call_of(store, "call_1").output == "first"
    assert call_of(store, "call_2").status == "pending"
    await read_stream(server, output("second"))
    assert call_of(store, "call_2").output == "second"
    with pytest.raises(NoPendingToolCall):
        await server.process(output("third"), None)


@pytest.mark.requirement("row-05")
async def test_calls_from_before_the_last_message_are_dropped() -> None:
    """A page that was closed never answers them, and a model refuses calls without output."""
    store = plain_store(message(), tool_call("stale"), message(id="user_2"), tool_call("call_2"))
    await read_stream(Host(store), output("now"))
    assert call_of(store, "call_2").output == "now"
    assert "stale" not in [item.id for item in store.of("thr")]


@pytest.mark.requirement("row-05")
async def test_an_end_of_turn_with_an_id_like_no_other_is_passed_over() -> None:
    """Design, row 5: ids are the host's; an odd one must not stop the search."""
    last = EndOfTurnItem(id="", thread_id="thr", created_at=message().created_at)
    store = plain_store(message(), tool_call(), last)
    await read_stream(Host(store), output(1))
    assert call_of(store, "call_1").status == "completed"


@pytest.mark.requirement("sec-24")
@pytest.mark.parametrize(
    "items",
    [
        [],
        [message()],
        [message(), answer("Hi")],
        [message(), tool_call(status="completed", output=1)],
        [message(), tool_call(), message(id="user_2")],
    ],
    ids=["empty", "only a message", "answered", "completed", "stale"],
)
async def test_an_output_that_no_call_waits_for_is_an_error_before_the_stream(items: list) -> None:
    """It belongs to an earlier turn, or was sent twice. A ValueError, as officially."""
    store = plain_store(*items)
    with pytest.raises(NoPendingToolCall) as caught:
        await Host(store).process(output(1), None)
    assert isinstance(caught.value, ValueError)
    assert caught.value.status == 409
    assert store.writes == []


async def test_an_output_for_an_unknown_thread_is_an_error_before_the_stream() -> None:
    """The thread was deleted in another tab while the tool ran."""
    with pytest.raises(NotFoundError):
        await Host(plain_store()).process(output(1, thread_id="zzz"), None)


async def test_a_handler_can_call_the_next_tool() -> None:
    """Tool after tool, each in a turn of its own, until the model has what it needs."""
    store = plain_store(message(), tool_call("call_1"))

    async def reply(thread, user_message, context):
        yield ThreadItemDoneEvent(item=tool_call("call_2"))

    server = Host(store, reply)
    events = await read_stream(server, output("first"))
    assert events[-1]["item"]["status"] == "pending"
    server = Host(store)
    await read_stream(server, output("second"))
    assert call_of(store, "call_2").output == "second"
