"""Answers survive: lost connections, lost requests, silence, restarts. Real server, real proxy."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request

from chatkit.client import (
    Answer,
    ApiError,
    ChatKitClient,
    ConnectionChange,
    ConnectionLost,
    Reconnect,
    Reconnected,
    Reconnecting,
    ThreadView,
)
from chatkit.http import Refused
from chatkit.store.turn_log import TurnRecord
from chatkit.types import (
    AssistantMessageItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    UserMessageItem,
)
from client.chat_server import (
    Chat,
    Events,
    message,
    say,
    saying,
    saying_and_waiting,
    serving,
)
from client.reading import reading
from client.tcp_proxy import Proxy, proxied

TEXT = "Grüße, schöne Welt — ☂ 𝄞 und noch viel mehr "


@dataclass
class Network:
    """A server behind a proxy, and a client whose waits take no time."""

    chat: Chat
    proxy: Proxy
    client: ChatKitClient
    changes: list[ConnectionChange] = field(default_factory=list)


@asynccontextmanager
async def network(chat: Chat, policy: Any = None, **options: Any) -> AsyncIterator[Network]:
    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    policy = {"sleep": at_once, "random": lambda: 0.5, **(policy or {})}
    changes: list[ConnectionChange] = []
    async with (
        serving(chat, **options) as listener,
        proxied(listener.port) as proxy,
        ChatKitClient(
            proxy.url, reconnect=Reconnect(**policy), on_connection=changes.append
        ) as client,
    ):
        yield Network(chat, proxy, client, changes)


def same_as_stored(answer: Answer, items: list[Any]) -> bool:
    return answer.view.items == items


async def test_a_cut_connection_is_picked_up_where_it_broke_off() -> None:
    """Nothing is missing, nothing comes twice, and the listener hears of both moments."""
    go_on = asyncio.Event()
    chat = Chat(saying_and_waiting("Hel", then="lo", go_on=go_on))
    async with network(chat) as net, reading(net.client.create_thread("Hi")) as read:
        await read.until_text("Hel")
        net.proxy.cut()
        await read.until(lambda: True)
        go_on.set()
        answer = await read.end()
        assert answer.text == "Hello"
        assert len(read.events) == answer.seq
        _, items = await net.client.load(answer.thread_id or "")
        assert same_as_stored(answer, items)
    assert chat.messages == ["Hi"]
    assert isinstance(net.changes[0], Reconnecting)
    assert net.changes[0].attempt == 1
    assert net.changes[-1] == Reconnected(attempts=1)


@pytest.mark.parametrize("piece", [1, 3, 7])
async def test_pieces_of_any_size_make_the_same_events(piece: int) -> None:
    """Characters and events arrive in halves (fault 32)."""
    chat = Chat(saying(*TEXT))
    async with network(chat) as net:
        net.proxy.piece = piece
        answer = await net.client.create_thread("Hi").wait()
    assert answer.text == TEXT
    assert net.changes == []


async def test_a_cut_at_any_place_loses_and_doubles_nothing() -> None:
    """Each try is cut a little later than the last, in the middle of events and characters."""
    chat = Chat(saying(*TEXT))
    async with network(chat, {"give_up_after": 1e9}) as net:
        place = 900

        def cut(seen: bytes) -> int | None:
            nonlocal place
            if len(seen) <= place:
                return None
            place += 137
            return place - 137

        net.proxy.cut_when = cut
        async with reading(net.client.create_thread("Hi")) as read:
            answer = await read.end()
        assert net.proxy.cuts > 5
        assert answer.text == TEXT
        assert len(read.events) == answer.seq
        net.proxy.cut_when = lambda seen: None
        _, items = await net.client.load(answer.thread_id or "")
        assert same_as_stored(answer, items)
    assert chat.messages == ["Hi"]


async def test_a_request_whose_answer_was_lost_is_sent_again_and_answered_once() -> None:
    """The same request id: the server attaches it to the turn that it began (fault 9)."""
    chat = Chat(saying("Hello"))
    async with network(chat) as net:
        first = await net.client.create_thread("one").wait()
        net.proxy.cut()
        net.proxy.swallow_answers = 2
        answer = await net.client.send(first.thread_id or "", "two", view=first.view).wait()
        assert answer.text == "Hello"
        _, items = await net.client.load(answer.thread_id or "")
    assert chat.messages == ["one", "two"]
    assert len(items) == 4
    assert same_as_stored(answer, items)


async def test_the_very_first_message_may_be_lost_too() -> None:
    """The client does not know yet whether the server takes a message twice, so it asks first."""
    chat = Chat(saying("Hello"))
    async with network(chat) as net:
        await net.client.threads()
        net.proxy.cut()
        net.proxy.swallow_answers = 3
        answer = await net.client.create_thread("one").wait()
        assert answer.text == "Hello"
        assert len((await net.client.threads()).data) == 1
    assert chat.messages == ["one"]


async def test_a_server_that_was_never_there_is_an_error_at_once() -> None:
    """A wrong address must not look like a restart that takes ten minutes."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with ChatKitClient(f"http://127.0.0.1:{port}/chatkit") as client:
        with pytest.raises(ConnectionLost) as lost:
            await client.create_thread("Hi").wait()
        assert not lost.value.request_sent
        with pytest.raises(ConnectionLost):
            await client.threads()


