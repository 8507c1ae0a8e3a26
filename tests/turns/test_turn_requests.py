"""Requests that are sent twice: by a proxy, by a client that lost the answer, by two at once."""

import asyncio
from typing import Any

import pytest
from faulty_stores import SlowStore
from turn_stage import (
    ANN,
    BOB,
    NOW,
    Puppet,
    added,
    adds,
    asks,
    creates,
    done,
    says,
    stored,
)

from chatkit.errors import TurnTrimmed
from chatkit.types import (
    ClientToolCallItem,
    StructuredInputFreeform,
    StructuredInputItem,
    ThreadItemDoneEvent,
)

NAMED = {"chatkit.resume": True, "chatkit.request_id": "req_1"}


def form() -> ThreadItemDoneEvent:
    """A form with one question."""
    question = StructuredInputFreeform(id="q", question="Name?")
    item = StructuredInputItem(id="f", thread_id="t", created_at=NOW, inputs=[question])
    return ThreadItemDoneEvent(item=item)


def submits(thread_id: str, name: str) -> dict[str, Any]:
    """The answer to it."""
    answers = {"q": {"values": [name], "skipped": False}}
    given = {"status": "answered", "answers": answers}
    return asks("threads.add_structured_input", thread_id=thread_id, item_id="f", input=given)


def call() -> ThreadItemDoneEvent:
    """A call of a tool in the page."""
    item = ClientToolCallItem(
        id="c", thread_id="t", created_at=NOW, call_id="fc", name="look", arguments={}
    )
    return ThreadItemDoneEvent(item=item)


async def threads_of(server: Puppet, context: Any = ANN) -> list[str]:
    """The ids of the user's threads."""
    return [row["id"] for row in (await server.ask(asks("threads.list"), context))["data"]]


@pytest.mark.requirement("fault-08")
async def test_the_same_new_thread_sent_twice_at_once_is_one_thread(server: Puppet) -> None:
    """A proxy that retries does not know that the first one arrived."""
    streams = [await server.open(creates(**NAMED)) for _ in range(3)]
    for stream in streams:
        stream.start()
    hands = await server.begun.get()
    hands(added(), says("once"), done("once"))
    hands.end()
    await asyncio.gather(*(stream.end() for stream in streams))
    assert server.begun.empty()
    assert len(await threads_of(server)) == 1
    assert len(await stored(server.store, streams[0].thread_id)) == 2
    assert streams[0].events == streams[1].events == streams[2].events
    assert [frame.id for frame in streams[1].frames] == [frame.id for frame in streams[0].frames]


@pytest.mark.requirement("fault-08")
async def test_the_same_message_sent_twice_at_once_is_one_message(server: Puppet) -> None:
    """Also while its turn waits for the one before."""
    first, hands = await server.start()
    request = adds(first.thread_id, "once", **NAMED)
    streams = [await server.read(request) for _ in range(2)]
    await server.in_line(first.thread_id)
    late = await server.read(request)
    hands.end()
    (await server.begun.get()).end()
    await asyncio.gather(first.end(), late.end(), *(stream.end() for stream in streams))
    assert streams[0].events == streams[1].events == late.events
    assert len(await stored(server.store, first.thread_id)) == 2


@pytest.mark.requirement("fault-09")
async def test_a_request_whose_answer_was_lost_attaches_when_sent_again(server: Puppet) -> None:
    """While the turn runs, and after its end: every event from the first on."""
    first = await server.read(creates(**NAMED))
    hands = await server.begun.get()
    hands(added(), says("so far"))
    await first.sees("so far")
    await first.leave()
    again = await server.read(creates(**NAMED))
    await again.sees("so far")
    hands(done("so far"))
    hands.end()
    await again.end()
    after = await (await server.read(creates(**NAMED))).end()
    assert after.events == again.events
    assert after.seqs == list(range(1, len(after.events) + 1))
    assert len(await threads_of(server)) == 1


async def test_a_form_that_is_answered_twice_by_one_request_attaches(server: Puppet) -> None:
    """The second would be a 409, as the question is no longer pending; it is the same answer."""
    first = await server.run(form())
    request = submits(first.thread_id, "Ann")
    one = await server.read({**request, "metadata": NAMED})
    hands = await server.begun.get()
    await one.gets(2)
    two = await server.read({**request, "metadata": NAMED})
    hands.end()
    await asyncio.gather(one.end(), two.end())
    assert one.events == two.events


