"""The public names of floors 1 to 3 against the surface of `openai-chatkit` 1.6.5.

`surface.json` says what has to be there, a name at a time; `client_props.json` says which props
the web component knows. What this package adds is listed here, so that nothing is added unseen.
"""

import importlib
import json
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
import typing_extensions
from pydantic import BaseModel, Field
from pydantic_core import PydanticUndefined
from surface_shape import field_shape, parameters, shape

import chatkit.actions
import chatkit.errors
import chatkit.icons
import chatkit.types
import chatkit.widgets
from chatkit.errors import ErrorCode
from chatkit.widgets import (
    DynamicWidgetComponent,
    StrictWidgetComponent,
    StrictWidgetRoot,
    Table,
    TableCell,
    TableRow,
)

HERE = Path(__file__).parent
SURFACE: dict[str, dict[str, Any]] = json.loads((HERE / "surface.json").read_text("utf-8"))
CLIENT_PROPS: dict[str, dict[str, Any]] = json.loads(
    (HERE / "client_props.json").read_text("utf-8")
)

NAMES = {
    **vars(importlib.import_module("typing")),
    **vars(importlib.import_module("typing_extensions")),
    **vars(importlib.import_module("datetime")),
    **vars(chatkit.actions),
    **vars(chatkit.errors),
    **vars(chatkit.icons),
    **vars(chatkit.widgets),
    **vars(chatkit.types),
    "AnyUrl": importlib.import_module("pydantic").AnyUrl,
    "Field": Field,
}

OUR_NAMES = {
    "chatkit.types": {
        *("Action", "ErrorCode", "T"),
        *("UtcDatetime", "WireModel"),
        *("ActiveTurn", "ThreadResponse"),
        *("TurnsAttachParams", "TurnsAttachReq", "TurnsStopParams", "TurnsStopReq"),
    },
    "chatkit.actions": {"TPayload", "TType"},
    "chatkit.widgets": {
        "ActionConfig",
        *("BorderStyle", "Direction", "FontWeight", "GutterSize", "Theme"),
        *("Table", "TableCell", "TableRow", "TableCellAlignValue", "TableColSize"),
        "find_offer",
    },
    "chatkit.icons": set[str](),
    "chatkit.errors": {
        *("ChatKitError", "RequestError", "StoreUnavailable", "StoreClosed", "EventTooLarge"),
        *("NotFoundError", "ThreadNotFound", "ItemNotFound", "AttachmentNotFound", "TurnNotFound"),
        *("InvalidRequest", "WrongItem", "NoPendingToolCall", "NotPending"),
        *("AttachmentIncomplete", "AttachmentStoreMissing"),
        *("TurnBusy", "TurnLost", "TurnTrimmed", "TooManyStreams", "TooManyTurns"),
    },
}
OUR_FIELDS = {
    "Card": {"border"},
    "BasicRoot": {"theme", "direction", "gap", "padding", "align", "justify"},
}
OUR_MEMBERS = {
    "StreamingReq": {chatkit.types.TurnsAttachReq},
    "NonStreamingReq": {chatkit.types.TurnsStopReq},
    "ChatKitReq": {chatkit.types.TurnsAttachReq, chatkit.types.TurnsStopReq},
    "StrictWidgetComponent": {Table, TableRow, TableCell},
}
# The official default of `Action.type` is a type variable; here it has none but its literal.
OTHER_DEFAULTS = {("Action", "type")}
# Officially tried in order; here told apart by `type`, as wherever there is one.
TOLD_APART = {("Annotation", "source")}

EVERY_NAME = [(module, name) for module, names in SURFACE.items() for name in names]
WITH = {
    kind: [(m, n) for m, n in EVERY_NAME if kind in SURFACE[m][n]]
    for kind in (
        *("bases", "fields", "keys", "methods", "properties", "members"),
        *("alias", "pattern", "constant", "call", "same_as"),
    )
}
EVERY_FIELD = [(m, n, field) for m, n in WITH["fields"] for field in SURFACE[m][n]["fields"]]


