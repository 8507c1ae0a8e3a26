"""An answer while it is sent: plays what an encoder gives, and notices who leaves.

Stands on events.py and received.py; the ASGI server is below it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from .completions import collect_completion, encode_completion
from .events import Event, NewId, Play
from .received import Outcome, ReceivedRequest
from .responses import collect_response, encode_response
from .script import Disconnect, Stall, Turn

__all__ = ["COMPLETIONS", "RESPONSES", "Dialect", "Playback"]


class _Encode(Protocol):
    def __call__(
        self, turn: Turn, body: Mapping[str, Any], *, new_id: NewId, now: float
    ) -> Iterator[Play]: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """What tells one API from the other."""

    encode: _Encode
    collect: Callable[[Sequence[Mapping[str, Any]]], tuple[int, Mapping[str, Any]]]
    end: bytes
    """What closes a stream that came to its end."""


RESPONSES = Dialect(encode_response, collect_response, b"")
COMPLETIONS = Dialect(encode_completion, collect_completion, b"data: [DONE]\n\n")


class Playback:
    """One answer, an ASGI application: streamed or whole, as the request asked.

    `plays` is what to do, in order; `pace` the seconds to wait before each chunk.
    """

    def __init__(
        self,
        request: ReceivedRequest,
        dialect: Dialect,
        plays: Sequence[Play],
        *,
        pace: float,
        streams: bool,
    ) -> None:
        self._request, self._dialect, self._plays = request, dialect, plays
        self._pace, self._streams = pace, streams
        self._interrupted: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def interrupt(self, outcome: Outcome) -> None:
        """Stop sending, for this reason."""
        if not self._interrupted.done():
            self._interrupted.set_result(outcome)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note how that ended."""
        gone = asyncio.create_task(self._watch(receive))
        try:
            play = self._stream if self._streams else self._answer
            outcome = await play(scope, receive, send)
            if outcome in {Outcome.CUT, Outcome.CLOSED}:
                # A truncated body, as the client sees it; uvicorn logs nothing once it is gone.
                scope["state"]["transport"].close()
                await gone
            self._request.settle(outcome)
        finally:
            gone.cancel()
            await asyncio.wait([gone])

    async def _watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.interrupt(Outcome.ABORTED)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> Outcome:
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        data: Mapping[str, Any] = {}
        for play in self._plays:
            if (outcome := await self._before(play)) is not None:
                return outcome
            if isinstance(play, Event):
                data = play.data
                await send(_body(_sse(data)))
                # A turn of the loop for everyone, the watch for the client among them.
                await asyncio.sleep(0)
        await send(_body(b"" if "error" in data else self._dialect.end, more=False))
        return Outcome.COMPLETED

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> Outcome:
        events: list[Mapping[str, Any]] = []
        for play in self._plays:
            if (outcome := await self._before(play)) is not None:
                return outcome
            if isinstance(play, Event):
                events.append(play.data)
        status, body = self._dialect.collect(events)
        await JSONResponse(body, status)(scope, receive, send)
        return Outcome.COMPLETED

    async def _before(self, play: Play) -> Outcome | None:
        """What ends the answer at this point, after any wait that comes before it."""
        if isinstance(play, Stall):
            await self._wait(play.hold())
        elif isinstance(play, Event) and play.is_chunk and self._pace:
            await self._wait(asyncio.sleep(self._pace))
        if self._interrupted.done():
            return self._interrupted.result()
        return Outcome.CUT if isinstance(play, Disconnect) else None

    async def _wait(self, awaitable: Awaitable[None]) -> None:
        waiting = asyncio.ensure_future(awaitable)
        try:
            await asyncio.wait([waiting, self._interrupted], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            await asyncio.wait([waiting])


def _sse(data: Mapping[str, Any]) -> bytes:
    lines = f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
    return (f"event: {data['type']}\n{lines}" if "type" in data else lines).encode()


def _body(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
