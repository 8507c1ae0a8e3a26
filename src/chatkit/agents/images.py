"""The images that the model makes, with their previews: several at once, each its own item.

Above: the run's reader. Below: the workflow's steps and the types.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chatkit.types import (
    GeneratedImage,
    GeneratedImageItem,
    GeneratedImageUpdated,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)
from chatkit.types.copying import deep_copy

from .context import AgentContext
from .response_converter import ResponseStreamConverter, resolve
from .workflows import finish_workflow

__all__ = ["Images"]


class Images:
    """The images of a run's response, by their place in the output."""

    def __init__(self, context: AgentContext[Any], converter: ResponseStreamConverter) -> None:
        self._context, self._converter = context, converter
        self._open: dict[int, GeneratedImageItem] = {}

    def forget(self) -> None:
        """Another response begins: its places count from 0 again."""
        self._open.clear()

    def start(self, place: int) -> list[ThreadStreamEvent]:
        """An image begins: there is something to look at, so the open workflow ends."""
        events = finish_workflow(self._context)
        item = GeneratedImageItem(
            id=self._context.generate_id("message"),
            thread_id=self._context.thread.id,
            created_at=datetime.now(UTC),
        )
        self._open[place] = self._context.generated_image_item = item
        return [*events, ThreadItemAddedEvent(item=item.model_copy())]

    async def preview(self, data: Any) -> list[ThreadStreamEvent]:
        """A preview, and how far the image is with it."""
        events = [] if data.output_index in self._open else self.start(data.output_index)
        item = self._open[data.output_index]
        number: int = data.partial_image_index
        item.image = await self._image(item, data.item_id, data.partial_image_b64, number)
        progress = await resolve(self._converter.partial_image_index_to_progress(number))
        update = GeneratedImageUpdated(image=item.image.model_copy(), progress=progress)
        return [*events, ThreadItemUpdatedEvent(item_id=item.id, update=update)]

    async def finish(self, place: int, call: Any) -> list[ThreadStreamEvent]:
        """The image is there, or its last preview; without either the item goes."""
        events = [] if place in self._open else self.start(place)
        item = self._open.pop(place)
        if self._context.generated_image_item is item:
            self._context.generated_image_item = next(reversed(self._open.values()), None)
        if call.result:
            item.image = await self._image(item, call.id, call.result, None)
        if item.image is None:
            return [*events, ThreadItemRemovedEvent(item_id=item.id)]
        return [*events, ThreadItemDoneEvent(item=deep_copy(item))]

    async def _image(
        self, item: GeneratedImageItem, model_id: str | None, content: str, preview: int | None
    ) -> GeneratedImage:
        image_id = model_id or item.id
        url = await resolve(self._converter.base64_image_to_url(image_id, content, preview))
        return GeneratedImage(id=image_id, url=url)
