"""`diff_widget`: the least that makes one state of a widget of another."""

import pytest
from hosts import NOW

from chatkit.actions import ActionConfig
from chatkit.server import diff_widget
from chatkit.turns.updates import apply_update
from chatkit.types import WidgetItem, WidgetRootUpdated, WidgetStreamingTextValueDelta
from chatkit.widgets import (
    BarSeries,
    BasicRoot,
    Box,
    Button,
    Caption,
    Card,
    Chart,
    Divider,
    DynamicWidgetComponent,
    DynamicWidgetRoot,
    ListView,
    ListViewItem,
    Markdown,
    Row,
    Table,
    Text,
    Title,
    Transition,
    WidgetComponent,
)


def card(*children: WidgetComponent, **props: object) -> Card:
    """A Card with these children."""
    return Card(children=list(children), **props)


def dynamic(type: str, **props: object) -> DynamicWidgetComponent:
    """A component as templates build them."""
    return DynamicWidgetComponent(type=type, **props)


def dynamic_card(*children: DynamicWidgetComponent, **props: object) -> DynamicWidgetRoot:
    """A Card as templates build them."""
    return DynamicWidgetRoot(type="Card", children=list(children), **props)


def delta(id: str, text: str, *, done: bool = False) -> WidgetStreamingTextValueDelta:
    """The text of a component goes on."""
    return WidgetStreamingTextValueDelta(component_id=id, delta=text, done=done)


ROOT = "root"
"""Stands for one root update with the later state."""

UNCHANGED = [
    (card(Text(value="a")), card(Text(value="a"))),
    (card(Text(id="t", value="a", streaming=True)), card(Text(id="t", value="a", streaming=True))),
    (card(Row(children=[Divider()], gap=2)), card(Row(children=[Divider()], gap=2))),
    (card(asForm=None), card()),
    (card(Transition(children=None)), card(Transition(children=None))),
    (
        card(Button(label="b", onClickAction=ActionConfig(type="x", payload={"a": [1]}))),
        card(Button(label="b", onClickAction=ActionConfig(type="x", payload={"a": [1]}))),
    ),
    (dynamic_card(dynamic("Map", at=[1, 2])), dynamic_card(dynamic("Map", at=[1, 2]))),
    (ListView(children=[]), ListView(children=[])),
]


@pytest.mark.parametrize(("before", "after"), UNCHANGED)
def test_nothing_is_sent_where_nothing_changed(before, after) -> None:
    """Also when all objects are new, as templates make them each time."""
    assert diff_widget(before, after) == []
    assert diff_widget(before, before) == []


GROWN = [
    (card(Text(id="t", value="a")), card(Text(id="t", value="ab")), [delta("t", "b")]),
    (card(Markdown(id="t", value="")), card(Markdown(id="t", value="# H")), [delta("t", "# H")]),
    (
        card(Text(id="t", value="a", streaming=True, size="lg")),
        card(Text(id="t", value="ab", streaming=True, size="lg")),
        [delta("t", "b")],
    ),
    (
        card(Text(id="t", value="a"), Row(children=[Markdown(id="m", value="x")])),
        card(Text(id="t", value="ab"), Row(children=[Markdown(id="m", value="xy")])),
        [delta("t", "b"), delta("m", "y")],
    ),
    (
        ListView(children=[ListViewItem(children=[Text(id="t", value="a")])]),
        ListView(children=[ListViewItem(children=[Text(id="t", value="ab")])]),
        [delta("t", "b")],
    ),
    (
        card(
            Table(children=[Table.Row(children=[Table.Cell(children=[Text(id="t", value="a")])])])
        ),
        card(
            Table(children=[Table.Row(children=[Table.Cell(children=[Text(id="t", value="ab")])])])
        ),
        [delta("t", "b")],
    ),
    (
        dynamic_card(dynamic("Text", id="t", value="a", streaming=True)),
        dynamic_card(dynamic("Text", id="t", value="ab", streaming=True)),
        [delta("t", "b")],
    ),
    (
        BasicRoot(children=dynamic("Markdown", id="t", value="a")),
        BasicRoot(children=dynamic("Markdown", id="t", value="ab")),
        [delta("t", "b")],
    ),
    (
        card(Text(id="t", value="🙂")),
        card(Text(id="t", value="🙂 héllo\u2028")),
        [delta("t", " héllo\u2028")],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), GROWN)
