"""One POST to the endpoint: a JSON answer, or a stream of bytes. All HTTP of the client is here.

Stands on httpx2, which is loaded with the first request.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic_core import to_json

from chatkit.types import AttachmentUploadDescriptor, BaseReq

from .decode import decode_refusal
from .errors import ApiError, ConnectionLost, UnexpectedReply, UploadFailed

if TYPE_CHECKING:
    import httpx2

Headers = Mapping[str, str] | Callable[[], Mapping[str, str] | Awaitable[Mapping[str, str]]]
"""Headers of every request; a function is asked each time, so that tokens may be fresh."""

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
_MAX_REFUSAL_BYTES = 65_536


class ByteStream:
    """The body of one streamed answer."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response
        self._chunks = response.aiter_bytes()
        headers = response.headers
        self.tells_its_end = (
            "content-length" in headers
            or "chunked" in headers.get("transfer-encoding", "")
            or response.http_version == "HTTP/2"
            # An app that is called without a network, as tests do: there is nothing to cut.
            or "network_stream" not in response.extensions
        )
        """False where a cut connection looks like the end of the body."""

    async def next_chunk(self) -> bytes:
        """The next bytes; none at the end. Raises: ConnectionLost."""
        with _our_errors():
            return await anext(self._chunks, b"")

    async def aclose(self) -> None:
        """Leaves the stream."""
        await self._response.aclose()


class Transport:
    """Where the endpoint is and what every request carries."""

    def __init__(
        self, url: str, headers: Headers, http: httpx2.AsyncClient | None, locale: str | None
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is not the http(s) address of an endpoint")
        self.url = url
        self.reached = False
        """The server has answered before: when it is gone, it may well come back."""
        self._headers = headers
        self._http = http
        self._owns_http = http is None
        self._locale = locale

    async def call(self, request: BaseReq) -> bytes:
        """The JSON answer. Raises: ApiError, ConnectionLost."""
        response = await self._send(request, _ANSWER_SECONDS)
        try:
            with _our_errors():
                return await response.aread()
        finally:
            await response.aclose()

    async def open(self, request: BaseReq) -> ByteStream:
        """The streamed answer. Raises: ApiError, ConnectionLost, UnexpectedReply."""
        response = await self._send(request, None)
        kind = response.headers.get("content-type", "")
        if not kind.startswith("text/event-stream"):
            await response.aclose()
            raise UnexpectedReply(f"an event stream was expected, not {kind or 'nothing'!r}")
        return ByteStream(response)

    async def upload(
        self, place: AttachmentUploadDescriptor, name: str, data: bytes, mime_type: str
    ) -> None:
        """Sends a file's bytes where the server said. Raises: UploadFailed, ConnectionLost."""
        url = str(place.url)
        # Our own server may ask who we are; another one must not learn our token.
        headers = await self._own_headers() if _origin(url) == _origin(self.url) else {}
        body: dict[str, Any] = {"files": {"file": (name, data, mime_type)}}
        if place.method == "PUT":
            body = {"content": data}
            headers = {"content-type": mime_type} | headers
        # Each name once, whatever its case: a storage's signature covers what is sent.
        named = {field.lower() for field in place.headers}
        headers = {field: text for field, text in headers.items() if field.lower() not in named}
        headers |= place.headers
        with _our_errors():
            response = await self._client().request(
                place.method, url, headers=headers, timeout=_timeout(_ANSWER_SECONDS), **body
            )
        if response.status_code >= 300:
            raise UploadFailed(name, response.status_code)

    async def download(self, url: str, max_bytes: int) -> bytes:
        """The bytes at a URL, asked for without our headers. Raises: ApiError, ConnectionLost."""
        client = self._client()
        with _our_errors():
            timeout = _timeout(_ANSWER_SECONDS)
            async with client.stream(
                "GET", url, follow_redirects=True, timeout=timeout
            ) as response:
                if response.status_code != 200:
                    raise ApiError(response.status_code, "http_error", f"no file at {url}")
                data = bytearray()
                async for piece in response.aiter_bytes():
                    data += piece
                    if len(data) > max_bytes:
                        raise UnexpectedReply(f"the file at {url} is over {max_bytes} bytes")
                return bytes(data)

    async def aclose(self) -> None:
        """Closes the HTTP client, if it is our own."""
        if self._owns_http and self._http is not None:
            http, self._http = self._http, None
            await http.aclose()

    async def _send(self, request: BaseReq, read_seconds: float | None) -> httpx2.Response:
        headers = {
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            **await self._own_headers(),
        }
        timeout = _timeout(read_seconds)
        with _our_errors():
            http = self._client()
            message = http.build_request(
                "POST", self.url, content=to_json(request), headers=headers, timeout=timeout
            )
            response = await http.send(message, stream=True)
        self.reached = True
        if response.status_code != 200:
            await _refuse(response)
        return response

    async def _own_headers(self) -> dict[str, str]:
        headers = self._headers() if callable(self._headers) else self._headers
        if inspect.isawaitable(headers):
            headers = await headers
        locale = {"accept-language": self._locale} if self._locale else {}
        return {**locale, **headers}

    def _client(self) -> httpx2.AsyncClient:
        if self._http is None:
            import httpx2

            self._http = httpx2.AsyncClient()
        return self._http


def _timeout(read_seconds: float | None) -> httpx2.Timeout:
    """Ours for every request: the library's five seconds are too few for a storage that is busy."""
    import httpx2

    return httpx2.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS, read=read_seconds)


async def _refuse(response: httpx2.Response) -> None:
    body = bytearray()
    try:
        with _our_errors():
            async with asyncio.timeout(_ANSWER_SECONDS):
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > _MAX_REFUSAL_BYTES:
                        break
    finally:
        await response.aclose()
    kind, message = decode_refusal(bytes(body))
    if response.has_redirect_location:
        message = f"the endpoint is elsewhere: {response.headers['location']}"
    raise ApiError(
        response.status_code,
        kind or "http_error",
        message or response.reason_phrase or "the server refused the request",
    )


@contextmanager
def _our_errors() -> Generator[None]:
    try:
        yield
    except Exception as error:
        ours = _translate(error)
        if ours is error:
            raise
        raise ours from error


def _translate(error: Exception) -> Exception:
    """Our own error for one of the HTTP library's; others stay as they are."""
    import httpx2

    if isinstance(error, httpx2.UnsupportedProtocol):
        return UnexpectedReply(str(error))
    if isinstance(error, httpx2.TransportError | httpx2.StreamError | TimeoutError):
        unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
        reason = str(error) or type(error).__name__
        return ConnectionLost(reason, request_sent=not isinstance(error, unsent))
    if isinstance(error, httpx2.HTTPError | httpx2.InvalidURL):
        return UnexpectedReply(str(error) or type(error).__name__)
    return error


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port


__all__ = ["ByteStream", "Headers", "Transport"]
