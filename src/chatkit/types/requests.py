"""What a client may ask for: one model for each type of request, streaming or not."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field
from typing_extensions import TypeIs

from chatkit.types.attachments import AttachmentCreateParams, AttachmentDeleteParams
from chatkit.types.audio import InputTranscribeParams
from chatkit.types.base import WireModel
from chatkit.types.params import (
    ItemFeedbackParams,
    ItemsListParams,
    ThreadAddClientToolOutputParams,
    ThreadAddStructuredInputParams,
    ThreadAddUserMessageParams,
    ThreadCreateParams,
    ThreadCustomActionParams,
    ThreadDeleteParams,
    ThreadGetByIdParams,
    ThreadListParams,
    ThreadRetryAfterItemParams,
    ThreadUpdateParams,
    TurnsAttachParams,
    TurnsStopParams,
)

__all__ = [
    "AttachmentsCreateReq",
    "AttachmentsDeleteReq",
    "BaseReq",
    "ChatKitReq",
    "InputTranscribeReq",
    "ItemsFeedbackReq",
    "ItemsListReq",
    "NonStreamingReq",
    "StreamingReq",
    "ThreadsAddClientToolOutputReq",
    "ThreadsAddStructuredInputReq",
    "ThreadsAddUserMessageReq",
    "ThreadsCreateReq",
    "ThreadsCustomActionReq",
    "ThreadsDeleteReq",
    "ThreadsGetByIdReq",
    "ThreadsListReq",
    "ThreadsRetryAfterItemReq",
    "ThreadsSyncCustomActionReq",
    "ThreadsUpdateReq",
    "TurnsAttachReq",
    "TurnsStopReq",
    "TypeIs",
    "is_streaming_req",
]


class BaseReq(WireModel):
    """What every request has; `metadata` is whatever the host's page adds."""

    metadata: dict[str, Any] = Field(default_factory=dict)


class ThreadsGetByIdReq(BaseReq):
    """Reads a thread with its first items."""

    type: Literal["threads.get_by_id"] = "threads.get_by_id"
    params: ThreadGetByIdParams


class ThreadsCreateReq(BaseReq):
    """Starts a thread with a message, and streams the answer."""

    type: Literal["threads.create"] = "threads.create"
    params: ThreadCreateParams


class ThreadsListReq(BaseReq):
    """Reads a page of the person's threads, without their items."""

    type: Literal["threads.list"] = "threads.list"
    params: ThreadListParams


class ThreadsAddUserMessageReq(BaseReq):
    """Adds a message to a thread, and streams the answer."""

    type: Literal["threads.add_user_message"] = "threads.add_user_message"
    params: ThreadAddUserMessageParams


class ThreadsAddClientToolOutputReq(BaseReq):
    """Hands in what the page's tool gave, and streams how the answer goes on."""

    type: Literal["threads.add_client_tool_output"] = "threads.add_client_tool_output"
    params: ThreadAddClientToolOutputParams


class ThreadsAddStructuredInputReq(BaseReq):
    """Hands in the answers to a form, and streams how the answer goes on."""

    type: Literal["threads.add_structured_input"] = "threads.add_structured_input"
    params: ThreadAddStructuredInputParams


class ThreadsCustomActionReq(BaseReq):
    """Tells what a person did with a widget, and streams what follows."""

    type: Literal["threads.custom_action"] = "threads.custom_action"
    params: ThreadCustomActionParams


class ThreadsSyncCustomActionReq(BaseReq):
    """Tells what a person did with a widget; the answer is a SyncCustomActionResponse."""

    type: Literal["threads.sync_custom_action"] = "threads.sync_custom_action"
    params: ThreadCustomActionParams


class ThreadsRetryAfterItemReq(BaseReq):
    """Drops what follows a message and streams another answer."""

    type: Literal["threads.retry_after_item"] = "threads.retry_after_item"
    params: ThreadRetryAfterItemParams


class ItemsFeedbackReq(BaseReq):
    """Hands in a thumb up or down."""

    type: Literal["items.feedback"] = "items.feedback"
    params: ItemFeedbackParams


class AttachmentsDeleteReq(BaseReq):
    """Deletes an attachment that was not sent."""

    type: Literal["attachments.delete"] = "attachments.delete"
    params: AttachmentDeleteParams


class AttachmentsCreateReq(BaseReq):
    """Announces a file; the answer is an Attachment that says where to upload it."""

    type: Literal["attachments.create"] = "attachments.create"
    params: AttachmentCreateParams


class InputTranscribeReq(BaseReq):
    """Turns a recording into text; the answer is a TranscriptionResult."""

    type: Literal["input.transcribe"] = "input.transcribe"
    params: InputTranscribeParams


class ItemsListReq(BaseReq):
    """Reads a page of a thread's items."""

    type: Literal["items.list"] = "items.list"
    params: ItemsListParams


class ThreadsUpdateReq(BaseReq):
    """Gives a thread another title; the answer is the thread."""

    type: Literal["threads.update"] = "threads.update"
    params: ThreadUpdateParams


class ThreadsDeleteReq(BaseReq):
    """Deletes a thread and all that belongs to it."""

    type: Literal["threads.delete"] = "threads.delete"
    params: ThreadDeleteParams


class TurnsAttachReq(BaseReq):
    """Streams the rest of a running turn. This package's own."""

    type: Literal["turns.attach"] = "turns.attach"
    params: TurnsAttachParams


class TurnsStopReq(BaseReq):
    """Stops a running turn and keeps what it has said so far. This package's own."""

    type: Literal["turns.stop"] = "turns.stop"
    params: TurnsStopParams


StreamingReq = (
    ThreadsCreateReq
    | ThreadsAddUserMessageReq
    | ThreadsAddClientToolOutputReq
    | ThreadsAddStructuredInputReq
    | ThreadsRetryAfterItemReq
    | ThreadsCustomActionReq
    | TurnsAttachReq
)
"""The requests that are answered with a stream of events."""

NonStreamingReq = (
    ThreadsGetByIdReq
    | ThreadsListReq
    | ItemsListReq
    | ItemsFeedbackReq
    | AttachmentsCreateReq
    | AttachmentsDeleteReq
    | ThreadsUpdateReq
    | ThreadsDeleteReq
    | InputTranscribeReq
    | ThreadsSyncCustomActionReq
    | TurnsStopReq
)
"""The requests that are answered with one JSON document."""

ChatKitReq = Annotated[StreamingReq | NonStreamingReq, Field(discriminator="type")]
"""Any request, told apart by `type`."""

_STREAMING = get_args(StreamingReq)


def is_streaming_req(request: ChatKitReq) -> TypeIs[StreamingReq]:
    """Whether the request is answered with a stream of events."""
    return isinstance(request, _STREAMING)
