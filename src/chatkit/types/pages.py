"""One page of a longer list."""

from typing import Generic, TypeVar

from pydantic import Field

from chatkit.types.base import WireModel

__all__ = ["Page", "T"]

T = TypeVar("T")


class Page(WireModel, Generic[T]):
    """A page of a list; with `has_more`, `after` is the cursor that the next page starts from."""

    data: list[T] = Field(default=[])
    has_more: bool = False
    after: str | None = None
