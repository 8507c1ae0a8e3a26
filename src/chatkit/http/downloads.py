"""Files on their way out: `GET <path>/files/<id>?token=…`, for whoever has the link.

What a browser may show is images and PDF; everything else, HTML and SVG first of all, is only
saved. Above: routes.py. Below: the stores' contract in `chatkit.attachments`.
"""

import asyncio
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chatkit.attachments.contract import ServesLinks, StoredFile
from chatkit.attachments.names import disposition

from .settings import Settings

_PIECE_BYTES: Final = 256 * 1024
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_DOWNLOAD_TYPE: Final = "application/octet-stream"
_SANDBOX: Final = "default-src 'none'; sandbox"
# A sandboxed PDF is not shown by Chromium; its viewer runs no script of the page.
_PDF_POLICY: Final = "script-src 'none'; base-uri 'none'; form-action 'none'"


class Downloads:
    """Serves the files of one store."""

    methods = ("GET", "HEAD")

    def __init__(self, store: ServesLinks, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    async def answer(self, request: Request) -> Response:
        """The file, or the part of it that is asked for. Raises: LinkInvalid, NotFoundError."""
        token = request.query_params.get("token", "")
        file = await self._store.open_file(request.path_params["attachment_id"], token)
        return _FileResponse(
            file,
            wanted=request.headers.get("range") if _may_be_partial(request, file) else None,
            patience=self._settings.send_seconds,
        )


def _may_be_partial(request: Request, file: StoredFile) -> bool:
    # What `If-Range` names must be the very file of which the client has a part.
    return request.headers.get("if-range", _tag(file)) == _tag(file)


def _tag(file: StoredFile) -> str:
    return f'"{file.version}"'


class _FileResponse(Response):
    """Sends an open file, or one range of it, and closes it in any case."""

    def __init__(self, file: StoredFile, *, wanted: str | None, patience: float) -> None:
        self._file = file
        self._patience = patience
        self._start, self._end, status = _range_of(wanted, file.size)
        headers = _headers(file)
        if status == 206:
            headers["Content-Range"] = f"bytes {self._start}-{self._end - 1}/{file.size}"
        elif status == 416:
            headers["Content-Range"] = f"bytes */{file.size}"
        headers["Content-Length"] = str(self._end - self._start)
        super().__init__(status_code=status, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it piece by piece, each when the one before is taken, while somebody is there."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        request = Request(scope, receive)
        at = self._end if request.method == "HEAD" else self._start
        try:
            await send({"type": "http.response.start", **start})
            while at < self._end and not await request.is_disconnected():
                piece = await self._file.read(at, min(_PIECE_BYTES, self._end - at))
                at += len(piece)
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            if at == self._end:
                await send({"type": "http.response.body", "body": b""})
        except (OSError, TimeoutError):
            return  # servers differ in how they say that nobody is there any more
        finally:
            self._file.close()


def _headers(file: StoredFile) -> dict[str, str]:
    is_pdf = file.mime_type == "application/pdf"
    return {
        # A script that was uploaded must not be one to a page of this site.
        "Content-Type": file.mime_type if file.inline else _DOWNLOAD_TYPE,
        "Content-Disposition": disposition(file.name, inline=file.inline),
        "Content-Security-Policy": _PDF_POLICY if is_pdf else _SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": f"private, max-age={file.seconds_left}, immutable",
        "Accept-Ranges": "bytes",
        "ETag": _tag(file),
    }


def _range_of(wanted: str | None, size: int) -> tuple[int, int, int]:
    """Where to start and end, and the status: 200 for all, 206 for a part, 416 for none.

    Of several ranges none is served, but the whole file. Source: RFC 9110, section 14.
    """
    found = _RANGE.fullmatch(wanted.replace(" ", "")) if wanted is not None else None
    if found is None or found.group() == "bytes=-":
        return 0, size, 200
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return 0, size, 200
    return (0, 0, 416) if start >= end else (start, end, 206)


__all__ = ["Downloads"]
