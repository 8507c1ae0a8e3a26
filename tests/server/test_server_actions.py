"""`threads.custom_action` and `threads.sync_custom_action`: what widgets send."""

import asyncio

import pytest
from hosts import Host, body, message, plain_store, read_json, read_stream, types, widget
from stores import PlainStore

from chatkit.actions import Action, ActionConfig
from chatkit.errors import CustomStreamError, ErrorCode, NotFoundError, StreamError, WrongItem
from chatkit.types import (
    ClientEffectEvent,
    SyncCustomActionResponse,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    WidgetItem,
)
from chatkit.widgets import Card, find_offer

SAVE = {"type": "save", "payload": {"title": "Dune"}}
BOTH = pytest.mark.parametrize("kind", ["threads.custom_action", "threads.sync_custom_action"])


class Acting(Host):
    """Answers both kinds of action, and notes what it was given."""

    def __init__(self, store: PlainStore) -> None:
        super().__init__(store)
        self.acted: list[tuple[type, Action, str | None, object]] = []

    def note(self, thread: ThreadMetadata, action: Action, sender: object, context: object) -> None:
        assert sender is None or isinstance(sender, WidgetItem)
        self.acted.append((type(thread), action, sender and sender.id, context))

    async def action(self, thread, action, sender, context):
        self.note(thread, action, sender, context)
        yield ClientEffectEvent(name="saved", data={"title": action.payload["title"]})
        if sender is not None:
            yield ThreadItemReplacedEvent(item=widget(value="Saved"))

    async def sync_action(self, thread, action, sender, context):
        self.note(thread, action, sender, context)
        return SyncCustomActionResponse(updated_item=sender and widget(value="Saved"))


def acts(kind: str, item_id: str | None = "widget_1", thread_id: str = "thr") -> str:
    """The request that a control of a widget sends."""
    return body(kind, thread_id=thread_id, item_id=item_id, action=SAVE)


async def test_an_action_streams_what_its_handler_yields() -> None:
    """A client effect and a replaced widget are what apps answer with."""
    store = plain_store(message(), widget())
    server = Acting(store)
    events = await read_stream(server, acts("threads.custom_action"), "ctx")
    assert types(events) == ["stream_options", "client_effect", "thread.item.replaced"]
    assert events[1] == {"type": "client_effect", "name": "saved", "data": {"title": "Dune"}}
    assert store.writes == [("save_item", "thr", "widget_1")]
    (noted,) = server.acted
    assert noted == (
        ThreadMetadata,
        Action(type="save", payload={"title": "Dune"}),
        "widget_1",
        "ctx",
    )
    assert server.asked == []


async def test_a_sync_action_is_answered_with_the_updated_item() -> None:
    """The page swaps the widget; nothing is stored unless the handler does so."""
    store = plain_store(message(), widget())
    server = Acting(store)
    answer = await read_json(server, acts("threads.sync_custom_action"), "ctx")
    assert answer["updated_item"]["widget"]["children"][0]["value"] == "Saved"
    assert server.acted[0][2:] == ("widget_1", "ctx")
    assert store.writes == []


@pytest.mark.requirement("row-05")
async def test_an_action_without_an_item_comes_from_the_page_itself() -> None:
    """`sendCustomAction` may name no item; `item_id` null and missing mean the same."""
    server = Acting(plain_store())
    events = await read_stream(server, acts("threads.custom_action", None))
    assert types(events) == ["stream_options", "client_effect"]
    missing = body("threads.custom_action", thread_id="thr", action=SAVE)
    assert types(await read_stream(server, missing)) == ["stream_options", "client_effect"]
    assert await read_json(server, acts("threads.sync_custom_action", None)) == {}
    assert [sender for _, _, sender, _ in server.acted] == [None, None, None]


async def test_an_action_without_a_payload_has_none() -> None:
    """Most buttons send no more than a type."""

    class Noting(Acting):
        async def action(self, thread, action, sender, context):
            self.note(thread, action, sender, context)
            return
            yield

    server = Noting(plain_store(widget()))
    await read_stream(
        server,
        body("threads.custom_action", thread_id="thr", item_id="widget_1", action={"type": "open"}),
    )
    assert server.acted[0][1] == Action(type="open", payload=None)


