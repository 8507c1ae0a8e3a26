"""What all components share: an id, a type, and JSON without nulls. Stands on the actions.

The whole tree is walked once, from the component that is dumped down, and pydantic writes what
comes out; so the cost grows with the number of components and not with their depth.
"""

from typing import TYPE_CHECKING, Any, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic_core import CoreSchema

from chatkit.actions import ActionConfig
from chatkit.lazy import LazyModel, build_side_by_side, is_partial

__all__ = ["WidgetComponentBase"]

_ATOMS = frozenset((str, int, float, bool))
_PLAIN: set[type] = set()
_OPEN: set[type] = set()  # of the plain ones those that take props which they do not know
_CONTAINERS: list[type[LazyModel]] = []


class WidgetComponentBase(LazyModel):
    """A component of a widget: `key` tells siblings apart, `id` is what updates aim at."""

    model_config = ConfigDict(serialize_by_alias=True)

    key: str | None = None
    id: str | None = None
    if TYPE_CHECKING:
        # Each component narrows this to a literal, which a mutable `str` would forbid.
        type: Any
    else:
        type: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        show_as_it_is(cls)
        if cls in _PLAIN and "children" in cls.model_fields:
            _CONTAINERS.append(cls)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler, /
    ) -> CoreSchema:
        if cls in _CONTAINERS:
            # Each holds all others: inside each other, their building would nest too deep.
            build_side_by_side(_CONTAINERS)
            return handler(source)
        return super().__get_pydantic_core_schema__(source, handler)

    @model_serializer(mode="wrap")
    def serialize(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """The component's props without nulls, but `children` may be null; `type` is always there.

        Models that are not of this package are left in it, for pydantic to go on with.
        """
        if self.__class__ in _PLAIN and not is_partial(info):
            return _props(self, info)
        return {**without_nulls(handler(self), info), "type": self.type}


def show_as_it_is(model: type[BaseModel]) -> None:
    """Lets a model of this package be dumped field by field, without asking pydantic.

    A host's subclass may exclude, rename or compute fields: those are left to pydantic.
    """
    if model.__module__.startswith("chatkit."):
        _PLAIN.add(model)
        if model.model_config.get("extra") == "allow":
            _OPEN.add(model)


show_as_it_is(ActionConfig)


def _props(model: BaseModel, info: SerializationInfo) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    keeps_children = not info.exclude_none
    # A loop: a comprehension would be a function, made and called anew for each component.
    for name, value in model.__dict__.items():
        if value is None:
            if keeps_children and name == "children":
                shown[name] = None
        elif type(value) in _ATOMS:
            shown[name] = value
        else:
            shown[name] = without_nulls(value, info)
    if type(model) in _OPEN and model.__pydantic_extra__:
        shown |= without_nulls(model.__pydantic_extra__, info)
    return shown


def without_nulls(value: Any, info: SerializationInfo) -> Any:
    """The value without nulls at any depth, but for those under a key `children`."""
    if type(value) in _PLAIN:
        return _props(value, info)
    if isinstance(value, dict):
        return {
            key: inner if type(inner) in _ATOMS else without_nulls(inner, info)
            for key, inner in cast("dict[Any, Any]", value).items()
            if inner is not None or key == "children"
        }
    if isinstance(value, (list, tuple)):
        items = cast("list[Any]", value)
        return [
            _props(inner, info) if type(inner) in _PLAIN else without_nulls(inner, info)
            for inner in items
            if inner is not None
        ]
    if isinstance(value, BaseModel) and not isinstance(value, WidgetComponentBase):
        dumped = value.model_dump(mode=info.mode, exclude_none=True, context=info.context)
        return without_nulls(dumped, info)
    return value
