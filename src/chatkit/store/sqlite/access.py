"""SQLiteAccessStore: keys, sessions and counts in the file of a SQLite store.

Above: `chatkit.hosted`. Below: the database's threads. Processes that share the file share all.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any, Final

from chatkit.store.access import AccessStore, ApiKey, Session
from chatkit.store.rows import microseconds, moment_of

from .database import Database

_WINDOW: Final = 60_000_000  # microseconds

_KEY: Final = "SELECT id, name, digest, hint, created_at, revoked_at FROM api_keys"
_SESSION: Final = """
    SELECT id, user, workflow_id, settings, created_at, expires_at, cancelled_at
    FROM sessions WHERE id = ?
"""

_COUNT: Final = """
    INSERT INTO request_counts (name, began_at, count) VALUES (:name, :now, 1)
    ON CONFLICT (name) DO UPDATE
    SET began_at = CASE WHEN :now - began_at >= :window THEN :now ELSE began_at END,
        count = CASE WHEN :now - began_at >= :window THEN 1 ELSE count + 1 END
    WHERE :now - began_at >= :window OR count < :most
"""


class SQLiteAccessStore(AccessStore):
    """Keeps who may come in, for any number of processes on one machine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_signing_key(self) -> bytes:
        fresh = secrets.token_bytes(32)

        def run(connection: Connection) -> bytes:
            insert = "INSERT OR IGNORE INTO access_secrets (name, secret) VALUES ('signing', ?)"
            connection.execute(insert, (fresh,))
            query = "SELECT secret FROM access_secrets WHERE name = 'signing'"
            return connection.execute(query).fetchone()[0]

        return await self._database.write(run)

    async def add_key(self, key: ApiKey) -> None:
        row = (key.id, key.name, key.digest, key.hint, microseconds(key.created_at))
        await self._insert("api_keys (id, name, digest, hint, created_at)", row)

    async def find_key(self, digest: str) -> ApiKey | None:
        keys = await self._keys(f"{_KEY} WHERE digest = ?", (digest,))
        return keys[0] if keys else None

    async def load_keys(self) -> list[ApiKey]:
        return await self._keys(f"{_KEY} ORDER BY seq", ())

    async def revoke_key(self, key_id: str, moment: datetime) -> ApiKey | None:
        now = microseconds(moment)
        update = "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        await self._database.write(lambda connection: connection.execute(update, (now, key_id)))
        keys = await self._keys(f"{_KEY} WHERE id = ?", (key_id,))
        return keys[0] if keys else None

    async def add_session(self, session: Session) -> None:
        times = (microseconds(session.created_at), microseconds(session.expires_at))
        row = (session.id, session.user, session.workflow_id, session.settings, *times)
        columns = "id, user, workflow_id, settings, created_at, expires_at"
        await self._insert(f"sessions ({columns})", row)

    async def load_session(self, session_id: str) -> Session | None:
        def run(connection: Connection) -> Session | None:
            row = connection.execute(_SESSION, (session_id,)).fetchone()
            return _session(row) if row is not None else None

        return await self._database.read(run)

    async def cancel_session(self, session_id: str, moment: datetime) -> Session | None:
        now = microseconds(moment)
        update = "UPDATE sessions SET cancelled_at = ? WHERE id = ? AND cancelled_at IS NULL"
        await self._database.write(lambda connection: connection.execute(update, (now, session_id)))
        return await self.load_session(session_id)

    async def count_upload(self, session_id: str, most: int) -> bool:
        update = "UPDATE sessions SET uploads = uploads + 1 WHERE id = ? AND uploads < ?"
        return await self._database.write(
            lambda connection: connection.execute(update, (session_id, most)).rowcount > 0
        )

    async def count_request(self, name: str, most: int, moment: datetime) -> float:
        now = microseconds(moment)
        values = {"name": name, "now": now, "most": most, "window": _WINDOW}

        def run(connection: Connection) -> float:
            if connection.execute(_COUNT, values).rowcount > 0:
                return 0.0
            query = "SELECT began_at FROM request_counts WHERE name = ?"
            (began,) = connection.execute(query, (name,)).fetchone()
            return (began + _WINDOW - now) / 1_000_000

        return await self._database.write(run)

    async def forget_sessions(self, ended_before: datetime) -> int:
        oldest = (microseconds(ended_before),)

        def run(connection: Connection) -> int:
            connection.execute("DELETE FROM request_counts WHERE began_at < ?", oldest)
            return connection.execute("DELETE FROM sessions WHERE expires_at < ?", oldest).rowcount

        return await self._database.write(run)

    async def _insert(self, into: str, row: Sequence[object]) -> None:
        # The table and its columns are this module's own words.
        insert = f"INSERT INTO {into} VALUES ({', '.join('?' * len(row))})"  # noqa: S608
        await self._database.write(lambda connection: connection.execute(insert, row))

    async def _keys(self, query: str, values: Sequence[object]) -> list[ApiKey]:
        rows = await self._database.read(
            lambda connection: connection.execute(query, values).fetchall()
        )
        return [_key(row) for row in rows]


def _key(row: Sequence[Any]) -> ApiKey:
    key_id, name, digest, hint, created_at, revoked_at = row
    return ApiKey(
        id=key_id,
        name=name,
        digest=digest,
        hint=hint,
        created_at=moment_of(created_at),
        revoked_at=None if revoked_at is None else moment_of(revoked_at),
    )


def _session(row: Sequence[Any]) -> Session:
    session_id, user, workflow_id, settings, created_at, expires_at, cancelled_at = row
    return Session(
        id=session_id,
        user=user,
        workflow_id=workflow_id,
        settings=settings,
        created_at=moment_of(created_at),
        expires_at=moment_of(expires_at),
        cancelled_at=None if cancelled_at is None else moment_of(cancelled_at),
    )


__all__ = ["SQLiteAccessStore"]