def test_text_that_goes_on_is_a_delta_for_its_component(before, after, expected) -> None:
    """For each Text and Markdown with an id, wherever it is, typed or dynamic."""
    assert diff_widget(before, after) == expected


@pytest.mark.requirement("row-16")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (card(Transition(children=Text(id="t", value="a"))), "ab"),
        (card(Transition(children=Box(children=[Text(id="t", value="a")]))), "ab"),
        (dynamic_card(dynamic("Transition", children=dynamic("Text", id="t", value="a"))), "ab"),
    ],
    ids=["text", "box", "dynamic"],
)
def test_text_inside_a_transition_is_found(before, after: str) -> None:
    """Design, row 16: officially its growth is not noticed at all."""
    later = before.model_copy(deep=True)
    inside = later.children[0].children
    text = inside if inside.type == "Text" else inside.children[0]
    text.value = after
    assert diff_widget(before, later) == [delta("t", "b")]


@pytest.mark.requirement("row-16")
@pytest.mark.parametrize(
    ("was", "is_", "done"),
    [
        (True, True, False),
        (True, False, True),
        (True, None, True),
        (None, None, False),
        (False, False, False),
    ],
)
def test_a_delta_is_done_only_when_streaming_ends(was, is_, done: bool) -> None:
    """Design, row 16: officially every delta of a text that never said `streaming` is done, and
    the one that ends a stream is none."""
    before = card(Markdown(id="m", value="a", streaming=was))
    after = card(Markdown(id="m", value="ab", streaming=is_))
    assert diff_widget(before, after) == [delta("m", "b", done=done)]


ROOT_UPDATES = {
    "another text": (card(Text(id="t", value="a")), card(Text(id="t", value="b"))),
    "shorter text": (card(Text(id="t", value="ab")), card(Text(id="t", value="a"))),
    "text is gone": (card(Text(id="t", value="a")), card()),
    "text is new": (card(), card(Text(id="t", value="a"))),
    "another id": (card(Text(id="t", value="a")), card(Text(id="u", value="ab"))),
    "another key": (card(Text(id="t", key="1", value="a")), card(Text(id="t", key="2", value="a"))),
    "another type": (card(Text(id="t", value="a")), card(Markdown(id="t", value="ab"))),
    "title grows": (card(Title(id="t", value="a")), card(Title(id="t", value="ab"))),
    "caption grows": (card(Caption(id="t", value="a")), card(Caption(id="t", value="ab"))),
    "grows and changes": (
        card(Text(id="t", value="a")),
        card(Text(id="t", value="ab", weight="bold")),
    ),
    "grows beside a change": (
        card(Text(id="t", value="a"), Title(value="x")),
        card(Text(id="t", value="ab"), Title(value="y")),
    ),
    "starts streaming": (
        card(Text(id="t", value="a")),
        card(Text(id="t", value="ab", streaming=True)),
    ),
    "stops streaming as it was": (
        card(Text(id="t", value="a", streaming=True)),
        card(Text(id="t", value="a", streaming=False)),
    ),
    "order": (
        card(Text(id="t", value="a"), Text(id="u", value="b")),
        card(Text(id="u", value="b"), Text(id="t", value="a")),
    ),
    "moved": (
        card(Text(id="t", value="a"), Box(children=[])),
        card(Box(children=[Text(id="t", value="ab")])),
    ),
    "root prop": (card(theme="dark"), card(theme="light")),
    "root type": (card(), ListView(children=[])),
    "transition emptied": (
        card(Transition(children=Text(value="a"))),
        card(Transition(children=None)),
    ),
    "nested data": (
        card(Chart(data=[{"x": 1}], series=[BarSeries(label="x", dataKey="x")], xAxis="x")),
        card(Chart(data=[{"x": 2}], series=[BarSeries(label="x", dataKey="x")], xAxis="x")),
    ),
    "payload": (
        card(Button(onClickAction=ActionConfig(type="x", payload={"a": 1}))),
        card(Button(onClickAction=ActionConfig(type="x", payload={"a": 2}))),
    ),
    "typed becomes dynamic": (
        card(Text(id="t", value="a")),
        dynamic_card(dynamic("Text", id="t", value="ab")),
    ),
    "one child becomes a list": (
        DynamicWidgetRoot(type="Card", children=dynamic("Divider")),
        DynamicWidgetRoot(type="Card", children=[dynamic("Divider")]),
    ),
    "text in a prop": (
        dynamic_card(dynamic("Panel", footer=dynamic("Text", id="t", value="a"))),
        dynamic_card(dynamic("Panel", footer=dynamic("Text", id="t", value="ab"))),
    ),
    "value that is no text": (
        dynamic_card(dynamic("Text", id="t", value=1)),
        dynamic_card(dynamic("Text", id="t", value=12)),
    ),
    "two with one id": (
        card(Text(id="t", value="a"), Text(id="t", value="b")),
        card(Text(id="t", value="a"), Text(id="t", value="bc")),
    ),
    "both of one id": (
        card(Text(id="t", value="a"), Text(id="t", value="b")),
        card(Text(id="t", value="ab"), Text(id="t", value="bc")),
    ),
}


