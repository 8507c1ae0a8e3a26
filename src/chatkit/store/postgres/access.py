"""PostgresAccessStore: keys, sessions and counts in the schema of a PostgreSQL store.

Above: `chatkit.hosted`. Processes that share the database share all.
"""

import secrets
from datetime import datetime
from typing import Any, Final

import asyncpg

from chatkit.store.access import AccessStore, ApiKey, Session
from chatkit.store.rows import microseconds, moment_of

from .connection import Connection
from .database import Database
from .text import from_text, to_text

_WINDOW: Final = 60_000_000  # microseconds

_KEY: Final = "SELECT id, name, digest, hint, created_at, revoked_at FROM api_keys"
_ADD_KEY: Final = """
    INSERT INTO api_keys (id, name, digest, hint, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING
"""
_REVOKE_KEY: Final = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL"
_SESSION: Final = """
    SELECT id, user_name, workflow_id, settings, created_at, expires_at, cancelled_at
    FROM sessions WHERE id = $1
"""
_ADD_SESSION: Final = """
    INSERT INTO sessions (id, user_name, workflow_id, settings, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
"""
_CANCEL: Final = "UPDATE sessions SET cancelled_at = $2 WHERE id = $1 AND cancelled_at IS NULL"
_COUNT_UPLOAD: Final = """
    UPDATE sessions SET uploads = uploads + 1 WHERE id = $1 AND uploads < $2 RETURNING true
"""
_COUNT: Final = """
    INSERT INTO request_counts AS r (name, began_at, count) VALUES ($1, $2, 1)
    ON CONFLICT (name) DO UPDATE
    SET began_at = CASE WHEN $2 - r.began_at >= $4 THEN $2 ELSE r.began_at END,
        count = CASE WHEN $2 - r.began_at >= $4 THEN 1 ELSE r.count + 1 END
    WHERE $2 - r.began_at >= $4 OR r.count < $3
    RETURNING true
"""


class PostgresAccessStore(AccessStore):
    """Keeps who may come in, for any number of processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_signing_key(self) -> bytes:
        fresh = secrets.token_bytes(32)

        async def run(connection: Connection) -> bytes:
            insert = "INSERT INTO access_secrets VALUES ('signing', $1) ON CONFLICT DO NOTHING"
            await connection.execute(insert, fresh)
            query = "SELECT secret FROM access_secrets WHERE name = 'signing'"
            return await connection.fetchval(query)

        return await self._database.write(run)

    async def add_key(self, key: ApiKey) -> None:
        values = (key.id, to_text(key.name), key.digest, key.hint, microseconds(key.created_at))
        await self._database.write(lambda connection: connection.execute(_ADD_KEY, *values))

    async def find_key(self, digest: str) -> ApiKey | None:
        keys = await self._keys(f"{_KEY} WHERE digest = $1", to_text(digest))
        return keys[0] if keys else None

    async def load_keys(self) -> list[ApiKey]:
        return await self._keys(f"{_KEY} ORDER BY seq")

    async def revoke_key(self, key_id: str, moment: datetime) -> ApiKey | None:
        name, now = to_text(key_id), microseconds(moment)
        await self._database.write(lambda connection: connection.execute(_REVOKE_KEY, name, now))
        keys = await self._keys(f"{_KEY} WHERE id = $1", name)
        return keys[0] if keys else None

    async def add_session(self, session: Session) -> None:
        values = (
            session.id,
            to_text(session.user),
            to_text(session.workflow_id),
            session.settings,
            microseconds(session.created_at),
            microseconds(session.expires_at),
        )
        await self._database.write(lambda connection: connection.execute(_ADD_SESSION, *values))

    async def load_session(self, session_id: str) -> Session | None:
        row = await self._database.read(
            lambda connection: connection.fetchrow(_SESSION, to_text(session_id))
        )
        return _session(row) if row is not None else None

    async def cancel_session(self, session_id: str, moment: datetime) -> Session | None:
        name, now = to_text(session_id), microseconds(moment)
        await self._database.write(lambda connection: connection.execute(_CANCEL, name, now))
        return await self.load_session(session_id)

    async def count_upload(self, session_id: str, most: int) -> bool:
        name = to_text(session_id)
        counted = await self._database.write(lambda c: c.fetchval(_COUNT_UPLOAD, name, most))
        return bool(counted)

    async def count_request(self, name: str, most: int, moment: datetime) -> float:
        key, now = to_text(name), microseconds(moment)

        async def run(connection: Connection) -> float:
            if await connection.fetchval(_COUNT, key, now, most, _WINDOW):
                return 0.0
            query = "SELECT began_at FROM request_counts WHERE name = $1"
            began = await connection.fetchval(query, key)
            return (began + _WINDOW - now) / 1_000_000

        return await self._database.write(run)

    async def forget_sessions(self, ended_before: datetime) -> int:
        oldest = microseconds(ended_before)

        async def run(connection: Connection) -> int:
            await connection.execute("DELETE FROM request_counts WHERE began_at < $1", oldest)
            return await connection.fetchval(
                "WITH gone AS (DELETE FROM sessions WHERE expires_at < $1 RETURNING 1) "
                "SELECT count(*) FROM gone",
                oldest,
            )

        return await self._database.write(run)

    async def _keys(self, query: str, *values: object) -> list[ApiKey]:
        rows = await self._database.read(lambda connection: connection.fetch(query, *values))
        return [_key(row) for row in rows]


def _key(row: asyncpg.Record) -> ApiKey:
    return ApiKey(
        id=from_text(row["id"]),
        name=from_text(row["name"]),
        digest=row["digest"],
        hint=row["hint"],
        created_at=moment_of(row["created_at"]),
        revoked_at=_moment(row["revoked_at"]),
    )


def _session(row: asyncpg.Record) -> Session:
    return Session(
        id=from_text(row["id"]),
        user=from_text(row["user_name"]),
        workflow_id=from_text(row["workflow_id"]),
        settings=row["settings"],
        created_at=moment_of(row["created_at"]),
        expires_at=moment_of(row["expires_at"]),
        cancelled_at=_moment(row["cancelled_at"]),
    )


def _moment(value: Any) -> datetime | None:
    return None if value is None else moment_of(value)


__all__ = ["PostgresAccessStore"]
