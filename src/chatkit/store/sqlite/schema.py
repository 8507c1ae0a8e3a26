"""The schema and its versions: numbered SQL files, applied in order.

A database carries the number of the last file applied to it as its `user_version`.
"""

from collections.abc import Iterator
from functools import lru_cache
from sqlite3 import Connection, complete_statement
from typing import Final

from chatkit.store.versions import DatabaseTooNew, NotOurDatabase, read_migrations

APPLICATION_ID: Final = 0x43484B54


@lru_cache(maxsize=1)
def migrations() -> tuple[str, ...]:
    """The SQL of each version, the first one first."""
    return read_migrations(__name__.rpartition(".")[0])


def migrate(connection: Connection) -> None:
    """Brings the database to the newest version, in one transaction.

    Raises: DatabaseTooNew, NotOurDatabase; the file is as it was then.
    """
    if _version(connection) == len(migrations()):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have done it before this one got the lock.
        for script in migrations()[_version(connection) :]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(migrations())}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (program,) = connection.execute("PRAGMA application_id").fetchone()
    if program != APPLICATION_ID and (version, program, _is_empty(connection)) != (0, 0, True):
        raise NotOurDatabase
    if version > len(migrations()):
        raise DatabaseTooNew(version, len(migrations()))
    return version


def _is_empty(connection: Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit between them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""
