"""The server: an operation for each request type, over a store and the turns."""

from .pages import DEFAULT_PAGE_SIZE
from .results import NonStreamingResult, StreamingResult
from .server import CANCEL_MARKER, ChatKitServer
from .user_agent import agents_sdk_user_agent_override
from .widget_diff import diff_widget
from .widget_stream import EmptyWidget, stream_widget

DEFAULT_ERROR_MESSAGE = "An error occurred when generating a response."
"""What hosts show where an error came without a message of its own."""

__all__ = [
    "CANCEL_MARKER",
    "DEFAULT_ERROR_MESSAGE",
    "DEFAULT_PAGE_SIZE",
    "ChatKitServer",
    "EmptyWidget",
    "NonStreamingResult",
    "StreamingResult",
    "agents_sdk_user_agent_override",
    "diff_widget",
    "stream_widget",
]
