"""Ids for the items of a run: the model's own, where it is one. Stands on the context."""

from __future__ import annotations

from typing import Any

from chatkit.store import StoreItemType

from .context import AgentContext

__all__ = ["ItemIds"]

PLACEHOLDER = "__fake_id__"
"""What the SDK puts where an API has no ids. Source: `agents.models.fake_id`."""


class ItemIds:
    """Hands out the ids of one run, each once: servers repeat theirs, and stores refuse that."""

    __slots__ = ("_context", "_used")

    def __init__(self, context: AgentContext[Any]) -> None:
        self._context = context
        self._used: set[str] = set()

    def take(self, model_id: str | None, type: StoreItemType) -> str:
        """The id that the model gave the item, or a new one of the store's."""
        item_id = model_id
        if not item_id or item_id == PLACEHOLDER or item_id in self._used:
            item_id = self._context.generate_id(type)
        self._used.add(item_id)
        return item_id
