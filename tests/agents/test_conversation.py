"""What the model receives over a whole conversation, by either API."""

from __future__ import annotations

import json

import pytest
from conversation import Api, golden, hold


@pytest.mark.requirement("row-01", "row-04", "row-05", "row-12", "row-17")
@pytest.mark.parametrize("api", ["responses", "chat_completions"])
async def test_each_turn_gives_the_model_the_conversation_so_far(api: Api) -> None:
    """Files, mentions, a quote, tools of both sides, a widget, and an answer that was stopped."""
    assert await hold(api) == json.loads(golden(api).read_text("utf-8"))
