"""`/`: a full-page chat, under a policy that lets no script in but those of this server.

Above: routes.py. Below: web_files.py, and the files in `page/`.
"""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from chatkit.attachments.contract import TakesFiles
from chatkit.server import ChatKitServer

from .origins import Origins
from .problems import problem_of
from .refused import Refused
from .settings import Settings
from .web_files import file_response

_FOLDER: Final = Path(__file__).parent / "page"
_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self' https:",
        # Answers show images from anywhere; uploads go to where the attachment store keeps them.
        "img-src 'self' https: data: blob:",
        "connect-src 'self' https:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types chatkit chatkit-page",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes(server: ChatKitServer[Any], settings: Settings) -> list[BaseRoute]:
    """The page and its own script and styles, where `settings.page` asks for it."""
    if settings.page is False:
        return []
    options = _options(server, settings)
    origins = Origins(settings)

    async def answer(request: Request) -> Response:
        try:
            origins.check_host(request.headers)
            return _answer(request, options)
        except Refused as refused:
            return problem_of(refused).response()

    paths = ("/", "/chatkit-page.js", "/chatkit-page.css")
    return [Route(path, answer, include_in_schema=False) for path in paths]


def _answer(request: Request, options: Mapping[str, Any]) -> Response:
    name = request.url.path.rpartition("/")[2]
    if name:
        return file_response(request, _FOLDER / name, dict(_HEADERS))
    page = (_FOLDER / "page.html").read_text(encoding="utf-8")
    title = str(options.get("title", "Chat"))
    page = page.replace("{title}", html.escape(title))
    page = page.replace("{options}", html.escape(json.dumps(options)))
    headers = {**_HEADERS, "Content-Type": "text/html; charset=utf-8"}
    return Response(page, headers=headers)


def _options(server: ChatKitServer[Any], settings: Settings) -> dict[str, Any]:
    """What the page's script hands to the component: addresses are relative to the page."""
    endpoint = settings.path.removeprefix("/")
    defaults: dict[str, Any] = {"endpoint": endpoint, "script": _script_beside(endpoint)}
    if isinstance(server.attachment_store, TakesFiles):
        defaults["uploads"] = f"{endpoint}/files"
    return {**defaults, **(settings.page if isinstance(settings.page, Mapping) else {})}


def _script_beside(endpoint: str) -> str:
    folder = endpoint.rpartition("/")[0]
    return f"{folder}/chatkit.js" if folder else "chatkit.js"


__all__ = ["page_routes"]
