"""RedisStreams: turns' events on their way to readers in other processes, past the database.

Everything is in the database first; what Redis loses, or all of it, is read from there. Each turn
has a stream, whose entries are numbered as its events; a process reads all that it follows at once.
"""

import asyncio
import logging
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any, Final, cast

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.exceptions import RedisError, ResponseError

from chatkit.store.turn_log import TurnEvents

logger = logging.getLogger(__name__)

Hear = Callable[[TurnEvents], None]
"""Takes in a run of events of a turn that is followed."""

_FAULTS: Final = (RedisError, OSError, TimeoutError)
_PUBLISH_SECONDS: Final = 0.5
"""How long an append waits for Redis; then the database tells the readers instead."""
_REST_SECONDS: Final = 1.0
"""After a failure Redis is left alone for so long."""
_KEEP_SECONDS: Final = 60
"""After a minute of silence a stream is gone: who still wants it reads the database."""
_MOST_RUNS: Final = 2_000
_BLOCK_MILLISECONDS: Final = 100
"""A turn that is newly followed is read with the others after this time at the latest."""
_RUNS_AT_ONCE: Final = 200
_DELAYS: Final = (0.05, 0.1, 0.2, 0.5)
_LAST_DELAY: Final = 1.0


def check_url(url: str) -> None:
    """Raises: ValueError for what is not the URL of a Redis server."""
    try:
        parse_url(url)
    except ValueError:
        # Its own words quote a part of the URL, which may be of the password.
        raise ValueError("redis_url must be a URL such as redis://host:6379/0") from None


class RedisStreams:
    """One event loop's connections to a Redis server. `on_loss` is called when reading breaks."""

    def __init__(self, url: str, prefix: str, on_loss: Callable[[], None]) -> None:
        self._prefix = f"chatkit:{prefix}:"
        self._redis: Any = cast("Any", Redis).from_url(
            url, socket_timeout=5.0, socket_connect_timeout=1.0
        )
        self._on_loss = on_loss
        self._followed: dict[str, list[Hear]] = {}
        self._places: dict[str, str] = {}
        self._is_followed = asyncio.Event()
        self._rests_until = 0.0
        self._task: asyncio.Task[None] | None = None
        self.is_reading = False
        """Whether what is published is heard here."""

    async def publish(self, batch: list[TurnEvents]) -> bool:
        """Whether readers will hear of these events; if not, somebody else has to tell them."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._rests_until:
            return False
        try:
            async with asyncio.timeout(_PUBLISH_SECONDS):
                await self._publish(batch)
        except _FAULTS as error:
            logger.warning("Redis is left alone for a moment: %r", error)
            self._rests_until = loop.time() + _REST_SECONDS
            return False
        return True

    def follow(self, turn_id: str, after: int, hear: Hear) -> None:
        """Has the turn's events from now on heard, those after `after` among them."""
        self._followed.setdefault(turn_id, []).append(hear)
        self._places.setdefault(turn_id, f"{after}-0")
        self._is_followed.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def unfollow(self, turn_id: str, hear: Hear) -> None:
        """Hears no more."""
        left = [other for other in self._followed.get(turn_id, ()) if other is not hear]
        if left:
            self._followed[turn_id] = left
        else:
            self._followed.pop(turn_id, None)
            self._places.pop(turn_id, None)
        if not self._followed:
            self._is_followed.clear()

    async def close(self) -> None:
        """Closes the connections."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._redis.aclose()

    async def _publish(self, batch: list[TurnEvents]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for run in batch:
            key, last_seq = self._prefix + run.turn_id, run.first_seq + len(run.payloads) - 1
            entry = {"first": run.first_seq, "lines": b"\n".join(run.payloads)}
            pipeline.xadd(key, entry, id=f"{last_seq}-0", maxlen=_MOST_RUNS, approximate=True)
            pipeline.expire(key, _KEEP_SECONDS)
        for answer in await pipeline.execute(raise_on_error=False):
            # An entry that is there already came with an earlier attempt.
            if isinstance(answer, Exception) and not isinstance(answer, ResponseError):
                raise answer

    async def _run(self) -> None:
        delays = chain(_DELAYS, repeat(_LAST_DELAY))
        while True:
            await self._is_followed.wait()
            try:
                await self._read()
            except _FAULTS as error:
                logger.debug("reading from Redis failed: %r", error)
                self.is_reading = False
                self._on_loss()
                await asyncio.sleep(next(delays))
            else:
                self.is_reading = True
                delays = chain(_DELAYS, repeat(_LAST_DELAY))

    async def _read(self) -> None:
        streams = {self._prefix + turn_id: place for turn_id, place in self._places.items()}
        found: Any = await self._redis.xread(
            streams, count=_RUNS_AT_ONCE, block=_BLOCK_MILLISECONDS
        )
        # Pairs, or a mapping in the newer version of the protocol.
        pairs: Any = found.items() if hasattr(found, "items") else (found or ())
        for key, entries in pairs:
            turn_id = key.decode().removeprefix(self._prefix)
            for place, entry in _flat(entries):
                if turn_id not in self._places:
                    break
                self._places[turn_id] = place.decode()
                payloads = entry[b"lines"].split(b"\n")
                for hear in self._followed.get(turn_id, ()):
                    hear(TurnEvents(turn_id, int(entry[b"first"]), payloads))


def _flat(entries: Any) -> Any:
    """The entries of one stream; newer versions of the protocol wrap them once more."""
    return entries[0] if entries and isinstance(entries[0], list) else entries


__all__ = ["RedisStreams", "check_url"]
