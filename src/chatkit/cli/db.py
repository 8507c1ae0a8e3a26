"""`chatkit db`: the schema of a server's database, and the way from SQLite to PostgreSQL.

Above: a person at a terminal. Below: the SQL stores, `store.transfer`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .databases import is_url, says_what_is_wrong
from .errors import UserError
from .options import DATABASE_VARIABLE, database_option, schema_option

if TYPE_CHECKING:
    import asyncpg

    from chatkit.store.transfer import TableSum

Result = TypeVar("Result")

_SECONDS = 30.0


@click.group()
def db() -> None:
    """Migrate, copy and check a server's database."""


@db.command(short_help="Bring a database to the newest schema.")
@database_option
@schema_option
def migrate(database: str, schema: str) -> None:
    """Bring a database to the newest schema, as a server does when it starts.

    Run it before new versions of your app are started, if they should not have to wait for it.
    """
    if is_url(database):
        count = _in_postgres(database, schema, _migrations)
        click.echo(f"{count} migrations applied." if count else "Nothing to do.")
    else:
        with _opened(Path(database)):
            pass
        click.echo("The file is up to date.")


@db.command(short_help="Copy a SQLite file to an empty PostgreSQL database.")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to",
    "target",
    envvar=DATABASE_VARIABLE,
    show_envvar=True,
    required=True,
    help="A postgresql:// URL.",
)
@schema_option
def copy(source: Path, target: str, schema: str) -> None:
    """Copy everything from a SQLite file to an empty PostgreSQL database, and compare.

    SOURCE is the file; stop the server that uses it first. Nothing is changed in it. Either
    everything is copied, or nothing.
    """
    from chatkit.store.transfer import count_rows, sums_of_sqlite

    with _opened(source) as connection:
        with click.progressbar(length=count_rows(connection), label="Copying") as bar:
            copied = _in_postgres(
                target, schema, lambda found, _: _copied(connection, found, bar.update)
            )
        if copied != sums_of_sqlite(connection):
            _print_sums(copied)
            raise UserError("what was copied is not what is in the file: was its server running?")
    _print_sums(copied)
    click.echo("All rows were copied; counts and checksums agree.")


@db.command()
@database_option
@schema_option
def check(database: str, schema: str) -> None:
    """Read every row of a database, and print counts and checksums.

    The same rows have the same checksums in SQLite and in PostgreSQL.
    """
    from chatkit.store.transfer import sums_of_sqlite

    if is_url(database):
        sums = _in_postgres(database, schema, _sums)
    else:
        with _opened(Path(database)) as connection:
            problem = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if problem != "ok":
                raise UserError(f"the file is damaged: {problem}")
            sums = sums_of_sqlite(connection)
    _print_sums(sums)


async def _migrations(connection: asyncpg.Connection[Any], count: int) -> int:
    return count


async def _sums(connection: asyncpg.Connection[Any], count: int) -> list[TableSum]:
    from chatkit.store.transfer import sums_of_postgres

    return await sums_of_postgres(connection)


async def _copied(
    source: Any, target: asyncpg.Connection[Any], progress: Callable[[int], object]
) -> list[TableSum]:
    from chatkit.store.transfer import copy_all, sums_of_postgres

    await copy_all(source, target, progress)
    return await sums_of_postgres(target)


def _print_sums(sums: list[TableSum]) -> None:
    for table in sums:
        click.echo(f"{table.name:16}{table.rows:>12,}  {table.checksum}")


@contextmanager
def _opened(path: Path) -> Generator[Any, None, None]:
    """A connection to the file, closed at the end.

    Raises: UserError for what is wrong with the file, also when it shows as it is read.
    """
    from chatkit.errors import StoreUnavailable
    from chatkit.store.sqlite.connection import connect

    if not path.is_file():
        raise UserError(f"there is no database {path}")
    try:
        with closing(connect(path, "NORMAL", _SECONDS)) as connection:
            yield connection
    except StoreUnavailable as error:
        raise UserError(f"{path}: {error.reason}") from None
    except sqlite3.Error as error:
        raise UserError(f"{path}: {error}") from None


def _in_postgres(
    url: str, schema: str, run: Callable[[asyncpg.Connection[Any], int], Awaitable[Result]]
) -> Result:
    """What `run` makes of a connection to the migrated schema. Raises: UserError."""
    if not is_url(url):
        raise UserError("the database must be named by its URL: postgresql://…")
    with says_what_is_wrong(url):
        from chatkit.store.postgres.admin import migrated_connection

        async def main() -> Result:
            async with migrated_connection(url, schema, _SECONDS) as (connection, count):
                return await run(connection, count)

        return asyncio.run(main())


__all__ = ["db"]
