"""The gate: who a request comes from, and which server answers it.

A host with one server says who is there by its `context` function; a host of workflows gives out
client secrets. Above: the endpoint and the doors beside it. Below: the server, `chatkit.hosted`.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from starlette.requests import Request

from chatkit import hosted
from chatkit.hosted import SecretRefused, Sessions, WorkflowNotFound, Workflows
from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.server.serving import serve
from chatkit.types import ChatKitReq

from .context import make_context
from .login import Authenticated, wait_for_end
from .settings import ContextFunction

WaitForEnd = Callable[[], Awaitable[None]]


class Guest(Protocol):
    """Whoever a request comes from."""

    @property
    def server(self) -> ChatKitServer[Any]:
        """The server that answers."""
        ...

    @property
    def context(self) -> Any:
        """What the server is told of the guest."""
        ...

    async def process(
        self, request: ChatKitReq, body: bytes | bytearray
    ) -> StreamingResult | NonStreamingResult:
        """The answer. Raises: what the guest may not do, what the server raises."""
        ...

    async def admit_upload(self) -> None:
        """Says that a file is about to come in. Raises: what the guest may not do."""
        ...

    def check_file_size(self, size: int) -> None:
        """Raises: AttachmentTooLarge for a file of more bytes than the guest may bring."""
        ...

    @property
    def wait_for_end(self) -> WaitForEnd | None:
        """Returns when this guest has to leave, and an open stream ends; None for never."""
        ...


class Gate(Protocol):
    """Lets guests in."""

    @property
    def servers(self) -> Sequence[ChatKitServer[Any]]:
        """All servers behind the gate."""
        ...

    async def admit(self, request: Request) -> Guest:
        """Who it is. Raises: what the host's function raises, SecretRefused."""
        ...


class HostGuest:
    """Somebody whom the host's own function let in."""

    def __init__(
        self, server: ChatKitServer[Any], context: Any, wait_for_end: WaitForEnd | None
    ) -> None:
        self.server = server
        self.context = context
        self.wait_for_end = wait_for_end

    async def process(
        self, request: ChatKitReq, body: bytes | bytearray
    ) -> StreamingResult | NonStreamingResult:
        return await serve(self.server, request, body, self.context)

    async def admit_upload(self) -> None:
        """The attachment store's limits are all there is."""

    def check_file_size(self, size: int) -> None:
        """The attachment store's limits are all there is."""


class HostGate:
    """One server, and the host's function that says who is there."""

    def __init__(
        self,
        server: ChatKitServer[Any],
        function: ContextFunction | None,
        recheck_seconds: float | None,
    ) -> None:
        self.servers = (server,)
        self._server = server
        self._function = function
        self._recheck_seconds = recheck_seconds

    async def admit(self, request: Request) -> Guest:
        """Whom the host's function lets in; anybody without one."""
        login = await make_context(self._function, request)
        if self._function is None:
            return HostGuest(self._server, login.context, None)

        async def ask_again() -> Authenticated[Any]:
            # Of the same request: a body that the function has read is in it still.
            return await make_context(self._function, request)

        async def wait() -> None:
            await wait_for_end(login, ask_again, self._recheck_seconds)

        return HostGuest(self._server, login.context, wait)


class SessionGate:
    """Workflows, and a client secret for each session with one."""

    def __init__(self, workflows: Workflows, sessions: Sessions) -> None:
        self.servers = workflows.servers
        self._workflows = workflows
        self._sessions = sessions

    async def admit(self, request: Request) -> hosted.Guest:
        """Whose secret it is. Raises: SecretRefused."""
        session = await self._sessions.admit(bearer(request))
        try:
            server = self._workflows.find(session.workflow_id)
        except WorkflowNotFound:
            # Of another app on the same database.
            raise SecretRefused from None
        return hosted.Guest(server, session, self._sessions)


def bearer(request: Request) -> str | None:
    """The token of the `Authorization` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


__all__ = ["Gate", "Guest", "HostGate", "SessionGate", "WaitForEnd", "bearer"]
