"""Actions: what a control sends, and how a typed one is made."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, ValidationError

from chatkit.actions import DEFAULT_HANDLER, DEFAULT_LOADING_BEHAVIOR, Action, ActionConfig


class Order(BaseModel):
    id: int
    note: str | None = None


SaveOrder = Action[Literal["order.save"], Order]


def test_a_named_action_makes_the_config_of_a_control() -> None:
    """The type is said once, in the class."""
    config = SaveOrder.create(Order(id=7))
    assert config == ActionConfig(type="order.save", payload=Order(id=7))
    assert (config.handler, config.loadingBehavior) == (DEFAULT_HANDLER, DEFAULT_LOADING_BEHAVIOR)
    assert config.streaming is True


def test_a_config_takes_over_how_the_action_is_handled() -> None:
    """Each argument lands in the field of its name, `loading_behavior` under its wire name."""
    config = SaveOrder.create(Order(id=7), "client", "container", streaming=False)
    assert config.model_dump(exclude={"payload"}) == {
        "type": "order.save",
        "handler": "client",
        "loadingBehavior": "container",
        "streaming": False,
    }


def test_a_subclass_makes_configs_too() -> None:
    """Apps name their actions with a class statement as well."""

    class Cancel(Action[Literal["order.cancel"], None]):
        pass

    assert Cancel.create(None).type == "order.cancel"


@pytest.mark.parametrize(
    "action", [Action, Action[str, Any], Action[Literal["a", "b"], Any]], ids=str
)
def test_an_action_without_one_name_says_how_to_give_it_one(action: type[Action[Any, Any]]) -> None:
    """`Action.create(…)` is an easy mistake; the error shows the right way to write it."""
    with pytest.raises(TypeError, match=r'Action\[Literal\["my\.action"\], MyPayload\]\.create'):
        action.create({"id": 7})


def test_a_named_action_knows_its_type() -> None:
    """Handlers build them in tests; the type can be left out, and no other is taken."""
    assert SaveOrder(payload=Order(id=7)).type == "order.save"
    assert SaveOrder.model_validate_json('{"payload":{"id":7}}').type == "order.save"
    with pytest.raises(ValidationError, match=r"order\.save"):
        SaveOrder.model_validate({"type": "order.drop", "payload": {"id": 7}})


def test_an_action_off_the_wire_must_say_its_type() -> None:
    """A server that took one without a type would ask its handlers about a type variable."""
    incoming = Action[str, Any]
    assert incoming.model_validate({"type": "x"}).payload is None
    with pytest.raises(ValidationError, match="type"):
        incoming.model_validate({"payload": 1})
    with pytest.raises(ValidationError):
        incoming.model_validate("x")


def test_an_action_cannot_change_its_type() -> None:
    """Its class stands for it."""
    action = Action[str, Any](type="x")
    with pytest.raises(ValidationError, match="frozen"):
        action.type = "y"