@pytest.mark.requirement("sec-22")
async def test_an_action_on_an_item_that_is_no_widget_is_one_error_without_retry() -> None:
    """Source: server-behaviour, Results and errors. A forged item must not reach the handler."""
    store = plain_store(message())
    server = Acting(store)
    events = await read_stream(server, acts("threads.custom_action", "user_1"))
    assert events == [{"type": "error", "code": "stream.error", "allow_retry": False}]
    assert server.acted == []
    assert store.writes == []


async def test_a_sync_action_on_an_item_that_is_no_widget_is_refused() -> None:
    """A ValueError for a wrong item, as officially."""
    server = Acting(plain_store(message()))
    with pytest.raises(WrongItem, match="widget") as caught:
        await server.process(acts("threads.sync_custom_action", "user_1"), None)
    assert isinstance(caught.value, ValueError)
    assert server.acted == []


@BOTH
@pytest.mark.parametrize(("item_id", "thread_id"), [("zzz", "thr"), ("widget_1", "zzz")])
async def test_an_action_from_nowhere_is_an_error(kind: str, item_id: str, thread_id: str) -> None:
    """The widget, or its thread, was deleted in another tab."""
    server = Acting(plain_store(widget()))
    with pytest.raises(NotFoundError):
        await server.process(acts(kind, item_id, thread_id), None)
    assert server.acted == []


async def test_a_host_that_overrides_no_action_ends_the_stream_with_an_error() -> None:
    """Officially too: the hook is called once the stream has begun."""
    events = await read_stream(Host(plain_store(widget())), acts("threads.custom_action"))
    assert types(events) == ["stream_options", "error"]
    assert events[1]["code"] == "stream.error"


async def test_a_host_that_overrides_no_sync_action_is_told_so() -> None:
    """NotImplementedError, as officially, naming the class and the method."""
    with pytest.raises(NotImplementedError, match=r"Host must override sync_action\(\)"):
        await Host(plain_store(widget())).process(acts("threads.sync_custom_action"), None)


async def test_an_action_may_fail_like_an_answer() -> None:
    """The same error events as from `respond`."""

    class Failing(Host):
        async def action(self, thread, action, sender, context):
            raise StreamError(ErrorCode.STREAM_ERROR, allow_retry=False)
            yield

    events = await read_stream(Failing(plain_store(widget())), acts("threads.custom_action"))
    assert events[1] == {"type": "error", "code": "stream.error", "allow_retry": False}


async def test_an_action_may_change_the_thread() -> None:
    """A widget that renames the conversation."""

    class Renaming(Host):
        async def action(self, thread, action, sender, context):
            thread.title = action.payload["title"]
            yield ClientEffectEvent(name="renamed")

    store = plain_store(widget())
    events = await read_stream(Renaming(store), acts("threads.custom_action"))
    assert types(events) == ["stream_options", "client_effect", "thread.updated"]
    assert store.threads["thr"].title == "Dune"


@pytest.mark.requirement("sec-23")
async def test_an_action_that_is_sent_twice_finds_the_widget_as_the_first_one_left_it() -> None:
    """A double click, or a replay: the second waits for the first, and then is not on offer."""

    class Refunding(Host):
        refunds = 0

        async def action(self, thread, action, sender, context):
            if find_offer(sender.widget, action) is None:
                raise CustomStreamError("This is not on offer any more.")
            self.refunds += 1
            yield ThreadItemReplacedEvent(item=widget(value="Refunded"))

    offer = {"label": "Refund", "action": ActionConfig(type="save", payload=SAVE["payload"])}
    card = widget().model_copy(update={"widget": Card(children=[], confirm=offer)})
    server = Refunding(plain_store(card))
    request = acts("threads.custom_action")
    both = await asyncio.gather(read_stream(server, request), read_stream(server, request))
    assert server.refunds == 1
    assert sorted(types(events)[-1] for events in both) == ["error", "thread.item.replaced"]
