"""Components known by their `type` only, with whatever props they carry: what templates build."""

from typing import Any, Literal, cast

from pydantic import ConfigDict, field_validator

from chatkit.widgets.base import WidgetComponentBase

__all__ = ["DynamicWidgetComponent", "DynamicWidgetRoot"]


class DynamicWidgetComponent(WidgetComponentBase):
    """A component of any type, keeping the props that it is given and their order.

    Typed components may stand among its children; they become dynamic ones.
    """

    model_config = ConfigDict(extra="allow")

    children: "DynamicWidgetComponent | list[DynamicWidgetComponent] | None" = None

    @field_validator("children", mode="before")
    @classmethod
    def _take_typed_components(cls, children: Any) -> Any:
        if isinstance(children, list):
            return [_props_of(child) for child in cast("list[Any]", children)]
        return _props_of(children)


def _props_of(child: Any) -> Any:
    if isinstance(child, WidgetComponentBase) and not isinstance(child, DynamicWidgetComponent):
        return child.model_dump()
    return child


class DynamicWidgetRoot(DynamicWidgetComponent):
    """A root of any shape; `type` says which of the three roots it is."""

    type: Literal["Card", "ListView", "Basic"]
