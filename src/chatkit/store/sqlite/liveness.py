"""Lifetimes: which of the processes that use one database are still alive.

A lifetime holds a lock on a file of its own beside the database. The system drops the lock when
the process ends, however it ends, and no process id or clock has to be trusted.
"""

import os
import sys
from contextlib import suppress
from glob import escape
from pathlib import Path
from uuid import uuid4
from weakref import WeakSet

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

    def hold(self) -> None:
        """Takes the lock, if it is not held yet. Raises OSError."""
        while self._file is None:
            file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
            # Between opening and locking it, somebody may have taken the file away as dead.
            if _lock(file, shared=False) and _is_at(self._path, file):
                self._file = file
                _HELD.add(self)
            else:
                os.close(file)

    def release(self) -> None:
        """Gives the lock up: what this lifetime left running is an orphan from now on."""
        if self.disown():
            self._path.unlink(missing_ok=True)

    def disown(self) -> bool:
        """Closes the file; whether it was open. A fork leaves the lock to its parent so."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
        return file is not None


_HELD: WeakSet[Lifetime] = WeakSet()


def _disown_all() -> None:
    """What a fork does first: else a worker process would keep its dead parent's turns alive."""
    for lifetime in list(_HELD):
        lifetime.disown()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_disown_all)


def lock_path(database: Path, lifetime: str) -> Path:
    """The file whose lock says that the lifetime is alive."""
    return database.with_name(f"{database.name}-alive-{lifetime}")


def sweep(database: Path) -> None:
    """Takes away the files of lifetimes that have ended; a killed process leaves its own."""
    for path in database.parent.glob(lock_path(Path(escape(database.name)), "*").name):
        is_dead(database, path.name.rpartition("-")[2])


def is_dead(database: Path, lifetime: str) -> bool:
    """Whether the lifetime has ended: its file is not locked (and taken away then), or missing."""
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


def _is_at(path: Path, file: int) -> bool:
    """Whether the open file is the one that stands at the path."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False
