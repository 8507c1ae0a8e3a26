"""What the controls of a widget offer: for checking an action that came from a page.

Stands on the components. An action is input from a browser: its type and payload may be anybody's.
"""

from collections.abc import Iterator
from typing import Any, cast

from pydantic import BaseModel

from chatkit.actions import Action, ActionConfig

__all__ = ["find_offer"]


def find_offer(widget: BaseModel, action: Action[Any, Any]) -> ActionConfig | None:
    """The action of one of the widget's controls that this one can have come from, or None.

    Its type is the same, and its payload holds what the widget has written into it; the page adds
    the values of the form. Look it up in the widget as it is stored: once the widget has changed,
    what it no longer offers is refused, and so an action that is sent again does nothing twice.
    """
    for offer in _offers(widget.model_dump(mode="json")):
        if offer.get("type") == action.type and _holds(action.payload, offer.get("payload")):
            return ActionConfig.model_validate(offer)
    return None


def _offers(node: Any) -> Iterator[dict[str, Any]]:
    """Every action that is written somewhere in the tree."""
    if isinstance(node, list):
        for child in cast("list[Any]", node):
            yield from _offers(child)
    elif isinstance(node, dict):
        for prop, value in cast("dict[str, Any]", node).items():
            if _is_action(prop, value):
                yield value
            # What an action carries offers nothing, whatever it looks like.
            else:
                yield from _offers(value)


def _is_action(prop: str, value: Any) -> bool:
    named = prop == "action" or prop.endswith("Action")
    return named and isinstance(value, dict) and isinstance(cast("Any", value).get("type"), str)


def _holds(payload: Any, written: Any) -> bool:
    """Whether a payload is what the widget wrote, with nothing of it changed."""
    if written is None:
        return True
    if isinstance(written, dict) and isinstance(payload, dict):
        given = cast("dict[str, Any]", payload)
        return all(
            name in given and given[name] == value
            for name, value in cast("dict[str, Any]", written).items()
        )
    return bool(payload == written)
