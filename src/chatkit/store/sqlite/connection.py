"""Opens connections to the database file, and says what its errors mean."""

import os
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from chatkit.errors import StoreUnavailable

from .schema import migrate

Synchronous = Literal["NORMAL", "FULL"]

_CREATING = threading.Lock()

_BREAKING = (
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
)


def connect(path: Path, synchronous: Synchronous, patience: float) -> Connection:
    """A connection to the database, which is created (readable by its owner only) or migrated.

    Waits up to `patience` seconds for a lock, at each statement.
    Raises: StoreUnavailable, DatabaseTooNew, NotOurDatabase.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _connect(path, synchronous, patience)
        except sqlite3.Error as error:
            # Switching a new file to WAL does not wait for others that do the same.
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.005)


def _connect(path: Path, synchronous: Synchronous, patience: float) -> Connection:
    _create_file(path)
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten: it may be what a person asked to be forgotten.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _create_file(path: Path) -> None:
    """Makes the file and its folder; the files that SQLite puts beside it get the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Closing a file drops all locks that this process has on it, those of other connections
        # too: so it is only opened here when it is new, and by one thread at a time.
        with _CREATING, suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreUnavailable(f"cannot open {path}: {error.strerror}") from error


def is_busy(error: Exception | None) -> bool:
    """Whether the error says that somebody else holds a lock."""
    return _primary_code(error) == sqlite3.SQLITE_BUSY


def is_broken(error: Exception | None) -> bool:
    """Whether the connection is of no more use, and a new one may do better."""
    return _primary_code(error) in _BREAKING


def unavailable(error: Exception | None) -> Exception | None:
    """StoreUnavailable for what the medium did; other errors stay what they are."""
    if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
        reason = StoreUnavailable(str(error))
        reason.__cause__ = error
        return reason
    return error


def _primary_code(error: Exception | None) -> int:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF
