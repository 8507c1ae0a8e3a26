"""Answers in a run's input, in a form that every model of the Agents SDK takes.

An answer goes back to the model without its id: reasoning models refuse the id of a message whose
reasoning is missing. But from some release on (0.24 is one) the SDK's Chat Completions models
only know an answer by its id. The SDK has a placeholder for that, and removes it before a
request of the Responses API; some releases (0.19 is one) only where there is `provider_data` to
remove as well. Stands on the Agents SDK, imported when it is first asked.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

__all__ = ["add_placeholder_ids"]


def add_placeholder_ids(input: object) -> None:
    """Give each answer without an id the SDK's placeholder, in place, where the SDK needs one.

    `input` is that of a `RunResultStreaming` whose first request is still to come: the run holds
    another list of the same items, so a new list would not reach it.
    """
    placeholder = _placeholder_id()
    if placeholder is None or not isinstance(input, list):
        return
    for item in cast("list[Any]", input):
        if _is_bare_answer(item):
            item["id"] = placeholder
            item["provider_data"] = {"id": "placeholder"}


def _is_bare_answer(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    fields = cast(dict[str, Any], item)
    is_answer = fields.get("type") == "message" and fields.get("role") == "assistant"
    return is_answer and "id" not in fields


@cache
def _placeholder_id() -> str | None:
    """The SDK's placeholder, or None where its models take answers without an id."""
    try:
        from agents.models.chatcmpl_converter import Converter
        from agents.models.fake_id import FAKE_RESPONSES_ID
    except ImportError:
        return None
    answer: dict[str, Any] = {"type": "message", "role": "assistant", "content": []}
    return FAKE_RESPONSES_ID if Converter.maybe_easy_input_message(answer) else None
