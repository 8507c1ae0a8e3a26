"""The scripted model's HTTP API: what it answers where. Stands on playback.py and Starlette."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from .events import NewId
from .latch import Latch
from .playback import COMPLETIONS, RESPONSES, Dialect, Playback
from .received import Outcome, ReceivedRequest, parse_object
from .script import HttpError, Step, Turn, as_step

__all__ = ["ModelApp"]


class ModelApp:
    """Answers by the script while it lasts, then by the responder; keeps every request."""

    def __init__(
        self,
        script: Iterable[Step],
        responder: Callable[[ReceivedRequest], Step] | None,
        *,
        name: str,
        pace: float,
        transcript: str,
        new_id: NewId,
    ) -> None:
        self.script = deque(script)
        self.requests: list[ReceivedRequest] = []
        self.error: Exception | None = None
        """The first error of the responder, or of a turn that the API cannot express."""
        self._responder, self._name, self._transcript = responder, name, transcript
        self._pace, self._new_id = pace, new_id
        self._arrivals: dict[int, Latch] = {}
        self._playing: set[Playback] = set()
        self._closed = False

    def routes(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/responses", self._responses, methods=["POST"]),
                Route("/v1/chat/completions", self._completions, methods=["POST"]),
                Route("/v1/audio/transcriptions", self._transcriptions, methods=["POST"]),
                Route("/v1/models", self._models),
            ]
        )

    def arrival(self, count: int) -> Latch:
        """Set once this many requests were received."""
        latch = self._arrivals.setdefault(count, Latch())
        if len(self.requests) >= count:
            latch.set()
        return latch

    def close(self) -> None:
        """End every answer under way."""
        self._closed = True
        for playback in self._playing:
            playback.interrupt(Outcome.CLOSED)

    async def _responses(self, request: Request) -> ASGIApp:
        return self._answer(await self._receive(request), RESPONSES)

    async def _completions(self, request: Request) -> ASGIApp:
        return self._answer(await self._receive(request), COMPLETIONS)

    async def _transcriptions(self, request: Request) -> Response:
        received = await self._receive(request)
        received.settle(Outcome.COMPLETED)
        return JSONResponse({"text": self._transcript})

    async def _models(self, request: Request) -> Response:
        received = await self._receive(request)
        received.settle(Outcome.COMPLETED)
        model = {"id": self._name, "object": "model", "created": 0, "owned_by": "chatkit"}
        return JSONResponse({"object": "list", "data": [model]})

    async def _receive(self, request: Request) -> ReceivedRequest:
        content = await request.body()
        received = ReceivedRequest(
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers),
            content=content,
            body=parse_object(content),
        )
        self.requests.append(received)
        self.arrival(len(self.requests))
        return received

    def _answer(self, received: ReceivedRequest, dialect: Dialect) -> ASGIApp:
        if received.body is None:
            return _refuse(received, HttpError(400, _error("the body is not a JSON object")))
        try:
            step = self._next_step(received)
            if isinstance(step, HttpError):
                return _refuse(received, step)
            plays = list(dialect.encode(step, received.body, new_id=self._new_id, now=time.time()))
        except Exception as error:  # noqa: BLE001  # raised again when the model is closed
            self.error = self.error or error
            return _refuse(received, HttpError(400, _error(f"{type(error).__name__}: {error}")))
        pace = self._pace if step.pace is None else step.pace
        streams = bool(received.body.get("stream"))
        return self._tracked(Playback(received, dialect, plays, pace=pace, streams=streams))

    def _next_step(self, received: ReceivedRequest) -> Turn | HttpError:
        if self.script:
            return as_step(self.script.popleft())
        if self._responder is not None:
            return as_step(self._responder(received))
        return HttpError(400, _error(f"the script has no turn for request {len(self.requests)}"))

    def _tracked(self, playback: Playback) -> ASGIApp:
        async def play(scope: Any, receive: Any, send: Any) -> None:
            self._playing.add(playback)
            if self._closed:
                playback.interrupt(Outcome.CLOSED)
            try:
                await playback(scope, receive, send)
            finally:
                self._playing.discard(playback)

        return play


def _refuse(received: ReceivedRequest, error: HttpError) -> Response:
    received.settle(Outcome.COMPLETED)
    body = _error(f"HTTP {error.status}") if error.body is None else error.body
    if isinstance(body, str):
        return Response(body, error.status, error.headers)
    return JSONResponse(body, error.status, error.headers)


def _error(message: str) -> dict[str, Any]:
    error = {"message": message, "type": "scripted_model", "param": None, "code": None}
    return {"error": error}
