"""Runs an ASGI app on uvicorn until a signal ends it, and says what is wrong where it cannot.

A signal lets running answers end (`chatkit.http`); then the command ends with exit code 0.
"""

import asyncio
import errno
import logging
import os
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import click
import uvicorn

from .errors import UserError

_SHUTDOWN_SECONDS = 20
"""Longer than answers may take to end: what is still open then is cut."""

_HURRY_SECONDS = 3
_STOPPING = b"\nStopping when the running answers have ended; Ctrl-C again stops now.\n"

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, never bound to


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises: UserError that says why it cannot."""
    try:
        family, *_, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise UserError(f"--host {host}: no such host; try 127.0.0.1 or 0.0.0.0") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise UserError(_why_not(error, host, port)) from None
    listener.setblocking(False)
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use: stop what uses it, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"port {port} is not yours to use: choose one above 1023 with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host} is not an address of this machine; try 127.0.0.1 or 0.0.0.0"
    return f"cannot listen on {host}:{port}: {error.strerror}"


def base_url(listener: socket.socket) -> str:
    """The address to type on this machine, without a slash at the end."""
    host, port = listener.getsockname()[:2]
    if host in _WILDCARDS:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def own_names(host: str) -> tuple[str, ...]:
    """The names that a server on this host goes by; none where it cannot know them.

    On this machine only: a page elsewhere could make its own name point here.
    """
    return (*_LOOPBACK, host) if host in _LOOPBACK else ()


def run(
    app: Any,
    listener: socket.socket,
    *,
    ready: Callable[[], None] = lambda: None,
    leaving: Callable[[], None] = lambda: None,
) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is called once requests are taken.

    `leaving` is called in the loop at the first signal, to end what would stay open for ever.

    Raises: UserError when the app's own start fails.
    """
    server = _Server(_config(app), ready, leaving)
    # Newer versions of uvicorn exit where the app does not start, older ones return.
    with listener, _signals_that_end(server), suppress(SystemExit):
        server.run(sockets=[listener])
    if not server.started:
        raise UserError("the app did not start")


def run_reloading(
    child: Callable[[list[socket.socket] | None], None],
    listener: socket.socket,
    folder: str,
    *,
    ready: Callable[[], None],
) -> None:
    """Runs `child` in a process of its own, anew whenever a Python file in `folder` changes."""
    from .reloading import Reloading

    # uvicorn only asks whether there is a name: the child loads what it serves by itself.
    config = _config("chatkit:child", reload=True, reload_dirs=[folder])
    ready()
    with listener:
        Reloading(config, target=child, sockets=[listener]).run()


def _config(app: Any, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        # Its lines name whole URLs, with what is secret in them; `chatkit.http` writes its own.
        access_log=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        **options,
    )


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], leaving: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._leaving = leaving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            if self.server_state.tasks:
                # Python's handlers may run in the middle of a print: written in one go.
                os.write(2, _STOPPING)
            self._loop.call_soon_threadsafe(self._leaving)
            super().handle_exit(sig, frame)
        else:
            # Our app has heard it too and interrupts its answers: they are to be saved yet.
            self._loop.call_soon_threadsafe(self._loop.call_later, _HURRY_SECONDS, self._force)

    def _force(self) -> None:
        self.force_exit = True


@contextmanager
def _signals_that_end(server: uvicorn.Server) -> Generator[None, None, None]:
    """Takes the signals that uvicorn raises again once it has ended well."""

    def handle(number: int, frame: FrameType | None) -> None:
        if not server.should_exit:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        raise click.Abort from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def log_to_terminal(level: int) -> None:
    """Has this package's log written to stderr, one line an entry."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("chatkit").setLevel(level)


__all__ = ["base_url", "listen", "log_to_terminal", "own_names", "run", "run_reloading"]
