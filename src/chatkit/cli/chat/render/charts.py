"""A chart as a table of its values, with a bar for the first series."""

from typing import Any, cast

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from chatkit.cli.chat.safe import one_line

from .fields import Node, text_of

__all__ = ["render_chart"]

_BAR = 24
"""The longest bar, in columns."""


def render_chart(node: Node) -> list[RenderableType]:
    """A row for each place on the x axis, a column for each series."""
    rows, series = _nodes(node.get("data")), _nodes(node.get("series"))
    axis: Any = node.get("xAxis")
    x_key = axis if isinstance(axis, str) else text_of(cast(Node, axis or {}), "dataKey")
    labels: Any = {} if isinstance(axis, str) else cast(Node, axis or {}).get("labels") or {}
    keys = [text_of(each, "dataKey") for each in series]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column(one_line(x_key))
    for each in series:
        table.add_column(one_line(text_of(each, "label", "dataKey")), justify="right")
    table.add_column()
    tallest = max((_number(row.get(keys[0])) for row in rows), default=0.0) if keys else 0.0
    for row in rows:
        x = str(row.get(x_key, ""))
        length = _number(row.get(keys[0])) / tallest if keys and tallest > 0 else 0.0
        values = [one_line(str(row.get(key, ""))) for key in keys]
        bar = Text("█" * round(_BAR * max(length, 0.0)), style="cyan")
        table.add_row(one_line(str(labels.get(x, x))), *values, bar)
    return [table]


def _nodes(value: Any) -> list[Node]:
    rows = cast(list[Any], value) if isinstance(value, list) else []
    return [cast(Node, row) for row in rows if isinstance(row, dict)]


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < 1e300 else 0.0
