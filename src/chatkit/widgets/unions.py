"""Which components and roots there are, told apart by `type`. Stands on all components.

What is no typed component is a dynamic one: an unknown type, or props that a type does not take.
"""

from typing import Annotated

from pydantic import Field

from chatkit.widgets import layout, roots, table
from chatkit.widgets.chart import Chart
from chatkit.widgets.controls import (
    Button,
    Checkbox,
    DatePicker,
    Input,
    Label,
    RadioGroup,
    Select,
    Textarea,
)
from chatkit.widgets.dynamic import DynamicWidgetComponent, DynamicWidgetRoot
from chatkit.widgets.layout import Box, Col, Divider, Form, ListViewItem, Row, Spacer, Transition
from chatkit.widgets.roots import BasicRoot, Card, ListView
from chatkit.widgets.table import Table, TableCell, TableRow
from chatkit.widgets.text import Badge, Caption, Icon, Image, Markdown, Text, Title

__all__ = ["StrictWidgetComponent", "StrictWidgetRoot", "WidgetComponent", "WidgetRoot"]

StrictWidgetComponent = Annotated[
    Text
    | Title
    | Caption
    | Chart
    | Badge
    | Markdown
    | Box
    | Row
    | Col
    | Divider
    | Icon
    | Image
    | ListViewItem
    | Button
    | Checkbox
    | Spacer
    | Select
    | DatePicker
    | Form
    | Input
    | Label
    | RadioGroup
    | Textarea
    | Transition
    | Table
    | TableRow
    | TableCell,
    Field(discriminator="type"),
]
"""A component of a type that this package knows."""

WidgetComponent = StrictWidgetComponent | DynamicWidgetComponent
"""Any component."""

StrictWidgetRoot = Annotated[Card | ListView | BasicRoot, Field(discriminator="type")]
"""A root whose props this package knows."""

WidgetRoot = StrictWidgetRoot | DynamicWidgetRoot
"""Any widget."""

# The containers name this union in their annotations, and it names them. Pydantic looks such a
# name up in the module of the class when the class is first built.
for _module in (layout, roots, table):
    vars(_module)["WidgetComponent"] = WidgetComponent
