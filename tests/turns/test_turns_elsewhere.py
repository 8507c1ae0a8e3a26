"""Several processes on one database, each a server with a store of its own in this one.

Every server has its own pool, lease and listener, so none of them knows more of the others than
processes on other machines would. Real processes are in `test_turn_fleet`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from fleet import freeze, garble, in_line_elsewhere
from turn_stage import (
    ANN,
    BOB,
    RESUME,
    Puppet,
    Reader,
    View,
    added,
    adds,
    asks,
    attaches,
    check_ended,
    check_fold,
    creates,
    done,
    flow,
    loads,
    removed,
    replaced,
    says,
    stored,
    task_added,
    texts,
    user_of,
    whole_log,
)

from chatkit.errors import InvalidRequest, StoreUnavailable, TurnBusy, TurnNotFound
from chatkit.turns import TurnLimits
from chatkit.types import ThreadItemAddedEvent, ThreadItemDoneEvent
from chatkit.wire import SSE_TITLE_PENDING
from database_schemas import Schema

NewServer = Callable[..., Puppet]


@pytest.fixture
async def new_server(schema: Schema) -> AsyncIterator[NewServer]:
    """Makes servers on one database; all are closed at the end."""
    servers: list[Puppet] = []

    def make(kind: type[Puppet] = Puppet, *, lease_seconds: float = 20.0, **options: Any) -> Puppet:
        store = schema.store(owner=user_of, lease_seconds=lease_seconds)
        servers.append(kind(store, **options))
        return servers[-1]

    yield make
    for server in servers:
        await server.aclose(0)
    for server in servers:
        await server.store.close()  # type: ignore[attr-defined]


async def test_a_turn_is_read_from_another_process(new_server: NewServer) -> None:
    """From its start or from any event on, as it goes on, to its end."""
    one, other = new_server(), new_server()
    reader, hands = await one.start()
    hands(added(), says("some "), says("words "))
    await reader.sees("some words ")
    whole = await other.read(attaches(reader.turn_id))
    part = await other.read(attaches(reader.turn_id, 3))
    await whole.sees("some words ")
    hands(says("more"))
    await asyncio.gather(whole.sees("some words more"), part.gets(3))
    hands(done("some words more"))
    hands.end()
    await asyncio.gather(reader.end(), whole.end(), part.end())
    assert whole.events == reader.events == await whole_log(other.log(), reader.turn_id)
    assert [frame.id for frame in whole.frames] == [frame.id for frame in reader.frames]
    assert part.events == reader.events[3:]


@pytest.mark.requirement("fault-25")
async def test_a_turn_is_stopped_from_another_process(new_server: NewServer) -> None:
    """The reply comes when what was said is saved, and names the state; again, it is the same."""
    one, other = new_server(), new_server()
    reader, hands = await one.start()
    hands(added(), says("half"))
    await reader.sees("half")
    async with asyncio.timeout(5):
        reply = await other.ask(asks("turns.stop", turn_id=reader.turn_id))
    assert reply == {"id": reader.turn_id, "state": "stopped"}
    assert await texts(other.store, reader.thread_id) == ["half"]
    assert hands.cancelled
    assert len(one.stops) == 1
    await reader.end()
    assert await other.ask(asks("turns.stop", turn_id=reader.turn_id)) == reply


async def test_nobody_reads_or_stops_a_foreign_turn_from_another_process(
    new_server: NewServer,
) -> None:
    """The owner is checked where the request comes in, not where the turn runs."""
    one, other = new_server(), new_server()
    reader, hands = await one.start()
    with pytest.raises(TurnNotFound):
        await other.open(attaches(reader.turn_id), BOB)
    with pytest.raises(TurnNotFound):
        await other.ask(asks("turns.stop", turn_id=reader.turn_id), BOB)
    with pytest.raises(InvalidRequest):
        await other.open(attaches(reader.turn_id, 99))
    hands.end()
    await reader.end()


async def test_a_page_that_is_loaded_elsewhere_goes_on_with_the_turn(
    new_server: NewServer,
) -> None:
    """The thread is folded to exactly the event that it names; nothing is missing or doubled."""
    one, other = new_server(), new_server()
    reader, hands = await one.start()
    work = flow("look")
    hands(done("whole", "d"), ThreadItemAddedEvent(item=work), task_added("find", 1))
    hands(replaced("another", "d"), added("gone"), removed("gone"), added(), says("half "))
    await reader.sees("half ")
    page = await other.ask(loads(reader.thread_id))
    active = page["active_turn"]
    assert active["id"] == reader.turn_id
    assert active["seq"] == reader.seqs[-1]
    view = View(page["items"]["data"])
    assert view.json() == View().apply(reader.events).json()
    rest = await other.read(attaches(active["id"], active["seq"]))
    hands(says("and whole"), done("half and whole"), ThreadItemDoneEvent(item=work))
    hands.end()
    await asyncio.gather(rest.end(), reader.end())
    view.apply(rest.events)
    assert view.json() == View().apply(reader.events).json()
    assert "active_turn" not in await other.ask(loads(reader.thread_id))
    plain = await other.ask(asks("threads.get_by_id", thread_id=reader.thread_id))
    assert "active_turn" not in plain


async def test_a_message_waits_for_a_turn_of_another_process(new_server: NewServer) -> None:
    """One running turn on a thread, wherever; the second begins from what the first has left."""
    one, other = new_server(), new_server()
    first, hands = await one.start()
    second = await other.read(adds(first.thread_id, **RESUME))
    await in_line_elsewhere(other, first.thread_id)
    assert other.begun.empty()
    hands.thread.title = "Named"
    hands(done("first"))
    hands.end()
    await first.end()
    hands = await other.begun.get()
    assert hands.thread.title == "Named"
    hands(done("second", "b"))
    hands.end()
    await second.end()
    items = await stored(one.store, first.thread_id)
    assert [item.type for item in items] == ["user_message", "assistant_message"] * 2


async def test_a_message_that_waits_for_another_process_can_be_taken_back(
    new_server: NewServer,
) -> None:
    """Its reader is an official client, whose leaving is a stop."""
    one, other = new_server(), new_server()
    first, hands = await one.start()
    second = await other.read(adds(first.thread_id))
    await in_line_elsewhere(other, first.thread_id)
    await second.leave()
    hands.end()
    await first.end()
    assert other.begun.empty()
    assert len(await stored(one.store, first.thread_id)) == 1


async def test_a_busy_thread_refuses_a_message_at_another_process(new_server: NewServer) -> None:
    """`on_busy="reject"`: a 409 before the stream begins."""
    one, other = new_server(on_busy="reject"), new_server(on_busy="reject")
    first, hands = await one.start()
    with pytest.raises(TurnBusy):
        await other.open(adds(first.thread_id))
    hands.end()
    await first.end()
    allowed, hands = await other.start(adds(first.thread_id, **RESUME))
    hands.end()
    await allowed.end()


async def test_of_two_messages_at_once_one_is_refused(new_server: NewServer) -> None:
    """Both were let through, as the thread was free: the database decides."""
    one, other = new_server(on_busy="reject"), new_server(on_busy="reject")
    reader = await one.run(done("hi"))
    streams = [await server.open(adds(reader.thread_id, **RESUME)) for server in (one, other)]
    for stream in streams:
        stream.start()
    hands = await _whichever(one, other)
    # Refused while the other one runs: only then may that end.
    (refused,) = await _whichever_ends(*streams)
    assert "still answering" in refused.events[-1]["message"]
    hands.end()
    (answered,) = [stream for stream in streams if stream is not refused]
    await answered.end()
    assert "error" not in answered.types


@pytest.mark.parametrize("retries", [False, True])
async def test_a_message_stops_a_turn_of_another_process(
    new_server: NewServer, retries: bool
) -> None:
    """`on_busy="interrupt"`, and a retry in any case."""
    one = new_server()
    other = new_server() if retries else new_server(on_busy="interrupt")
    first, hands = await one.start()
    hands(added(), says("half"))
    await first.sees("half")
    (question,) = await stored(one.store, first.thread_id)
    retry = asks("threads.retry_after_item", thread_id=first.thread_id, item_id=question.id)
    request = {**retry, "metadata": RESUME} if retries else adds(first.thread_id, **RESUME)
    second = await other.read(request)
    async with asyncio.timeout(5):
        await first.end()
        hands = await other.begun.get()
    await check_ended(other, first.turn_id, "stopped")
    assert await texts(one.store, first.thread_id) == ([] if retries else ["half"])
    hands(done("new", "b"))
    hands.end()
    await second.end()


async def test_deleting_a_thread_stops_its_turn_in_another_process(
    new_server: NewServer, schema: Schema
) -> None:
    """And nothing of it is left, not even in the log."""
    one, other = new_server(), new_server()
    reader, hands = await one.start()
    hands(added(), says("secret"))
    await reader.sees("secret")
    follower = await other.read(attaches(reader.turn_id))
    await follower.sees("secret")
    async with asyncio.timeout(5):
        await other.ask(asks("threads.delete", thread_id=reader.thread_id))
        await asyncio.gather(reader.end(), follower.end())
    assert hands.cancelled
    assert await one.log().load_turn(reader.turn_id) is None
    assert await schema.query("SELECT payload FROM turn_events") == []


async def test_a_request_that_comes_twice_joins_its_turn_in_another_process(
    new_server: NewServer,
) -> None:
    """Fault 9 with a load balancer: the repetition is sent to whoever is free."""
    one, other = new_server(), new_server()
    named = {**RESUME, "chatkit.request_id": "once"}
    reader, hands = await one.start(creates(**named))
    again = await other.read(creates(**named))
    hands(added(), says("once"), done("once"))
    hands.end()
    await asyncio.gather(reader.end(), again.end())
    assert again.events == reader.events
    assert other.begun.empty()


@pytest.mark.requirement("fault-08")
@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("on_busy", ["queue", "reject", "interrupt"])
async def test_a_request_that_comes_to_two_processes_at_once_begins_one_turn(
    new_server: NewServer, on_busy: str, is_new: bool
) -> None:
    """Both have looked for an earlier one and found none: the database decides which counts."""
    one, other = new_server(on_busy=on_busy), new_server(on_busy=on_busy)
    named = {**RESUME, "chatkit.request_id": "once"}
    earlier = 0 if is_new else 1
    request = creates(**named)
    if not is_new:
        request = adds((await one.run(done("earlier", "e"))).thread_id, **named)
    streams = [await server.open(request) for server in (one, other)]
    for stream in streams:
        stream.start()
    hands = await _whichever(one, other)
    hands(added(), says("once"))
    await asyncio.gather(*[stream.sees("once") for stream in streams])
    hands(done("once"))
    hands.end()
    await asyncio.gather(*[stream.end() for stream in streams])
    assert streams[0].frames == streams[1].frames
    assert "error" not in streams[0].types
    assert one.begun.empty()
    assert other.begun.empty()
    (thread,) = (await one.ask(asks("threads.list")))["data"]
    items = await stored(one.store, thread["id"])
    assert [item.type for item in items] == ["user_message", "assistant_message"] * (earlier + 1)
    # Whoever asks a third time finds the turn that began, at either process.
    assert [(await (await each.read(request)).end()).frames for each in (one, other)] == [
        streams[0].frames,
        streams[0].frames,
    ]


@pytest.mark.requirement("fault-08")
@pytest.mark.parametrize("on_busy", ["queue", "interrupt"])
async def test_a_request_that_waits_at_two_processes_is_answered_once(
    new_server: NewServer, on_busy: str
) -> None:
    """Behind a turn of a third one; neither takes the other's turn for one in its way."""
    busy, *waiting = [new_server(on_busy=on_busy) for _ in range(3)]
    first, hands = await busy.start()
    named = adds(first.thread_id, **RESUME, **{"chatkit.request_id": "once"})
    streams = [(await server.open(named)).start() for server in waiting]
    if on_busy == "queue":
        await asyncio.gather(*[in_line_elsewhere(each, first.thread_id) for each in waiting])
        hands.end()
    await first.end()
    hands = await _whichever(*waiting)
    hands(done("once", "b"))
    hands.end()
    await asyncio.gather(*[stream.end() for stream in streams])
    assert streams[0].frames == streams[1].frames
    assert "error" not in streams[0].types
    assert all(server.begun.empty() for server in waiting)
    assert await texts(busy.store, first.thread_id) == ["once"]


