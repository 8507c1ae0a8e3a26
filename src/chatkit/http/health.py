"""`/healthz`: whether this process takes requests, for load balancers and process managers."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chatkit.wire import encode_json

from .draining import Draining


class Health:
    """200 `{"status": "ok"}`, or 503 `{"status": "draining"}` once the server is to end."""

    def __init__(self, draining: Draining) -> None:
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers GET and HEAD."""
        await self._response(Request(scope))(scope, receive, send)

    def _response(self, request: Request) -> Response:
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        if request.method not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"Allow": "GET, HEAD"})
        if self._draining.has_begun:
            headers["Retry-After"] = "5"
            return Response(encode_json({"status": "draining"}), 503, headers)
        return Response(encode_json({"status": "ok"}), 200, headers)


__all__ = ["Health"]
