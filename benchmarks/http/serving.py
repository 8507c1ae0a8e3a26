"""A side's server process and the load that is put on it: CPU for a delta, memory for a stream."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self

from benchmarks.sides import ROOT, environment

LOADS = {
    "HTTP: 200 streams at 50 deltas a second": ("paced", "delta", 0.50),
    "HTTP: 10 streams as fast as they go": ("flood", "delta", 0.45),
    "HTTP: an answer of one delta": ("single", "answer", 0.10),
}
"""By their names: the kind of load, its unit, the ratio that is asked for."""
IDLE = "HTTP: memory of an idle stream, of 5,000"


class Used(NamedTuple):
    """What a server process has used so far; by owner, the bytes that it holds."""

    seconds: float
    instructions: int | None
    kibibytes: int
    owners: dict[str, int]


class Served:
    """A server process."""

    def __init__(
        self, python: str, kind: str = "uvicorn", *options: str, is_counted: bool = False
    ) -> None:
        counted = ["counted"] if is_counted else []
        self._process = subprocess.Popen(
            [python, "-W", "ignore", *options, "-m", "benchmarks.http.server", kind, *counted],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._port = self._process.stdout.readline().strip()

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _ask(self) -> Used:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return Used(*json.loads(self._process.stdout.readline()))

    def cpu(self, kind: str, share: float) -> float:
        """Seconds of CPU for each delta or answer of this load."""
        before, after, units = self._load(kind, share)
        return (after.seconds - before.seconds) / units

    def instructions(self, kind: str, share: float) -> float | None:
        """Instructions likewise; None where nobody counts."""
        before, after, units = self._load(kind, share)
        if before.instructions is None or after.instructions is None:
            return None
        return (after.instructions - before.instructions) / units

    def _load(self, kind: str, share: float) -> tuple[Used, Used, int]:
        before = self._ask()
        with _load(self._port, kind, share) as load:
            assert load.stdout is not None
            units = json.loads(load.stdout.readline())
        return before, self._ask(), units

    def idle_bytes(self, share: float) -> float:
        """Bytes of memory for each open stream on which nothing is said."""
        self.cpu("single", 0.1)
        before = self._ask()
        with _load(self._port, "idle", share) as load:
            assert load.stdout is not None
            streams = json.loads(load.stdout.readline())
            after = self._ask()
        return (after.kibibytes - before.kibibytes) * 1024 / streams

    def idle_owners(self, share: float) -> dict[str, int]:
        """By owner: the bytes that such streams hold; of a server with `-X tracemalloc`."""
        self.cpu("single", 0.1)
        before = self._ask().owners
        with _load(self._port, "idle", share) as load:
            assert load.stdout is not None
            load.stdout.readline()
            after = self._ask().owners
        return dict(Counter(after) - Counter(before))


@contextmanager
def _load(port: str, kind: str, share: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.http.load", port, kind, str(share)]
    load = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with load:
        yield load
