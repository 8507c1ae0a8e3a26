"""The endpoint: one POST for all requests of the protocol, as an ASGI app.

The order of the checks: method, page, draining, content type, who it is, size, shape,
page size. So nobody uploads 25 MiB before the host has said who it is.
"""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from chatkit.errors import InvalidRequest
from chatkit.server import NonStreamingResult, StreamingResult
from chatkit.types import ChatKitReq, ItemsListReq, ThreadsListReq
from chatkit.wire import parse_request

from .body import check_is_json, check_size, read_body
from .draining import Draining
from .gate import Gate, Guest
from .open_streams import OpenStreams
from .origins import METHODS, Origins
from .problems import BodyInvalid, json_response
from .reached import announce
from .refused import Refused
from .settings import Settings
from .visit import Visit


class Endpoint:
    """Serves whoever the gate lets in."""

    def __init__(
        self, gate: Gate, settings: Settings, draining: Draining, streams: OpenStreams
    ) -> None:
        self._gate = gate
        self._settings = settings
        self._draining = draining
        self._streams = streams
        self._origins = Origins(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        visit = Visit(send, self._origins.headers(request.headers))
        await visit.serve(request, self._serve)

    async def _serve(self, request: Request, visit: Visit) -> None:
        if request.method == "OPTIONS":
            preflight = self._origins.preflight(request.headers)
            await preflight(request.scope, request.receive, visit.send)
            return
        guest, answer = await self._answer(request, visit)
        if isinstance(answer, StreamingResult):
            await self._streams.run(answer, guest, request, visit)
            return
        await json_response(answer.json)(request.scope, request.receive, visit.send)

    async def _answer(
        self, request: Request, visit: Visit
    ) -> tuple[Guest, StreamingResult | NonStreamingResult]:
        if request.method != "POST":
            raise Refused(405, "send requests with POST", headers={"Allow": METHODS})
        self._origins.check(request.headers)
        self._draining.check()
        check_is_json(request)
        guest = await self._gate.admit(request)
        if guest.server.attachment_store is not None:
            announce(request, self._settings)
        body = await read_body(request, self._settings)
        parsed = _parse(body)
        visit.kind = parsed.type
        check_size(len(body), parsed, self._settings)
        self._check_page(parsed)
        return guest, await guest.process(parsed, body)

    def _check_page(self, parsed: ChatKitReq) -> None:
        if isinstance(parsed, ThreadsListReq):
            largest = self._settings.max_threads_page
        elif isinstance(parsed, ItemsListReq):
            largest = self._settings.max_items_page
        else:
            return
        if (parsed.params.limit or 0) > largest:
            raise InvalidRequest(f"`limit` must not be over {largest}")


def _parse(body: bytearray) -> ChatKitReq:
    try:
        return parse_request(body)
    except ValidationError as error:
        raise BodyInvalid(error) from None


__all__ = ["Endpoint"]
