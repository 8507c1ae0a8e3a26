"""Items as text for a terminal: pure functions from an item to something that rich can draw."""

from .fields import Field, WidgetAction
from .items import Rendered, render_item, render_item_sources

__all__ = ["Field", "Rendered", "WidgetAction", "render_item", "render_item_sources"]
