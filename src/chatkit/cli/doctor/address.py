"""Looks at a server from where its clients are: the endpoint, its stream, the scripts, a page."""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from urllib.parse import urljoin, urlsplit

import httpx2

from .finding import Finding, note, ok, problem
from .policy import check_policy

_SECONDS: Final = 15.0
_LEAST_SPREAD: Final = 0.2
"""Seconds between the first ping and the last, of the 0.8 that they are sent in."""
_NGINX: Final = (
    "nginx: `proxy_buffering off; gzip off;` for this location; others: turn off buffering"
)
_ASK: Final = {"type": "threads.list", "params": {"limit": 1}}


def check_address(url: str, page: str | None, headers: Mapping[str, str]) -> Iterator[Finding]:
    """What there is to say of the endpoint at `url`, and of a page that shows it."""
    endpoint = url.rstrip("/")
    with httpx2.Client(timeout=_SECONDS, headers=dict(headers), follow_redirects=False) as client:
        try:
            found = _check_endpoint(client, endpoint)
            yield found
            if found.level == "problem":
                return
            yield from _check_stream(client, endpoint)
            yield from _check_script(client, endpoint)
            yield from _check_page(client, endpoint, page)
        except httpx2.HTTPError as error:
            yield problem(
                "endpoint",
                f"{endpoint} cannot be reached: {error}",
                "start the server, or look at the address, its certificate and the firewall",
            )


def _check_endpoint(client: httpx2.Client, endpoint: str) -> Finding:
    answer = client.post(endpoint, json=_ASK)
    status = answer.status_code
    if status == 200 and _json(answer).get("data") is not None:
        return ok("endpoint", f"{endpoint} answers")
    if status in (401, 403):
        return note(
            "endpoint",
            f"{endpoint} answers {status}: {_said(answer)}",
            "look at it as a user: --header 'Authorization: Bearer …'",
        )
    if 300 <= status < 400:
        there = urljoin(endpoint, answer.headers.get("location", ""))
        return problem("endpoint", f"{endpoint} redirects to {there}", "give clients that address")
    return problem(
        "endpoint",
        f"{endpoint} answers {status} and is no ChatKit endpoint",
        "give the whole address, such as https://example.com/chatkit; see that the proxy passes on "
        "POST, the path and the Host header",
    )


def _check_stream(client: httpx2.Client, endpoint: str) -> Iterator[Finding]:
    arrived: list[float] = []
    asked = {"Accept": "text/event-stream", "Accept-Encoding": "gzip, deflate, br, zstd"}
    with client.stream("GET", f"{endpoint}/ping", headers=asked) as answer:
        if answer.status_code != 200:
            yield note(
                "stream",
                f"{endpoint}/ping answers {answer.status_code}, as an endpoint of your own or an "
                "older version does: how streams arrive was not looked at",
            )
            return
        for piece in answer.iter_raw():
            arrived += [time.monotonic()] * max(piece.count(b"data:"), 1)
        headers = answer.headers
    yield from _check_stream_headers(headers)
    spread = arrived[-1] - arrived[0] if arrived else 0.0
    if spread < _LEAST_SPREAD:
        yield problem(
            "stream",
            "events arrive all at once at the end: something on the way buffers",
            f"{_NGINX} of answers of type text/event-stream",
        )
    else:
        yield ok("stream", f"events arrive as they are sent, over {spread:.1f} s")


def _check_stream_headers(headers: httpx2.Headers) -> Iterator[Finding]:
    kind = headers.get("content-type") or "nothing"
    if not kind.startswith("text/event-stream"):
        yield problem(
            "stream", f"its type arrives as {kind}", "have the proxy leave Content-Type alone"
        )
    encoding = headers.get("content-encoding", "identity")
    if encoding != "identity":
        yield problem("stream", f"it is compressed on the way ({encoding})", _NGINX)
    caching = headers.get("cache-control", "")
    if "no-store" not in caching:
        yield problem(
            "stream",
            f"its Cache-Control arrives as {caching or 'nothing'}",
            "have the proxy leave it as the server sends it: no-store, no-transform",
        )


def _check_script(client: httpx2.Client, endpoint: str) -> Iterator[Finding]:
    script = _script(endpoint)
    answer = client.get(script)
    kind = answer.headers.get("content-type", "")
    caching = answer.headers.get("cache-control", "")
    if answer.status_code != 200:
        yield note(
            "chatkit.js",
            f"{script} answers {answer.status_code}; pages there need it from elsewhere",
            "see that the proxy passes /chatkit.js, /chatkit-ui.js and /chatkit-chunks/ on; an "
            "endpoint of your own has `ChatKitRoutes(server).script_routes` beside it",
        )
    elif "javascript" not in kind:
        yield problem(
            "chatkit.js", f"{script} arrives as {kind or 'nothing'}", "pass it on to the server"
        )
    elif "no-cache" not in caching and "must-revalidate" not in caching:
        yield problem(
            "chatkit.js",
            f"{script} is kept by caches ({caching or 'no Cache-Control'}): old pages after an "
            "upgrade",
            "have proxies and CDNs leave its Cache-Control alone: no-cache",
        )
    else:
        yield ok("chatkit.js", f"{script}, asked for again when it has changed")


def _check_page(client: httpx2.Client, endpoint: str, page: str | None) -> Iterator[Finding]:
    address = page or urljoin(_script(endpoint), "/")
    answer = client.get(address, headers={"Accept": "text/html"})
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    if answer.status_code != 200 or not is_html:
        if page is not None:
            yield problem(
                "page policy",
                f"{page} answers {answer.status_code} and is no page",
                "give the address of a page that shows the chat",
            )
        return
    policy = answer.headers.get("content-security-policy")
    if policy is None:
        yield note(
            "page policy",
            f"{address} has no Content-Security-Policy",
            f"the component works under a strict one: script-src 'self' {_origin(endpoint)}; "
            f"connect-src 'self' {_origin(endpoint)}",
        )
        return
    yield from check_policy(policy, page=address, script=_script(endpoint), endpoint=endpoint)


def _script(endpoint: str) -> str:
    """`chatkit.js` is beside the endpoint."""
    return f"{endpoint.rpartition('/')[0]}/chatkit.js"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _json(answer: httpx2.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _said(answer: httpx2.Response) -> str:
    error = _json(answer).get("error")
    told = cast("dict[str, Any]", error) if isinstance(error, dict) else {}
    return str(told.get("message", "no reason given"))


__all__ = ["check_address"]