@pytest.mark.requirement("fault-08")
async def test_two_users_may_name_their_requests_alike(new_server: NewServer) -> None:
    """Names are the clients' own: nobody is shown another one's answer."""
    named = creates(**RESUME, **{"chatkit.request_id": "same"})
    for server, user in ((new_server(), ANN), (new_server(), BOB)):
        reader, hands = await server.start(named, user)
        hands(done(f"for {user['user']}", user["user"]))
        hands.end()
        await reader.end()
        assert await texts(server.store, reader.thread_id, user) == [f"for {user['user']}"]


@pytest.mark.requirement("fault-26")
async def test_a_process_that_comes_back_from_the_dead_writes_nothing(
    new_server: NewServer,
) -> None:
    """Its lease lapsed, its turn was ended, the thread went on: what it does now is refused."""
    dead, other = new_server(lease_seconds=0.6), new_server(lease_seconds=0.6)
    reader, hands = await dead.start()
    hands(added(), says("half "))
    await reader.sees("half ")
    await freeze(dead)
    follower = await other.read(attaches(reader.turn_id))
    async with asyncio.timeout(20):
        await follower.end()
    assert follower.types[-2:] == ["thread.item.done", "error"]
    assert follower.events[-1]["allow_retry"] is True
    second, later_hands = await other.start(adds(reader.thread_id, **RESUME))
    before = [item.model_dump() for item in await stored(other.store, reader.thread_id)]
    hands(says("and more"), done("half and more"))
    hands.thread.title = "Too late"
    hands.end()
    await reader.end()
    assert reader.types[-1] == "error"
    assert reader.frames[-1].id is None
    assert [item.model_dump() for item in await stored(other.store, reader.thread_id)] == before
    log = await whole_log(other.log(), reader.turn_id)
    assert log == follower.events
    await check_ended(other, reader.turn_id, "interrupted")
    await check_fold(other.store, log, reader.thread_id)
    later_hands.end()
    await second.end()
    assert (await other.store.load_thread(reader.thread_id, ANN)).title is None


