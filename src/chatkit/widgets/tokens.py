"""The values that props take: sizes, colours, spacing, borders and the small option objects."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from chatkit.actions import ActionConfig
from chatkit.icons import IconName

__all__ = [
    "Alignment",
    "Border",
    "BorderStyle",
    "Borders",
    "CaptionSize",
    "CardAction",
    "ControlSize",
    "ControlVariant",
    "CurveType",
    "Direction",
    "EditableProps",
    "FontWeight",
    "GutterSize",
    "IconSize",
    "Justification",
    "MinMax",
    "RadioOption",
    "RadiusValue",
    "SelectOption",
    "Spacing",
    "TableCellAlignValue",
    "TableColSize",
    "TextAlign",
    "TextSize",
    "Theme",
    "ThemeColor",
    "TitleSize",
    "WidgetIcon",
    "WidgetStatus",
    "WidgetStatusWithFavicon",
    "WidgetStatusWithIcon",
    "XAxisConfig",
]

WidgetIcon = IconName
Theme = Literal["light", "dark"]
Direction = Literal["row", "col"]
Alignment = Literal["start", "center", "end", "baseline", "stretch"]
Justification = Literal["start", "center", "end", "between", "around", "evenly", "stretch"]
RadiusValue = Literal[
    "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl", "4xl", "full", "100%", "none"
]
TextAlign = Literal["start", "center", "end"]
FontWeight = Literal["normal", "medium", "semibold", "bold"]
TextSize = Literal["xs", "sm", "md", "lg", "xl"]
CaptionSize = Literal["sm", "md", "lg"]
TitleSize = Literal["sm", "md", "lg", "xl", "2xl", "3xl", "4xl", "5xl"]
IconSize = Literal["xs", "sm", "md", "lg", "xl", "2xl", "3xl"]
ControlVariant = Literal["solid", "soft", "outline", "ghost"]
ControlSize = Literal["3xs", "2xs", "xs", "sm", "md", "lg", "xl", "2xl", "3xl"]
GutterSize = Literal["2xs", "xs", "sm", "md", "lg", "xl"]
TableCellAlignValue = Literal["start", "center", "end"]
TableColSize = Literal["xs", "sm", "md", "lg", "xl"]
CurveType = Literal[
    "basis",
    "basisClosed",
    "basisOpen",
    "bumpX",
    "bumpY",
    "bump",
    "linear",
    "linearClosed",
    "natural",
    "monotoneX",
    "monotoneY",
    "monotone",
    "step",
    "stepBefore",
    "stepAfter",
]
BorderStyle = Literal["solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset"]


class ThemeColor(TypedDict):
    """A colour for each theme; any CSS colour or colour token."""

    dark: str
    light: str


class Spacing(TypedDict):
    """Padding or margin by side; a number counts steps of 4 px, text is a CSS length."""

    top: NotRequired[float | str]
    right: NotRequired[float | str]
    bottom: NotRequired[float | str]
    left: NotRequired[float | str]
    x: NotRequired[float | str]
    y: NotRequired[float | str]


class Border(TypedDict):
    """One border, `size` in pixels."""

    size: int
    color: NotRequired[str | ThemeColor]
    style: NotRequired[BorderStyle]


class Borders(TypedDict):
    """Borders by side; a number is a size in pixels."""

    top: NotRequired[int | Border]
    right: NotRequired[int | Border]
    bottom: NotRequired[int | Border]
    left: NotRequired[int | Border]
    x: NotRequired[int | Border]
    y: NotRequired[int | Border]


class MinMax(TypedDict):
    """A lower and an upper bound, either of which may be missing."""

    min: NotRequired[int]
    max: NotRequired[int]


class EditableProps(TypedDict):
    """Makes a Text an input of the form it stands in, under `name`."""

    name: str
    autoFocus: NotRequired[bool]
    autoSelect: NotRequired[bool]
    autoComplete: NotRequired[str]
    allowAutofillExtensions: NotRequired[bool]
    pattern: NotRequired[str]
    placeholder: NotRequired[str]
    required: NotRequired[bool]


class WidgetStatusWithFavicon(TypedDict):
    """A line above the widget, with the favicon of a site (an image URL)."""

    text: str
    favicon: NotRequired[str]
    frame: NotRequired[bool]


class WidgetStatusWithIcon(TypedDict):
    """A line above the widget, with an icon."""

    text: str
    icon: NotRequired[WidgetIcon]


WidgetStatus = WidgetStatusWithFavicon | WidgetStatusWithIcon


class CardAction(TypedDict):
    """A button at the foot of a Card."""

    label: str
    action: ActionConfig


class SelectOption(TypedDict):
    """One choice of a Select."""

    value: str
    label: str
    disabled: NotRequired[bool]
    description: NotRequired[str]


class RadioOption(TypedDict):
    """One choice of a RadioGroup."""

    label: str
    value: str
    disabled: NotRequired[bool]


class XAxisConfig(TypedDict):
    """The x axis of a Chart: which key of each row it shows, and texts in place of its values."""

    dataKey: str
    hide: NotRequired[bool]
    labels: NotRequired[dict[str, str]]
