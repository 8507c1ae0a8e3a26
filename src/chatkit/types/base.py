"""What all messages share: how they are built and what a time is. Stands on the lazy models."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from chatkit.lazy import LazyModel, is_partial

__all__ = ["MetadataModel", "UtcDatetime", "WireModel"]


class WireModel(LazyModel):
    """The root of all messages.

    Unknown fields are ignored, as newer clients and servers may send some.
    """


def to_utc(time: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is in the local time of the server."""
    if time.tzinfo is UTC:
        return time
    try:
        return time.astimezone(UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("the time is out of range in UTC") from error


UtcDatetime = Annotated[datetime, AfterValidator(to_utc)]
"""A moment in UTC. Host code may write `datetime.now()`: what has no zone is local time."""


class MetadataModel(WireModel):
    """A message with `metadata` of the host's own, which never reaches a client.

    With the serializer context `{"exclude_metadata": True}` the metadata is left out.
    """

    @model_serializer(mode="wrap")
    def serialize(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """The fields, one level deep where that can be: pydantic then goes on with their values.

        A host's subclass may exclude, rename or compute fields, so pydantic dumps it as a whole.
        """
        if is_partial(info) or not self.__class__.__module__.startswith("chatkit."):
            fields: dict[str, Any] = dict(handler(self))
        elif info.exclude_none:
            fields = {name: value for name, value in self.__dict__.items() if value is not None}
        else:
            fields = dict(self.__dict__)
        if info.context and info.context.get("exclude_metadata"):
            fields.pop("metadata", None)
        return fields
