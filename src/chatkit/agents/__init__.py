"""The OpenAI Agents SDK adapter: items of a thread as model input, a run as events of the thread.

Above: the apps. Below: the server's widgets, the store and the types. Importing this package
loads neither `openai` nor `agents`; they are imported when a run is first streamed.
"""

# The official module lets these be imported from it, and apps do.
from collections.abc import Sequence
from typing import assert_never, cast

from .context import AgentContext, ClientToolCall
from .converter import ThreadItemConverter, simple_to_agent_input
from .history import estimate_tokens, load_history, trim_history
from .response import stream_agent_response
from .response_converter import ResponseStreamConverter, ToolCall, ToolTaskConverter
from .stored import ReadsAttachments, StoredItemConverter
from .text_widgets import accumulate_text
from .thoughts import StreamingThoughtTracker
from .titler import ThreadTitler

__all__ = [
    "AgentContext",
    "ClientToolCall",
    "ReadsAttachments",
    "ResponseStreamConverter",
    "Sequence",
    "StoredItemConverter",
    "StreamingThoughtTracker",
    "ThreadItemConverter",
    "ThreadTitler",
    "ToolCall",
    "ToolTaskConverter",
    "accumulate_text",
    "assert_never",
    "cast",
    "estimate_tokens",
    "load_history",
    "simple_to_agent_input",
    "stream_agent_response",
    "trim_history",
]
