"""Where a request reached us, as clients write it: attachments' links begin with it."""

from starlette.requests import Request

from chatkit.attachments.links import public_url

from .settings import Settings


def announce(request: Request, settings: Settings, *, suffix: str = "") -> None:
    """Tells attachment stores, for as long as this request is served, where the endpoint is.

    `suffix` is what this request's own path has after the endpoint's.
    """
    if settings.public_url is not None:
        public_url.set(settings.public_url.rstrip("/"))
        return
    reached = str(request.url.replace(query="", fragment=""))
    public_url.set(reached.removesuffix(suffix).rstrip("/"))


__all__ = ["announce"]
