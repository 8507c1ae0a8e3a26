"""Reads of turns' events: what is asked for while one statement runs is read by the next one."""

import asyncio

from chatkit.store.shared_turns import TurnNews

from . import event_queries
from .database import Database
from .event_queries import Wanted

_READS_AT_ONCE = 500


class Reads:
    """Reads for all readers of one event loop, one statement at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Wanted, asyncio.Future[TurnNews]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, turn_id: str, after: int, most: int) -> TurnNews:
        """Up to `most` events after event `after`, and how the turn stands."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[TurnNews] = loop.create_future()
        self._waiting.append((Wanted(turn_id, after, most), future))
        self._start()
        return await future

    async def close(self) -> None:
        """Reads no more; whoever waits is cancelled."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def _start(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._ended)

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_READS_AT_ONCE], self._waiting[_READS_AT_ONCE:]
            batch = [(wanted, future) for wanted, future in batch if not future.done()]
            try:
                await self._read(batch)
            except asyncio.CancelledError:
                for _, future in batch:
                    future.cancel()
                raise

    async def _read(self, batch: list[tuple[Wanted, asyncio.Future[TurnNews]]]) -> None:
        wanted = [each for each, _ in batch]
        try:
            found = await self._database.read(
                lambda connection: event_queries.read(connection, wanted)
            )
        except Exception as error:  # noqa: BLE001 - whoever asked gets it raised
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), news in zip(batch, found, strict=True):
            if not future.done():
                future.set_result(news)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if task.cancelled():
            for _, future in self._waiting:
                future.cancel()
            self._waiting.clear()
        elif self._waiting:
            self._start()


__all__ = ["Reads"]
