"""Which class a component's JSON becomes."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from chatkit.widgets import (
    BasicRoot,
    Box,
    Card,
    DynamicWidgetComponent,
    DynamicWidgetRoot,
    ListView,
    ListViewItem,
    Row,
    Table,
    Text,
    WidgetComponent,
    WidgetRoot,
)

ROOTS = TypeAdapter[Any](WidgetRoot)
COMPONENTS = TypeAdapter[Any](WidgetComponent)


@pytest.mark.parametrize(
    ("json", "kind"),
    [
        ({"type": "Card", "children": []}, Card),
        ({"type": "ListView", "children": []}, ListView),
        ({"type": "Basic", "gap": 2}, BasicRoot),
        ({"type": "Card"}, DynamicWidgetRoot),
        ({"type": "Card", "children": [], "size": "huge"}, DynamicWidgetRoot),
        ({"type": "ListView", "children": [{"type": "Text", "value": "a"}]}, DynamicWidgetRoot),
    ],
)
def test_a_root_is_typed_where_its_props_fit(json: dict[str, Any], kind: type) -> None:
    """What templates hold beyond the types must go through untouched."""
    root = ROOTS.validate_python(json)
    assert type(root) is kind
    assert root.model_dump(exclude_none=True) == json


@pytest.mark.parametrize(
    ("json", "kind"),
    [
        ({"type": "Text", "value": "a"}, Text),
        ({"type": "Text"}, DynamicWidgetComponent),
        ({"type": "Hologram", "depth": 3}, DynamicWidgetComponent),
        ({"children": [{"type": "Box"}], "type": "Row"}, Row),
    ],
)
def test_a_component_is_typed_where_its_props_fit(json: dict[str, Any], kind: type) -> None:
    """A page may know components that this version does not."""
    component = COMPONENTS.validate_python(json)
    assert type(component) is kind
    assert component.model_dump(exclude_none=True) == json


def test_no_root_is_of_an_unknown_type() -> None:
    """A page has nothing to draw around it."""
    with pytest.raises(ValidationError, match="'Card', 'ListView' or 'Basic'"):
        DynamicWidgetRoot.model_validate({"type": "Text", "value": "a"})


def test_a_table_is_written_by_way_of_its_own_names() -> None:
    """`Table.Row` and `Table.Cell` are what the page calls them, so they are found there."""
    table = Table(
        children=[
            Table.Row(header=True, children=[Table.Cell(children=[Text(value="Day")])]),
            Table.Row(children=[Table.Cell(colSpan=2, align="end", children=None)]),
        ]
    )
    written = {
        "type": "Table",
        "children": [
            {
                "type": "Table.Row",
                "children": [
                    {"type": "Table.Cell", "children": [{"type": "Text", "value": "Day"}]}
                ],
                "header": True,
            },
            {
                "type": "Table.Row",
                "children": [{"type": "Table.Cell", "colSpan": 2, "align": "end"}],
            },
        ],
    }
    assert table.model_dump(exclude_none=True) == written
    assert Card.model_validate({"children": [written]}).children == [table]


def test_containers_hold_any_component_to_any_depth() -> None:
    """The union of components and its containers name each other, across modules."""
    row = {"type": "Row", "children": [{"type": "Col", "children": [{"type": "Box"}]}]}
    items = [{"type": "ListViewItem", "children": [row]}]
    view = ROOTS.validate_python({"type": "ListView", "children": items})
    first = view.children[0]
    assert isinstance(first, ListViewItem)
    assert isinstance(first.children[0].children[0].children[0], Box)


def test_typed_components_may_stand_in_a_dynamic_one() -> None:
    """A Basic root has dynamic children; writing typed ones into it is the natural thing to do."""
    root = BasicRoot.model_validate({"children": [Text(value="a"), {"type": "Chip", "n": 1}]})
    assert root.children == [
        DynamicWidgetComponent.model_validate({"type": "Text", "value": "a"}),
        DynamicWidgetComponent.model_validate({"type": "Chip", "n": 1}),
    ]
    single = DynamicWidgetComponent.model_validate({"type": "Fade", "children": Text(value="a")})
    assert isinstance(single.children, DynamicWidgetComponent)


def test_a_dynamic_component_must_say_its_type() -> None:
    """It is all that a page knows it by."""
    with pytest.raises(ValidationError, match="type"):
        DynamicWidgetComponent.model_validate({"value": "a"})
