"""Threads: what is kept of one, and what a client gets to see of it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chatkit.types.base import MetadataModel, UtcDatetime, WireModel
from chatkit.types.items import ThreadItem
from chatkit.types.pages import Page

__all__ = [
    "ActiveStatus",
    "ActiveTurn",
    "ClosedStatus",
    "LockedStatus",
    "Thread",
    "ThreadMetadata",
    "ThreadResponse",
    "ThreadStatus",
]


class ActiveStatus(WireModel):
    """The thread takes messages."""

    type: Literal["active"] = "active"


class LockedStatus(WireModel):
    """The thread takes no messages for now; `reason` is shown."""

    type: Literal["locked"] = "locked"
    reason: str | None = None


class ClosedStatus(WireModel):
    """The thread takes no messages any more; `reason` is shown."""

    type: Literal["closed"] = "closed"
    reason: str | None = None


ThreadStatus = Annotated[ActiveStatus | LockedStatus | ClosedStatus, Field(discriminator="type")]


class ThreadMetadata(MetadataModel):
    """A thread without its items: what a store keeps and a handler may change.

    `metadata` is the host's own: with the context `{"exclude_metadata": True}` it is left out.
    With `allowed_image_domains` the page shows images of no other hosts.
    """

    title: str | None = None
    id: str
    created_at: UtcDatetime
    status: ThreadStatus = Field(default_factory=ActiveStatus)
    allowed_image_domains: list[str] | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class Thread(ThreadMetadata):
    """A thread with a page of its items, as clients get it."""

    items: Page[ThreadItem]


class ActiveTurn(WireModel):
    """A turn that is still running, and the number of the last event that it has sent.

    `allow_cancel` is what its `stream_options` said, which came before that event.
    """

    id: str
    seq: int
    allow_cancel: bool = True


class ThreadResponse(Thread):
    """A thread with its running turn: the items are folded to exactly `active_turn.seq`."""

    active_turn: ActiveTurn | None = None
