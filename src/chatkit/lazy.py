"""Models that are built when they are first needed, so that importing them is cheap.

Stands on pydantic only; all messages and components of a widget stand on it.
"""

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema

__all__ = ["LazyModel", "build_side_by_side"]

_BUILDING = RLock()
_UNDER_WAY: set[object] = set()


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
