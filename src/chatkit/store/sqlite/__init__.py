"""The SQLite store and its turn log, on the standard library's `sqlite3`."""

from chatkit.store.versions import DatabaseTooNew, NotOurDatabase

from .store import SQLiteStore
from .turn_log import SQLiteTurnLog

__all__ = ["DatabaseTooNew", "NotOurDatabase", "SQLiteStore", "SQLiteTurnLog"]
