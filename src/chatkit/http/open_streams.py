"""The streams that are open at this process: each costs memory, and a place in a loop."""

from collections import Counter

from starlette.requests import Request

from chatkit.errors import TooManyStreams
from chatkit.server import StreamingResult

from .gate import Guest
from .settings import Settings
from .stream import STREAM_START, EventStream
from .visit import Visit


class OpenStreams:
    """Counts those of each user. A user of None, of whom nothing is known, is not counted."""

    def __init__(self, settings: Settings) -> None:
        self._limit = settings.max_streams_per_user
        self._patience = settings.send_seconds
        self._counts: Counter[str] = Counter()

    async def run(
        self, result: StreamingResult, guest: Guest, request: Request, visit: Visit
    ) -> None:
        """Sends a guest's stream to its end, or until the guest has to leave.

        Raises: TooManyStreams; what the reader raised before anything was sent.
        """
        stream = EventStream(
            result.batches(),
            request.receive,
            visit.pass_on,
            start=visit.begin(STREAM_START),
            patience=self._patience,
            until=guest.wait_for_end,
        )
        user = guest.server.user_of(guest.context)
        self._count(user)
        try:
            await stream.run()
        finally:
            self._discount(user)

    def _count(self, user: str | None) -> None:
        if user is None:
            return
        if self._counts[user] >= self._limit:
            raise TooManyStreams(self._limit)
        self._counts[user] += 1

    def _discount(self, user: str | None) -> None:
        if user is None:
            return
        self._counts[user] -= 1
        if not self._counts[user]:
            del self._counts[user]


__all__ = ["OpenStreams"]
