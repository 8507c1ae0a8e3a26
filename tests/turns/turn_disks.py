"""What is left after a crash: a store and its log as they were at one moment, on either medium."""

import asyncio
import copy
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from faulty_stores import Broken
from turn_stage import user_of

from chatkit.store import (
    MemoryStore,
    MemoryTurnLog,
    PostgresStore,
    SQLiteStore,
    TurnEvents,
    TurnRecord,
)
from database_schemas import Schema


class Flaky:
    """Lets the next write fail, if it was told so."""

    fails_next = False

    async def _meet(self) -> None:
        await asyncio.sleep(0)
        if self.fails_next:
            self.fails_next = False
            raise Broken


class CommittingLog(MemoryTurnLog):
    """A log in memory that is written in commits, and knows orphans after a crash."""

    def __init__(self, store: "DiskStore") -> None:
        super().__init__(store, user_of)
        self.lost: set[str] = set()

    def append_now(self, run: TurnEvents) -> bool:
        return False

    async def append(self, batch: Any) -> None:
        await asyncio.sleep(0)
        await super().append(batch)
        await asyncio.sleep(0)

    async def orphans(self) -> list[TurnRecord]:
        return [self._turns[name].record for name in self._running.values() if name in self.lost]


class DiskStore(Flaky, MemoryStore[Any]):
    """A store in memory of which a crash leaves a copy."""

    def __init__(self) -> None:
        super().__init__(owner=user_of)
        self.log = CommittingLog(self)
        self._turn_log = self.log

    def left(self) -> "DiskStore":
        """What a crash leaves at this moment."""
        store = DiskStore()
        kept = copy.deepcopy((self._threads, self._of_owner))
        store._threads, store._of_owner = kept
        for name in ("_turns", "_running", "_of_thread", "_of_request", "_ended"):
            setattr(store.log, name, copy.deepcopy(getattr(self.log, name)))
        store.log.lost = set(store.log._running.values())
        return store


class FileStore(Flaky, SQLiteStore[Any]):
    """A store in a file."""


class ServerStore(Flaky, PostgresStore[Any]):
    """A store in a database server."""


def _flaky(method: Any) -> Any:
    async def call(self: Any, *arguments: Any) -> None:
        await self._meet()
        await method(self, *arguments)

    return call


for _name in ("save_thread", "save_item", "delete_thread_item"):
    setattr(DiskStore, _name, _flaky(getattr(MemoryStore, _name)))
    setattr(FileStore, _name, _flaky(getattr(SQLiteStore, _name)))
    setattr(ServerStore, _name, _flaky(getattr(PostgresStore, _name)))


class MemoryDisk:
    """A disk in memory: what happens depends on the test alone."""

    def __init__(self) -> None:
        self.store = DiskStore()

    async def crash(self) -> None:
        """From here on the store is what the crash has left."""
        self.store = self.store.left()

    async def close(self) -> None:
        """Frees what there is."""


class FileDisk:
    """Files: real commits in threads of their own."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self._number = 0
        self._dead: list[FileStore] = []
        self.store = self._open()

    def _path(self) -> Path:
        return Path(self._folder.name) / str(self._number) / "chat.db"

    def _open(self) -> FileStore:
        return FileStore(self._path(), owner=user_of)

    async def crash(self) -> None:
        """From here on the store is what the crash has left."""
        before = self._path()
        self._number += 1
        self._path().parent.mkdir()
        for name in ("chat.db-wal", "chat.db"):
            if before.with_name(name).exists():
                shutil.copy(before.with_name(name), self._path().with_name(name))
        self._dead.append(self.store)
        self.store = self._open()

    async def close(self) -> None:
        """Frees what there is."""
        for store in (*self._dead, self.store):
            await store.close()
        self._folder.cleanup()


class ServerDisk:
    """A database server, on which a process dies and another one comes."""

    url = ""

    def __init__(self) -> None:
        self._schema = Schema(self.url)
        self._dead: list[ServerStore] = []
        self.store = self._open()

    def _open(self) -> ServerStore:
        schema = self._schema
        return ServerStore(schema.url, schema=schema.name, owner=user_of, lease_seconds=3)

    async def crash(self) -> None:
        """From here on the store is another process's; the first one's lease has lapsed."""
        await self.store._database.close()
        await self._schema.query("DELETE FROM lifetimes")
        self._dead.append(self.store)
        self.store = self._open()

    async def close(self) -> None:
        """Frees what there is."""
        for store in (*self._dead, self.store):
            await store.close()
        await asyncio.to_thread(self._schema.drop)
