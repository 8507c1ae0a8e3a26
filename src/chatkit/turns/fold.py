"""Folds a turn's events into its unfinished items: pure state, no I/O.

Below: `updates` says what one update does. Text is gathered in pieces and joined when somebody
looks, so that 80,000 deltas cost 80,000 appends and not a quadratic copy.
"""

from typing import Any

from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThoughtTask,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    WidgetItem,
    WidgetStreamingTextValueDelta,
    WorkflowItem,
    WorkflowTaskUpdated,
)
from chatkit.types.copying import deep_copy

from .updates import UpdateRefused, append_component_text, apply_update, content_part

_ENDING = ThreadItemDoneEvent | ThreadItemReplacedEvent


class _Draft:
    """One unfinished item, with the text that is not joined into it yet."""

    __slots__ = ("_item", "_thought", "pieces", "place")

    def __init__(self, item: ThreadItem) -> None:
        # A copy: the handler may go on changing its own object.
        self._item = deep_copy(item)
        self.place: int | str | None = None
        """Where the last delta went: the part's or task's index, or the component's id."""
        self.pieces: list[str] = []
        self._thought: dict[str, Any] | None = None
        """The fields of the thought at this place, where it has changed since."""

    @property
    def item(self) -> ThreadItem:
        """The item with all text joined in."""
        if self._thought is not None:
            thought, self._thought = ThoughtTask.model_construct(**self._thought), None
            if isinstance(self._item, WorkflowItem) and isinstance(self.place, int):
                self._item.workflow.tasks[self.place] = thought
        if self.pieces:
            text, self.pieces = "".join(self.pieces), []
            if isinstance(self._item, AssistantMessageItem) and isinstance(self.place, int):
                content_part(self._item, self.place).text += text
            elif isinstance(self._item, WidgetItem) and isinstance(self.place, str):
                append_component_text(self._item, self.place, text)
        return self._item

    def apply(self, update: ThreadItemUpdate) -> None:
        if type(update) is AssistantMessageContentPartTextDelta:
            if self.place == update.content_index:
                self.pieces.append(update.delta)
                return
            place: int | str | None = update.content_index
        elif type(update) is WidgetStreamingTextValueDelta:
            if self.place == update.component_id and not update.done:
                self.pieces.append(update.delta)
                return
            place = update.component_id
        elif type(update) is WorkflowTaskUpdated and type(update.task) is ThoughtTask:
            if self.place == update.task_index:
                # A thought comes as a whole with every piece, and seldom stays as it is.
                self._thought = dict(update.task.__dict__)
                return
            place = update.task_index
        else:
            place = None
        # The first delta of a place is applied at once: it checks the place for those after it.
        item = self.item
        self.place = None
        apply_update(item, update)
        self.place = place


class Drafts:
    """The items that were announced and are not finished, in the order they were announced."""

    def __init__(self) -> None:
        self._drafts: dict[str, _Draft] = {}

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._drafts

    def __len__(self) -> int:
        return len(self._drafts)

    def append_text(self, item_id: str, content_index: int, delta: str) -> bool:
        """Takes in a delta that goes on where its item's last one was; False for any other."""
        draft = self._drafts.get(item_id)
        if draft is None or draft.place != content_index:
            return False
        draft.pieces.append(delta)
        return True

    def apply(self, event: ThreadStreamEvent) -> None:
        """Takes the event in; events that say nothing of items are passed over.

        Raises: UpdateRefused for an update that does not fit its item. An update of an item that
        was never announced is passed over: it may continue a workflow of an earlier turn.
        """
        if isinstance(event, ThreadItemUpdatedEvent):
            draft = self._drafts.get(event.item_id)
            if draft is not None:
                draft.apply(event.update)
        elif isinstance(event, ThreadItemAddedEvent):
            self._drafts[event.item.id] = _Draft(event.item)
        elif isinstance(event, _ENDING):
            self._drafts.pop(event.item.id, None)
        elif isinstance(event, ThreadItemRemovedEvent):
            self._drafts.pop(event.item_id, None)

    def adopt(self, item: ThreadItem) -> None:
        """Goes on with an item that an earlier turn left unfinished."""
        self._drafts[item.id] = _Draft(item)

    def clear(self) -> None:
        """Forgets all of them: the turn is over."""
        self._drafts.clear()

    def items(self) -> list[ThreadItem]:
        """Copies of the unfinished items as they stand."""
        return [deep_copy(draft.item) for draft in self._drafts.values()]


__all__ = ["Drafts", "UpdateRefused"]
