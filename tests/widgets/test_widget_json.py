"""The JSON of a widget: no nulls, always a type, keys in their order, in linear time."""

import json
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, field_serializer

from chatkit.actions import Action, ActionConfig
from chatkit.types import WidgetItem
from chatkit.widgets import (
    BarSeries,
    BasicRoot,
    Box,
    Button,
    Card,
    Chart,
    DatePicker,
    DynamicWidgetComponent,
    DynamicWidgetRoot,
    Row,
    Text,
    Transition,
)

WHEN = datetime(2025, 11, 4, 9, 30, tzinfo=UTC)


def wire(component: BaseModel) -> str:
    return component.model_dump_json(exclude_none=True, by_alias=True)


def test_nulls_are_left_out_at_every_depth() -> None:
    """Props that were not set are many; a widget without them is a fifth of the size."""
    card = Card(children=[Row(children=[Text(value="Hi", size=None)], gap=2)], size="sm")
    assert wire(card) == (
        '{"type":"Card","children":['
        '{"children":[{"type":"Text","value":"Hi"}],"gap":2,"type":"Row"}],"size":"sm"}'
    )


def test_children_may_be_null() -> None:
    """Officially the one key that keeps its null, unless nulls are left out on the whole."""
    assert Row().model_dump() == {"children": None, "type": "Row"}
    assert Card(children=[Row()]).model_dump()["children"] == [Row().model_dump()]
    assert Transition(children=None).model_dump_json() == '{"type":"Transition","children":null}'
    assert wire(Card(children=[Row(), Transition(children=None)])) == (
        '{"type":"Card","children":[{"type":"Row"},{"type":"Transition"}]}'
    )


def test_nulls_are_left_out_of_payloads_series_and_extras_too() -> None:
    """A page reads `payload.id` and must find undefined, never null, wherever it is."""

    class Order(BaseModel):
        id: int
        note: str | None = None

    class Line(BaseModel):
        order: Order

    save = ActionConfig(type="save", payload={"a": None, "b": [None, {"c": None}], "t": (1, None)})
    assert Button(onClickAction=save).model_dump()["onClickAction"]["payload"] == {
        "b": [{}],
        "t": [1],
    }
    typed = ActionConfig(type="save", payload=Line(order=Order(id=1)))
    assert Button(onClickAction=typed).model_dump()["onClickAction"]["payload"] == {
        "order": {"id": 1}
    }
    chart = Chart(data=[], series=[BarSeries(label=None, dataKey="n")], xAxis="day")
    assert chart.model_dump()["series"] == [{"type": "bar", "dataKey": "n"}]
    root = BasicRoot.model_validate({"a": None, "b": {"children": None, "c": None}})
    assert wire(root) == '{"type":"Basic","b":{"children":null}}'


def test_what_an_action_config_says_by_default_is_written() -> None:
    """The page does not know the defaults of the server."""
    assert Button(onClickAction=ActionConfig(type="go")).model_dump()["onClickAction"] == {
        "type": "go",
        "handler": "server",
        "loadingBehavior": "auto",
        "streaming": True,
    }


def test_extra_props_keep_the_order_in_which_they_came() -> None:
    """A template's author reads the JSON again; the declared keys stand first."""
    text = '{"z":1,"type":"Chip","b":{"y":1,"x":2},"key":"k","a":0}'
    component = DynamicWidgetComponent.model_validate_json(text)
    assert wire(component) == '{"key":"k","type":"Chip","z":1,"b":{"y":1,"x":2},"a":0}'


def test_times_are_written_as_iso_text() -> None:
    """JSON has no times; Python dumps keep them."""
    picker = DatePicker(name="day", min=WHEN)
    assert wire(picker) == '{"type":"DatePicker","name":"day","min":"2025-11-04T09:30:00Z"}'
    assert picker.model_dump()["min"] is WHEN or picker.model_dump()["min"] == WHEN
    assert picker.model_dump(mode="json")["min"] == "2025-11-04T09:30:00Z"


def test_a_dump_of_some_props_still_says_its_type() -> None:
    """Without its type a component can't be read again, whatever a dump leaves out."""
    card = Card(children=[Text(value="Hi", size="sm"), Row()], size="sm")
    assert card.model_dump(exclude_unset=True) == {
        "children": [
            {"value": "Hi", "size": "sm", "type": "Text"},
            {"type": "Row"},
        ],
        "size": "sm",
        "type": "Card",
    }
    assert card.model_dump(exclude_defaults=True) == card.model_dump(exclude_unset=True)
    assert card.model_dump(exclude={"children", "type"}) == {"size": "sm", "type": "Card"}


