"""An app behind uvicorn in a process of its own, to be told to end. `python dying_app.py DB PORT`.

Answers "quick" with a second of words, and anything else with words for ever.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from turn_stage import added, done, says, user_of

from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import SQLiteStore
from chatkit.types import ThreadStreamEvent


class Talker(ChatKitServer[Any]):
    """Says a word every hundredth of a second."""

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        quick = "quick" in str(input_user_message)
        name = f"answer_{thread.id}_{input_user_message.id}"
        yield added(name)
        for number in range(50 if quick else 1_000_000):
            await asyncio.sleep(0.01)
            yield says(f"{number} ", name)
        yield done("all of it", name)


def main() -> None:
    """Serves until it is told to end."""
    store: SQLiteStore[Any] = SQLiteStore(sys.argv[1], owner=user_of)
    app = create_app(Talker(store), context=lambda request: {"user": "ann"}, drain_seconds=2)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")


if __name__ == "__main__":
    main()
