"""One visit of a client: the headers that go with its answer, and its line in the log."""

import logging
import time
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Send

from .problems import problem_of

logger = logging.getLogger(__name__)


class Visit:
    """One request as it is answered: the headers that go with it, and its line in the log."""

    def __init__(self, send: Send, headers: dict[str, str]) -> None:
        self.pass_on = send
        """Sends what comes after the first message."""
        self._headers = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
        self._began = time.perf_counter()
        self._status = 0
        self.kind = "-"

    async def serve(
        self, request: Request, answer: Callable[[Request, "Visit"], Awaitable[None]]
    ) -> None:
        """Has the request answered; whatever is raised on the way becomes the answer."""
        try:
            await answer(request, self)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            await problem_of(error).response()(request.scope, request.receive, self.send)
        self.log()

    async def send(self, message: Message) -> None:
        """Passes a message on; the first one gets the headers."""
        if message["type"] == "http.response.start":
            message = self.begin(message)
        await self.pass_on(message)

    def begin(self, start: Message) -> Message:
        """The first message of an answer, with the headers; the others need nothing more."""
        self._status = start["status"]
        return {**start, "headers": [*start["headers"], *self._headers]}

    def log(self) -> None:
        """Says what was asked and how it ended: no path, no body, no header."""
        milliseconds = (time.perf_counter() - self._began) * 1000
        logger.info("%s %d %.0f ms", self.kind, self._status, milliseconds)


__all__ = ["Visit"]
