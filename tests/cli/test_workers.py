"""Several processes on one socket, looked after by the process of this test."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chatkit.cli.running import listen
from chatkit.cli.workers import run_workers

WORKERS = 2
Address = tuple[str, int]


def tell_pid(sockets: list[socket.socket] | None) -> None:
    """A worker that answers each connection with its process id."""
    assert sockets is not None
    (listener,) = sockets
    listener.setblocking(True)
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(str(os.getpid()).encode())


def end_when_told_twice(sockets: list[socket.socket] | None) -> None:
    """A worker that says how often it was told to end, and ends at the second time."""
    assert sockets is not None
    (listener,) = sockets
    listener.setblocking(True)
    connection, _ = listener.accept()
    told = 0

    def hear(*_: object) -> None:
        nonlocal told
        told += 1
        connection.sendall(str(told).encode())
        if told >= 2:
            sys.exit(0)

    signal.signal(signal.SIGTERM, hear)
    connection.sendall(b"0")
    while True:
        signal.pause()


def tells(address: Address) -> int:
    """What a worker says of itself."""
    with socket.create_connection(address, timeout=20) as connection:
        return int(connection.recv(100) or tells(address))


def told_meanwhile(child: Callable[..., None], story: Callable[[Address], Any], count: int) -> Any:
    """What happens beside `run_workers`, which runs until the story has this process told to end.

    Signals come to the main thread, as they do in the command.
    """
    listener = listen("127.0.0.1", 0)
    address = listener.getsockname()
    running = os.getpid()

    def play() -> Any:
        try:
            return story(address)
        finally:
            os.kill(running, signal.SIGTERM)

    with ThreadPoolExecutor(1) as beside:
        played = beside.submit(play)
        run_workers(child, listener, count)
        return played.result()


def test_a_worker_that_dies_is_replaced_and_a_signal_ends_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The socket stays; nobody is left behind; what was there before hears signals again."""
    before = signal.getsignal(signal.SIGTERM)
    caplog.set_level(logging.INFO, "chatkit.cli.workers")

    killed: list[int] = []

    def story(address: Address) -> set[int]:
        seen: set[int] = set()
        while len(seen) < WORKERS:
            seen.add(tells(address))
        killed.append(min(seen))
        os.kill(killed[0], signal.SIGKILL)
        while len(seen) == WORKERS:
            seen.add(tells(address))
        return seen

    seen = told_meanwhile(tell_pid, story, WORKERS)
    assert len(seen) == WORKERS + 1
    for pid in seen:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert caplog.text.count(" started") == WORKERS + 1
    # Not the least of all seen: the numbers of processes begin anew at some point.
    assert f"process {killed[0]} ended with exit code -9" in caplog.text
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_second_signal_is_passed_on_too() -> None:
    """Workers let answers end at the first; who asks again is in a hurry."""

    def story(address: Address) -> list[bytes]:
        with socket.create_connection(address, timeout=20) as connection:
            said = [connection.recv(1)]
            os.kill(os.getpid(), signal.SIGINT)
            said.append(connection.recv(1))
            os.kill(os.getpid(), signal.SIGTERM)
            said.append(connection.recv(1))
        return said

    assert told_meanwhile(end_when_told_twice, story, 1) == [b"0", b"1", b"2"]
