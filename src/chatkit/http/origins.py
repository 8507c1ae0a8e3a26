"""Which pages may post: the same-origin check, and CORS for the origins on the list.

Source: https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS, and for the order of the checks
https://pkg.go.dev/net/http#CrossOriginProtection.
"""

import re

from starlette.datastructures import Headers
from starlette.responses import Response

from .refused import Refused
from .settings import ANY_ORIGIN, Settings

_PREFLIGHT_SECONDS = 600
_HEADER_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
METHODS = "POST, OPTIONS"


class Origins:
    """Judges requests by the page that they come from."""

    def __init__(self, settings: Settings) -> None:
        self._listed = frozenset(settings.allowed_origins)
        self._hosts = frozenset(host.lower() for host in settings.allowed_hosts)

    def check(self, headers: Headers) -> None:
        """Raises: Refused for a page that may not post here, or a name that is not ours."""
        self.check_host(headers)
        if self._is_listed(headers.get("origin")) or _is_own_page(headers):
            return
        raise Refused(403, "pages of another site may not post here", type="cross_site")

    def check_host(self, headers: Headers) -> None:
        """Raises: Refused for a name that this server does not go by."""
        if self._hosts and _hostname(headers.get("host", "")) not in self._hosts:
            raise Refused(421, "this server does not go by that name")

    def headers(self, headers: Headers) -> dict[str, str]:
        """What an answer to this request says about origins, error or not."""
        shown = {"Vary": "Origin"}
        origin = headers.get("origin")
        if origin is None or not self._is_listed(origin):
            return shown
        shown["Access-Control-Expose-Headers"] = "Retry-After"
        if origin.lower() in self._listed:
            # The list names who may use this user's cookies; `*` names nobody.
            shown["Access-Control-Allow-Origin"] = origin
            shown["Access-Control-Allow-Credentials"] = "true"
        else:
            shown["Access-Control-Allow-Origin"] = ANY_ORIGIN
        return shown

    def preflight(self, headers: Headers) -> Response:
        """The answer to OPTIONS. Raises: Refused for an origin that is not on the list."""
        if "access-control-request-method" not in headers:
            return Response(status_code=204, headers={"Allow": METHODS})
        if not self._is_listed(headers.get("origin")):
            raise Refused(403, "pages of this origin may not post here", type="cross_site")
        asked = headers.get("access-control-request-headers", "")
        shown = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
        }
        if _HEADER_NAMES.fullmatch(asked):
            shown["Access-Control-Allow-Headers"] = asked
        return Response(status_code=204, headers=shown)

    def _is_listed(self, origin: str | None) -> bool:
        if origin is None:
            return False
        return ANY_ORIGIN in self._listed or origin.lower() in self._listed


def _is_own_page(headers: Headers) -> bool:
    """True for a page of this site, and for what is no page: only browsers send these headers."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    # The scheme is left out: behind a proxy that ends TLS, this server does not know it.
    return origin.lower().partition("://")[2] == headers.get("host", "").lower()


def _hostname(host: str) -> str:
    """The name in a Host header, without its port; an IPv6 address without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


__all__ = ["METHODS", "Origins"]
