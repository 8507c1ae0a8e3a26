"""Copies all tables in one transaction: either everything is there afterwards, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from sqlite3 import Connection as SQLiteConnection
from typing import TYPE_CHECKING, Any, Final

from chatkit.errors import StoreUnavailable

from .counting import rows_of
from .tables import TABLES, Table

if TYPE_CHECKING:
    import asyncpg

_ROWS_AT_ONCE: Final = 1_000


class NotEmpty(StoreUnavailable):
    """The database has rows already, which a copy would mix with others."""

    def __init__(self, table: str) -> None:
        super().__init__(f"it is not empty: there are {table} in it")
        self.table = table


async def copy_all(
    source: SQLiteConnection,
    target: asyncpg.Connection[Any],
    progress: Callable[[int], object] = lambda rows: None,
) -> None:
    """Copies every row, keeping numbers and times; `progress` hears of each thousand.

    Turns that the source's process left running are settled by the next server to start.
    Raises: NotEmpty, with nothing changed.
    """
    async with target.transaction():
        for table in TABLES:
            # The names are this package's own.
            query = f"SELECT true FROM {table.name} LIMIT 1"  # noqa: S608
            if await target.fetchval(query):
                raise NotEmpty(table.name)
        for table in TABLES:
            await _copy(source, target, table, progress)
            if table.is_numbered:
                await _number_on(target, table)


async def _copy(
    source: SQLiteConnection,
    target: asyncpg.Connection[Any],
    table: Table,
    progress: Callable[[int], object],
) -> None:
    rows = iter(rows_of(source, table))
    while records := [table.to_postgres(row) for row in islice(rows, _ROWS_AT_ONCE)]:
        await target.copy_records_to_table(
            table.name, records=records, columns=table.postgres_columns
        )
        progress(len(records))


async def _number_on(target: asyncpg.Connection[Any], table: Table) -> None:
    """Has new rows numbered after those that were copied."""
    highest = f"SELECT max(seq) FROM {table.name}"  # noqa: S608 - this package's own name
    await target.execute(
        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'seq'), ({highest})) "
        f"WHERE ({highest}) IS NOT NULL"
    )


__all__ = ["NotEmpty", "copy_all"]
