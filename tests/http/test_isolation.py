"""Two users of one server: neither can see or change what is the other's."""

import json
from typing import Any

import httpx2
import pytest
from assistants import Gated, asks, creates, message, stored_items

from chatkit.http import Refused, create_app
from chatkit.store import MemoryStore
from chatkit.types import ThreadMetadata


class Assistant(Gated):
    """Never waits."""

    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.gate.set()

    async def respond(self, thread: ThreadMetadata, input_user_message: Any, context: Any) -> Any:
        thread.metadata["secret"] = "metadata-canary"
        async for event in super().respond(thread, input_user_message, context):
            yield event


def user(request: Any) -> str:
    name = request.headers.get("x-user")
    if name is None:
        raise Refused(401, "sign in first")
    return name


def client_of(app: Any, name: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://t", headers={"X-User": name}
    )


def foreign_requests(thread_id: str, item_id: str, turn_id: str) -> list[dict[str, Any]]:
    """Every request that names something, naming what is somebody else's."""
    action = {"type": "x", "payload": None}
    thread = {"thread_id": thread_id}
    item = {**thread, "item_id": item_id}
    return [
        asks("threads.get_by_id", **thread),
        asks("items.list", **thread),
        asks("threads.update", title="mine now", **thread),
        asks("threads.delete", **thread),
        asks("threads.add_user_message", input=message("hello"), **thread),
        asks("threads.add_client_tool_output", result={}, **thread),
        asks("threads.add_structured_input", input={}, **item),
        asks("threads.retry_after_item", **item),
        asks("threads.custom_action", action=action, **item),
        asks("threads.sync_custom_action", action=action, **item),
        asks("items.feedback", thread_id=thread_id, item_ids=[item_id], kind="positive"),
        asks("turns.attach", turn_id=turn_id),
        asks("turns.stop", turn_id=turn_id),
    ]


@pytest.mark.requirement("sec-01", "sec-03", "sec-32")
async def test_a_foreign_id_is_not_found_and_changes_nothing() -> None:
    """An id is never the authority: who knows it is told what a stranger is told."""
    server = Assistant(MemoryStore(owner=lambda context: context))
    app = create_app(server, context=user)
    async with client_of(app, "ann") as ann, client_of(app, "bob") as bob:
        first = await ann.post("/chatkit", json={**creates(), "metadata": {"chatkit.resume": True}})
        turn_id = first.text.split("id: ")[1].split(".")[0]
        before = [item.model_dump() for item in await stored_items(server.store, "ann")]
        (thread,) = (await server.store.load_threads(9, None, "asc", "ann")).data
        for body in foreign_requests(thread.id, before[0]["id"], turn_id):
            answer = await bob.post("/chatkit", json=body)
            unknown = await bob.post("/chatkit", json=_with_unknown_ids(body))
            assert (answer.status_code, unknown.status_code) == (404, 404), body["type"]
            assert _without_ids(answer.text, body) == _without_ids(
                unknown.text, _with_unknown_ids(body)
            )
        assert (await bob.post("/chatkit", json=asks("threads.list"))).json()["data"] == []
    assert [item.model_dump() for item in await stored_items(server.store, "ann")] == before
    assert (await server.store.load_thread(thread.id, "ann")).title is None


def _with_unknown_ids(body: dict[str, Any]) -> dict[str, Any]:
    params = dict(body["params"])
    for name in ("thread_id", "item_id", "turn_id"):
        if name in params:
            params[name] = "unknown"
    return {**body, "params": params}


def _without_ids(text: str, body: dict[str, Any]) -> str:
    for name in ("thread_id", "item_id", "turn_id"):
        text = text.replace(str(body["params"].get(name)), "")
    return text


@pytest.mark.requirement("sec-01")
async def test_without_a_name_nothing_is_served() -> None:
    """The context function is asked before anything else is looked at."""
    server = Assistant(MemoryStore(owner=lambda context: context))
    transport = httpx2.ASGITransport(create_app(server, context=user))
    async with httpx2.AsyncClient(transport=transport, base_url="http://t") as nobody:
        for body in [creates(), *foreign_requests("a", "b", "c")]:
            response = await nobody.post("/chatkit", json=body)
            assert response.status_code == 401
    assert server.contexts == []


