"""A connection for whoever looks after a database: migrations, copies, checks."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from chatkit.errors import StoreUnavailable

from .connection import check_schema, open_connection
from .schema import migrate


@asynccontextmanager
async def migrated_connection(
    dsn: str, schema: str, seconds: float
) -> "AsyncGenerator[tuple[asyncpg.Connection[Any], int], None]":
    """A connection to the schema, brought up to date, and how many migrations that took.

    Raises: StoreUnavailable for what the database says against it, DatabaseTooNew; ValueError.
    """
    try:
        connection = await open_connection(dsn, check_schema(schema), seconds)
        try:
            yield connection, await migrate(connection, schema)
        finally:
            await connection.close(timeout=seconds)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise StoreUnavailable(str(error) or type(error).__name__) from error


__all__ = ["migrated_connection"]
