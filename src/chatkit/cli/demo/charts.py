"""The `chart` scene: one set of numbers as bars, areas or lines."""

from typing import Literal

from chatkit.actions import ActionConfig
from chatkit.widgets import (
    AreaSeries,
    BarSeries,
    Button,
    Card,
    Chart,
    LineSeries,
    Row,
    Series,
    Title,
)

from .stage import Events, Stage

SWITCH = "demo.chart"

Kind = Literal["bar", "area", "line"]
KINDS: dict[Kind, str] = {"bar": "Bars", "area": "Areas", "line": "Lines"}

_ROWS: list[dict[str, str | int | float]] = [
    {"month": month, "sun": sun, "rain": rain}
    for month, sun, rain in (
        ("Jan", 62, 78),
        ("Feb", 84, 61),
        ("Mar", 131, 66),
        ("Apr", 178, 58),
        ("May", 214, 62),
        ("Jun", 222, 70),
    )
]


async def chart(stage: Stage) -> Events:
    """A chart with three buttons."""
    async for event in stage.say("Sun and rain by month. The buttons change what is stored."):
        yield event
    async for event in stage.show(chart_card("bar"), copy_text="Sun and rain, January to June"):
        yield event


def chart_card(kind: Kind) -> Card:
    """The chart in one of its three kinds; the button of this kind is pressed."""
    return Card(
        size="lg",
        children=[
            Title(value="Sunshine (h) and rain (mm)", size="sm"),
            Chart(
                data=_ROWS,
                series=[_series(kind, "sun", "#f59e0b"), _series(kind, "rain", "#3b82f6")],
                xAxis={"dataKey": "month"},
                showYAxis=True,
                showLegend=True,
                showTooltip=True,
                height=220,
            ),
            Row(
                gap=2,
                children=[
                    Button(
                        label=label,
                        pill=True,
                        variant="solid" if name == kind else "outline",
                        disabled=name == kind,
                        onClickAction=ActionConfig(type=SWITCH, payload={"kind": name}),
                    )
                    for name, label in KINDS.items()
                ],
            ),
        ],
    )


def _series(kind: Kind, key: str, color: str) -> Series:
    label = "Sunshine" if key == "sun" else "Rain"
    if kind == "bar":
        return BarSeries(dataKey=key, label=label, color=color)
    if kind == "area":
        return AreaSeries(dataKey=key, label=label, color=color, curveType="monotone")
    return LineSeries(dataKey=key, label=label, color=color, curveType="monotone")


__all__ = ["KINDS", "SWITCH", "Kind", "chart", "chart_card"]