@pytest.mark.requirement("sec-31")
async def test_hidden_context_and_metadata_reach_no_client() -> None:
    """Neither in the stream, nor in pages, nor to one who attaches later."""
    server = Assistant(MemoryStore(owner=lambda context: context))
    resumable = {**creates(), "metadata": {"chatkit.resume": True}}
    async with client_of(create_app(server, context=user), "ann") as ann:
        stream = await ann.post("/chatkit", json=resumable)
        turn_id = stream.text.split("id: ")[1].split(".")[0]
        (thread,) = (await server.store.load_threads(9, None, "asc", "ann")).data
        seen = [
            stream,
            await ann.post("/chatkit", json=asks("threads.get_by_id", thread_id=thread.id)),
            await ann.post("/chatkit", json=asks("items.list", thread_id=thread.id)),
            await ann.post("/chatkit", json=asks("threads.list")),
            await ann.post("/chatkit", json=asks("threads.update", thread_id=thread.id, title="t")),
            await ann.post("/chatkit", json=asks("turns.attach", turn_id=turn_id)),
        ]
    stored = await stored_items(server.store, "ann")
    assert any("what only the model may know" in str(item) for item in stored)
    assert thread.metadata == {"secret": "metadata-canary"}
    for response in seen:
        assert response.status_code == 200
        assert "what only the model may know" not in response.text
        assert "metadata-canary" not in response.text
        assert "hidden_context" not in response.text


@pytest.mark.requirement("sec-32")
async def test_ids_of_a_thread_cannot_be_counted_up() -> None:
    """Neighbours of an id that one knows lead nowhere."""
    server = Assistant(MemoryStore(owner=lambda context: context))
    app = create_app(server, context=user)
    async with client_of(app, "ann") as ann, client_of(app, "bob") as bob:
        for _ in range(20):
            await ann.post("/chatkit", json=creates())
        await bob.post("/chatkit", json=creates())
        ids = [row.id for row in (await server.store.load_threads(50, None, "asc", "ann")).data]
        (own,) = (await server.store.load_threads(50, None, "asc", "bob")).data
        assert len({name[-16:] for name in ids}) == 20
        prefix, _, digits = own.id.partition("_")
        for step in range(-50, 51):
            near = f"{prefix}_{(int(digits, 16) + step):032x}"
            found = await bob.post("/chatkit", json=asks("threads.get_by_id", thread_id=near))
            assert found.status_code == (200 if step == 0 else 404)


@pytest.mark.requirement("sec-28")
@pytest.mark.parametrize(
    "text", ["\n\ndata: {}\n\n", "\r\revent: x\r\n", "\u2028id: 1\u2029", "\x00\x85\x0b\x0c"]
)
async def test_what_people_write_never_ends_an_sse_field(text: str) -> None:
    """A newline in a text would begin a field, an id or an event of its own."""
    server = Assistant(MemoryStore(owner=lambda context: context))
    body = creates(text) | {"metadata": {"chatkit.resume": True, "chatkit.request_id": f"id{text}"}}
    async with client_of(create_app(server, context=user), "ann") as ann:
        response = await ann.post("/chatkit", content=_escaped(body), headers=JSON)
    for line in response.content.split(b"\n"):
        assert line == b"" or line.startswith((b"id: trn_", b'data: {"type":'))
        assert b"\r" not in line
    (thread,) = (await server.store.load_threads(9, None, "asc", "ann")).data
    first = (await server.store.load_thread_items(thread.id, None, 1, "asc", "ann")).data[0]
    assert first.model_dump()["content"][0]["text"] == text


JSON = {"Content-Type": "application/json"}


def _escaped(body: Any) -> bytes:

    return json.dumps(body).encode()
