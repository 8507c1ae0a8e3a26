"""Where threads are kept: the contracts, and a store in memory.

Above: the turns and the server. Below: the types.
"""

from chatkit.errors import NotFoundError

from .contract import (
    AttachmentStore,
    ClientPage,
    Feedback,
    KeepsFeedback,
    ServesClientPages,
    Store,
)
from .ids import StoreItemType, default_generate_id, generate_turn_id
from .memory import MemoryStore, MemoryTurnLog
from .turn_log import KeepsTurns, TurnEvents, TurnLog, TurnRecord, TurnState

__all__ = [
    "AttachmentStore",
    "ClientPage",
    "Feedback",
    "KeepsFeedback",
    "KeepsTurns",
    "MemoryStore",
    "MemoryTurnLog",
    "NotFoundError",
    "ServesClientPages",
    "Store",
    "StoreItemType",
    "TurnEvents",
    "TurnLog",
    "TurnRecord",
    "TurnState",
    "default_generate_id",
    "generate_turn_id",
]
