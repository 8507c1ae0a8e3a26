"""`chatkit doctor --url`: endpoints, proxies, scripts, and the policies of pages."""

import asyncio
import gzip

import httpx2
import pytest
from doctor_stage import Silent, levels, messages, server_app
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chatkit.cli.doctor.address import check_address
from chatkit.cli.doctor.finding import Finding
from chatkit.cli.doctor.policy import allows, check_policy, parse_policy
from chatkit.http import ChatKitRoutes, Refused
from chatkit.store import MemoryStore
from web_server import serving


def holding_proxy(
    upstream: str, *, zips: bool = False, keeps: bool = False, **headers: str
) -> Starlette:
    """A proxy that passes an answer on when it has all of it, as nginx does by default.

    `headers` are put in the place of the server's.
    """

    async def passes_on(request: Request) -> Response:
        async with httpx2.AsyncClient(base_url=upstream) as client:
            asked = {"content-type": request.headers.get("content-type", "")}
            body = await request.body()
            answer = await client.request(
                request.method, request.url.path, content=body, headers=asked
            )
        told = {name: answer.headers[name] for name in ("content-type", "cache-control")}
        told |= {name.replace("_", "-"): text for name, text in headers.items()}
        if keeps:
            told["cache-control"] = "public, max-age=86400"
        if zips:
            told["content-encoding"] = "gzip"
        content = gzip.compress(answer.content) if zips else answer.content
        return Response(content, answer.status_code, told)

    return Starlette(routes=[Route("/{path:path}", passes_on, methods=["GET", "POST"])])


async def look(url: str, page: str | None = None, **headers: str) -> list[Finding]:
    return await asyncio.to_thread(lambda: list(check_address(url, page, headers)))


async def test_a_server_that_is_reached_directly_is_well() -> None:
    """Endpoint, stream, script and the page's policy."""
    async with serving(server_app()) as base:
        found = await look(f"{base}/chatkit")
    assert messages(found) == ""
    assert {"endpoint", "stream", "page policy"} <= {
        finding.subject for finding in found if finding.level == "ok"
    }


async def test_a_proxy_that_buffers_is_found() -> None:
    """Answers would come all at once, when they are over."""
    async with serving(server_app()) as base, serving(holding_proxy(base)) as proxy:
        found = await look(f"{proxy}/chatkit")
    assert "all at once at the end" in messages(found)
    assert any("proxy_buffering off" in finding.fix for finding in found)


async def test_a_proxy_that_compresses_or_keeps_is_found() -> None:
    """Each in words of its own."""
    async with (
        serving(server_app()) as base,
        serving(holding_proxy(base, zips=True, keeps=True)) as proxy,
    ):
        found = await look(f"{proxy}/chatkit")
    assert "compressed on the way (gzip)" in messages(found)
    assert "Cache-Control arrives as public, max-age=86400" in messages(found)


async def test_a_proxy_that_renames_what_it_passes_on_is_found() -> None:
    """A stream that is no stream is not read, a script that is no script is not run."""
    async with (
        serving(server_app()) as base,
        serving(holding_proxy(base, content_type="text/plain")) as proxy,
    ):
        found = await look(f"{proxy}/chatkit")
    assert "its type arrives as text/plain" in messages(found)
    assert "chatkit.js arrives as text/plain" in messages(found)
    assert {"have the proxy leave Content-Type alone", "pass it on to the server"} <= {
        finding.fix for finding in found
    }


async def test_an_endpoint_without_a_script_or_a_page_is_told_how_to_get_one() -> None:
    """The page may get the script from elsewhere: a note, no problem."""
    server = Silent(MemoryStore())
    routes = ChatKitRoutes(server, drain_on_signals=False)
    left_out = [*routes.script_routes, *routes.attachment_routes]
    app = Starlette(routes=[route for route in routes.routes if route not in left_out])
    async with serving(app) as base:
        found = await look(f"{base}/chatkit")
    assert messages(found) == ""
    assert "chatkit.js answers 404" in messages(found, "note")
    assert any("ChatKitRoutes(server).script_routes" in finding.fix for finding in found)
    assert levels(found, "page policy") == []