async def test_a_silent_stream_counts_as_lost() -> None:
    """A connection that died without a word gives no heartbeat either (faults 31, 38)."""
    chat = Chat(saying_and_waiting("a", then="b", go_on=(go_on := asyncio.Event())))
    async with (
        network(chat, {"silence": 0.2}) as net,
        reading(net.client.create_thread("Hi")) as read,
    ):
        await read.until_text("a")
        net.proxy.stalls = True
        go_on.set()
        await net.proxy.stalled.wait()
        net.proxy.stalls = False
        assert (await read.end()).text == "ab"
    assert any(
        isinstance(change, Reconnecting) and change.reason == "nothing was heard for 0.2 s"
        for change in net.changes
    )


async def test_an_answer_that_never_begins_is_asked_for_again() -> None:
    """Known from before that the server numbers its events, silence before the first is a loss."""
    chat = Chat(saying("Hello"))
    async with network(chat, {"silence": 0.2}) as net:
        first = await net.client.create_thread("one").wait()
        net.proxy.stalls = True
        async with reading(net.client.send(first.thread_id or "", "two")) as read:
            await net.proxy.stalled.wait()
            net.proxy.stalls = False
            net.proxy.cut()
            assert (await read.end()).text == "Hello"
    assert chat.messages == ["one", "two"]


async def test_it_gives_up_after_a_while_and_says_where_to_go_on() -> None:
    """The error names the turn and the last event, so that `attach` can pick it up much later."""
    now = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    chat = Chat(saying_and_waiting("a", then="b", go_on=(go_on := asyncio.Event())))
    policy = {"sleep": sleep, "clock": lambda: now, "give_up_after": 100.0}
    async with network(chat, policy) as net:
        async with reading(net.client.create_thread("Hi")) as read:
            await read.until_text("a")
            net.proxy.refuses = 1_000_000
            net.proxy.cut()
            with pytest.raises(ConnectionLost) as lost:
                await read.end()
        assert lost.value.turn_id == read.answer.turn_id
        net.proxy.refuses = 0
        go_on.set()
        rest = net.client.attach(lost.value.turn_id or "", lost.value.seq, view=read.answer.view)
        assert (await rest.wait()).text == "ab"
    delays = [change.delay for change in net.changes if isinstance(change, Reconnecting)]
    assert now >= 100
    assert delays[0] == 0.75
    assert max(delays) < 30


async def test_a_stop_during_an_outage_is_sent_when_the_connection_is_back() -> None:
    """A person presses stop once; the network is not their business."""
    chat = Chat(saying_and_waiting("a"))
    async with network(chat) as net, reading(net.client.create_thread("Hi")) as read:
        await read.until_text("a")
        net.proxy.refuses = 6
        net.proxy.cut()
        await read.answer.stop()
        answer = await read.end()
        assert answer.text == "a"
        assert (await net.client.thread(answer.thread_id or "")).active_turn is None


async def test_a_refusal_while_reconnecting_is_final() -> None:
    """A login that ran out is not repaired by trying again."""
    refuses = False

    def context(request: Request) -> dict[str, Any]:
        if refuses:
            raise Refused(401, "log in again")
        return {}

    chat = Chat(saying_and_waiting("a"))
    async with (
        network(chat, context=context) as net,
        reading(net.client.create_thread("Hi")) as read,
    ):
        await read.until_text("a")
        refuses = True
        net.proxy.cut()
        with pytest.raises(ApiError, match="log in again"):
            await read.end()


async def test_a_server_that_is_starting_is_waited_for() -> None:
    """A gateway's 503 while the server restarts is one more failed try."""
    busy = 0

    def context(request: Request) -> dict[str, Any]:
        nonlocal busy
        if busy:
            busy -= 1
            raise Refused(503, "starting")
        return {}

    chat = Chat(saying_and_waiting("a", then="b", go_on=(go_on := asyncio.Event())))
    async with (
        network(chat, context=context) as net,
        reading(net.client.create_thread("Hi")) as read,
    ):
        await read.until_text("a")
        busy = 3
        net.proxy.cut()
        go_on.set()
        assert (await read.end()).text == "ab"
        busy = 1
        again = net.client.send(read.answer.thread_id or "", "once more")
        assert (await again.wait()).text == "ab"
    assert chat.messages == ["Hi", "once more"]


