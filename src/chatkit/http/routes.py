"""ChatKitRoutes: one server's endpoint, files, page and `/healthz`, for any Starlette app."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send
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
    an endpoint of its own takes `attachment_routes` alone.

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
        streams = OpenStreams(self.settings)
        self.routes: list[BaseRoute] = [
            Route(
                self.settings.path,
                Endpoint(gate, self.settings, self._draining, streams),
                name="chatkit",
                include_in_schema=False,
            ),
            Route(
                f"{self.settings.path.rstrip('/')}/turns/{{turn_id}}/events",
                TurnEvents(gate, self.settings, self._draining, streams),
                name="chatkit_turn_events",
                include_in_schema=False,
            ),
            Route(
                f"{self.settings.path.rstrip('/')}/ping",
                Ping(self.settings, self._draining),
                name="chatkit_ping",
                include_in_schema=False,
            ),
        ]
        self.routes.extend(script_routes(self.settings))
        if server is not None:
            self.routes.extend(page_routes(server, self.settings))
        if hosting is not None:
            self.routes.extend(hosting.routes(self._draining))
        self.attachment_routes = attachment_routes(gate, self.settings, self._draining)
        self.routes.extend(self.attachment_routes)
        if self.settings.health_path is not None:
            health = Health(self._draining)
            self.routes.append(
                Route(self.settings.health_path, health, name="healthz", include_in_schema=False)
            )
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


def _host_gate(server: ChatKitServer[Any] | None, settings: Settings) -> Gate:
    if server is None:
        raise ValueError("there is nothing to serve: pass a server, or workflows")
    return HostGate(server, settings.context, settings.recheck_seconds)


__all__ = ["ChatKitRoutes"]
