"""The memory store and its turn log."""

from .store import MemoryStore
from .turn_log import MemoryTurnLog

__all__ = ["MemoryStore", "MemoryTurnLog"]
