"""One visit of a client: the headers that go with its answer, and its line in the log."""

import logging
import time

from starlette.types import Message, Send

logger = logging.getLogger(__name__)


class Visit:
    """One request as it is answered: the headers that go with it, and its line in the log."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self._send = send
        self._headers = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
        self._began = time.perf_counter()
        self._status = 0
        self.kind = "-"

    async def send(self, message: Message) -> None:
        """Passes a message on; the first one gets the headers."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message = {**message, "headers": [*message["headers"], *self._headers]}
        await self._send(message)

    def log(self) -> None:
        """Says what was asked and how it ended: no path, no body, no header."""
        milliseconds = (time.perf_counter() - self._began) * 1000
        logger.info("%s %d %.0f ms", self.kind, self._status, milliseconds)


__all__ = ["Visit"]