def ours(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def split_default(text: str) -> tuple[str, str | None]:
    annotation, equals, default = text.partition(" = ")
    return annotation, default if equals else None


@pytest.mark.parametrize("module", SURFACE)
def test_every_public_name_is_official_or_listed_here_as_ours(module: str) -> None:
    """Apps import these names; a name that is neither would be public by accident."""
    public = set(importlib.import_module(module).__all__)
    assert public == set(SURFACE[module]) | OUR_NAMES[module]
    assert not set(SURFACE[module]) & OUR_NAMES[module]


@pytest.mark.parametrize(("module", "name"), EVERY_NAME)
def test_each_official_name_can_be_imported_from_its_module(module: str, name: str) -> None:
    """`from chatkit.types import …` has to work for every name that apps may have written."""
    assert hasattr(importlib.import_module(module), name)


@pytest.mark.parametrize(("module", "name"), WITH["bases"])
def test_each_class_derives_from_what_it_derives_from_officially(module: str, name: str) -> None:
    """Apps catch and check by base class, as in `isinstance(item, ThreadItemBase)`."""
    ancestors = {base.__name__ for base in ours(module, name).__mro__}
    # An ABC without abstract methods changes nothing, so ours has none.
    expected = set(SURFACE[module][name]["bases"].split(", ")) - {"ABC"}
    assert expected <= ancestors


@pytest.mark.parametrize(("module", "name"), WITH["fields"])
def test_each_model_has_the_official_fields_in_their_order(module: str, name: str) -> None:
    """The order of fields is the order of keys on the wire; ours come last."""
    model: type[BaseModel] = ours(module, name)
    official = list(SURFACE[module][name]["fields"])
    assert [field for field in model.model_fields if field in official] == official
    assert set(model.model_fields) - set(official) == OUR_FIELDS.get(name, set())


@pytest.mark.parametrize(("module", "name", "field"), EVERY_FIELD)
def test_each_field_takes_what_it_takes_officially(module: str, name: str, field: str) -> None:
    """A narrower type would refuse data that apps already have; unions keep their discriminator."""
    annotation, _ = split_default(SURFACE[module][name]["fields"][field])
    model: type[BaseModel] = ours(module, name)
    expected = shape(annotation, NAMES)
    if (name, field) in TOLD_APART:
        expected = ("told apart by", "type", expected)
    model.model_rebuild()
    assert field_shape(model.model_fields[field], NAMES) == expected


@pytest.mark.parametrize(("module", "name", "field"), EVERY_FIELD)
def test_each_field_has_its_official_default(module: str, name: str, field: str) -> None:
    """A changed default changes what goes over the wire."""
    if (name, field) in OTHER_DEFAULTS:
        pytest.skip("the default is ours")
    _, default = split_default(SURFACE[module][name]["fields"][field])
    info = ours(module, name).model_fields[field]
    if default is None:
        assert info.is_required()
    elif default == "(factory)":
        assert info.default is PydanticUndefined
        assert info.default_factory is not None
    else:
        assert info.get_default() == eval(default, {"ErrorCode": ErrorCode})


@pytest.mark.parametrize(("module", "name"), WITH["keys"])
def test_each_typed_dict_has_the_official_keys(module: str, name: str) -> None:
    """These are written as plain dicts in apps, so their keys are the surface."""
    hints = typing_extensions.get_type_hints(ours(module, name), include_extras=True)
    official = SURFACE[module][name]["keys"]
    assert list(hints) == list(official)
    for key, annotation in official.items():
        assert shape(hints[key], NAMES) == shape(annotation, NAMES)


@pytest.mark.parametrize(("module", "name"), WITH["methods"])
def test_each_method_is_called_as_officially(module: str, name: str) -> None:
    """Names, order, kinds and defaults of parameters are what callers rely on."""
    for method, expected in SURFACE[module][name]["methods"].items():
        assert parameters(getattr(ours(module, name), method)) == expected


@pytest.mark.parametrize(("module", "name"), WITH["properties"])
def test_each_property_is_one(module: str, name: str) -> None:
    """Apps read them without calling."""
    for each in SURFACE[module][name]["properties"]:
        assert isinstance(getattr(ours(module, name), each), property)


@pytest.mark.parametrize(("module", "name"), WITH["call"])
def test_each_function_is_called_as_officially(module: str, name: str) -> None:
    """As with methods."""
    assert parameters(ours(module, name)) == SURFACE[module][name]["call"]


@pytest.mark.parametrize(("module", "name"), WITH["members"])
def test_each_enum_has_the_official_members(module: str, name: str) -> None:
    """Their values are on the wire."""
    members = {member.name: member.value for member in ours(module, name)}
    assert members == SURFACE[module][name]["members"]


@pytest.mark.parametrize(("module", "name"), WITH["constant"])
def test_each_constant_has_its_official_value(module: str, name: str) -> None:
    """Apps compare with them."""
    expected = eval(SURFACE[module][name]["constant"], {"ErrorCode": ErrorCode})
    assert ours(module, name) == expected


@pytest.mark.parametrize(("module", "name"), WITH["pattern"])
def test_each_constrained_name_has_its_official_pattern(module: str, name: str) -> None:
    """An icon of a set of its own is told by its prefix."""
    assert shape(ours(module, name), NAMES) == ("text like", SURFACE[module][name]["pattern"])


@pytest.mark.parametrize(("module", "name"), WITH["same_as"])
def test_each_name_from_elsewhere_is_the_thing_itself(module: str, name: str) -> None:
    """A copy would fail an `is`."""
    origin, _, original = SURFACE[module][name]["same_as"].rpartition(".")
    assert ours(module, name) is getattr(importlib.import_module(origin), original)


@pytest.mark.parametrize(("module", "name"), WITH["alias"])
def test_each_alias_means_what_it_means_officially(module: str, name: str) -> None:
    """Unions have the official members and ours, and are told apart by `type` throughout."""
    expected = shape(SURFACE[module][name]["alias"], NAMES)
    added = OUR_MEMBERS.get(name, set())
    if added and expected[0] == "told apart by":
        expected = (*expected[:2], ("any of", expected[2][1] | added))
    elif added:
        expected = ("any of", expected[1] | added)
    assert shape(ours(module, name), NAMES) == expected


def test_there_are_64_icons_and_two_open_sets() -> None:
    """The number is stated in the protocol, and a lost comma would join two names."""
    literal, vendor, lucide = get_args(chatkit.icons.IconName)
    assert len(set(get_args(literal))) == 64
    assert (vendor, lucide) == (chatkit.icons.VendorIconName, chatkit.icons.LucideIconName)


def test_an_item_update_is_known_by_both_of_its_names() -> None:
    """Older apps construct `ThreadItemUpdated`; both must pass the same isinstance check."""
    assert chatkit.types.ThreadItemUpdated is chatkit.types.ThreadItemUpdatedEvent


COMPONENTS: dict[str, type[BaseModel]] = {
    component.model_fields["type"].default: component
    for union in (StrictWidgetComponent, StrictWidgetRoot)
    for component in get_args(get_args(union)[0])
}


def test_every_component_of_the_web_component_has_a_class_and_the_other_way_round() -> None:
    """Chart is official in Python and not declared for the page; all else is in both."""
    assert set(COMPONENTS) == {*CLIENT_PROPS, "Chart"}


@pytest.mark.parametrize("kind", CLIENT_PROPS)
def test_every_prop_of_the_web_component_can_be_set(kind: str) -> None:
    """What a page can show, a server can say: each prop, and each of its fixed values."""
    component = COMPONENTS[kind]
    component.model_rebuild()
    for prop, values in CLIENT_PROPS[kind].items():
        taken = shape(component.model_fields[prop].annotation, NAMES)
        literals = {value for part in flat(taken) if part[0] == "one of" for value in part[1]}
        assert not values or set(values) <= literals, (kind, prop)


def flat(taken: Any) -> list[Any]:
    members = taken[1] if isinstance(taken, tuple) and taken[0] == "any of" else {taken}
    return [member for member in members if isinstance(member, tuple)]


def test_a_dynamic_component_has_no_props_of_its_own() -> None:
    """Every prop that it is given is an extra, kept in the order given."""
    assert set(DynamicWidgetComponent.model_fields) == {"key", "id", "type", "children"}


def test_a_discriminated_union_is_seen_as_different_from_a_plain_one() -> None:
    """The comparison itself must notice a lost discriminator, or it proves nothing."""
    plain = int | str
    assert shape(Annotated[plain, Field(discriminator="type")], NAMES) != shape(plain, NAMES)
