"""Stores that fail, or take their time, where a test says so."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from turn_stage import user_of

from chatkit.errors import StoreUnavailable
from chatkit.store import MemoryStore, MemoryTurnLog, Store, TurnEvents

METHODS = (
    "load_thread",
    "save_thread",
    "load_thread_items",
    "add_thread_item",
    "save_item",
    "load_item",
    "delete_thread_item",
)
"""What a turn asks of a store."""


class Broken(Exception):
    """What a host's own store may raise."""


class FaultyStore(MemoryStore[Any]):
    """Fails at one call of one method, or at all from there on; the error is made anew."""

    def __init__(self, method: str = "", number: int = 0, *, for_good: bool = False) -> None:
        super().__init__(owner=user_of)
        self.fails = (method, number)
        self.for_good = for_good
        self.error: Callable[[], Exception] = Broken
        self.calls: Counter[str] = Counter()
        self.failed = 0

    async def _meet(self, name: str) -> None:
        self.calls[name] += 1
        await asyncio.sleep(0)
        method, number = self.fails
        count = self.calls[name]
        if name == method and (count == number or (self.for_good and count > number)):
            self.failed += 1
            raise self.error()


def _failing(name: str) -> Any:
    async def call(self: FaultyStore, *arguments: Any) -> Any:
        await self._meet(name)
        return await getattr(MemoryStore, name)(self, *arguments)

    return call


for _name in METHODS:
    setattr(FaultyStore, _name, _failing(_name))


class SlowStore(MemoryStore[Any]):
    """Every write takes some time, as a database's does; a gate can hold them all up."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(owner=user_of)
        self.seconds = seconds
        self.writing = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()


def _slow(name: str) -> Any:
    async def call(self: SlowStore, *arguments: Any) -> Any:
        self.writing.set()
        await asyncio.sleep(self.seconds)
        await self.gate.wait()
        return await getattr(MemoryStore, name)(self, *arguments)

    return call


for _name in ("save_thread", "add_thread_item", "save_item", "delete_thread_item"):
    setattr(SlowStore, _name, _slow(_name))


class GatedLog(MemoryTurnLog):
    """A log that is written in commits, as a database's is, and can be down or hang."""

    def __init__(self, store: Store[Any]) -> None:
        super().__init__(store, user_of)  # type: ignore[arg-type]
        self.commits: list[list[TurnEvents]] = []
        self.down: Callable[[], Exception] | None = None
        self.failures = 0
        self.failing = asyncio.Event()
        self.committing = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    def append_now(self, run: TurnEvents) -> bool:
        return False

    async def append(self, batch: list[TurnEvents]) -> None:
        await self._meet()
        self.commits.append(batch)
        await super().append(batch)

    async def finish(self, turn_id: str, state: Any) -> bool:
        await self._meet()
        return await super().finish(turn_id, state)

    async def _meet(self) -> None:
        self.committing.set()
        await asyncio.sleep(0)
        await self.gate.wait()
        if self.down is not None:
            self.failures += 1
            self.failing.set()
            raise self.down()

    async def fails(self, times: int) -> None:
        """Returns once so many attempts have failed."""
        while self.failures < times:
            self.failing.clear()
            await self.failing.wait()


def unavailable() -> Exception:
    """What our own stores raise when the database is away."""
    return StoreUnavailable("the database is away")