@pytest.mark.requirement("fault-08")
async def test_two_users_may_choose_the_same_request_id(server: Puppet) -> None:
    """Neither sees the other's answer, whoever comes first, nor begins a third."""
    anns = await server.read(creates(**NAMED), ANN)
    await server.begun.get()
    bobs = [await server.open(creates(**NAMED), BOB) for _ in range(2)]
    for stream in bobs:
        stream.start()
    hands = await server.begun.get()
    hands(done("for bob"))
    hands.end()
    await asyncio.gather(*(stream.end() for stream in bobs))
    assert server.begun.empty()
    assert bobs[0].events == bobs[1].events
    assert bobs[0].turn_id != anns.turn_id
    again = await (await server.open(creates(**NAMED), BOB)).end()
    assert again.events == bobs[0].events
    joined = await server.read(creates(**NAMED), ANN)
    await joined.gets(3)
    assert joined.turn_id == anns.turn_id, "the end of bob's turn has not taken ann's name away"
    await server.aclose(0)
    await asyncio.gather(anns.end(), joined.end())
    assert len(await threads_of(server, ANN)) == len(await threads_of(server, BOB)) == 1


async def test_a_foreign_turn_with_the_same_name_that_waits_is_not_waited_for(
    server: Puppet,
) -> None:
    """Ann's turn may wait for long; that is nothing to Bob."""
    first, hands = await server.start()
    waiting = await server.read(adds(first.thread_id, **NAMED))
    await server.in_line(first.thread_id)
    bobs, bobs_hands = await server.start(creates(**NAMED), BOB)
    bobs_hands.end()
    await bobs.end()
    hands.end()
    (await server.begun.get()).end()
    await asyncio.gather(first.end(), waiting.end())


async def test_a_request_sent_again_much_later_is_told_to_load_the_thread(
    server: Puppet,
) -> None:
    """Its events are gone, and it must not be answered a second time."""
    first = await server.read(creates(**NAMED))
    (await server.begun.get()).end()
    await first.end()
    record = await server.log().load_turn(first.turn_id)
    assert record is not None
    assert record.ended_at is not None
    await server.log().trim(record.ended_at.replace(year=record.ended_at.year + 1))
    with pytest.raises(TurnTrimmed):
        await server.open(creates(**NAMED))


@pytest.mark.requirement("fault-17")
async def test_a_form_that_two_tabs_answer_together_is_answered_once(server: Puppet) -> None:
    """The second waits for the first one's turn, and finds that the question was answered."""
    first = await server.run(form())
    opened = [await server.open(submits(first.thread_id, name)) for name in ("Ann", "Bea")]
    one, two = (stream.start() for stream in opened)
    (await server.begun.get()).end()
    await asyncio.gather(one.end(), two.end())
    assert "error" not in one.types
    assert two.types == ["error"]
    assert server.begun.empty()
    item = (await stored(server.store, first.thread_id))[-1]
    assert isinstance(item, StructuredInputItem)
    assert item.inputs[0].answer is not None
    assert item.inputs[0].answer.values == ["Ann"]


@pytest.mark.requirement("fault-17")
async def test_a_tool_output_that_two_tabs_hand_in_together_counts_once(server: Puppet) -> None:
    """Both pages ran the tool; the model gets the first output, and answers once."""
    first = await server.run(call())
    outputs = [
        asks("threads.add_client_tool_output", thread_id=first.thread_id, result={"tab": tab})
        for tab in (1, 2)
    ]
    opened = [await server.open(output) for output in outputs]
    one, two = (stream.start() for stream in opened)
    (await server.begun.get()).end()
    await asyncio.gather(one.end(), two.end())
    assert "error" not in one.types
    assert two.types == ["error"]
    item = (await stored(server.store, first.thread_id))[-1]
    assert isinstance(item, ClientToolCallItem)
    assert item.output == {"tab": 1}


async def test_a_request_id_means_nothing_without_resume(server: Puppet) -> None:
    """Who cannot attach is stopped when the connection breaks: the retry is a new question."""
    named = {"chatkit.request_id": "req_1"}
    one, hands = await server.start(creates(**named))
    two, more = await server.start(creates(**named))
    hands.end()
    more.end()
    await asyncio.gather(one.end(), two.end())
    assert len(await threads_of(server)) == 2


async def test_a_new_thread_that_is_not_saved_yet_is_waited_for() -> None:
    """On a slow store the second comes before the first one's thread is there to be checked."""
    store = SlowStore()
    store.gate.clear()
    server = Puppet(store)
    one = await server.read(creates(**NAMED))
    await store.writing.wait()
    opening = asyncio.create_task(server.read(creates(**NAMED)))
    await asyncio.sleep(0.01)
    store.gate.set()
    two = await opening
    (await server.begun.get()).end()
    await asyncio.gather(one.end(), two.end())
    assert one.events == two.events
    assert server.begun.empty()
    await server.aclose()
