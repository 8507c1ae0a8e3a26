"""An app written for the official SDK runs on this package with no change but the dependency."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import fastapi_app
import httpx2
import pytest
from assistants import adds, asks, creates, stored_texts
from live_servers import Serves, visiting
from starlette.requests import ClientDisconnect

from chatkit.types import SDKHiddenContextItem

ANYBODY = fastapi_app.RequestContext(user_id="abc123")


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has threads and an event loop of its own."""
    server = fastapi_app.MyChatKitServer(fastapi_app.DictStore())
    monkeypatch.setattr(fastapi_app, "server", server)


class Spec24:
    """Makes any server speak ASGI 2.4: no disconnect message, `send` raises OSError instead."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        gone = asyncio.create_task(self._gone(receive))

        async def receive_request() -> Any:
            if not messages:
                await asyncio.Event().wait()
            return messages.pop(0)

        async def send_or_raise(message: Any) -> None:
            await asyncio.sleep(0)
            if gone.done():
                raise OSError("the client is gone")
            await send(message)

        scope = {**scope, "asgi": {**scope["asgi"], "spec_version": "2.4"}}
        try:
            await self.app(scope, receive_request, send_or_raise)
        except ClientDisconnect:
            return
        finally:
            gone.cancel()

    async def _gone(self, receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


def events_of(response: httpx2.Response) -> list[dict[str, Any]]:
    return [
        json.loads(frame.removeprefix("data: ")) for frame in response.text.split("\n\n") if frame
    ]


async def test_a_conversation_works_from_its_first_message_to_its_deletion(
    serving: Serves,
) -> None:
    """Every request that a chat page sends, over a real server."""
    async with (
        serving(fastapi_app.app) as (host, port),
        httpx2.AsyncClient(base_url=f"http://{host}:{port}") as client,
    ):

        async def post(body: Any) -> httpx2.Response:
            response = await client.post("/chatkit", json=body)
            assert response.status_code == 200
            return response

        first = events_of(await post(creates("good morning")))
        thread_id = first[0]["thread"]["id"]
        assert [event["type"] for event in first] == [
            "thread.created",
            "thread.item.done",
            "stream_options",
            "thread.item.added",
            "thread.updated",
            *["thread.item.updated"] * 4,
            "thread.item.done",
        ]
        assert first[-1]["item"]["content"][0]["text"] == "You said: good morning "
        await post(adds(thread_id, "again"))
        (listed,) = (await post(asks("threads.list", limit=9999))).json()["data"]
        assert (listed["id"], listed["title"]) == (thread_id, "good morning")
        items = (await post(asks("threads.get_by_id", thread_id=thread_id))).json()["items"]
        assert [item["type"] for item in items["data"]] == [
            "user_message",
            "assistant_message",
        ] * 2
        question = items["data"][2]["id"]
        await post(asks("threads.retry_after_item", thread_id=thread_id, item_id=question))
        page = (await post(asks("items.list", thread_id=thread_id, order="asc"))).json()
        assert len(page["data"]) == 4
        renamed = (await post(asks("threads.update", thread_id=thread_id, title="Hi"))).json()
        assert renamed["title"] == "Hi"
        rated = asks("items.feedback", thread_id=thread_id, item_ids=[question], kind="positive")
        assert (await post(rated)).json() == {}
        assert (await post(asks("threads.delete", thread_id=thread_id))).json() == {}
        assert (await post(asks("threads.list"))).json()["data"] == []


@pytest.mark.requirement("row-01")
@pytest.mark.parametrize("spec", ["2.3", "2.4"])
async def test_a_client_that_leaves_stops_the_answer_and_keeps_its_text(
    spec: str, serving: Serves, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starlette's own StreamingResponse, whichever way it learns that the client has gone."""
    closed = asyncio.Event()

    async def ask_model(text: str) -> AsyncIterator[str]:
        try:
            for number in range(100_000):
                yield f"{number} "
                await asyncio.sleep(0.005)
        finally:
            closed.set()

    monkeypatch.setattr(fastapi_app, "ask_model", ask_model)
    app = fastapi_app.app if spec == "2.3" else Spec24(fastapi_app.app)
    async with serving(app) as address:
        async with visiting(address, creates("count")) as visitor:
            await visitor.sees('"3 "')
        await asyncio.wait_for(closed.wait(), 5)
        supervisor = fastapi_app.server.supervisor()
        await asyncio.wait(set(supervisor._tasks) or {asyncio.create_task(asyncio.sleep(0))})
    (items,) = fastapi_app.server.store.items.values()
    (text,) = stored_texts(items)
    assert text.startswith("0 1 2 3 ")
    assert [type(item) for item in items].count(SDKHiddenContextItem) == 1


async def test_two_requests_at_once_have_their_own_answers(serving: Serves) -> None:
    """One server object serves everybody."""
    async with (
        serving(fastapi_app.app) as (host, port),
        httpx2.AsyncClient(base_url=f"http://{host}:{port}") as client,
    ):
        responses = await asyncio.gather(
            *(client.post("/chatkit", json=creates(f"number {n}")) for n in range(20))
        )
    for number, response in enumerate(responses):
        last = events_of(response)[-1]["item"]["content"][0]["text"]
        assert last == f"You said: number {number} "
