"""Shows a thread on a terminal as it grows: finished text for good, open items in the region.

Takes events and the view that they were folded into. Below: pure rendering, and the region.
"""

import time
from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.text import Text

from chatkit.client import ConnectionChange, Reconnecting, ThreadView
from chatkit.types import (
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientEffectEvent,
    ClientToolCallItem,
    ErrorEvent,
    NoticeEvent,
    StructuredInputItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
)
from chatkit.wire import encode

from . import words
from .markdown import Block, markdown
from .region import Region
from .render import WidgetAction, render_item, render_item_sources
from .safe import one_line
from .streams import MessageStreams

__all__ = ["Screen"]

_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_WAITING = "waiting for the answer (Ctrl-C stops it)"


class Screen:
    """One terminal. `actions` are what can be pressed in the widgets shown, by number."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console
        self.actions: dict[int, WidgetAction] = {}
        self.status: str | None = None
        """A line that says what is going on, in place of the server's own."""
        self._clock = clock
        self._region = Region(console)
        self._view = ThreadView()
        self._open: dict[str, None] = {}
        self._streams = MessageStreams()
        self._shown: dict[str, bytes] = {}
        self._state: str | None = None
        self._lost: tuple[Reconnecting, float] | None = None

    # Things that stay

    def print(self, renderable: RenderableType, *, gap: bool = True) -> None:
        """Shows something for good, after an empty line."""
        self._region.print(Group(Text(), renderable) if gap else renderable)

    def remark(self, text: str) -> None:
        """Shows a line of the program's own."""
        self._region.print(words.remark(text))

    def show_item(self, item: ThreadItem) -> None:
        """Shows an item for good, unless it is there already, just like this."""
        state = encode(item)
        if self._shown.get(item.id) == state:
            return
        self._shown[item.id] = state
        rendered = render_item(item, len(self.actions) + 1)
        if rendered is not None:
            for action in rendered.actions:
                self.actions[len(self.actions) + 1] = action
            self.print(rendered.renderable)

    def forget(self) -> None:
        """Starts with another thread: old numbers and items mean nothing any more."""
        self.actions.clear()
        self._shown.clear()
        self._state = None

    # An answer under way

    def begin(self, view: ThreadView) -> None:
        """An answer begins; its events are folded into this view."""
        self._view = view
        self._lost = self.status = None
        self._region.open()
        self.refresh()

    def show(self, event: ThreadStreamEvent) -> None:
        """Takes in an event that the view has taken in before."""
        match event:
            case ThreadItemAddedEvent():
                self._begin_item(event.item)
            case ThreadItemUpdatedEvent():
                self._update(event)
            case ThreadItemDoneEvent() | ThreadItemReplacedEvent():
                self._finish_item(event.item)
            case ThreadItemRemovedEvent():
                self._remove(event.item_id)
            case ErrorEvent():
                self._settle_open()
                self.print(words.error(event))
            case NoticeEvent():
                self.print(words.notice(event))
            case ClientEffectEvent():
                self.print(words.effect(event))
            case ThreadUpdatedEvent():
                self.show_state()
            case _:
                pass

    def refresh(self) -> None:
        """Draws what is open, and the line that says what is going on."""
        lines = self._open_lines()
        self._region.draw(Group(*lines, *self._status_lines(is_quiet=not lines)))

    def end(self) -> None:
        """The answer is over: what was open is shown as it stands."""
        self._settle_open()
        self._region.close()

    def show_state(self) -> None:
        """Says that the thread takes no messages, where that has changed."""
        state = words.thread_state(self._view.thread) if self._view.thread else None
        if state is not None and state != self._state:
            self.print(words.remark(state))
        self._state = state

    def connection(self, change: ConnectionChange) -> None:
        """The connection is lost, or it is back."""
        is_lost = isinstance(change, Reconnecting)
        self._lost = (change, self._clock() + change.delay) if is_lost else None
        self.refresh()

    def _begin_item(self, item: ThreadItem) -> None:
        if isinstance(item, UserMessageItem | StructuredInputItem | ClientToolCallItem):
            return
        self._open[item.id] = None
        if isinstance(item, AssistantMessageItem):
            for index, part in enumerate(item.content):
                self._print_blocks(item.id, self._streams.feed(item.id, index, part.text))

    def _update(self, event: ThreadItemUpdatedEvent) -> None:
        item_id, update = event.item_id, event.update
        match update:
            case AssistantMessageContentPartTextDelta():
                blocks = self._streams.feed(item_id, update.content_index, update.delta)
                self._print_blocks(item_id, blocks)
            case AssistantMessageContentPartAdded() | AssistantMessageContentPartDone():
                is_done = isinstance(update, AssistantMessageContentPartDone)
                blocks = self._streams.set(
                    item_id, update.content_index, update.content.text, is_done=is_done
                )
                self._print_blocks(item_id, blocks)
            case _:
                self._open.setdefault(item_id, None)

    def _finish_item(self, item: ThreadItem) -> None:
        if isinstance(item, UserMessageItem | StructuredInputItem | ClientToolCallItem):
            self._shown[item.id] = encode(item)  # the person has just typed it, or is asked next
        elif isinstance(item, AssistantMessageItem) and item.id not in self._shown:
            self._finish_message(item)
        else:
            self.show_item(item)
        self._open.pop(item.id, None)

    def _finish_message(self, item: AssistantMessageItem) -> None:
        for index, part in enumerate(item.content):
            blocks = self._streams.set(item.id, index, part.text, is_done=True)
            self._print_blocks(item.id, blocks)
        sources = render_item_sources(item)
        if sources is not None:
            self.print(sources)
        self._streams.forget(item.id)
        self._shown[item.id] = encode(item)

    def _remove(self, item_id: str) -> None:
        self._open.pop(item_id, None)
        was_printed = self._streams.forget(item_id) or item_id in self._shown
        self._shown.pop(item_id, None)
        if was_printed:
            self.print(words.remark("(the assistant took this back)"))

    def _print_blocks(self, item_id: str, blocks: list[Block]) -> None:
        if blocks:
            self._settle_before(item_id)
        for block in blocks:
            self.print(markdown(block.source), gap=block.gap)

    def _settle_before(self, item_id: str) -> None:
        """Shows what was begun before this item, as it stands: text is printed in order."""
        for other in list(self._open):
            if other == item_id:
                return
            self._settle(other)

    def _settle_open(self) -> None:
        for item_id in list(self._open):
            self._settle(item_id)

    def _settle(self, item_id: str) -> None:
        item = self._view.find(item_id)
        self._open.pop(item_id, None)
        if isinstance(item, AssistantMessageItem):
            self._finish_message(item)
        elif item is not None:
            self.show_item(item)

    def _open_lines(self) -> list[RenderableType]:
        lines: list[RenderableType] = []
        for item_id in self._open:
            open_parts = self._streams.open_parts(item_id)
            for block in open_parts:
                lines += [*([Text()] if block.gap else []), markdown(self._end_of(block.source))]
            item = None if open_parts else self._view.find(item_id)
            if item is None or isinstance(item, AssistantMessageItem):
                continue
            rendered = render_item(item, len(self.actions) + 1)
            if rendered is not None:
                lines += [Text(), rendered.renderable]
        return lines

    def _end_of(self, source: str) -> str:
        """As much of the source's end as may be seen: more would only cost time at each frame."""
        most = max(2 * self.console.width * self.console.height, 4_000)
        return source if len(source) <= most else f"…{source[-most:]}"

    def _status_lines(self, *, is_quiet: bool) -> list[RenderableType]:
        text = self._status_text() or (_WAITING if is_quiet else None)
        if text is None:
            return []
        spinner = _SPINNER[int(self._clock() * 10) % len(_SPINNER)]
        return [Text(), Text(f"{spinner} {text}", style="dim", no_wrap=True, overflow="ellipsis")]

    def _status_text(self) -> str | None:
        if self.status is not None:
            return self.status
        if self._lost is not None:
            change, at = self._lost
            return words.reconnecting(change, at - self._clock())
        if self._view.progress is not None:
            return one_line(self._view.progress.text)
        return None
