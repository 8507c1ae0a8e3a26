"""ChatKitRoutes: one server's endpoint, files, page and `/healthz`, for any Starlette app."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import Unpack

from chatkit.server import ChatKitServer

from .doors import attachment_routes
from .draining import Draining
from .endpoint import Endpoint
from .gate import Gate, HostGate
from .health import Health
from .hosting import Hosting
from .open_streams import OpenStreams
from .ping import Ping
from .settings import RouteOptions, Settings
from .turn_events import TurnEvents
from .web_files import say_what_is_missing, script_routes
from .web_page import page_routes


class ChatKitRoutes:
    """The routes of one server, for an app of your own (FastAPI, Starlette).

        chatkit = ChatKitRoutes(MyServer(store), context=context)
        app = FastAPI(lifespan=chatkit.lifespan)
        app.router.routes.extend(chatkit.routes)      # or: app.mount("/assistant", chatkit)

    `lifespan` settles what a crash left behind at the start, and lets running answers end before
    the app does. An app with a lifespan of its own enters it there:
    `async with chatkit.lifespan(app): yield`. The options are those of `create_app`. An app with
    an endpoint of its own takes `script_routes` and `attachment_routes` alone.

    With `workflows`, servers by id in place of one, whoever asks shows a client secret, and
    backends get theirs at `/v1/chatkit/sessions`: see docs/moving/from-hosted-service.md.
    """

    def __init__(
        self,
        server: ChatKitServer[Any] | None = None,
        *,
        workflows: Mapping[str, ChatKitServer[Any]] | None = None,
        **options: Unpack[RouteOptions],
    ) -> None:
        self.settings = Settings(**options)
        hosting = None if workflows is None else Hosting(workflows, self.settings)
        gate = _host_gate(server, self.settings) if hosting is None else hosting.gate
        if server is not None and hosting is not None:
            raise ValueError("pass a server, or workflows, not both")
        self.server = server
        """The one server; None with workflows."""
        self.servers = gate.servers
        self._draining = Draining(gate.servers, self.settings.drain_seconds)
        self.script_routes = script_routes(self.settings)
        """`/chatkit.js` and what it loads alone, for an app that keeps an endpoint of its own."""
        self.attachment_routes = attachment_routes(gate, self.settings, self._draining)
        """The addresses for files alone, likewise."""
        self.routes: list[BaseRoute] = [
            *_endpoint_routes(gate, self.settings, self._draining),
            *self.script_routes,
            *(page_routes(server, self.settings) if server is not None else ()),
            *(hosting.routes(self._draining) if hosting is not None else ()),
            *self.attachment_routes,
        ]
        self._router = Router(self.routes, lifespan=self.lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The routes as an ASGI app, by itself or for `app.mount`."""
        await self._router(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncGenerator[None, None]:
        """From the start of the app to its end, when answers are drained and saved."""
        say_what_is_missing()
        for server in self.servers:
            await server.supervisor().ready()
        draining = self._draining
        # They share their files, so one of them looks after all.
        collecting = asyncio.create_task(self.servers[0].unused_files.collect_for_ever())
        with draining.on_signals() if self.settings.drain_on_signals else nullcontext():
            try:
                yield
            finally:
                collecting.cancel()
                await draining.finish()
                await asyncio.wait([collecting])

    def begin_draining(self) -> None:
        """Takes no new work from now on, for programs that learn of their end in their own way.

        Running answers have `drain_seconds`; called again, they are interrupted now.
        """
        self._draining.begin()


def _endpoint_routes(gate: Gate, settings: Settings, draining: Draining) -> list[BaseRoute]:
    """The endpoint, what is below its path, and where load balancers ask."""
    streams = OpenStreams(settings)
    below = settings.path.rstrip("/")
    turn_events = TurnEvents(gate, settings, draining, streams)
    found: list[tuple[str, ASGIApp, str]] = [
        (settings.path, Endpoint(gate, settings, draining, streams), "chatkit"),
        (f"{below}/turns/{{turn_id}}/events", turn_events, "chatkit_turn_events"),
        (f"{below}/ping", Ping(settings, draining), "chatkit_ping"),
    ]
    if settings.health_path is not None:
        found.append((settings.health_path, Health(draining), "healthz"))
    return [Route(path, app, name=name, include_in_schema=False) for path, app, name in found]


def _host_gate(server: ChatKitServer[Any] | None, settings: Settings) -> Gate:
    if server is None:
        raise ValueError("there is nothing to serve: pass a server, or workflows")
    return HostGate(server, settings.context, settings.recheck_seconds)


__all__ = ["ChatKitRoutes"]
