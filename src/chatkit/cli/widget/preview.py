"""The live page of `chatkit widget preview`: one file, drawn anew when it or its data change."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]

from chatkit.http import bundle
from chatkit.http.refused import Refused
from chatkit.http.web_files import CHUNKS, file_response

from .check import Reading, read_widget

_PAGE: Final = Path(__file__).parent / "page" / "preview.html"
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' https: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_LARGEST: Final = 1 << 20
_HOSTS: Final = ["127.0.0.1", "localhost", "[::1]"]


def preview_app(file: Path, leaving: asyncio.Event, data: Any = None) -> Starlette:
    """An app that shows `file`, filled with `data`, or with data made up from its schema.

    `leaving` ends the streams of changes, which would otherwise stay open for ever.
    """
    previewing = _Previewing(file, leaving, data)
    routes = [
        Route("/", _page),
        Route("/chatkit-ui.js", _script),
        Route(f"/{CHUNKS}/{{name}}", _script),
        Route("/widget", previewing.read, methods=["GET", "POST"]),
        Route("/changes", previewing.changes),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)
    return Starlette(routes=routes, middleware=[hosts])


async def _page(request: Request) -> Response:
    return file_response(request, _PAGE, dict(_HEADERS))


async def _script(request: Request) -> Response:
    name = request.path_params.get("name")
    path = bundle.ASSETS / CHUNKS / name if name else bundle.ASSETS / "chatkit-ui.js"
    try:
        return file_response(request, path, {"Cache-Control": "no-cache"})
    except Refused as refused:
        raise HTTPException(404) from refused


class _Previewing:
    def __init__(self, file: Path, leaving: asyncio.Event, data: Any) -> None:
        self._file = file
        self._leaving = leaving
        self._data = data

    async def read(self, request: Request) -> Response:
        """The file as it is now; a POST brings the data to fill it with."""
        data = self._data
        if request.method == "POST":
            data = await _posted(request)
        try:
            reading = read_widget(self._file) if data is None else read_widget(self._file, data)
        except OSError as error:
            return JSONResponse({"gone": error.strerror}, headers=_HEADERS)
        return JSONResponse(_told(self._file, reading), headers=_HEADERS)

    async def changes(self, request: Request) -> Response:
        """An event for each time that the file was saved."""
        headers = {**_HEADERS, "X-Accel-Buffering": "no"}
        return StreamingResponse(self._saved(), media_type="text/event-stream", headers=headers)

    async def _saved(self) -> AsyncIterator[str]:
        # Editors put a new file in the old one's place: the folder is what stays.
        name = self._file.resolve()
        yield ": watching\n\n"
        watching = awatch(name.parent, stop_event=self._leaving, recursive=False, debounce=200)
        async with aclosing(watching) as changes:
            async for changed in changes:
                if any(Path(path) == name for _, path in changed):
                    yield "data: saved\n\n"


async def _posted(request: Request) -> Any:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise HTTPException(413)
    if request.headers.get("content-type") != "application/json":
        raise HTTPException(415)
    try:
        return json.loads(body)
    except ValueError:
        raise HTTPException(400, "the data are not JSON") from None


def _told(file: Path, reading: Reading) -> dict[str, Any]:
    return {
        "file": file.name,
        "name": reading.name,
        "template": reading.template,
        "schema": reading.schema,
        "data": reading.data,
        "widget": reading.widget,
        "problems": [asdict(problem) for problem in reading.problems],
    }


__all__ = ["preview_app"]