async def test_the_script_alone_goes_beside_an_endpoint_of_the_hosts_own() -> None:
    """An app that moves from the official SDK keeps its endpoint, and adds these."""
    routes = ChatKitRoutes(Silent(MemoryStore()), drain_on_signals=False)

    async def endpoint(request: Request) -> Response:
        return Response('{"data": []}', media_type="application/json")

    async def page(request: Request) -> Response:
        return Response("<openai-chatkit>", media_type="text/html")

    own = [Route("/chatkit", endpoint, methods=["POST"]), Route("/", page)]
    async with serving(Starlette(routes=[*own, *routes.script_routes])) as base:
        found = await look(f"{base}/chatkit")
    assert (levels(found, "endpoint"), levels(found, "chatkit.js")) == (["ok"], ["ok"])
    assert "has no Content-Security-Policy" in messages(found, "note")


async def test_what_is_no_endpoint_is_said() -> None:
    """A wrong path, a redirect, nobody there."""

    async def moved(request: Request) -> Response:
        return RedirectResponse("https://example.com/chatkit")

    async def another(request: Request) -> Response:
        return Response("<p>It works!</p>", media_type="text/html")

    app = server_app()
    app.router.routes.append(Route("/old", moved, methods=["POST"]))
    app.router.routes.append(Route("/other", another, methods=["POST"]))
    async with serving(app) as base:
        assert "answers 200 and is no ChatKit endpoint" in messages(await look(f"{base}/other"))
        assert "is no ChatKit endpoint" in messages(await look(f"{base}/nowhere"))
        redirected = await look(f"{base}/old")
        assert "redirects to https://example.com/chatkit" in messages(redirected)
    assert "cannot be reached" in messages(await look(f"{base}/chatkit"))


async def test_a_server_that_wants_a_login_is_looked_at_as_a_user() -> None:
    """401 is an answer; with the header it is looked at as its users see it."""

    def context(request: Request) -> dict[str, str]:
        if request.headers.get("authorization") != "Bearer ada":
            raise Refused(401, "sign in first")
        return {}

    async with serving(server_app(context=context)) as base:
        stranger = await look(f"{base}/chatkit")
        user = await look(f"{base}/chatkit", authorization="Bearer ada")
    assert "answers 401: sign in first" in messages(stranger, "note")
    assert levels(user, "endpoint") == ["ok"]


async def test_an_endpoint_of_the_hosts_own_is_told_from_ours() -> None:
    """It has no pings: how its streams arrive cannot be looked at."""
    ours = server_app()
    ours.router.routes[:] = [
        route for route in ours.router.routes if getattr(route, "name", "") != "chatkit_ping"
    ]
    async with serving(ours) as base:
        found = await look(f"{base}/chatkit", f"{base}/nowhere")
    assert "was not looked at" in messages(found, "note")
    assert "answers 404 and is no page" in messages(found)


async def test_the_ping_takes_get_only() -> None:
    """It is no way in for anything."""
    async with serving(server_app()) as base, httpx2.AsyncClient(base_url=base) as client:
        answer = await client.post("/chatkit/ping")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


# Policies

PAGE, ENDPOINT = "https://app.example/help", "https://chat.example/chatkit"


@pytest.mark.parametrize(
    ("policy", "refused"),
    [
        ("default-src 'self'", {"script-src", "connect-src", "img-src"}),
        ("default-src https:", set()),
        ("default-src *", set()),
        ("script-src 'nonce-abc'; connect-src https://chat.example", set()),
        ("script-src 'strict-dynamic' 'nonce-a'; connect-src *.example", set()),
        ("script-src https://chat.example:444; connect-src chat.example", {"script-src"}),
        ("connect-src 'none'", {"connect-src"}),
        ("require-trusted-types-for 'script'; trusted-types mine", {"trusted-types"}),
        ("require-trusted-types-for 'script'; trusted-types mine chatkit", set()),
        ("img-src data:;; script-src *; script-src 'none'", {"img-src"}),
    ],
)
def test_a_policy_is_read_as_browsers_read_it(policy: str, refused: set[str]) -> None:
    """Source: https://www.w3.org/TR/CSP3/"""
    found = check_policy(
        policy, page=PAGE, script="https://chat.example/chatkit.js", endpoint=ENDPOINT
    )
    problems = [finding for finding in found if finding.level == "problem"]
    assert {finding.message.split()[1] for finding in problems} == refused


def test_self_is_the_pages_own_origin() -> None:
    """Where page and server are one, `'self'` is enough."""
    policy = parse_policy("default-src 'self'")
    assert allows(policy, "script-src", "https://a.example/chatkit.js", "https://a.example/x")
    assert not allows(policy, "script-src", "https://b.example/chatkit.js", "https://a.example/x")
