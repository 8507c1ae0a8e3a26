"""A model for those who have none: it follows a script, over the real HTTP API."""

import json
from typing import Any

from chatkit.testing.models import FunctionCall, ReceivedRequest, ScriptedModel, Text


def reply(request: ReceivedRequest) -> Any:
    """Looks the orders up, shows the delivered one, then says so."""
    messages = (request.body or {})["messages"]
    last = messages[-1]
    if last["role"] == "tool":
        if "Order(" not in last["content"]:
            return Text(last["content"])
        if last["content"].startswith("Shown"):
            return Text("Here it is. You can have it **refunded** if you like.")
        return FunctionCall("show_order", {"order_id": "ord_7"})
    said = json.dumps(last["content"])
    if "order" in said.lower():
        return FunctionCall("list_orders")
    if "file" in said.lower() or "image" in said:
        return Text("Thank you, I have it in front of me.")
    return Text(
        "Hello! Ask me about your *order*, or attach a file. I follow a script: set "
        "`OPENAI_API_KEY`, or `OPENAI_BASE_URL` and `MODEL`, to talk to a model."
    )


def pretended_model() -> ScriptedModel:
    """The scripted model, to be entered with `async with`."""
    return ScriptedModel(responder=reply, name="pretended", pace=0.02)
