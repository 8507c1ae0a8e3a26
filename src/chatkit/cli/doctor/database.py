"""Looks at a database without changing it: whose it is, its version, whether it is whole."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from chatkit.cli.databases import without_password
from chatkit.errors import StoreUnavailable
from chatkit.store import DatabaseTooNew
from chatkit.store.sqlite.schema import APPLICATION_ID, migrations

from .finding import Finding, note, ok, problem

_SECONDS: Final = 10.0
_LEAST_FREE_BYTES: Final = 100 * 1024 * 1024
_ELSEWHERE: Final = "name another file, or restore a backup of this one"


def check_database(path: Path) -> Iterator[Finding]:
    """What there is to say of the database."""
    subject = f"database {path}"
    if not _exists(path):
        yield note(subject, "does not exist yet; it is made when a server first needs it")
        return
    if not os.access(path, os.R_OK | os.W_OK):
        yield problem(
            subject, "may not be read and written by this user", "change its owner or its mode"
        )
        return
    try:
        # Read-only, and nothing is made beside it that was not there.
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            yield from _check_schema(subject, connection)
    except sqlite3.Error as error:
        yield problem(subject, f"cannot be read: {error}", _ELSEWHERE)


def check_postgres(url: str, schema: str) -> Finding:
    """What there is to say of a schema in a PostgreSQL database."""
    subject = f"database {without_password(url)}"
    try:
        from chatkit.store.postgres.admin import find_version

        version, known = asyncio.run(find_version(url, schema, _SECONDS))
    except ModuleNotFoundError as error:
        fix = 'pip install "chatkit-selfhosted[postgres]"'
        return problem(subject, f"was not looked at: PostgreSQL needs an extra ({error})", fix)
    except DatabaseTooNew as error:
        return _too_new(subject, error.version, error.known)
    except (StoreUnavailable, ValueError) as error:
        fix = "start it, or look at its address, the user, the password and --schema"
        return problem(subject, f"cannot be read: {error}", fix)
    if version == 0:
        return note(subject, f"has no schema {schema!r} yet; the first server makes it")
    if version < known:
        return _old(subject, version, known)
    return ok(subject, f"schema {schema!r} has version {version}")


def check_folder(folder: Path, least_free_bytes: int = _LEAST_FREE_BYTES) -> Finding:
    """What there is to say of the folder that a database is, or will be, in."""
    whole = folder.absolute()
    existing = next(each for each in (whole, *whole.parents) if _exists(each))
    subject = f"folder {folder}"
    if not os.access(existing, os.W_OK | os.X_OK):
        return problem(subject, "may not be written by this user", "change its owner or its mode")
    free = shutil.disk_usage(existing).free
    if free < least_free_bytes:
        return problem(subject, f"only {free // 1_000_000} MB are free", "make room on the disk")
    return ok(subject, f"writable, {free // 1_000_000_000} GB free")


def _exists(path: Path) -> bool:
    """False also for what is in a folder that this user may not look into."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _check_schema(subject: str, connection: sqlite3.Connection) -> Iterator[Finding]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (program,) = connection.execute("PRAGMA application_id").fetchone()
    known = len(migrations())
    if program != APPLICATION_ID:
        if (version, program) == (0, 0) and not _has_tables(connection):
            yield note(subject, "is empty; a server will make its tables")
        else:
            yield problem(subject, "is another program's", "name another file")
        return
    if version > known:
        yield _too_new(subject, version, known)
        return
    (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        yield problem(subject, f"is damaged: {state}", "restore a backup")
    elif version < known:
        yield _old(subject, version, known)
    else:
        yield ok(subject, f"whole, schema version {version}, {_threads(connection)}")


def _too_new(subject: str, version: int, known: int) -> Finding:
    said = f"has schema version {version}, this program knows versions up to {known}"
    return problem(subject, said, "upgrade chatkit-selfhosted")


def _old(subject: str, version: int, known: int) -> Finding:
    return note(
        subject,
        f"has schema version {version} of {known}: the next server that opens it upgrades it",
        "take a backup first: older versions cannot read it afterwards",
    )


def _has_tables(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None


def _threads(connection: sqlite3.Connection) -> str:
    (count,) = connection.execute("SELECT count(*) FROM threads").fetchone()
    return f"{count:,} {'thread' if count == 1 else 'threads'}"


__all__ = ["check_database", "check_folder", "check_postgres"]