async def test_a_turn_that_a_dead_process_left_is_waited_for_and_settled(
    new_server: NewServer,
) -> None:
    """Nobody asks for it: every process looks after the others' turns by itself."""
    dead, other = new_server(lease_seconds=0.6), new_server(lease_seconds=0.6)
    reader, hands = await dead.start()
    hands(added(), says("half"))
    await reader.sees("half")
    second = await other.read(adds(reader.thread_id, **RESUME))
    await freeze(dead)
    async with asyncio.timeout(20):
        hands = await other.begun.get()
    assert await texts(other.store, reader.thread_id) == ["half"]
    hands.end()
    await second.end()


@pytest.mark.requirement("fault-10")
@pytest.mark.parametrize("manner", ["lost", "doubled", "reordered"])
async def test_notifications_are_no_more_than_hints(new_server: NewServer, manner: str) -> None:
    """Whatever becomes of them: readers, stops and queues look for themselves."""
    limits = TurnLimits(fallback_seconds=0.05, poll_seconds=0.02)
    one, other = new_server(limits=limits), new_server(limits=limits)
    for server in (one, other):
        garble(server, manner)
    reader, hands = await one.start()
    follower = await other.read(attaches(reader.turn_id))
    for number in range(30):
        hands(*([added()] if number == 0 else []), says(f"{number} "))
        await asyncio.sleep(0)
    await follower.until(lambda reader: reader.text.endswith("29 "))
    second = await other.read(adds(reader.thread_id, **RESUME))
    async with asyncio.timeout(10):
        reply = await other.ask(asks("turns.stop", turn_id=reader.turn_id))
        assert reply["state"] == "stopped"
        await asyncio.gather(reader.end(), follower.end())
        hands = await other.begun.get()
    assert follower.events == reader.events == await whole_log(one.log(), reader.turn_id)
    hands.end()
    await second.end()


