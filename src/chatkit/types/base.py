"""What all messages share: how they are built and what a time is. Stands on pydantic only."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, SerializationInfo

__all__ = ["UtcDatetime", "WireModel"]


class WireModel(BaseModel):
    """The root of all messages; each model is built when it is first used, not when imported.

    Unknown fields are ignored, as newer clients and servers may send some.
    """

    model_config = ConfigDict(defer_build=True)


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


def without_metadata(model: BaseModel, info: SerializationInfo) -> dict[str, Any]:
    """The model's fields, one level deep, without `metadata` where the context asks for that.

    The context is `{"exclude_metadata": True}`: metadata is the host's own and never reaches a
    client. Values stay models, for pydantic to go on with.
    """
    fields = model.__dict__
    if info.exclude_unset:
        fields = {name: fields[name] for name in fields if name in model.model_fields_set}
    if info.exclude_none:
        fields = {name: value for name, value in fields.items() if value is not None}
    if info.context and info.context.get("exclude_metadata"):
        fields = {name: value for name, value in fields.items() if name != "metadata"}
    return fields
