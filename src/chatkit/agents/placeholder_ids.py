"""Answers in a run's input, in a form that every model of the Agents SDK takes.

An answer goes back to the model without its id: reasoning models refuse the id of a message whose
reasoning is missing. But from some release on (0.24 is one) the SDK's Chat Completions models
only know an answer by its id. The SDK has a placeholder for that, and removes it before a
request of the Responses API. Stands on the Agents SDK, imported when it is first asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

__all__ = ["with_placeholder_ids"]


def with_placeholder_ids(items: Sequence[Any]) -> list[Any]:
    """The input items, each answer without an id given the SDK's placeholder where it needs one.

    To be done before the run's first request; items that change are copied.
    """
    placeholder = _placeholder_id()
    if placeholder is None:
        return list(items)
    return [{**item, "id": placeholder} if _is_bare_answer(item) else item for item in items]


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
