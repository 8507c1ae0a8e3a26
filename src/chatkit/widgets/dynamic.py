"""Components known by their `type` only, with whatever props they carry: what templates build."""

from typing import Literal

from pydantic import ConfigDict

from chatkit.widgets.base import WidgetComponentBase

__all__ = ["DynamicWidgetComponent", "DynamicWidgetRoot"]


class DynamicWidgetComponent(WidgetComponentBase):
    """A component of any type, keeping the props that it is given and their order."""

    model_config = ConfigDict(extra="allow")

    children: "DynamicWidgetComponent | list[DynamicWidgetComponent] | None" = None


class DynamicWidgetRoot(DynamicWidgetComponent):
    """A root of any shape; `type` says which of the three roots it is."""

    type: Literal["Card", "ListView", "Basic"]
