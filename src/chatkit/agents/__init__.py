"""The OpenAI Agents SDK adapter: items of a thread as model input.

Above: the apps. Below: the store and the types. Importing this package loads neither `openai` nor
`agents`; they are imported when a run is first streamed.
"""

# The official module lets these be imported from it, and apps do.
from collections.abc import Sequence
from typing import assert_never, cast

from .converter import ThreadItemConverter, simple_to_agent_input
from .history import estimate_tokens, load_history, trim_history
from .stored import ReadsAttachments, StoredItemConverter

__all__ = [
    "ReadsAttachments",
    "Sequence",
    "StoredItemConverter",
    "ThreadItemConverter",
    "assert_never",
    "cast",
    "estimate_tokens",
    "load_history",
    "simple_to_agent_input",
    "trim_history",
]
