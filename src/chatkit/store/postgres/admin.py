"""A connection for whoever looks after a database: migrations, copies, checks, its version."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from chatkit.errors import StoreUnavailable

from .connection import check_schema, open_connection
from .schema import load_version, migrate, migrations


@asynccontextmanager
async def migrated_connection(
    dsn: str, schema: str, seconds: float
) -> "AsyncGenerator[tuple[asyncpg.Connection[Any], int], None]":
    """A connection to the schema, brought up to date, and how many migrations that took.

    Raises: StoreUnavailable for what the database says against it, DatabaseTooNew; ValueError.
    """
    async with _connection(dsn, schema, seconds) as connection:
        yield connection, await migrate(connection, schema)


async def find_version(dsn: str, schema: str, seconds: float) -> tuple[int, int]:
    """The version of the schema, 0 where there is none yet, and the newest one; changes nothing.

    Raises: like `migrated_connection`.
    """
    async with _connection(dsn, schema, seconds) as connection:
        return await load_version(connection, schema), len(migrations())


@asynccontextmanager
async def _connection(
    dsn: str, schema: str, seconds: float
) -> "AsyncGenerator[asyncpg.Connection[Any], None]":
    try:
        connection = await open_connection(dsn, check_schema(schema), seconds)
        try:
            yield connection
        finally:
            await connection.close(timeout=seconds)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise StoreUnavailable(str(error) or type(error).__name__) from error


__all__ = ["find_version", "migrated_connection"]
