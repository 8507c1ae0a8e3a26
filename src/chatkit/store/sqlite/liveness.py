"""Lifetimes: which of the processes that use one database are still alive.

A lifetime holds a lock on a file of its own beside the database. The system drops the lock when
the process ends, however it ends, and no process id or clock has to be trusted.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from uuid import uuid4

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, *, shared: bool) -> bool:
        """True when nobody else holds the lock; it is taken then, until the file is closed."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int, *, shared: bool) -> bool:
        """True when nobody else holds the lock; it is taken then, until the file is closed."""
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Lifetime:
    """One opened database, from its first turn until it is closed or its process ends."""

    def __init__(self, database: Path) -> None:
        self.id = uuid4().hex
        self._path = lock_path(database, self.id)
        self._file: int | None = None
        self._guard = Lock()

    def hold(self) -> None:
        """Takes the lock, if it is not held yet. Raises OSError."""
        with self._guard:
            if self._file is None:
                self._file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
                _lock(self._file, shared=False)

    def release(self) -> None:
        """Gives the lock up: what this lifetime left running is an orphan from now on."""
        with self._guard:
            if self._file is not None:
                os.close(self._file)
                self._file = None
                self._path.unlink(missing_ok=True)


def lock_path(database: Path, lifetime: str) -> Path:
    """The file whose lock says that the lifetime is alive."""
    return database.with_name(f"{database.name}-alive-{lifetime}")


def is_dead(database: Path, lifetime: str) -> bool:
    """Whether the lifetime has ended. Its file is taken away then; a missing one means the same."""
    path = lock_path(database, lifetime)
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return True
    try:
        # Shared, so that two processes that look at once don't take each other for the owner.
        dead = _lock(file, shared=True)
    finally:
        os.close(file)
    if dead:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return dead
