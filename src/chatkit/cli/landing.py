"""What somebody sees who opens a server's address in a browser, until the page is there."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def landing_page() -> Route:
    """`/`: what this is, and how to talk to it."""
    return Route("/", _landing, name="landing", include_in_schema=False)


def _landing(request: Request) -> PlainTextResponse:
    url = str(request.base_url).rstrip("/")
    return PlainTextResponse(
        f"This is a ChatKit server. Its endpoint is {url}/chatkit.\n\n"
        f"Talk to it from a terminal:\n\n    chatkit chat {url}/chatkit\n"
    )


__all__ = ["landing_page"]
