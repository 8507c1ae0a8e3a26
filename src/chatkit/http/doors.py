"""Doors beside the endpoint: the same checks, the same errors, the same line in the log."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive, Scope, Send

from chatkit.attachments.contract import ServesLinks, TakesFiles
from chatkit.hosted.objects import session_object
from chatkit.wire import encode_json

from .downloads import Downloads
from .draining import Draining
from .gate import Gate, SessionGate
from .origins import Origins
from .problems import json_response, problem_of
from .refused import Refused
from .settings import Settings
from .uploads import DirectUploads, LinkUploads
from .visit import Visit

_MOST_SKIPPED_BYTES: Final = 4 * 1024 * 1024
_SKIP_SECONDS: Final = 2.0


class Service(Protocol):
    """What is behind a door."""

    @property
    def methods(self) -> Sequence[str]:
        """The methods that it takes."""
        ...

    async def answer(self, request: Request) -> Response:
        """The answer; errors become answers too."""
        ...


class _Body:
    """A request's body, the rest of which can be skipped."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    async def __call__(self) -> Message:
        """The next message of the request."""
        message = await self._receive()
        self._ended = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def is_skipped(self, status: int) -> bool:
        """True once all of the body has come in; False if too much of it is still to come.

        Where a connection is closed with bytes unread, the client loses the answer as well.
        """
        left = _MOST_SKIPPED_BYTES if status != 408 else 0  # waited for long enough
        try:
            async with asyncio.timeout(_SKIP_SECONDS):
                while not self._ended and left > 0:
                    left -= len((await self()).get("body", b""))
        except TimeoutError:
            return False
        return self._ended


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
        body = _Body(receive)
        request = Request(scope, body)
        visit = Visit(send, self._origins.headers(request.headers))
        visit.kind = self._kind
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            problem = problem_of(error)
            response = problem.response()
            if request.method in ("POST", "PUT") and not await body.is_skipped(problem.status):
                response.headers["Connection"] = "close"
        await response(scope, body, visit.send)
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


class SessionInfo:
    """Tells a page until when its secret is good, and what its session allows."""

    methods = ("GET",)

    def __init__(self, gate: SessionGate) -> None:
        self._gate = gate

    async def answer(self, request: Request) -> Response:
        """The session, without its secret. Raises: SecretRefused."""
        guest = await self._gate.admit(request)
        shown = session_object(guest.session, "active", None)
        # The page's clock may be wrong: it is told how long, not only until when.
        return json_response(encode_json({**shown, "expires_in": guest.seconds_left}))


def attachment_routes(gate: Gate, settings: Settings, draining: Draining) -> list[BaseRoute]:
    """The routes that the servers' attachment store has a use for."""
    store = gate.servers[0].attachment_store
    services: dict[str, tuple[str, Service]] = {}
    if isinstance(store, TakesFiles):
        services["/files"] = ("files.create", DirectUploads(gate, store, settings))
    if isinstance(store, ServesLinks):
        services["/uploads/{token}"] = ("files.upload", LinkUploads(store, settings))
        services["/files/{attachment_id}"] = ("files.read", Downloads(store, settings))
    return [
        door_route(path, Door(kind, service, settings, draining), settings)
        for path, (kind, service) in services.items()
    ]


def session_route(gate: SessionGate, settings: Settings, draining: Draining) -> BaseRoute:
    """Where a page asks for its session."""
    door = Door("session", SessionInfo(gate), settings, draining)
    return door_route("/session", door, settings)


def door_route(path: str, door: Door, settings: Settings) -> BaseRoute:
    """The route of a door below the endpoint."""
    return Route(settings.path.rstrip("/") + path, door, include_in_schema=False)


__all__ = ["attachment_routes", "session_route"]