class Titling(Puppet):
    """Makes titles, once it is told to."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ready = asyncio.Event()

    async def title_thread(self, thread: Any, input_user_message: Any, context: Any) -> str:
        await self.ready.wait()
        return "About trains"


def awaits_title(thread_id: str) -> dict[str, Any]:
    """The request of a page that was told that a title is coming."""
    request = asks("threads.get_by_id", thread_id=thread_id)
    return {**request, "metadata": {"chatkit.title": True}}


async def test_a_title_that_one_process_makes_reaches_the_readers_of_another(
    new_server: NewServer,
) -> None:
    """Behind a load balancer nobody knows which process is asked for it."""
    limits = TurnLimits(fallback_seconds=0.01)
    one, other = new_server(Titling, limits=limits), new_server(Titling, limits=limits)
    reader, hands = await one.start()
    follower = await other.open(attaches(reader.turn_id))
    following = asyncio.create_task(_frames(follower))
    hands.end()
    await reader.end()
    assert (await following)[-1] == SSE_TITLE_PENDING
    asked = asyncio.create_task(other.ask(awaits_title(reader.thread_id)))
    assert "title" not in await other.ask(loads(reader.thread_id))
    assert not asked.done()
    one.ready.set()
    async with asyncio.timeout(5):
        assert (await asked)["title"] == "About trains"
    again, hands = await one.start(adds(reader.thread_id, **RESUME))
    follower = await other.open(attaches(again.turn_id))
    hands.end()
    assert SSE_TITLE_PENDING not in await _frames(follower)
    await again.end()


async def test_a_title_that_never_comes_is_not_waited_for_for_ever(new_server: NewServer) -> None:
    """No longer than making one may take; and not at all where the context wants none."""
    limits = TurnLimits(fallback_seconds=0.01, title_seconds=0.05)
    one, other = new_server(limits=limits), new_server(Titling, limits=limits)
    reader = await one.run()
    async with asyncio.timeout(5):
        assert "title" not in await other.ask(awaits_title(reader.thread_id))
    second, hands = await one.start(adds(reader.thread_id, **RESUME))
    untitled = await other.open(attaches(second.turn_id), Untitled(ANN))
    hands.end()
    assert SSE_TITLE_PENDING not in await _frames(untitled)
    await second.end()


async def test_an_answer_is_whole_though_its_title_cannot_be_looked_for(
    new_server: NewServer,
) -> None:
    """The database went away after the last event: nothing is missing of the answer."""
    one, other = new_server(), new_server(Titling)
    reader, hands = await one.start()
    follower = await other.open(attaches(reader.turn_id))

    async def fail(thread_id: str, context: Any) -> Any:
        raise StoreUnavailable("away")

    other.store.load_thread = fail  # type: ignore[method-assign]
    hands(added(), says("whole"))
    hands.end()
    frames = await _frames(follower)
    assert SSE_TITLE_PENDING not in frames
    assert b"thread.item.done" in frames[-1]
    await reader.end()


class Untitled(dict[str, Any]):
    """A context that wants no titles."""

    automatic_thread_titling = False


async def _frames(reader: Reader) -> list[bytes]:
    """All that the stream says, comments too."""
    return [frame async for frame in reader.result]


async def _whichever_ends(*streams: Reader) -> list[Reader]:
    """The streams that have ended once one of them has."""
    tasks = {stream.task: stream for stream in streams if stream.task is not None}
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=10)
    return [tasks[task] for task in done]


async def _whichever(*servers: Puppet) -> Any:
    """The hands of the first handler that is called."""
    tasks = [asyncio.create_task(server.begun.get()) for server in servers]
    done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=10)
    for task in waiting:
        task.cancel()
    await asyncio.wait(tasks)
    return done.pop().result()
