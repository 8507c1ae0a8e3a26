"""What changed from one state of a widget to the next, as updates for a client.

Below: the widgets and the updates. States usually share most of their components, so identity is
looked at first; then `__dict__`s are compared, and nothing is dumped or copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

from chatkit.types import (
    WidgetComponentUpdated,
    WidgetRootUpdated,
    WidgetStreamingTextValueDelta,
)

if TYPE_CHECKING:
    from chatkit.types import WidgetRoot
    from chatkit.widgets import WidgetComponentBase

Deltas = list[WidgetStreamingTextValueDelta]
Updates = list[WidgetStreamingTextValueDelta | WidgetRootUpdated | WidgetComponentUpdated]

_STREAMED = ("Text", "Markdown")
"""The components whose `value` a client can be told to append to."""


def diff_widget(before: WidgetRoot, after: WidgetRoot) -> Updates:
    """The updates that make `after` of `before`; none where nothing changed.

    One text delta for each Text or Markdown whose value grew, if a client can find it by its id
    and nothing else changed; otherwise one root update. A delta is `done` when its component said
    that it was streaming and no longer does.
    """
    deltas: Deltas = []
    if before is after or (_follows(before, after, deltas) and _can_be_found(after, deltas)):
        return list(deltas)
    return [WidgetRootUpdated(widget=after)]


def _follows(before: Any, after: Any, deltas: Deltas) -> bool:
    """True when the component is as before but for text that goes on, which goes to `deltas`."""
    old: dict[str, Any] = before.__dict__
    new: dict[str, Any] = after.__dict__
    if type(before) is not type(after):
        return False
    old_children, new_children = old.get("children"), new.get("children")
    if old_children is None and new_children is None:
        same = old == new and before.__pydantic_extra__ == after.__pydantic_extra__
        return same or _grew(before, after, deltas)
    return (
        before.__pydantic_extra__ == after.__pydantic_extra__
        and {**old, "children": new_children} == new
        and _children_follow(old_children, new_children, deltas)
    )


def _children_follow(old: Any, new: Any, deltas: Deltas) -> bool:
    if old is new:
        return True
    if not isinstance(old, list) or not isinstance(new, list):
        # A Transition, or a dynamic component, with one child.
        return (
            isinstance(old, BaseModel) and isinstance(new, BaseModel) and _follows(old, new, deltas)
        )
    olds, news = cast("list[WidgetComponentBase]", old), cast("list[WidgetComponentBase]", new)
    if len(olds) != len(news):
        return False
    for before, after in zip(olds, news, strict=True):
        if before is not after and not _follows(before, after, deltas):
            return False
    return True


def _grew(before: WidgetComponentBase, after: WidgetComponentBase, deltas: Deltas) -> bool:
    if after.id is None or after.type not in _STREAMED:
        return False
    old, new = _props(before), _props(after)
    old_value, new_value = old.pop("value", None), new.pop("value", None)
    was_streaming, is_streaming = old.pop("streaming", None), new.pop("streaming", None)
    ends = bool(was_streaming) and not is_streaming
    if not (
        isinstance(old_value, str)
        and isinstance(new_value, str)
        and len(new_value) > len(old_value)
        and new_value.startswith(old_value)
        and (ends or was_streaming == is_streaming)
        and old == new
    ):
        return False
    delta = new_value[len(old_value) :]
    deltas.append(WidgetStreamingTextValueDelta(component_id=after.id, delta=delta, done=ends))
    return True


def _props(component: WidgetComponentBase) -> dict[str, Any]:
    return {**component.__dict__, **(component.__pydantic_extra__ or {})}


def _can_be_found(root: WidgetComponentBase, deltas: Deltas) -> bool:
    """True when each delta names one component: of two with one id a client takes the first."""
    wanted = {delta.component_id for delta in deltas}
    levels: list[list[Any]] = [[root]] if wanted else []
    found = 0
    for components in levels:  # grows as it is walked
        for component in components:
            fields = component.__dict__
            if fields["id"] in wanted:
                found += 1
            if "children" in fields and (children := fields["children"]) is not None:
                levels.append(children if children.__class__ is list else [children])
    return found == len(wanted) == len(deltas)


__all__ = ["diff_widget"]
