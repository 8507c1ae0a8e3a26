"""What a widget offers is all that an action from a page can ask for."""

from typing import Any

import pytest

from chatkit.actions import Action, ActionConfig
from chatkit.widgets import (
    Button,
    Card,
    Col,
    DynamicWidgetRoot,
    Form,
    Input,
    ListView,
    ListViewItem,
    Select,
    Text,
    find_offer,
)


def config(type: str, payload: Any = None) -> ActionConfig:
    return ActionConfig(type=type, payload=payload)


CARD = Card(
    confirm={"label": "Yes", "action": config("confirm", {"order": 7})},
    cancel={"label": "No", "action": config("cancel")},
    children=[
        Col(
            children=[
                Button(label="Open", onClickAction=config("open", {"id": {"n": 1}})),
                Button(label="Raw", onClickAction=config("raw", [1, 2])),
                Text(value='{"onClickAction":{"type":"hidden"}}'),
            ]
        ),
        Form(onSubmitAction=config("submit", {"step": 2}), children=[Input(name="name")]),
        Select(name="size", options=[], onChangeAction=config("resize")),
    ],
)


@pytest.mark.requirement("sec-22")
@pytest.mark.parametrize(
    ("type", "payload"),
    [
        ("confirm", {"order": 7}),
        ("cancel", None),
        ("open", {"id": {"n": 1}}),
        ("raw", [1, 2]),
        ("submit", {"step": 2, "name": "Ada"}),
        ("resize", {"size": "xl"}),
    ],
)
def test_what_a_control_sends_is_found_with_its_form(type: str, payload: Any) -> None:
    """The page adds the values of the form to what the widget wrote."""
    offer = find_offer(CARD, Action(type=type, payload=payload))
    assert offer is not None
    assert offer.type == type


@pytest.mark.requirement("sec-22")
@pytest.mark.parametrize(
    ("type", "payload"),
    [
        ("confirm", {"order": 8}),
        ("confirm", {}),
        ("confirm", None),
        ("open", {"id": {"n": 2}}),
        ("raw", [1, 2, 3]),
        ("submit", {"name": "Ada"}),
        ("hidden", None),
        ("delete_everything", None),
    ],
)
def test_what_no_control_can_have_sent_is_not_found(type: str, payload: Any) -> None:
    """A changed payload, a made-up type, a type that only stands in a text."""
    assert find_offer(CARD, Action(type=type, payload=payload)) is None


@pytest.mark.requirement("sec-22")
def test_an_action_inside_a_payload_is_no_offer() -> None:
    """What an action carries may come from anywhere."""
    inner = {"onClickAction": {"type": "inner"}}
    row = ListViewItem(children=[Text(value="Row")], onClickAction=config("row", inner))
    rows = ListView(children=[row])
    assert find_offer(rows, Action(type="inner")) is None
    assert find_offer(rows, Action(type="row", payload=inner)) is not None


def test_widgets_of_templates_offer_their_actions() -> None:
    """A template's JSON has the same props, in components that need not be known."""
    tree = {"type": "Card", "children": [{"type": "New", "onPressAction": {"type": "go"}}]}
    widget = DynamicWidgetRoot.model_validate(tree)
    assert find_offer(widget, Action(type="go")) is not None
