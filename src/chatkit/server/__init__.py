"""The server: an operation for each request type, over a store and the turns."""

# The official module lets these be imported from it, as well as every message; apps do.
from collections.abc import AsyncIterable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, assert_never

import chatkit.types

from .pages import DEFAULT_PAGE_SIZE
from .results import NonStreamingResult, StreamingResult
from .server import CANCEL_MARKER, ChatKitServer
from .user_agent import agents_sdk_user_agent_override

if TYPE_CHECKING:
    from .widget_diff import diff_widget
    from .widget_stream import EmptyWidget, stream_widget

DEFAULT_ERROR_MESSAGE = "An error occurred when generating a response."
"""What hosts show where an error came without a message of its own."""

_LAZY = {
    "EmptyWidget": "widget_stream",
    "diff_widget": "widget_diff",
    "stream_widget": "widget_stream",
}
"""What only apps with widgets use, and where it is."""


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    if name in chatkit.types.__all__:
        return getattr(chatkit.types, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "CANCEL_MARKER",
    "DEFAULT_ERROR_MESSAGE",
    "DEFAULT_PAGE_SIZE",
    "AsyncIterable",
    "Callable",
    "ChatKitServer",
    "EmptyWidget",
    "NonStreamingResult",
    "StreamingResult",
    "agents_sdk_user_agent_override",
    "assert_never",
    "diff_widget",
    "stream_widget",
]
