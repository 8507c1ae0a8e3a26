"""Two turns of one thread: they queue, are refused or interrupt, and never interleave."""

import asyncio

import pytest
from hosts import (
    Host,
    added,
    body,
    delta,
    done,
    open_stream,
    plain_store,
    read_stream,
    read_until,
    says,
    types,
    widget,
)
from stores import SlowStore

from chatkit.errors import TooManyTurns, TurnBusy
from chatkit.turns import TurnLimits
from chatkit.types import ThreadItemDoneEvent


class Gated(Host):
    """Answers each message with its text, once it may."""

    def __init__(self, store=None, **options) -> None:
        super().__init__(store or plain_store(kind=SlowStore), **options)
        self.going = asyncio.Event()
        self.gate = asyncio.Event()
        self.order: list[str] = []

    async def respond(self, thread, input_user_message, context):
        text = input_user_message.content[0].text
        self.order.append(f"{text} begins")
        self.going.set()
        yield added(id=text)
        yield delta(text, text)
        await self.gate.wait()
        yield done(text, text)
        self.order.append(f"{text} ends")


async def let_run() -> None:
    """Lets what was just started get as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.requirement("fault-17", "row-10")
async def test_messages_sent_together_are_answered_one_after_the_other() -> None:
    """Design, row 10: two tabs; officially their answers mix in the thread's history."""
    server = Gated()
    server.gate.set()
    texts = [f"m{n}" for n in range(5)]
    answers = await asyncio.gather(*[read_stream(server, says(text)) for text in texts])
    assert server.order == [f"{text} {part}" for text in texts for part in ("begins", "ends")]
    for text, events in zip(texts, answers, strict=True):
        assert types(events)[-1] == "thread.item.done"
        assert events[-1]["item"]["id"] == text
    stored = [item.id for item in server.store.of("thr")]
    assert stored == [f"{name}" for n in range(5) for name in (f"msg_{n + 1}", f"m{n}")]


@pytest.mark.requirement("row-10")
async def test_a_message_that_waits_is_neither_stored_nor_shown_yet() -> None:
    """Design, row 10: the answer before it is still to come, and belongs before it."""
    server = Gated()
    first = asyncio.create_task(read_stream(server, says("one")))
    await server.going.wait()
    second = asyncio.create_task(read_stream(server, says("two")))
    await let_run()
    assert len(server.store.of("thr")) == 1
    assert not second.done()
    server.gate.set()
    await first
    assert types(await second)[0] == "thread.item.done"


async def test_too_many_waiting_messages_are_refused() -> None:
    """A queue without an end would only hide that the model is down; a 429 in HTTP."""
    server = Gated(limits=TurnLimits(queue_depth=2))
    running = [asyncio.create_task(read_stream(server, says("m0")))]
    await server.going.wait()
    running += [asyncio.create_task(read_stream(server, says(f"m{n}"))) for n in (1, 2)]
    await let_run()
    with pytest.raises(TooManyTurns) as caught:
        await server.process(says("m3"), None)
    assert caught.value.status == 429
    server.gate.set()
    await asyncio.gather(*running)
    assert server.order[-1] == "m2 ends"


async def test_leaving_while_waiting_leaves_the_line() -> None:
    """Nobody waits for that answer any more, and the message was not stored yet."""
    server = Gated()
    first = asyncio.create_task(read_stream(server, says("one")))
    await server.going.wait()
    second = asyncio.create_task(read_stream(server, says("two")))
    third = asyncio.create_task(read_stream(server, says("three")))
    await let_run()
    second.cancel()
    await asyncio.wait([second])
    server.gate.set()
    await first
    await third
    assert [item.id for item in server.store.of("thr")] == ["msg_1", "one", "msg_3", "three"]


async def test_with_reject_a_second_message_is_an_error_before_the_stream() -> None:
    """Design, Turns: `on_busy="reject"`; a 409 in HTTP."""
    server = Gated(on_busy="reject")
    stream = await open_stream(server, says("one"))
    late = await open_stream(server, says("late"))
    reading = asyncio.create_task(read_until("never", stream))
    await server.going.wait()
    with pytest.raises(TurnBusy) as caught:
        await server.process(says("two"), None)
    assert caught.value.status == 409
    (event,) = [frame async for frame in late]  # asked for when the thread was free
    assert b'"type":"error"' in event
    server.gate.set()
    await reading
    assert "error" not in types(await read_stream(server, says("three")))


async def test_with_interrupt_a_second_message_stops_the_running_answer() -> None:
    """Design, Turns: `on_busy="interrupt"`; what was said so far is kept."""
    server = Gated(on_busy="interrupt")
    first = asyncio.create_task(read_stream(server, says("one")))
    await server.going.wait()
    server.gate.clear()
    second = asyncio.create_task(read_stream(server, says("two")))
    stopped = await first
    assert types(stopped)[-1] == "thread.item.done"
    server.gate.set()
    assert types(await second)[-1] == "thread.item.done"
    assert [item.id for item in server.store.of("thr")] == [
        "msg_1",
        "one",
        "shcx_1",
        "msg_2",
        "two",
    ]


@pytest.mark.requirement("row-10")
async def test_other_threads_do_not_wait() -> None:
    """A lane is a thread's, not the server's."""
    store = plain_store()
    store.threads["other"] = store.threads["thr"].model_copy(update={"id": "other"})
    server = Gated(store)
    first = asyncio.create_task(read_stream(server, says("one")))
    await server.going.wait()
    server.going.clear()
    second = asyncio.create_task(
        read_until("two", await open_stream(server, says("two", thread_id="other")))
    )
    await server.going.wait()
    await second
    assert server.order == ["one begins", "two begins"]
    server.gate.set()
    await first
    await server.aclose()


async def test_an_action_waits_for_the_running_answer_too() -> None:
    """Any turn does; a sync action is none, and is answered at once."""
    store = plain_store(widget())

    class Acting(Gated):
        async def action(self, thread, action, sender, context):
            self.order.append("action")
            yield ThreadItemDoneEvent(item=widget("widget_2"))

    server = Acting(store)
    first = asyncio.create_task(read_stream(server, says("one")))
    await server.going.wait()
    request = body(
        "threads.custom_action", thread_id="thr", item_id="widget_1", action={"type": "a"}
    )
    second = asyncio.create_task(read_stream(server, request))
    await let_run()
    server.gate.set()
    await first
    await second
    assert server.order == ["one begins", "one ends", "action"]


async def test_a_thread_that_is_deleted_while_a_message_waits_says_so() -> None:
    """The message has nowhere to go; a retry would not help."""
    server = Gated()
    first = asyncio.create_task(read_stream(server, says("one")))
    await server.going.wait()
    second = asyncio.create_task(read_stream(server, says("two")))
    await let_run()
    await server.process(body("threads.delete", thread_id="thr"), None)
    await first
    assert "thread.item.done" not in types(await second)
    assert server.store.items == {}
