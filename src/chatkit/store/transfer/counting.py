"""How many rows a database has, and a checksum of them that does not depend on their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection as SQLiteConnection
from typing import TYPE_CHECKING, Any, Final

from .tables import TABLES, Table

if TYPE_CHECKING:
    # Not at run time: a SQLite file is counted where no driver of PostgreSQL is installed.
    from chatkit.store.postgres.connection import Connection

_ROWS_AT_ONCE: Final = 1_000
_SPACE: Final = 2**256


@dataclass(frozen=True, slots=True)
class TableSum:
    """What one table has."""

    name: str
    rows: int
    checksum: str


class _Sum:
    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows = 0
        self._total = 0

    def add(self, row: tuple[Any, ...]) -> None:
        digest = hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()
        self._rows += 1
        self._total = (self._total + int.from_bytes(digest)) % _SPACE

    def result(self) -> TableSum:
        return TableSum(self._table.name, self._rows, f"{self._total:064x}"[:16])


def rows_of(connection: SQLiteConnection, table: Table) -> Iterable[tuple[Any, ...]]:
    """The table's rows, read a thousand at a time."""
    # The names are this package's own.
    names = ", ".join(table.columns)
    cursor = connection.execute(f"SELECT {names} FROM {table.name}")  # noqa: S608
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield from rows


def count_rows(connection: SQLiteConnection) -> int:
    """How many rows all tables have."""
    counts = [
        connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # noqa: S608
        for table in TABLES
    ]
    return sum(counts)


def sums_of_sqlite(connection: SQLiteConnection) -> list[TableSum]:
    """What each table has."""
    sums: list[TableSum] = []
    for table in TABLES:
        found = _Sum(table)
        for row in rows_of(connection, table):
            found.add(row)
        sums.append(found.result())
    return sums


async def sums_of_postgres(connection: Connection) -> list[TableSum]:
    """What each table has; the same sums as of the same rows in SQLite."""
    sums: list[TableSum] = []
    async with connection.transaction():
        for table in TABLES:
            found = _Sum(table)
            names = ", ".join(table.postgres_columns)
            query = f"SELECT {names} FROM {table.name}"  # noqa: S608 - this package's own names
            async for row in connection.cursor(query, prefetch=_ROWS_AT_ONCE):
                found.add(table.from_postgres(tuple(row)))
            sums.append(found.result())
    return sums


__all__ = ["TableSum", "count_rows", "rows_of", "sums_of_postgres", "sums_of_sqlite"]
