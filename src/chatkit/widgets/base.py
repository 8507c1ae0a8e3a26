"""What all components share: an id, a type, and JSON without nulls. Stands on pydantic only.

A widget is serialised one component at a time: each gives its own props, still holding its
children as components, and pydantic goes on into those. No level walks what a deeper one has
done, so the cost grows with the number of components and not with their depth.
"""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
)

__all__ = ["WidgetComponentBase", "WidgetModel"]


class WidgetModel(BaseModel):
    """The root of the models in this room; each is built when it is first used."""

    model_config = ConfigDict(defer_build=True)


class WidgetComponentBase(WidgetModel):
    """A component of a widget: `key` tells siblings apart, `id` is what updates aim at."""

    model_config = ConfigDict(serialize_by_alias=True)

    # A host's subclass may exclude, rename or compute fields, so it takes pydantic's own way.
    _is_plain: ClassVar[bool] = True

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
        cls._is_plain = cls.__module__.startswith("chatkit.")

    @model_serializer(mode="wrap")
    def serialize(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """The component's props without nulls; `children` may be null, and `type` is always there.

        Children stay components, for pydantic to go on with.
        """
        if not self._is_plain or is_partial(info):
            shown = {name: _filled(value) for name, value in handler(self).items() if value is not None or name == "children"}
            shown["type"] = self.type
            return shown
        shown: dict[str, Any] = {}
        for name, value in self.__dict__.items():
            if value is not None:
                shown[name] = value if value.__class__ in _ATOMS else without_nulls(value, info)
            elif name == "children" and not info.exclude_none:
                shown[name] = None
        if self.__pydantic_extra__:
            for name, value in self.__pydantic_extra__.items():
                if value is not None:
                    shown[name] = without_nulls(value, info)
        return shown


_ATOMS = frozenset((str, int, float, bool))


def is_partial(info: SerializationInfo) -> bool:
    """Whether the caller of a dump asked for some of the fields only."""
    return (
        info.include is not None
        or info.exclude is not None
        or info.exclude_unset
        or info.exclude_defaults
    )


def _filled(value): return value

def without_nulls(value: Any, info: SerializationInfo) -> Any:
    """The value without nulls at any depth; only `children` may be null. Components stay."""
    if isinstance(value, WidgetComponentBase):
        return value
    if isinstance(value, BaseModel):
        value = value.model_dump(mode=info.mode, exclude_none=True, context=info.context)
    if isinstance(value, dict):
        return {
            key: without_nulls(inner, info)
            for key, inner in cast(dict[Any, Any], value).items()
            if inner is not None or key == "children"
        }
    if isinstance(value, (list, tuple)):
        kept = cast(list[Any], value)
        return [without_nulls(inner, info) for inner in kept if inner is not None]
    return value
