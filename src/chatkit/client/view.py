"""What a person sees of a thread: its items, folded as events come in.

Below: `turns.fold` says how unfinished items grow. Nothing here does I/O.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from chatkit.turns.fold import Drafts
from chatkit.turns.updates import UpdateRefused
from chatkit.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    ErrorEvent,
    NoticeEvent,
    ProgressUpdateEvent,
    StreamOptionsEvent,
    StructuredInputItem,
    Thread,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
    WidgetItem,
)

logger = logging.getLogger(__name__)

_ITEM = ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent


class ThreadView:
    """A thread and its items in order, finished or so far.

    `progress` is the line that says what is going on, until an answer shows; `error` the last
    error; `notices` all that came; `allow_cancel` whether the server lets an answer be stopped.
    """

    def __init__(self, thread: Thread | None = None, items: Iterable[ThreadItem] = ()) -> None:
        self.thread = thread
        self.progress: ProgressUpdateEvent | None = None
        self.error: ErrorEvent | None = None
        self.notices: list[NoticeEvent] = []
        self.allow_cancel = True
        self._items: dict[str, ThreadItem] = {item.id: item for item in items}
        self._drafts = Drafts()

    @property
    def items(self) -> list[ThreadItem]:
        """The items in the order they appeared, unfinished ones as they stand."""
        drafts = {item.id: item for item in self._drafts.items()}
        return [drafts.get(item_id, item) for item_id, item in self._items.items()]

    def find(self, item_id: str) -> ThreadItem | None:
        """The item with this id as it stands, or None."""
        if item_id in self._drafts:
            return next(item for item in self._drafts.items() if item.id == item_id)
        return self._items.get(item_id)

    def is_open(self, item_id: str) -> bool:
        """True while the item is announced, or grows, and is not finished."""
        return item_id in self._drafts

    def apply(self, event: ThreadStreamEvent) -> None:
        """Takes the event in. An update that does not fit its item is passed over."""
        if isinstance(event, _ITEM):
            self._place(event)
        elif isinstance(event, ThreadItemUpdatedEvent):
            self._update(event)
        elif isinstance(event, ThreadItemRemovedEvent):
            self._items.pop(event.item_id, None)
            self._drafts.apply(event)
        elif isinstance(event, ThreadCreatedEvent | ThreadUpdatedEvent):
            # Its page of items is empty and says nothing about ours.
            self.thread = event.thread
        else:
            self._remark(event)

    def _remark(self, event: ThreadStreamEvent) -> None:
        if isinstance(event, ProgressUpdateEvent):
            self.progress = event
        elif isinstance(event, ErrorEvent):
            self.error, self.progress = event, None
        elif isinstance(event, NoticeEvent):
            self.notices.append(event)
        elif isinstance(event, StreamOptionsEvent):
            self.allow_cancel = event.stream_options.allow_cancel

    def begin_answer(self) -> None:
        """Forgets what an earlier answer left: its error, its progress."""
        self.error = self.progress = None

    def drop_after(self, item_id: str) -> list[str]:
        """Forgets the items after this one, as the server does on a retry; their ids."""
        ids = list(self._items)
        later = ids[ids.index(item_id) + 1 :] if item_id in self._items else []
        for each in later:
            del self._items[each]
            self._drafts.apply(ThreadItemRemovedEvent(item_id=each))
        return later

    def complete_call(self, result: Any) -> None:
        """Gives the pending call its result, as the server does with what it is handed."""
        call = self.pending_tool_call()
        if call is not None:
            settled = call.model_copy(update={"output": result, "status": "completed"})
            self._items[call.id] = settled

    def changes_to(self, thread: Thread, items: Sequence[ThreadItem]) -> list[ThreadStreamEvent]:
        """The events that make this view show the thread with these items."""
        kept = {item.id for item in items}
        events: list[ThreadStreamEvent] = [ThreadUpdatedEvent(thread=thread)]
        events += [ThreadItemRemovedEvent(item_id=each) for each in self._items if each not in kept]
        events += [
            ThreadItemDoneEvent(item=item)
            for item in items
            if self.is_open(item.id) or self._items.get(item.id) != item
        ]
        return events

    def pending_tool_call(self) -> ClientToolCallItem | None:
        """The oldest call of the last turn that waits for the client's output."""
        calls = [item for item in self._last_turn() if isinstance(item, ClientToolCallItem)]
        return next((call for call in calls if call.status == "pending"), None)

    def pending_input(self) -> StructuredInputItem | None:
        """The oldest form of the last turn that waits for answers."""
        forms = [item for item in self._last_turn() if isinstance(item, StructuredInputItem)]
        return next((form for form in forms if form.status == "pending"), None)

    def last_user_message(self) -> UserMessageItem | None:
        """The person's last message."""
        messages = (item for item in self._items.values() if isinstance(item, UserMessageItem))
        return next(reversed(list(messages)), None)

    def _last_turn(self) -> list[ThreadItem]:
        items = list(self._items.values())
        message = self.last_user_message()
        return items[items.index(message) + 1 :] if message is not None else items

    def _place(
        self, event: ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent
    ) -> None:
        self._items[event.item.id] = event.item
        self._drafts.apply(event)
        if isinstance(event.item, AssistantMessageItem | WidgetItem):
            self.progress = None

    def _update(self, event: ThreadItemUpdatedEvent) -> None:
        known = self._items.get(event.item_id)
        if known is None:
            return
        if event.item_id not in self._drafts:
            # An earlier turn left it open, such as a workflow that goes on.
            self._drafts.adopt(known)
        try:
            self._drafts.apply(event)
        except UpdateRefused as refused:
            logger.debug("passed over: %s", refused)


__all__ = ["ThreadView"]
