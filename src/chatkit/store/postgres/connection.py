"""Opens a pool of connections to one schema of a database."""

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection: TypeAlias = (
        "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
    )
    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
else:
    Connection = Any
    Pool = asyncpg.Pool

NOW: Final = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
"""In SQL, the time by the database's own clock, the one that all processes share."""

_SCHEMA_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_IDLE_SECONDS: Final = 300.0


def check_schema(name: str) -> str:
    """The name. Raises ValueError for one that would have to be quoted, or is too long."""
    if not _SCHEMA_NAME.fullmatch(name):
        raise ValueError(
            f"schema must be a name of small letters, digits and _, 40 at most: {name!r}"
        )
    return name


async def open_pool(dsn: str, schema: str, size: int, seconds: float) -> Pool:
    """A pool without a connection yet. A statement, or a connection, may take so many seconds.

    Raises: ValueError for a DSN that is none.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=size,
        max_inactive_connection_lifetime=_IDLE_SECONDS,
        command_timeout=seconds,
        timeout=seconds,
        server_settings=_settings(schema),
    )


async def open_connection(dsn: str, schema: str, seconds: float) -> "asyncpg.Connection[Any]":
    """A connection of its own, outside of any pool."""
    return await asyncpg.connect(
        dsn, timeout=seconds, command_timeout=seconds, server_settings=_settings(schema)
    )


def _settings(schema: str) -> dict[str, str]:
    # Statements are short and the same: compiling them would take longer than running them.
    return {"search_path": schema, "application_name": "chatkit", "jit": "off"}


__all__ = ["NOW", "Connection", "Pool", "check_schema", "open_connection", "open_pool"]
