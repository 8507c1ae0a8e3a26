"""The schema and its versions: numbered SQL files, applied in order under a lock of the database.

The number of the last file applied is kept in the table `schema_version`.
"""

from functools import lru_cache
from typing import Final

from chatkit.store.versions import DatabaseTooNew, read_migrations

from .connection import Connection

_LOCK: Final = 0x43484B54
"""Who holds this advisory lock migrates; many processes may start at once."""


@lru_cache(maxsize=1)
def migrations() -> tuple[str, ...]:
    """The SQL of each version, the first one first."""
    return read_migrations(__name__.rpartition(".")[0])


async def migrate(connection: Connection, schema: str) -> int:
    """Brings the schema to the newest version, in one transaction; how many versions that was.

    Raises: DatabaseTooNew; the database is as it was then.
    """
    known = len(migrations())
    if await load_version(connection, schema) == known:
        return 0
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        # Asked again: another process may have done it before this one got the lock.
        version = await load_version(connection, schema)
        if version == 0:
            await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            await connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
            await connection.execute("INSERT INTO schema_version VALUES (0)")
        for script in migrations()[version:]:
            await connection.execute(script)
        await connection.execute("UPDATE schema_version SET version = $1", known)
    return known - version


async def load_version(connection: Connection, schema: str) -> int:
    """The version of the schema, 0 when there is none yet. Raises DatabaseTooNew."""
    # Asked of the catalog itself: what a name means is remembered for the length of a transaction.
    query = "SELECT true FROM pg_tables WHERE schemaname = $1 AND tablename = 'schema_version'"
    version = 0
    if await connection.fetchval(query, schema):
        name = f'"{schema}".schema_version'
        version = await connection.fetchval(f"SELECT version FROM {name}")  # noqa: S608 - checked
    if version > len(migrations()):
        raise DatabaseTooNew(version, len(migrations()))
    return version


__all__ = ["load_version", "migrate", "migrations"]
