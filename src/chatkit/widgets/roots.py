"""The three components that a widget may start with. Stands on layout and dynamic."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from chatkit.widgets.base import WidgetComponentBase
from chatkit.widgets.dynamic import DynamicWidgetComponent
from chatkit.widgets.layout import ListViewItem
from chatkit.widgets.tokens import (
    Alignment,
    Border,
    Borders,
    CardAction,
    Direction,
    Justification,
    Spacing,
    Theme,
    ThemeColor,
    WidgetStatus,
)

if TYPE_CHECKING:
    from chatkit.widgets.unions import WidgetComponent

__all__ = ["BasicRoot", "Card", "ListView"]


class Card(WidgetComponentBase):
    """A framed widget, with a status line above and up to two buttons below.

    `asForm` sends the fields inside it with `confirm`; `collapsed` hides the body.
    """

    type: Literal["Card"] = Field(default="Card", frozen=True)
    asForm: bool | None = None
    children: "list[WidgetComponent]"
    background: str | ThemeColor | None = None
    size: Literal["sm", "md", "lg", "full"] | None = None
    padding: float | str | Spacing | None = None
    status: WidgetStatus | None = None
    collapsed: bool | None = None
    confirm: CardAction | None = None
    cancel: CardAction | None = None
    theme: Theme | None = None
    border: int | Border | Borders | None = None


class ListView(WidgetComponentBase):
    """A list of rows; those over `limit` wait behind "Show more"."""

    type: Literal["ListView"] = Field(default="ListView", frozen=True)
    children: list[ListViewItem]
    limit: int | Literal["auto"] | None = None
    status: WidgetStatus | None = None
    theme: Theme | None = None


class BasicRoot(DynamicWidgetComponent):
    """A widget without a frame of its own."""

    type: Literal["Basic"] = Field(default="Basic", frozen=True)
    theme: Theme | None = None
    direction: Direction | None = None
    gap: int | str | None = None
    padding: float | str | Spacing | None = None
    align: Alignment | None = None
    justify: Justification | None = None
