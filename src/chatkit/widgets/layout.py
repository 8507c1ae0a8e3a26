"""Components that arrange others. Stands on the base and the tokens.

`WidgetComponent` is the union of all components, so it is put together above this module, in
`unions`, which also makes the name known here for when these classes are built.
"""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from chatkit.actions import ActionConfig
from chatkit.lazy import LazyModel
from chatkit.widgets.base import WidgetComponentBase
from chatkit.widgets.tokens import (
    Alignment,
    Border,
    Borders,
    Direction,
    Justification,
    RadiusValue,
    Spacing,
    ThemeColor,
)

if TYPE_CHECKING:
    from chatkit.widgets.unions import WidgetComponent

__all__ = [
    "Box",
    "BoxBase",
    "Col",
    "Divider",
    "Form",
    "ListViewItem",
    "Row",
    "Spacer",
    "Transition",
]


class BoxBase(LazyModel):
    """What every box has: children, how they flow, and the size and look of the box."""

    children: "list[WidgetComponent] | None" = None
    align: Alignment | None = None
    justify: Justification | None = None
    wrap: Literal["nowrap", "wrap", "wrap-reverse"] | None = None
    flex: int | str | None = None
    gap: int | str | None = None
    height: float | str | None = None
    width: float | str | None = None
    size: float | str | None = None
    minHeight: int | str | None = None
    minWidth: int | str | None = None
    minSize: int | str | None = None
    maxHeight: int | str | None = None
    maxWidth: int | str | None = None
    maxSize: int | str | None = None
    padding: float | str | Spacing | None = None
    margin: float | str | Spacing | None = None
    border: int | Border | Borders | None = None
    radius: RadiusValue | None = None
    background: str | ThemeColor | None = None
    aspectRatio: float | str | None = None


class Box(WidgetComponentBase, BoxBase):
    """A box whose children flow along `direction`, downwards unless it says otherwise."""

    type: Literal["Box"] = Field(default="Box", frozen=True)
    direction: Direction | None = None


class Row(WidgetComponentBase, BoxBase):
    """A box whose children stand side by side."""

    type: Literal["Row"] = Field(default="Row", frozen=True)


class Col(WidgetComponentBase, BoxBase):
    """A box whose children stand one below the other."""

    type: Literal["Col"] = Field(default="Col", frozen=True)


class Form(WidgetComponentBase, BoxBase):
    """A box whose fields are sent together, in the payload of any action from inside it."""

    type: Literal["Form"] = Field(default="Form", frozen=True)
    onSubmitAction: ActionConfig | None = None
    direction: Direction | None = None


class Spacer(WidgetComponentBase):
    """Takes the room that is left."""

    type: Literal["Spacer"] = Field(default="Spacer", frozen=True)
    minSize: int | str | None = None


class Divider(WidgetComponentBase):
    """A line between neighbours."""

    type: Literal["Divider"] = Field(default="Divider", frozen=True)
    color: str | ThemeColor | None = None
    size: int | str | None = None
    spacing: int | str | None = None
    flush: bool | None = None


class Transition(WidgetComponentBase):
    """Animates the change from one child to the next; null shows nothing."""

    type: Literal["Transition"] = Field(default="Transition", frozen=True)
    children: "WidgetComponent | None"


class ListViewItem(WidgetComponentBase):
    """A row of a ListView, which may be clicked as a whole."""

    type: Literal["ListViewItem"] = Field(default="ListViewItem", frozen=True)
    children: "list[WidgetComponent]"
    onClickAction: ActionConfig | None = None
    gap: int | str | None = None
    align: Alignment | None = None
