"""A widget, or the states of one that grows, as the events that put it into a thread.

Above: handlers, and the agents' context. Below: `widget_diff`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial

from chatkit.errors import ChatKitError
from chatkit.store import StoreItemType, default_generate_id
from chatkit.types import (
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    WidgetItem,
)
from chatkit.types.copying import deep_copy
from chatkit.types.elsewhere import WidgetRoot

from .widget_diff import diff_widget


class EmptyWidget(ChatKitError):
    """A widget's generator ended before it had yielded a state; there is nothing to show."""

    def __init__(self) -> None:
        super().__init__("the widget's generator ended without yielding a widget")


async def stream_widget(
    thread: ThreadMetadata,
    widget: WidgetRoot | AsyncGenerator[WidgetRoot, None],
    copy_text: str | None = None,
    generate_id: Callable[[StoreItemType], str] = default_generate_id,
) -> AsyncIterator[ThreadStreamEvent]:
    """The events of a widget's item: one `done`, or for a generator `added`, updates and `done`.

    A generator yields the widget as it grows: a new root each time, or the same one changed in
    place. A component that did not change is best used again, as that is what costs least to
    compare; one that did is a new object in a new root. The generator is closed when the stream
    ends or is left.

    Raises: EmptyWidget for a generator that yields nothing; what the generator raises.
    """
    item_id = generate_id("message")
    item = partial(
        WidgetItem,
        id=item_id,
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        copy_text=copy_text,
    )
    if not isinstance(widget, AsyncGenerator):
        yield ThreadItemDoneEvent(item=item(widget=widget))
        return
    async with aclosing(widget) as states:
        first = await anext(states, None)
        if first is None:
            raise EmptyWidget
        # A copy, so that the next state may be the same widget changed in place.
        last, shown = first, deep_copy(first)
        yield ThreadItemAddedEvent(item=item(widget=shown))
        async for state in states:
            now = deep_copy(state) if state is last else state
            for update in diff_widget(shown, now):
                yield ThreadItemUpdatedEvent(item_id=item_id, update=update)
            last, shown = state, now
        yield ThreadItemDoneEvent(item=item(widget=shown))


__all__ = ["EmptyWidget", "stream_widget"]
