"""The fence: what a turn writes is refused once the turn was taken from its process.

A process that was frozen, or cut off, for longer than its lease comes back and goes on where it
was, while others have long ended its turns. Who writes is known by a context variable.
"""

from typing import Final

from chatkit.errors import TurnLost
from chatkit.store.turn_log import WRITING_TURN

from .connection import Connection
from .text import to_text

# The row is locked: a turn cannot be taken between this look at it and the write that follows.
FENCE: Final = """
    WITH lost AS (
        SELECT FROM (SELECT lifetime FROM turns WHERE id = $1 FOR SHARE) t WHERE t.lifetime IS NULL
    )
"""
"""Begins a statement: `lost` has a row when the turn `$1` was taken from its process."""


def writing_turn() -> str | None:
    """The id of the turn that is writing, or None."""
    turn = WRITING_TURN.get()
    return None if turn is None else to_text(turn)


async def check_fence(connection: Connection, turn: str | None) -> None:
    """Raises TurnLost when the turn was taken from its process."""
    query = "SELECT true FROM turns WHERE id = $1 AND lifetime IS NULL"
    if turn is not None and await connection.fetchval(query, turn):
        raise TurnLost(turn)


__all__ = ["FENCE", "check_fence", "writing_turn"]
