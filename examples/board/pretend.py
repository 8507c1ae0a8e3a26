"""A model for those who have none: it follows a script, over the real HTTP API."""

import json
from typing import Any

from chatkit.testing.models import FunctionCall, ReceivedRequest, ScriptedModel, Text


def reply(request: ReceivedRequest) -> Any:
    """Reads the board, then moves the first card that is not done."""
    messages = (request.body or {})["messages"]
    last = messages[-1]
    if last["role"] != "tool":
        return FunctionCall("read_board")
    if last["content"] == "Moved.":
        return Text("I moved the first open card to **done**.")
    cards = json.loads(last["content"])["cards"]
    card = next((card for card in cards if card["column"] != "done"), None)
    if card is None:
        return Text("Everything is done.")
    return FunctionCall("move_card", {"card_id": card["id"], "column": "done"})


def pretended_model() -> ScriptedModel:
    """The scripted model, to be entered with `async with`."""
    return ScriptedModel(responder=reply, name="pretended", pace=0.02)
