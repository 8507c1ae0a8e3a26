"""The PostgreSQL store and its turn log, on asyncpg: `pip install chatkit-selfhosted[postgres]`."""

from .store import PostgresStore
from .turn_log import PostgresTurnLog

__all__ = ["PostgresStore", "PostgresTurnLog"]
