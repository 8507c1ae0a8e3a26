"""The schema and its versions: numbered SQL files, applied in order.

A database carries the number of the last file applied to it as its `user_version`.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from sqlite3 import Connection, complete_statement
from typing import Final

from chatkit.errors import StoreUnavailable

APPLICATION_ID: Final = 0x43484B54


class DatabaseTooNew(StoreUnavailable):
    """The database was written by a newer version of this package, which has to be installed."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(
            f"the database has schema version {version}, this program knows versions up to {known}"
        )
        self.version, self.known = version, known


class NotOurDatabase(StoreUnavailable):
    """The file is a database, but of another program; it was left as it is."""

    def __init__(self) -> None:
        super().__init__("the file is another program's database")


@lru_cache(maxsize=1)
def migrations() -> tuple[str, ...]:
    """The SQL of each version, the first one first."""
    folder = files(__name__.rpartition(".")[0]) / "migrations"
    scripts = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return tuple(entry.read_text(encoding="utf-8") for entry in scripts)


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