@pytest.mark.parametrize(("before", "after"), ROOT_UPDATES.values(), ids=ROOT_UPDATES)
def test_all_else_is_one_root_update(before, after) -> None:
    """A delta could not tell it; several updates would flicker. Source: server-behaviour."""
    assert diff_widget(before, after) == [WidgetRootUpdated(widget=after)]


@pytest.mark.requirement("row-16")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (card(Text(value="a")), card(Text(value="ab"))),
        (card(Markdown(value="a", streaming=True)), card(Markdown(value="ab", streaming=True))),
        (dynamic_card(dynamic("Text", value="a")), dynamic_card(dynamic("Text", value="ab"))),
    ],
)
def test_text_without_an_id_that_goes_on_is_a_root_update(before, after) -> None:
    """Design, row 16: officially nothing is sent. No other update reaches it without an id."""
    assert diff_widget(before, after) == [WidgetRootUpdated(widget=after)]


@pytest.mark.requirement("row-16")
@pytest.mark.parametrize("other", [{"color": "red"}, {"value": "a"}, {"streaming": True}])
def test_a_prop_on_one_side_only_is_noticed(other: dict) -> None:
    """Design, row 16: officially an AttributeError, as dynamic components lack what is not set."""
    bare, more = (
        dynamic_card(dynamic("Text", id="t")),
        dynamic_card(dynamic("Text", id="t", **other)),
    )
    assert diff_widget(bare, more) == [WidgetRootUpdated(widget=more)]
    assert diff_widget(more, bare) == [WidgetRootUpdated(widget=bare)]


CASES = [*UNCHANGED, *[case[:2] for case in GROWN], *ROOT_UPDATES.values()]


@pytest.mark.parametrize(("before", "after"), CASES)
def test_applying_the_updates_to_one_state_gives_the_next(before, after) -> None:
    """What a client sees while it streams is what it finds after a reload."""
    item = WidgetItem(id="w", thread_id="thr", created_at=NOW, widget=before.model_copy(deep=True))
    for update in diff_widget(before, after):
        apply_update(item, update)
    assert item.widget == after


def test_a_list_of_children_that_two_states_share_is_not_looked_into() -> None:
    """Hosts build a new root around what they have."""
    before = card(Box(children=[Text(id="t", value="a")]))
    assert diff_widget(before, before.model_copy()) == []
    after = before.model_copy(update={"theme": "dark"})
    assert diff_widget(before, after) == [WidgetRootUpdated(widget=after)]


def test_the_states_are_left_as_they_are() -> None:
    """They belong to the host, who may use their parts again."""
    before, after = card(Text(id="t", value="a")), card(Text(id="t", value="ab"))
    kept = before.model_copy(deep=True), after.model_copy(deep=True)
    diff_widget(before, after)
    assert (before, after) == kept
