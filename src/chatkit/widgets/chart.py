"""The Chart and its series. Stands on the base and the tokens."""

from typing import Annotated, Literal

from pydantic import Field

from chatkit.lazy import LazyModel
from chatkit.widgets.base import WidgetComponentBase, show_as_it_is
from chatkit.widgets.tokens import CurveType, ThemeColor, XAxisConfig

__all__ = ["AreaSeries", "BarSeries", "Chart", "LineSeries", "Series"]


class BarSeries(LazyModel):
    """A bar for each row, from the value under `dataKey`; equal `stack` names pile up."""

    type: Literal["bar"] = Field(default="bar", frozen=True)
    label: str | None
    dataKey: str
    stack: str | None = None
    color: str | ThemeColor | None = None


class AreaSeries(LazyModel):
    """A filled curve through the values under `dataKey`; equal `stack` names pile up."""

    type: Literal["area"] = Field(default="area", frozen=True)
    label: str | None
    dataKey: str
    stack: str | None = None
    color: str | ThemeColor | None = None
    curveType: CurveType | None = None


class LineSeries(LazyModel):
    """A curve through the values under `dataKey`."""

    type: Literal["line"] = Field(default="line", frozen=True)
    label: str | None
    dataKey: str
    color: str | ThemeColor | None = None
    curveType: CurveType | None = None


for _series in (BarSeries, AreaSeries, LineSeries):
    show_as_it_is(_series)

Series = Annotated[BarSeries | AreaSeries | LineSeries, Field(discriminator="type")]


class Chart(WidgetComponentBase):
    """Bars, areas and lines over one x axis; `data` holds a row for each place on it."""

    type: Literal["Chart"] = Field(default="Chart", frozen=True)
    data: list[dict[str, str | int | float]]
    series: list[Series]
    xAxis: str | XAxisConfig
    showYAxis: bool | None = None
    showLegend: bool | None = None
    showTooltip: bool | None = None
    barGap: int | None = None
    barCategoryGap: int | None = None
    flex: int | str | None = None
    height: int | str | None = None
    width: int | str | None = None
    size: int | str | None = None
    minHeight: int | str | None = None
    minWidth: int | str | None = None
    minSize: int | str | None = None
    maxHeight: int | str | None = None
    maxWidth: int | str | None = None
    maxSize: int | str | None = None
    aspectRatio: float | str | None = None
