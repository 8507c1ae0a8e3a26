"""Ids: the official prefix and a UUIDv7, so that ids sort by time and cannot be guessed."""

from typing import Literal

from uuid_utils import uuid7

StoreItemType = Literal[
    "thread", "message", "tool_call", "task", "workflow", "attachment", "sdk_hidden_context"
]

_PREFIXES: dict[StoreItemType, str] = {
    "thread": "thr",
    "message": "msg",
    "tool_call": "tc",
    "workflow": "wf",
    "task": "tsk",
    "attachment": "atc",
    "sdk_hidden_context": "shcx",
}


def default_generate_id(item_type: StoreItemType) -> str:
    """A new id such as `msg_0197f3…`: the type's prefix, `_`, 32 hexadecimal digits.

    Sorts by time of creation to the millisecond; 74 of its bits are random.
    Raises: ValueError for a type that there is no prefix for.
    """
    prefix = _PREFIXES.get(item_type)
    if prefix is None:
        raise ValueError(
            f"no ids of type {item_type!r}: one of {', '.join(_PREFIXES)} is meant; "
            "items of all other types take the ids of messages"
        )
    return f"{prefix}_{uuid7().hex}"


def generate_turn_id() -> str:
    """A new turn id, `trn_` and 32 hexadecimal digits."""
    return f"trn_{uuid7().hex}"
