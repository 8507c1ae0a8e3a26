"""create_app: one server as a complete ASGI app."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import Unpack

from chatkit.server import ChatKitServer

from .problems import problem_of
from .routes import ChatKitRoutes
from .settings import RouteOptions

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[Any]]


def create_app(
    server: ChatKitServer[Any] | None = None,
    *,
    workflows: Mapping[str, ChatKitServer[Any]] | None = None,
    routes: Sequence[BaseRoute] = (),
    lifespan: Lifespan | None = None,
    **options: Unpack[RouteOptions],
) -> Starlette:
    """An ASGI app that serves `server` at `/chatkit`, for any ASGI server.

    `workflows`, servers by id, are served in its place to apps of the hosted service: with API
    keys, sessions and client secrets, as docs/moving/from-hosted-service.md describes.
    `routes` are further routes of yours. `lifespan` is entered before the first request and left
    when all answers are saved: close there what the server uses. All other options are described
    at `chatkit.http.settings.Settings`; the ones you are likely to need are `context`, a function
    from the request to your context, and `allowed_origins`.

    Raises: ValueError for an option that cannot be meant.
    """
    chatkit = ChatKitRoutes(server, workflows=workflows, **options)

    @asynccontextmanager
    async def both(app: Starlette) -> AsyncGenerator[Any, None]:
        if lifespan is None:
            async with chatkit.lifespan(app):
                yield
            return
        async with lifespan(app) as state, chatkit.lifespan(app):
            yield state

    app = Starlette(
        routes=[*chatkit.routes, *routes],
        lifespan=both,
        exception_handlers={HTTPException: _as_json, Exception: _as_json},
    )
    app.state.chatkit = chatkit
    return app


def _as_json(request: Request, error: Exception) -> Response:
    return problem_of(error).response()


__all__ = ["create_app"]
