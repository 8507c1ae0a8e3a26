"""What a host may choose about the endpoint: names, defaults, and checks of what it chose."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import urlsplit

from starlette.requests import Request

from chatkit.store import AccessStore

ContextFunction = Callable[[Request], Any | Awaitable[Any]]
"""Makes the host's context of a request; raises `Refused` (or starlette's HTTPException)."""

ANY_ORIGIN = "*"
MIB = 1024 * 1024


class RouteOptions(TypedDict, total=False):
    """The options of `create_app` and `ChatKitRoutes`; `Settings` says what each means."""

    context: ContextFunction | None
    recheck_seconds: float | None
    path: str
    public_url: str | None
    health_path: str | None
    page: bool | Mapping[str, Any]
    allowed_origins: Sequence[str]
    allowed_hosts: Sequence[str]
    max_body_bytes: int
    max_audio_body_bytes: int
    max_threads_page: int
    max_items_page: int
    max_streams_per_user: int
    body_seconds: float
    send_seconds: float
    drain_seconds: float
    drain_on_signals: bool
    api_path: str
    api_requests_per_minute: int
    signing_key: bytes | None
    access: AccessStore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options with their defaults. Raises ValueError for what cannot be meant."""

    context: ContextFunction | None = None
    """A function from the request to the host's context; without one it is an empty dict. It may
    return the context as `Authenticated(context, expires_at=…)`."""
    recheck_seconds: float | None = 30.0
    """How often `context` is asked again, with the same request, while a stream is open: when it
    refuses, the stream ends. None for never."""
    path: str = "/chatkit"
    """Where the endpoint is."""
    public_url: str | None = None
    """Where clients reach the endpoint, such as `https://example.com/chatkit`; links to uploads
    and files begin with it. By default it is taken from each request, which is right wherever
    proxies pass the host and the scheme on."""
    health_path: str | None = "/healthz"
    """Where load balancers ask whether this process is well; None for nowhere."""
    page: bool | Mapping[str, Any] = False
    """A full-page chat at `/`. A mapping is its `title` and options of the component, as JSON
    has them: `{"title": "Support", "startScreen": {"greeting": "How can we help?"}}`."""
    allowed_origins: Sequence[str] = ()
    """Origins of other sites whose pages may post, such as `https://app.example.com`; `*` for
    all. Pages of this site, and programs that are no browser, always may."""
    allowed_hosts: Sequence[str] = ()
    """Names that this server goes by, without a port; any name by default. A server that only
    listens on this machine should set it: another site's name can be made to point to it."""
    max_body_bytes: int = MIB
    """The largest body of a request, 1 MiB."""
    max_audio_body_bytes: int = 25 * MIB
    """The largest body of a dictation (`input.transcribe`), 25 MiB."""
    max_threads_page: int = 10_000
    """The largest `limit` of `threads.list`: official clients ask for 9,999."""
    max_items_page: int = 1_000
    """The largest `limit` of `items.list`."""
    max_streams_per_user: int = 30
    """How many streams one user may have open at this process; who that is, the server's `user`
    or its store's `owner` says, and where neither does, nobody is limited."""
    body_seconds: float = 30.0
    """The longest silence while a body comes in."""
    send_seconds: float = 30.0
    """A client that takes no byte of a stream for so long is let go."""
    drain_seconds: float = 10.0
    """How long answers may go on once the server is to end; then they are interrupted."""
    drain_on_signals: bool = True
    """Begin to drain at SIGTERM or SIGINT, before the ASGI server waits for its connections."""
    api_path: str = "/v1"
    """With workflows: where backends find the REST API, `/v1/chatkit/sessions` and so on."""
    api_requests_per_minute: int = 600
    """With workflows: how many requests an API key may make in a minute."""
    signing_key: bytes | None = None
    """With workflows: signs client secrets. By default 32 random bytes, kept by the store."""
    access: AccessStore | None = None
    """With workflows: where keys and sessions are kept; by default, the workflows' store."""

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ValueError(f"path must start with a slash, as in '/chatkit': {self.path!r}")
        if self.public_url is not None and not self.public_url.startswith(("https://", "http://")):
            raise ValueError(f"public_url is an address with its scheme: {self.public_url!r}")
        if not self.api_path.startswith("/"):
            raise ValueError(f"api_path must start with a slash, as in '/v1': {self.api_path!r}")
        for name in ("allowed_origins", "allowed_hosts"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name} must be a list of texts, not one text")  # noqa: TRY004
        origins = tuple(_origin(text) for text in self.allowed_origins)
        object.__setattr__(self, "allowed_origins", origins)


def _origin(text: str) -> str:
    """The origin as browsers write it. Raises ValueError for what is none."""
    if text in (ANY_ORIGIN, "null"):
        return text
    parts = urlsplit(text.lower())
    if not (parts.scheme and parts.netloc) or parts.path not in ("", "/") or parts.query:
        raise ValueError(
            f"an allowed origin is a scheme and a host, as in 'https://app.example.com': {text!r}"
        )
    return f"{parts.scheme}://{parts.netloc}"


__all__ = ["ANY_ORIGIN", "ContextFunction", "RouteOptions", "Settings"]
