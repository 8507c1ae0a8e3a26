"""The routes inside an app of the host's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from assistants import Echo, Gated, asks, creates
from fastapi import APIRouter, FastAPI
from live_servers import Talks, uvicorn_serving, visiting
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from chatkit.http import ChatKitRoutes, create_app
from chatkit.store import MemoryStore

LIST = asks("threads.list")


def in_process(app: Any) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://host")


def fastapi_with_routes(chatkit: ChatKitRoutes) -> tuple[Any, str]:
    app = FastAPI(lifespan=chatkit.lifespan)
    app.router.routes.extend(chatkit.routes)
    return app, "/chatkit"


def fastapi_with_mount(chatkit: ChatKitRoutes) -> tuple[Any, str]:
    app = FastAPI(lifespan=chatkit.lifespan)
    app.mount("/assistant", chatkit)
    return app, "/assistant/chatkit"


def fastapi_with_router(chatkit: ChatKitRoutes) -> tuple[Any, str]:
    router = APIRouter()
    router.routes.extend(chatkit.routes)
    app = FastAPI(lifespan=chatkit.lifespan)
    app.include_router(router)
    return app, "/chatkit"


def starlette_with_routes(chatkit: ChatKitRoutes) -> tuple[Any, str]:
    return Starlette(routes=chatkit.routes, lifespan=chatkit.lifespan), "/chatkit"


def starlette_with_mount(chatkit: ChatKitRoutes) -> tuple[Any, str]:
    routes = [Mount("/inner", routes=chatkit.routes)]
    return Starlette(routes=routes, lifespan=chatkit.lifespan), "/inner/chatkit"


@pytest.mark.parametrize(
    "build",
    [
        fastapi_with_routes,
        fastapi_with_mount,
        fastapi_with_router,
        starlette_with_routes,
        starlette_with_mount,
    ],
)
async def test_the_routes_fit_into_an_app_of_the_hosts(build: Any, talking: Talks) -> None:
    """Both frameworks, by routes and by mounting, streaming and not."""
    app, path = build(ChatKitRoutes(Echo(MemoryStore())))
    app.router.routes.append(Route("/own", lambda request: PlainTextResponse("mine")))
    async with talking(app) as client:
        stream = await client.post(path, json=creates("a b"))
        page = await client.post(path, json=LIST)
        own = await client.get("/own")
        wrong = await client.get(path)
        health = await client.get(path.replace("chatkit", "healthz"))
    assert stream.text.count('"delta"') == 2
    assert len(page.json()["data"]) == 1
    assert own.text == "mine"
    assert wrong.json()["error"]["type"] == "method_not_allowed"
    assert health.json() == {"status": "ok"}


async def test_the_routes_are_an_app_by_themselves() -> None:
    """`uvicorn module:chatkit` works, and drains as `create_app` does."""
    server = Gated(MemoryStore())
    async with uvicorn_serving(ChatKitRoutes(server, drain_seconds=0)) as address:
        body = {**creates(), "metadata": {"chatkit.resume": True}}
        async with visiting(address, body) as visitor:
            await visitor.sees("two ")
    assert server.handler_closed.is_set()


async def test_answers_end_before_the_hosts_own_lifespan_does() -> None:
    """The host closes its database after the last answer is saved, not before."""
    ended: list[str] = []
    server = Gated(MemoryStore())

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        yield {"database": "open"}
        ended.append("closed" if server.handler_closed.is_set() else "closed too early")

    app = create_app(server, lifespan=lifespan, drain_seconds=0)
    async with uvicorn_serving(app) as address:
        body = {**creates(), "metadata": {"chatkit.resume": True}}
        async with visiting(address, body) as visitor:
            await visitor.sees("two ")
    assert ended == ["closed"]


async def test_a_hosts_lifespan_shares_its_state_with_requests() -> None:
    """What a lifespan yields is in `request.state`, for the context function too."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
        yield {"database": "open"}

    server = Gated(MemoryStore())
    server.gate.set()
    app = create_app(server, lifespan=lifespan, context=lambda request: request.state.database)
    async with uvicorn_serving(app) as address, visiting(address, creates()) as visitor:
        await visitor.sees("three")
    assert server.contexts == ["open"]


async def test_a_context_may_be_awaited_and_read_the_body_itself() -> None:
    """Hosts put things into the request's metadata and look them up before anything else."""
    server = Gated(MemoryStore())
    server.gate.set()

    async def context(request: Any) -> Any:
        return (await request.json())["metadata"]["tenant"]

    async with in_process(create_app(server, context=context)) as client:
        await client.post("/chatkit", json={**creates(), "metadata": {"tenant": "t1"}})
    assert server.contexts == ["t1"]


async def test_without_a_context_function_the_context_is_an_empty_dict() -> None:
    """As in the public quick start."""
    server = Gated(MemoryStore())
    server.gate.set()
    async with in_process(create_app(server)) as client:
        await client.post("/chatkit", json=creates())
    assert server.contexts == [{}]


class Counts(Echo):
    """Overrides `process`, as apps do to log or to measure."""

    bodies: tuple[bytes, ...] = ()

    async def process(self, request: Any, context: Any) -> Any:
        self.bodies = (*self.bodies, request)
        return await super().process(request, context)


async def test_a_server_that_overrides_process_is_asked_through_it() -> None:
    """Otherwise moving from an own endpoint to ours would silently drop the app's code."""
    server = Counts(MemoryStore())
    async with in_process(create_app(server)) as client:
        response = await client.post("/chatkit", json=LIST)
    assert response.status_code == 200
    assert [type(body) for body in server.bodies] == [bytes]


async def test_the_paths_can_be_chosen() -> None:
    """A host may have a /healthz of its own."""
    app = create_app(Echo(MemoryStore()), path="/api/chat", health_path=None)
    async with in_process(app) as client:
        assert (await client.post("/api/chat", json=LIST)).status_code == 200
        assert (await client.get("/healthz")).status_code == 404
