"""ModelAssistant: what `chatkit serve` serves where a model is named and no module."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from chatkit.server import ChatKitServer
from chatkit.store import AttachmentStore, Store
from chatkit.types import ThreadMetadata, ThreadStreamEvent, UserMessageItem

from .titles import make_title

if TYPE_CHECKING:
    from .real_model import RealModel


class ModelAssistant(ChatKitServer[Any]):
    """Answers every message with a model; a thread is named by its first words."""

    def __init__(
        self,
        model: RealModel,
        store: Store[Any],
        attachment_store: AttachmentStore[Any] | None = None,
    ) -> None:
        super().__init__(store, attachment_store)
        self._model = model

    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        files = self.attachment_store
        async with aclosing(self._model.answer(thread, self.store, files, context)) as events:
            async for event in events:
                yield event

    async def title_thread(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: Any
    ) -> str:
        # Not by the model: one at home answers one request after the other.
        return make_title("".join(part.text for part in input_user_message.content))


def page_of(model: str) -> dict[str, Any]:
    """The options of a page that says who answers."""
    return {
        "title": model,
        "composer": {"placeholder": f"Ask {model}"},
        "disclaimer": {"text": f"{model} answers. It can make mistakes."},
    }


__all__ = ["ModelAssistant", "page_of"]