def test_a_hosts_own_component_keeps_its_own_rules() -> None:
    """Pydantic dumps subclasses of ours: excluded fields stay out, serialisers run."""

    class Price(Text):
        currency: str = "EUR"
        margin: float = Field(default=0.4, exclude=True)

        @field_serializer("value", mode="wrap")
        def with_currency(self, value: str, handler: SerializerFunctionWrapHandler) -> str:
            return f"{handler(value)} {self.currency}"

    shown = {"type": "Text", "value": "3 EUR", "currency": "EUR"}
    assert Price(value="3").model_dump() == shown
    assert Card(children=[Price(value="3")]).model_dump()["children"] == [shown]


def test_typed_components_warn_nobody() -> None:
    """They are first-class here, built, changed and written without a DeprecationWarning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        card = Card(children=[Text(value="a")]).model_copy(update={"size": "any text"})
        assert json.loads(wire(card))["size"] == "any text"


def test_a_component_in_use_cannot_change_its_type() -> None:
    """Updates aim at components by id, and clients keep what they know of a type."""
    with pytest.raises(ValueError, match="frozen"):
        Text(value="a").type = "Title"  # pyright: ignore[reportAttributeAccessIssue]


def nested(depth: int) -> Card:
    component: Any = Text(value="deep")
    for _ in range(depth):
        component = Box(children=[component], padding=2)
    return Card(children=[component])


def lines_run(card: Card) -> int:
    """Lines of Python executed for one dump: what it costs, without a clock."""
    count = 0

    def trace(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event in ("line", "call")
        return trace

    card.model_dump_json()
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        card.model_dump_json()
    finally:
        sys.settrace(before)
    return count


def test_the_cost_grows_with_the_size_and_not_with_the_depth() -> None:
    """40 levels must not cost 40 x 40: officially each level walks all that is below it again."""
    shallow, deep = lines_run(nested(10)), lines_run(nested(40))
    assert deep < 4.5 * shallow


def test_a_very_deep_widget_is_written() -> None:
    """Deeper than any page shows; the JSON parser stops at 200 levels, two for each component."""
    text = wire(nested(95))
    assert text.count('"Box"') == 95
    assert wire(Card.model_validate_json(text)) == text


def without_nulls(value: Any) -> Any:
    """What the rule says, in the plainest words."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None or k == "children"}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value if inner is not None]
    return value


PROPS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def components(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.text().filter(lambda name: name not in ("key", "id", "type", "children"))
    return st.builds(
        lambda kind, child, extra: {"type": kind, "children": child, **extra},
        st.text(),
        children,
        st.dictionaries(names, PROPS, max_size=4),
    )


TREES = st.recursive(components(st.none()), lambda inner: components(st.lists(inner, max_size=3)))


@given(TREES)
def test_any_dynamic_widget_is_written_as_it_was_given_without_nulls(tree: dict[str, Any]) -> None:
    """Templates may hold any props at all."""
    component = DynamicWidgetComponent.model_validate(tree)
    assert component.model_dump() == without_nulls(tree)
    assert json.loads(component.model_dump_json()) == without_nulls(tree)


def every_node(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, (dict, list)):
            yield from every_node(inner)


@given(TREES)
def test_a_widget_inside_an_item_is_written_as_by_itself(tree: dict[str, Any]) -> None:
    """The same rules hold wherever a widget stands, and `type` is everywhere."""
    root = DynamicWidgetRoot.model_validate({"type": "Card", "children": [tree]})
    item = WidgetItem(id="msg_1", thread_id="thr_1", created_at=WHEN, widget=root)
    written = json.loads(item.model_dump_json())["widget"]
    assert written == json.loads(root.model_dump_json())
    assert all("type" in node for node in every_node(written["children"]) if "children" in node)


def test_an_action_made_by_its_class_is_written_like_a_config() -> None:
    """`Action[…].create()` is how typed actions come into widgets."""
    button = Button(onClickAction=Action[str, Any].model_validate({"type": "go"}).model_dump())
    assert button.model_dump()["onClickAction"]["type"] == "go"
