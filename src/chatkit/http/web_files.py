"""Serves the page's scripts: any page may use them, and they are asked for again only when changed.

Above: routes.py. Below: bundle.py, the files in this package.
"""

import gzip
import hashlib
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from . import bundle
from .origins import Origins
from .problems import problem_of
from .refused import Refused
from .settings import Settings

logger = logging.getLogger(__name__)

CHUNKS: Final = "chatkit-chunks"
_WEB: Final = bundle.ASSETS.parents[3] / "web"
_HOW: Final = "run `make web`, or `python web/build_page.py`"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
_PUBLIC: Final = {
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    content: bytes
    zipped: bytes
    tag: str


def say_what_is_missing() -> None:
    """Logs that the page is not built, or was built from an older source."""
    if not bundle.is_built():
        logger.warning("The page is not built, so there is no chatkit.js: %s.", _HOW)
    elif (_WEB / "package.json").is_file() and not bundle.is_fresh(_WEB):
        logger.warning("The page's source has changed since it was built: %s.", _HOW)


def script_routes(settings: Settings) -> list[BaseRoute]:
    """`/chatkit.js` beside the endpoint, with what it loads."""
    origins = Origins(settings)
    folder = settings.path.rstrip("/").rpartition("/")[0]

    async def entry(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        return _answer(origins, request, bundle.ASSETS / name, _ASK_AGAIN)

    async def chunk(request: Request) -> Response:
        path = bundle.ASSETS / CHUNKS / request.path_params["name"]
        return _answer(origins, request, path, _FOR_EVER)

    routes: list[BaseRoute] = [
        Route(f"{folder}/{name}", entry, include_in_schema=False) for name in bundle.ENTRIES
    ]
    return [*routes, Route(f"{folder}/{CHUNKS}/{{name}}", chunk, include_in_schema=False)]


def _answer(origins: Origins, request: Request, path: Path, caching: str) -> Response:
    try:
        origins.check_host(request.headers)
        return file_response(request, path, {**_PUBLIC, "Cache-Control": caching})
    except Refused as refused:
        return problem_of(refused).response()


def file_response(request: Request, path: Path, headers: dict[str, str]) -> Response:
    """The file, zipped where that is understood; 304 for who has it. Raises: Refused with 404."""
    try:
        changed = path.stat()
    except OSError:
        raise Refused(404, _why_missing()) from None
    file = _read(path, changed.st_mtime_ns, changed.st_size)
    is_zipped = "gzip" in request.headers.get("accept-encoding", "")
    # Zipped and plain bytes differ, and so must their tags.
    tag = f'"{file.tag}-gzip"' if is_zipped else f'"{file.tag}"'
    headers = {**headers, "ETag": tag, "Vary": "Accept-Encoding"}
    known = [one.strip().removeprefix("W/") for one in _if_none_match(request).split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if is_zipped:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = _TYPES.get(path.suffix, "application/octet-stream")
    return Response(file.zipped if is_zipped else file.content, headers=headers)


def _if_none_match(request: Request) -> str:
    return request.headers.get("if-none-match", "")


def _why_missing() -> str:
    return "no such file" if bundle.is_built() else f"the page is not built: {_HOW}"


@lru_cache(maxsize=256)
def _read(path: Path, changed_ns: int, size: int) -> _File:
    content = path.read_bytes()
    return _File(
        content=content,
        zipped=gzip.compress(content, mtime=0),
        tag=hashlib.sha256(content).hexdigest()[:32],
    )


__all__ = ["CHUNKS", "file_response", "say_what_is_missing", "script_routes"]
