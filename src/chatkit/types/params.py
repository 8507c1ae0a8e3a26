"""The `params` of the requests, but for those that live with their noun."""

from typing import Annotated, Any, Literal

from pydantic import FailFast, Field

from chatkit.actions import Action
from chatkit.types.base import WireModel
from chatkit.types.messages import UserMessageInput
from chatkit.types.structured_input import StructuredInputSubmission

__all__ = [
    "FeedbackKind",
    "ItemFeedbackParams",
    "ItemsListParams",
    "ThreadAddClientToolOutputParams",
    "ThreadAddStructuredInputParams",
    "ThreadAddUserMessageParams",
    "ThreadCreateParams",
    "ThreadCustomActionParams",
    "ThreadDeleteParams",
    "ThreadGetByIdParams",
    "ThreadListParams",
    "ThreadRetryAfterItemParams",
    "ThreadUpdateParams",
    "TurnsAttachParams",
    "TurnsStopParams",
]

FeedbackKind = Literal["positive", "negative"]


class ThreadGetByIdParams(WireModel):
    """Which thread."""

    thread_id: str


class ThreadCreateParams(WireModel):
    """The first message of a new thread."""

    input: UserMessageInput


class ThreadListParams(WireModel):
    """Which page of the person's threads: up to `limit` of them, from the cursor `after`."""

    limit: int | None = None
    order: Literal["asc", "desc"] = "desc"
    after: str | None = None


class ThreadAddUserMessageParams(WireModel):
    """A further message of a thread."""

    input: UserMessageInput
    thread_id: str


class ThreadAddClientToolOutputParams(WireModel):
    """What the page's tool gave; any JSON."""

    thread_id: str
    result: Any


class ThreadAddStructuredInputParams(WireModel):
    """The answers to the form in this item."""

    thread_id: str
    item_id: str
    input: StructuredInputSubmission


class ThreadCustomActionParams(WireModel):
    """What a person did with a widget; without an item, what the page itself sent."""

    thread_id: str
    item_id: str | None = None
    action: Action[str, Any]


class ThreadRetryAfterItemParams(WireModel):
    """The message of a person that is to be answered once more."""

    thread_id: str
    item_id: str


class ItemFeedbackParams(WireModel):
    """A thumb up or down for these items."""

    thread_id: str
    item_ids: Annotated[list[str], FailFast()]
    kind: FeedbackKind


class ItemsListParams(WireModel):
    """Which page of a thread's items: up to `limit` of them, from the cursor `after`."""

    thread_id: str
    limit: int | None = None
    order: Literal["asc", "desc"] = "desc"
    after: str | None = None


class ThreadUpdateParams(WireModel):
    """The thread's new title."""

    thread_id: str
    title: str


class ThreadDeleteParams(WireModel):
    """Which thread."""

    thread_id: str


class TurnsAttachParams(WireModel):
    """Which turn, and the number of the last event that was seen of it: 0 for none yet."""

    turn_id: str
    after: Annotated[int, Field(ge=0)] = 0


class TurnsStopParams(WireModel):
    """Which turn."""

    turn_id: str
