"""The server: an operation for each request type, over a store and the turns."""

from .pages import DEFAULT_PAGE_SIZE
from .results import NonStreamingResult, StreamingResult
from .server import CANCEL_MARKER, ChatKitServer
from .user_agent import agents_sdk_user_agent_override

__all__ = [
    "CANCEL_MARKER",
    "DEFAULT_PAGE_SIZE",
    "ChatKitServer",
    "NonStreamingResult",
    "StreamingResult",
    "agents_sdk_user_agent_override",
]
