"""Storage servers for the tests of attachments: programs that run here until the tests are over."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 40.0


@contextmanager
def running(
    command: Sequence[str],
    is_ready: Callable[[], bool],
    folder: Path,
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Runs the program for the block, from when it is ready; its log goes to the folder."""
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd or folder, env=environment, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            assert process.poll() is None, f"{command[0]} ended: {log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, f"{command[0]} is silent: {log.read_text()[-2000:]}"
            time.sleep(0.05)
        yield
    finally:
        process.kill()  # what it has is thrown away: there is nothing to wait for
        process.wait()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
