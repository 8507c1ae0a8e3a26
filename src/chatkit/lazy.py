"""Models and types that are built when they are first needed, so that importing them is cheap.

Stands on pydantic only; all messages and components of a widget stand on it.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from threading import RLock
from typing import Any

import pydantic.main
from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    TypeAdapter,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

__all__ = ["LazyModel", "LazyType", "build_side_by_side", "is_partial"]

# Pydantic's own, where it has one: an app's model that holds one of ours is built under it, and
# two locks would be taken in both orders.
_BUILDING = getattr(pydantic.main, "_rebuild_lock", None) or RLock()
_UNDER_WAY: set[object] = set()

# What the caller of a dump may have asked for.
_ASKED = (
    *("mode", "include", "exclude", "context"),
    *("by_alias", "exclude_unset", "exclude_defaults", "exclude_none", "round_trip"),
)


class LazyModel(BaseModel):
    """A model that is built when it is first needed, once, and by one thread only.

    Whatever holds it takes it over as it was built. A model that is only built as a part of
    another could not be dumped from a field of type Any: before 2.14 pydantic can't do that.
    """

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,
    ) -> bool | None:
        """Builds the model; None if it was built before, else whether all its names are known."""
        if _types_namespace is not None and not force and cls.__pydantic_fields_complete__:
            # A generic model that is given its types: it is asked for names that it doesn't lack.
            return None
        with _BUILDING:
            _UNDER_WAY.add(cls)
            try:
                return super().model_rebuild(
                    force=force,
                    raise_errors=raise_errors,
                    _parent_namespace_depth=_parent_namespace_depth + 1,
                    _types_namespace=_types_namespace,
                )
            finally:
                _UNDER_WAY.discard(cls)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler, /
    ) -> CoreSchema:
        if not cls.__pydantic_complete__ and cls not in _UNDER_WAY:
            cls.model_rebuild(raise_errors=False)
        return handler(source)


class LazyType:
    """The type of a field that is imported, and whose validator is built, with its first value.

    Written as `Annotated[Any, LazyType(module, name)]`. Values, errors, dumps and JSON Schema are
    those of the type itself; a strict validation goes no further than to such a field.
    """

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    @property
    def type(self) -> Any:
        """The type itself."""
        return getattr(import_module(self._module), self._name)

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What validates and dumps values of the type."""
        return TypeAdapter(self.type)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler, /
    ) -> CoreSchema:
        dump = core_schema.plain_serializer_function_ser_schema(self._dump, info_arg=True)
        return core_schema.with_info_plain_validator_function(self._validate, serialization=dump)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        return handler(self.adapter.core_schema)

    def _validate(self, value: Any, info: ValidationInfo) -> Any:
        return self.adapter.validate_python(value, context=info.context)

    def _dump(self, value: Any, info: SerializationInfo) -> Any:
        if value.__class__.__module__.startswith("chatkit.") and not is_partial(info):
            # Its own class knows; of what an app has derived from it, only the type's fields go.
            return value
        asked: dict[str, Any] = {name: getattr(info, name) for name in _ASKED}
        return self.adapter.dump_python(value, **asked)


def is_partial(info: SerializationInfo) -> bool:
    """Whether the caller of a dump asked for some of the fields only."""
    return (
        info.include is not None
        or info.exclude is not None
        or info.exclude_unset
        or info.exclude_defaults
    )


def build_side_by_side(models: Sequence[type[LazyModel]]) -> None:
    """Builds models that hold each other one after the other; does nothing while it is at it."""
    with _BUILDING:
        if build_side_by_side in _UNDER_WAY:
            return
        _UNDER_WAY.add(build_side_by_side)
        try:
            for model in models:
                if model not in _UNDER_WAY:
                    model.model_rebuild(raise_errors=False)
        finally:
            _UNDER_WAY.discard(build_side_by_side)
