"""A server process of a fleet, behind uvicorn: `python fleet_app.py DSN SCHEMA LEASE PORT`.

A message "talk N" is answered with N words, one each hundredth of a second; "talk" for ever.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from turn_stage import added, done, says, user_of

from chatkit.http import create_app
from chatkit.server import ChatKitServer
from chatkit.store import PostgresStore
from chatkit.types import ThreadStreamEvent


class Talker(ChatKitServer[Any]):
    """Says a word every hundredth of a second."""

    async def respond(
        self, thread: Any, input_user_message: Any, context: Any
    ) -> AsyncIterator[ThreadStreamEvent]:
        text = input_user_message.content[0].text.split()
        count = int(text[1]) if len(text) > 1 else 1_000_000
        name = f"answer_{input_user_message.id}"
        yield added(name)
        for number in range(count):
            await asyncio.sleep(0.01)
            yield says(f"{number} ", name)
        yield done("".join(f"{number} " for number in range(count)), name)


def main() -> None:
    """Serves until it is told to end."""
    dsn, schema, lease, port = sys.argv[1:]
    store: PostgresStore[Any] = PostgresStore(
        dsn, schema=schema, owner=user_of, lease_seconds=float(lease)
    )
    app = create_app(Talker(store), context=lambda request: {"user": "ann"}, drain_seconds=2)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error")


if __name__ == "__main__":
    main()
