"""A run's text as a widget that grows. Stands on the types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    from agents import StreamEvent

__all__ = ["accumulate_text"]

TWidget = TypeVar("TWidget", bound=BaseModel)


async def accumulate_text(
    events: AsyncIterator[StreamEvent], base_widget: TWidget
) -> AsyncIterator[TWidget]:
    """The widget as it is, then with the text so far as its `value`, at last not `streaming`.

    For a Text or Markdown with an id, given to `stream_widget`. All the text of the run is one.
    """
    text = ""
    yield base_widget
    async for event in events:
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            text += event.data.delta
            yield base_widget.model_copy(update={"value": text})
    yield base_widget.model_copy(update={"value": text, "streaming": False})
