"""The REST API of the host's own servers, as the public `openai` packages speak it.

    POST   <api>/chatkit/sessions                 a session, with its client secret
    POST   <api>/chatkit/sessions/{id}/cancel
    GET    <api>/chatkit/threads                  ?user= &limit= &order= &after= &before=
    GET    <api>/chatkit/threads/{id}
    DELETE <api>/chatkit/threads/{id}
    GET    <api>/chatkit/threads/{id}/items

Each with `Authorization: Bearer <API key>`, which is never taken from a page. Above: hosting.py.
Below: `chatkit.hosted`. Source: `openai.resources.beta.chatkit`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from chatkit.errors import InvalidRequest
from chatkit.hosted import ApiKeys, PageQuery, SessionRequest, Sessions, ThreadsApi, Workflows
from chatkit.hosted.objects import Object, session_object
from chatkit.wire import encode_json

from .body import check_is_json, read_body
from .gate import bearer
from .origins import Origins
from .problems import BodyInvalid, Problem, json_response, problem_of
from .refused import Refused
from .settings import Settings
from .visit import Visit

Handler = Callable[[Request], Awaitable[Object]]

_FROM_PAGES: Final = ("origin", "referer", "sec-fetch-site")
"""What browsers say of the page that asks, and servers do not."""

_KINDS: Final[Mapping[int, str]] = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}


class RestDoor:
    """Answers the requests to one kind of address."""

    def __init__(
        self, kind: str, handlers: Mapping[str, Handler], keys: ApiKeys, settings: Settings
    ) -> None:
        self._kind = kind
        self._handlers = handlers
        self._keys = keys
        self._most = settings.api_requests_per_minute
        self._origins = Origins(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        visit = Visit(send, {})
        visit.kind = self._kind
        try:
            response = json_response(encode_json(await self._answer(request)))
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            response = _response(problem_of(error))
        await response(scope, receive, visit.send)
        visit.log()

    async def _answer(self, request: Request) -> Object:
        self._origins.check_host(request.headers)
        if any(name in request.headers for name in _FROM_PAGES):
            raise Refused(403, "API keys are for servers: never put one in a page")
        await self._keys.admit(bearer(request), self._most)
        handler = self._handlers.get(request.method)
        if handler is None:
            allowed = ", ".join(self._handlers)
            raise Refused(405, f"use {allowed}", headers={"Allow": allowed})
        return await handler(request)


class SessionDesk:
    """Makes and cancels sessions."""

    def __init__(self, sessions: Sessions, workflows: Workflows, settings: Settings) -> None:
        self._sessions = sessions
        self._workflows = workflows
        self._settings = settings

    async def create(self, request: Request) -> Object:
        """A new session. Raises: BodyInvalid, WorkflowNotFound, Refused."""
        check_is_json(request)
        body = await read_body(request, self._settings)
        try:
            asked = SessionRequest.model_validate_json(bytes(body))
        except ValidationError as error:
            raise BodyInvalid(error) from None
        self._workflows.find(asked.workflow.id)
        session = await self._sessions.create(asked)
        return session_object(session, "active", await self._sessions.secret_of(session))

    async def cancel(self, request: Request) -> Object:
        """The session, which is over. Raises: SessionNotFound."""
        session = await self._sessions.cancel(request.path_params["session_id"])
        return session_object(session, "cancelled", await self._sessions.secret_of(session))


class ThreadDesk:
    """Reads and deletes threads."""

    def __init__(self, threads: ThreadsApi) -> None:
        self._threads = threads

    async def list(self, request: Request) -> Object:
        """A page of threads. Raises: InvalidRequest."""
        return await self._threads.list(request.query_params.get("user"), _page_query(request))

    async def retrieve(self, request: Request) -> Object:
        """A thread. Raises: ThreadNotFound."""
        return await self._threads.retrieve(request.path_params["thread_id"])

    async def delete(self, request: Request) -> Object:
        """What is said of a thread that is gone. Raises: ThreadNotFound."""
        return await self._threads.delete(request.path_params["thread_id"])

    async def list_items(self, request: Request) -> Object:
        """A page of items. Raises: ThreadNotFound, InvalidRequest."""
        thread_id: str = request.path_params["thread_id"]
        return await self._threads.list_items(thread_id, _page_query(request))


def rest_routes(
    keys: ApiKeys,
    sessions: Sessions,
    workflows: Workflows,
    threads: ThreadsApi,
    settings: Settings,
) -> list[BaseRoute]:
    """All routes of the API."""
    session_desk, desk = SessionDesk(sessions, workflows, settings), ThreadDesk(threads)
    table: dict[str, tuple[str, Mapping[str, Handler]]] = {
        "/sessions": ("api sessions", {"POST": session_desk.create}),
        "/sessions/{session_id}/cancel": ("api session cancel", {"POST": session_desk.cancel}),
        "/threads": ("api threads", {"GET": desk.list}),
        "/threads/{thread_id}": ("api thread", {"GET": desk.retrieve, "DELETE": desk.delete}),
        "/threads/{thread_id}/items": ("api thread items", {"GET": desk.list_items}),
    }
    base = f"{settings.api_path.rstrip('/')}/chatkit"
    return [
        Route(base + path, RestDoor(kind, handlers, keys, settings), include_in_schema=False)
        for path, (kind, handlers) in table.items()
    ]


def _page_query(request: Request) -> PageQuery:
    given = request.query_params
    limit, order = given.get("limit", "20"), given.get("order", "desc")
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 10):
        raise InvalidRequest("`limit` must be a number")
    if order not in ("asc", "desc"):
        raise InvalidRequest("`order` must be `asc` or `desc`")
    return PageQuery(
        limit=int(limit),
        order=order,
        after=given.get("after") or None,
        before=given.get("before") or None,
    )


def _response(problem: Problem) -> Response:
    """The error as the packages read it."""
    kind = "invalid_request_error" if problem.status < 500 else "server_error"
    error: dict[str, Any] = {
        "message": problem.message,
        "type": _KINDS.get(problem.status, kind),
        "param": None,
        "code": problem.type,
    }
    response = problem.response()
    response.body = response.render(encode_json({"error": error}))
    response.headers["Content-Length"] = str(len(response.body))
    return response


__all__ = ["rest_routes"]