async def test_a_trimmed_turn_makes_it_read_the_thread_again() -> None:
    """What is no longer in the log is in the store: the view ends up the same (fault 28)."""
    chat = Chat(saying_and_waiting("a", then="b", go_on=(go_on := asyncio.Event())))
    async with network(chat) as net, reading(net.client.create_thread("Hi")) as read:
        await read.until_text("a")
        turn_id, thread_id = read.answer.turn_id or "", read.answer.thread_id or ""
        held = Held(net.proxy)
        net.proxy.cut()
        await held.reached.wait()
        go_on.set()
        await settled(chat, turn_id)
        await forget(chat, turn_id)
        held.release()
        answer = await read.end()
        _, items = await net.client.load(thread_id)
        assert answer.text == "ab"
        assert same_as_stored(answer, items)


class Held:
    """Holds new connections back until they are released."""

    def __init__(self, proxy: Proxy) -> None:
        self.reached = asyncio.Event()
        self._gate = asyncio.Event()
        proxy.gate = self._hold

    async def _hold(self) -> None:
        self.reached.set()
        await self._gate.wait()

    def release(self) -> None:
        self._gate.set()


async def settled(chat: Chat, turn_id: str) -> None:
    pump = chat.supervisor().find(turn_id)
    if pump is not None:
        await pump.turn.settled.wait()


async def forget(chat: Chat, turn_id: str) -> None:
    """Trims the turn out of the log, as an hour would."""
    log = chat.supervisor().log
    record = await log.load_turn(turn_id)
    assert isinstance(record, TurnRecord)
    await log.forget_thread(record.thread_id)


async def test_a_thread_deleted_meanwhile_ends_the_answer_with_not_found() -> None:
    """There is nothing to go on with and nothing to read (fault 33)."""
    chat = Chat(saying_and_waiting("a"))
    async with network(chat) as net, reading(net.client.create_thread("Hi")) as read:
        await read.until_text("a")
        held = Held(net.proxy)
        net.proxy.cut()
        await held.reached.wait()
        direct = address_of(net)
        async with ChatKitClient(direct) as other:
            await other.delete(read.answer.thread_id or "")
        held.release()
        with pytest.raises(ApiError) as refused:
            await read.end()
        assert refused.value.status == 404


def address_of(net: Network) -> str:
    return f"http://127.0.0.1:{net.proxy.target}/chatkit"


async def test_a_turn_whose_log_was_cut_short_goes_on_from_the_thread() -> None:
    """The events before are gone, the turn still runs: the rest comes from where the thread is."""
    chat = Chat(saying_and_waiting("a", then="b", go_on=(go_on := asyncio.Event())))
    async with network(chat) as net, reading(net.client.create_thread("Hi")) as read:
        await read.until_text("a")
        answer = net.client.attach(read.answer.turn_id or "", 999, thread_id=read.answer.thread_id)
        with pytest.raises(ApiError, match="400"):
            await answer.wait()
        thread, items = await net.client.load(read.answer.thread_id or "")
        assert thread.active_turn is not None
        view = ThreadView(thread, items)
        go_on.set()
        rest = net.client.attach(thread.active_turn.id, thread.active_turn.seq, view=view)
        await rest.wait()
        await read.end()
        assert [item.id for item in view.items] == [item.id for item in read.answer.view.items]
        last = view.items[-1]
        assert isinstance(last, AssistantMessageItem)
        assert last.content[0].text == "ab"


async def test_a_restarted_server_is_picked_up_again() -> None:
    """The turn was interrupted; what it had said is there, and the error can be retried."""

    async def respond(chat: Chat, thread: ThreadMetadata, asked: UserMessageItem | None) -> Events:
        yield ThreadItemDoneEvent(item=message(chat, thread, "first"))
        async for event in say(chat, thread, forever()):
            yield event

    async def forever() -> AsyncIterator[str]:
        yield "half"
        await asyncio.Event().wait()

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    chat = Chat(respond)
    policy = Reconnect(sleep=at_once)
    async with serving(chat) as listener, proxied(listener.port) as proxy:
        async with (
            ChatKitClient(proxy.url, reconnect=policy) as client,
            reading(client.create_thread("Hi")) as read,
        ):
            await read.until_text("half")
            held = Held(proxy)
            proxy.cut()
            await held.reached.wait()
            await chat.aclose(0)
            second = Chat(respond)
            second.store, second._turn_log = chat.store, chat._turn_log
            async with serving(second) as other:
                proxy.target = other.port
                held.release()
                answer = await read.end()
        assert answer.text == "first\n\nhalf"
        assert answer.error is not None
        assert answer.error.allow_retry
