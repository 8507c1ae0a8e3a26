"""Doors beside the endpoint: the same checks, the same errors, the same line in the log."""

from collections.abc import Sequence
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from chatkit.attachments.contract import ServesLinks, TakesFiles
from chatkit.server import ChatKitServer

from .downloads import Downloads
from .draining import Draining
from .origins import Origins
from .problems import problem_of
from .refused import Refused
from .settings import Settings
from .uploads import DirectUploads, LinkUploads
from .visit import Visit


class Service(Protocol):
    """What is behind a door."""

    @property
    def methods(self) -> Sequence[str]:
        """The methods that it takes."""
        ...

    async def answer(self, request: Request) -> Response:
        """The answer; errors become answers too."""
        ...


class Door:
    """Answers the requests to one kind of address."""

    def __init__(self, kind: str, service: Service, settings: Settings, draining: Draining) -> None:
        self._kind = kind
        self._service = service
        self._draining = draining
        self._origins = Origins(settings)
        self._allowed = ", ".join((*service.methods, "OPTIONS"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        visit = Visit(send, self._origins.headers(request.headers))
        visit.kind = self._kind
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            response = problem_of(error).response()
            if request.method in ("POST", "PUT"):
                # The rest of the body is not read: the next request cannot follow it.
                response.headers["Connection"] = "close"
        await response(scope, receive, visit.send)
        visit.log()

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            response = self._origins.preflight(request.headers)
            for name in ("Allow", "Access-Control-Allow-Methods"):
                if name in response.headers:
                    response.headers[name] = self._allowed
            return response
        if request.method not in self._service.methods:
            raise Refused(405, f"use {self._allowed}", headers={"Allow": self._allowed})
        if request.method in ("POST", "PUT"):
            self._origins.check(request.headers)
            self._draining.check()
        else:
            # An image in a page of another site: the link says who may have it.
            self._origins.check_host(request.headers)
        return await self._service.answer(request)


def attachment_routes(
    server: ChatKitServer[Any], settings: Settings, draining: Draining
) -> list[BaseRoute]:
    """The routes that this server's attachment store has a use for."""
    store = server.attachment_store
    services: dict[str, tuple[str, Service]] = {}
    if isinstance(store, TakesFiles):
        services["/files"] = ("files.create", DirectUploads(server, store, settings))
    if isinstance(store, ServesLinks):
        services["/uploads/{token}"] = ("files.upload", LinkUploads(store, settings))
        services["/files/{attachment_id}"] = ("files.read", Downloads(store, settings))
    return [
        Route(
            settings.path.rstrip("/") + path,
            Door(kind, service, settings, draining),
            include_in_schema=False,
        )
        for path, (kind, service) in services.items()
    ]


__all__ = ["attachment_routes"]
