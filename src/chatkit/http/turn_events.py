"""A turn's events for standard SSE clients: `GET {path}/turns/{id}/events`.

`EventSource` cannot post, and comes back by itself with the id of the last event that it has seen.
The same turn, owner and cursor rules as `turns.attach`.
"""

import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chatkit.errors import InvalidRequest
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.types import TurnsAttachParams, TurnsAttachReq

from .draining import Draining
from .gate import Gate
from .open_streams import OpenStreams
from .origins import Origins
from .refused import Refused
from .settings import Settings
from .visit import Visit

logger = logging.getLogger(__name__)


class TurnEvents:
    """Streams turns to whoever the gate lets in."""

    def __init__(
        self, gate: Gate, settings: Settings, draining: Draining, streams: OpenStreams
    ) -> None:
        self._gate = gate
        self._draining = draining
        self._streams = streams
        self._origins = Origins(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        visit = Visit(send, self._origins.headers(request.headers))
        visit.kind = "turn events"
        await visit.serve(request, self._serve)

    async def _serve(self, request: Request, visit: Visit) -> None:
        if request.method != "GET":
            raise Refused(405, "use GET", headers={"Allow": "GET"})
        # The stream is a person's own: another site's page must not be able to open it.
        self._origins.check(request.headers)
        self._draining.check()
        turn_id: str = request.path_params["turn_id"]
        after = last_seen(request, turn_id)
        guest = await self._gate.admit(request)
        attach = TurnsAttachReq(params=TurnsAttachParams(turn_id=turn_id, after=after))
        result = await guest.server.process_parsed(attach, guest.context)
        if not isinstance(result, StreamingResult):  # pragma: no cover - attaching streams
            raise TypeError
        if await _is_over(guest.server, turn_id, after):
            # An EventSource opens a stream that ended again and again, until it is told this.
            await result.json_events.aclose()
            await Response(status_code=204)(request.scope, request.receive, visit.send)
            return
        await self._streams.run(result, guest, request, visit)


async def _is_over(server: ChatKitServer[Any], turn_id: str, after: int) -> bool:
    supervisor = server.supervisor()
    if supervisor.find(turn_id) is not None:
        return False
    record = await supervisor.log.load_turn(turn_id)
    return record is not None and record.state != "running" and record.last_seq == after


def last_seen(request: Request, turn_id: str) -> int:
    """The number of the last event that the client has: from `Last-Event-ID`, or `?after=`.

    Raises: InvalidRequest for an id of another turn, or no number.
    """
    event_id = request.headers.get("last-event-id")
    if event_id:
        named, _, number = event_id.rpartition(".")
        if named != turn_id:
            raise InvalidRequest("`Last-Event-ID` is of another turn")
    else:
        number = request.query_params.get("after", "0")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        raise InvalidRequest("the number of the last event must be 0 or more")
    return int(number)


__all__ = ["TurnEvents"]
