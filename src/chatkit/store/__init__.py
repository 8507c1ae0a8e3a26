"""Where threads are kept: the contracts, and stores in memory, in SQLite and in PostgreSQL.

Above: the turns and the server. Below: the types. Importing this loads no database driver; each
store is loaded when it is first asked for, and so is what `chatkit.hosted` keeps.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import chatkit.types
from chatkit.errors import NotFoundError

from .contract import (
    AttachmentStore,
    ChecksAttachments,
    ClientPage,
    ClientThread,
    CollectsUnused,
    Feedback,
    ForgetsUnused,
    KeepsFeedback,
    NamesUsers,
    ReadsAttachments,
    RefreshesAttachments,
    ServesClientPages,
    Store,
)
from .ids import StoreItemType, default_generate_id, generate_turn_id
from .owners import OwnedThread, ServesAllOwners
from .turn_log import KeepsTurns, RequestBegun, TurnEvents, TurnLog, TurnRecord, TurnState
from .versions import DatabaseTooNew, NotOurDatabase

if TYPE_CHECKING:
    from .access import AccessStore, ApiKey, KeepsAccess, Session
    from .memory import MemoryStore, MemoryTurnLog
    from .postgres.store import PostgresStore
    from .postgres.turn_log import PostgresTurnLog
    from .sqlite import SQLiteStore, SQLiteTurnLog

_LAZY = {
    **dict.fromkeys(("AccessStore", "ApiKey", "KeepsAccess", "Session"), "access"),
    "MemoryStore": "memory",
    "MemoryTurnLog": "memory",
    "PostgresStore": "postgres.store",
    "PostgresTurnLog": "postgres.turn_log",
    "SQLiteStore": "sqlite",
    "SQLiteTurnLog": "sqlite",
}
"""What needs a database driver, or only some apps use, and where it is."""


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        try:
            return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
        except ModuleNotFoundError as error:
            raise ImportError(
                f'{name} needs an extra: pip install "chatkit-selfhosted[postgres]" ({error})'
            ) from error
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
    "ClientThread",
    "CollectsUnused",
    "DatabaseTooNew",
    "Feedback",
    "ForgetsUnused",
    "KeepsAccess",
    "KeepsFeedback",
    "KeepsTurns",
    "MemoryStore",
    "MemoryTurnLog",
    "NamesUsers",
    "NotFoundError",
    "NotOurDatabase",
    "OwnedThread",
    "PostgresStore",
    "PostgresTurnLog",
    "ReadsAttachments",
    "RefreshesAttachments",
    "RequestBegun",
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
