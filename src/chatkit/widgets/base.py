"""What all components share: an id, a type, and JSON without nulls. Stands on pydantic only.

A widget is serialised one component at a time: each gives its own props, still holding its
children as components, and pydantic goes on into those. No level walks what a deeper one has
done, so the cost grows with the number of components and not with their depth.
"""

from typing import Any, cast

from pydantic import BaseModel, ConfigDict, SerializationInfo, model_serializer

__all__ = ["WidgetComponentBase", "WidgetModel"]


class WidgetModel(BaseModel):
    """The root of the models in this room; each is built when it is first used."""

    model_config = ConfigDict(defer_build=True)


class WidgetComponentBase(WidgetModel):
    """A component of a widget: `key` tells siblings apart, `id` is what updates aim at."""

    model_config = ConfigDict(serialize_by_alias=True)

    key: str | None = None
    id: str | None = None
    type: str

    @model_serializer(mode="plain")
    def serialize(self, info: SerializationInfo) -> dict[str, Any]:
        """The component's props without nulls; `children` may be null, and `type` is always there.

        Children stay components, for pydantic to go on with.
        """
        props = self.__dict__
        if info.exclude_unset:
            given = self.model_fields_set
            props = {name: props[name] for name in props if name in given or name == "type"}
        if self.__pydantic_extra__:
            props = {**props, **self.__pydantic_extra__}
        shown = {
            name: value if value.__class__ in _ATOMS else without_nulls(value, info)
            for name, value in props.items()
            if value is not None
        }
        if "children" in props and props["children"] is None and not info.exclude_none:
            shown = {name: shown.get(name) for name in props if name in shown or name == "children"}
        return shown


_ATOMS = frozenset((str, int, float, bool))


def without_nulls(value: Any, info: SerializationInfo) -> Any:
    """The value without nulls at any depth; only `children` may be null.
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
