"""Where a server listens, and what is said when it cannot."""

import errno
import socket

import pytest

from chatkit.cli.errors import UserError
from chatkit.cli.running import _why_not, base_url, listen


def test_any_free_port_may_be_asked_for() -> None:
    """Port 0: what was chosen is in the address."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert base_url(listener) == f"http://127.0.0.1:{port}"


def test_a_server_on_all_addresses_is_reached_on_this_machine() -> None:
    """Nobody can open http://0.0.0.0."""
    with listen("0.0.0.0", 0) as listener:
        assert base_url(listener).startswith("http://127.0.0.1:")


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_address_of_version_6_is_put_into_brackets() -> None:
    """As URLs want it."""
    try:
        listener = listen("::1", 0)
    except UserError:
        pytest.skip("this machine has no IPv6 loopback")
    with listener:
        assert base_url(listener).startswith("http://[::1]:")


def test_a_port_that_is_taken_is_said_with_what_to_do() -> None:
    """The most frequent mistake."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} is in use: .* --port"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_a_host_that_is_not_this_machine_is_said_to_be_none(host: str) -> None:
    """A name that nobody knows, and an address of somebody else."""
    with pytest.raises(UserError, match=f"--host {host}.*127\\.0\\.0\\.1"):
        listen(host, 0)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (errno.EACCES, "port 80 is not yours to use: choose one above 1023 with --port"),
        (errno.EIO, "cannot listen on localhost:80: "),
    ],
)
def test_other_reasons_are_said_too(number: int, text: str) -> None:
    """Root may do what others may not, so this cannot be tried everywhere."""
    assert _why_not(OSError(number, "reason"), "localhost", 80).startswith(text)
