"""Stage: what every scene of the demo needs: ids, items, words at a model's pace, widgets.

Below: the public names that any host uses; nothing of the server's inside.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from chatkit.server import stream_widget
from chatkit.store import AttachmentStore, Store, StoreItemType
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import WidgetRoot

from .pace import Pace

Events = AsyncIterator[ThreadStreamEvent]

_WORDS = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One thread, as a scene plays on it."""

    thread: ThreadMetadata
    store: Store[Any]
    context: Any
    pace: Pace
    message: UserMessageItem | None = None
    """What the person wrote; None after an action, a tool or a form."""
    attachments: AttachmentStore[Any] | None = None

    def new_id(self, kind: StoreItemType) -> str:
        """A new id for an item of this thread."""
        return self.store.generate_item_id(kind, self.thread, self.context)

    def item_fields(self, kind: StoreItemType) -> dict[str, Any]:
        """What every new item has."""
        return {
            "id": self.new_id(kind),
            "thread_id": self.thread.id,
            "created_at": datetime.now(UTC),
        }

    def workflow(self, kind: Literal["custom", "reasoning"]) -> WorkflowItem:
        """A new workflow without tasks."""
        return WorkflowItem(
            **self.item_fields("workflow"),
            workflow=Workflow(type=kind, tasks=[], expanded=True),
        )

    def slower(self, times: float) -> "Stage":
        """The same stage, on which words take longer."""
        pace = replace(self.pace, word_seconds=self.pace.word_seconds * times)
        return replace(self, pace=pace)

    async def say(self, text: str, citations: Sequence[Annotation] = ()) -> Events:
        """A message of the assistant, word by word; each citation comes where its index is."""
        item = AssistantMessageItem(**self.item_fields("message"), content=[])
        yield ThreadItemAddedEvent(item=item)
        content = AssistantMessageContent(text="")
        yield update(item, AssistantMessageContentPartAdded(content_index=0, content=content))
        said, cited = 0, 0
        for word in _WORDS.findall(text):
            await self.pace.word()
            yield update(item, AssistantMessageContentPartTextDelta(content_index=0, delta=word))
            said += len(word)
            for citation in citations[cited:]:
                if (citation.index or 0) > said:
                    break
                yield update(item, _cite(citation, cited))
                cited += 1
        whole = AssistantMessageContent(text=text, annotations=list(citations))
        yield update(item, AssistantMessageContentPartDone(content_index=0, content=whole))
        yield ThreadItemDoneEvent(item=item.model_copy(update={"content": [whole]}))

    def show(
        self, widget: WidgetRoot | AsyncGenerator[WidgetRoot, None], copy_text: str | None = None
    ) -> Events:
        """A widget, or one that grows."""
        return stream_widget(self.thread, widget, copy_text, generate_id=self.new_id)

    async def last_items(self, count: int = 10) -> list[ThreadItem]:
        """The thread's newest items, the newest first."""
        page = await self.store.load_thread_items(self.thread.id, None, count, "desc", self.context)
        return page.data


def update(item: ThreadItem, change: ThreadItemUpdate) -> ThreadItemUpdatedEvent:
    """The event that says how an item changes."""
    return ThreadItemUpdatedEvent(item_id=item.id, update=change)


def _cite(citation: Annotation, index: int) -> AssistantMessageContentPartAnnotationAdded:
    return AssistantMessageContentPartAnnotationAdded(
        content_index=0, annotation_index=index, annotation=citation
    )


__all__ = ["Events", "Stage", "update"]
