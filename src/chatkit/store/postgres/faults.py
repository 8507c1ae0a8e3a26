"""What PostgreSQL's errors mean: try again on a new connection, try again at once, or give up."""

from typing import Final

import asyncpg

from chatkit.errors import StoreUnavailable

OUTAGES: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,  # asyncpg's own word for a connection that is closed
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,  # the server has become a standby
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""The connection, or the server, is gone: a new connection may do better."""

COLLISIONS: Final = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""Two transactions met: the same again, at once, may do better."""

_HOPELESS: Final = (
    asyncpg.InsufficientResourcesError,  # disk full, out of memory
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedTableError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.PostgresIOError,
)


def unavailable(error: BaseException) -> BaseException:
    """StoreUnavailable for what the database did; other errors stay what they are."""
    if isinstance(error, (*OUTAGES, *COLLISIONS, *_HOPELESS)):
        reason = StoreUnavailable(str(error) or type(error).__name__)
        reason.__cause__ = error
        return reason
    return error


__all__ = ["COLLISIONS", "OUTAGES", "unavailable"]
