"""Where threads are kept: the contracts, and stores in memory and in SQLite.

Above: the turns and the server. Below: the types. Importing this loads no database driver; the
SQLite store is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

import chatkit.types
from chatkit.errors import NotFoundError

from .access import AccessStore, ApiKey, KeepsAccess, OwnedThread, ServesAllOwners, Session
from .contract import (
    AttachmentStore,
    ChecksAttachments,
    ClientPage,
    CollectsUnused,
    Feedback,
    ForgetsUnused,
    KeepsFeedback,
    ReadsAttachments,
    RefreshesAttachments,
    ServesClientPages,
    Store,
)
from .ids import StoreItemType, default_generate_id, generate_turn_id
from .memory import MemoryStore, MemoryTurnLog
from .turn_log import KeepsTurns, TurnEvents, TurnLog, TurnRecord, TurnState

if TYPE_CHECKING:
    from .sqlite import DatabaseTooNew, NotOurDatabase, SQLiteStore, SQLiteTurnLog

_SQLITE = frozenset({"DatabaseTooNew", "NotOurDatabase", "SQLiteStore", "SQLiteTurnLog"})


def __getattr__(name: str) -> Any:
    if name in _SQLITE:
        from . import sqlite

        return getattr(sqlite, name)
    # The official module lets every message be imported from it, and apps do.
    if name in chatkit.types.__all__:
        return getattr(chatkit.types, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "AccessStore",
    "ApiKey",
    "AttachmentStore",
    "ChecksAttachments",
    "ClientPage",
    "CollectsUnused",
    "DatabaseTooNew",
    "Feedback",
    "ForgetsUnused",
    "KeepsAccess",
    "KeepsFeedback",
    "KeepsTurns",
    "MemoryStore",
    "MemoryTurnLog",
    "NotFoundError",
    "NotOurDatabase",
    "OwnedThread",
    "ReadsAttachments",
    "RefreshesAttachments",
    "SQLiteStore",
    "SQLiteTurnLog",
    "ServesAllOwners",
    "ServesClientPages",
    "Session",
    "Store",
    "StoreItemType",
    "TurnEvents",
    "TurnLog",
    "TurnRecord",
    "TurnState",
    "default_generate_id",
    "generate_turn_id",
]
