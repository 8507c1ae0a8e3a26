"""The Table, its rows and its cells. Stands on the base and the tokens."""

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from chatkit.widgets.base import WidgetComponentBase
from chatkit.widgets.tokens import Spacing, TableCellAlignValue, TableColSize

if TYPE_CHECKING:
    from chatkit.widgets.unions import WidgetComponent

__all__ = ["Table", "TableCell", "TableRow"]


class TableCell(WidgetComponentBase):
    """A cell; `colSpan` and `rowSpan` count the columns and rows that it covers."""

    type: Literal["Table.Cell"] = Field(default="Table.Cell", frozen=True)
    children: "list[WidgetComponent] | None" = None
    width: float | str | None = None
    padding: Spacing | None = None
    colSpan: int | None = None
    rowSpan: int | None = None
    align: TableCellAlignValue | None = None
    vAlign: TableCellAlignValue | None = None
    colSize: TableColSize | None = None


class TableRow(WidgetComponentBase):
    """A row of cells; `header` for the names of the columns."""

    type: Literal["Table.Row"] = Field(default="Table.Row", frozen=True)
    children: list[TableCell] | None = None
    header: bool | None = None


class Table(WidgetComponentBase):
    """Rows of cells: `Table(children=[Table.Row(children=[Table.Cell(children=[…])])])`."""

    Row: ClassVar[type[TableRow]] = TableRow
    Cell: ClassVar[type[TableCell]] = TableCell

    type: Literal["Table"] = Field(default="Table", frozen=True)
    children: list[TableRow] | None = None
