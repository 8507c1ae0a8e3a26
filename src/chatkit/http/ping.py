"""`GET {path}/ping`: a short stream that shows what is on the way to a client.

`chatkit doctor` looks at how its events arrive: one by one, or held back, or compressed.
"""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from chatkit.turns.batches import Batches
from chatkit.wire import SSE_FRAME

from .draining import Draining
from .origins import Origins
from .problems import problem_of
from .refused import Refused
from .settings import Settings
from .stream import EventStream

PINGS: Final = 3
SECONDS_BETWEEN: Final = 0.4


class Ping:
    """Streams three events in less than a second, to anybody who may ask this server anything."""

    def __init__(self, settings: Settings, draining: Draining) -> None:
        self._settings = settings
        self._draining = draining
        self._origins = Origins(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        try:
            self._check(request)
        except Refused as refused:
            await problem_of(refused).response()(scope, receive, send)
            return
        patience = self._settings.send_seconds
        await EventStream(_pings(), receive, send, patience=patience).run()

    def _check(self, request: Request) -> None:
        if request.method != "GET":
            raise Refused(405, "use GET", headers={"Allow": "GET"})
        self._origins.check(request.headers)
        self._draining.check()


async def _pings() -> Batches:
    for number in range(PINGS):
        if number:
            await asyncio.sleep(SECONDS_BETWEEN)
        yield [SSE_FRAME % (b'{"type":"ping","number":%d}' % number)]


__all__ = ["PINGS", "SECONDS_BETWEEN", "Ping"]
