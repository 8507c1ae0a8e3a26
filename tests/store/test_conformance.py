"""Our own stores pass the suite that we ask others to pass."""

from pathlib import Path
from typing import Any

import pytest

from chatkit.store import MemoryStore, PostgresStore, SQLiteStore
from chatkit.testing import StoreConformance, TurnLogConformance
from database_schemas import Schema


def owner(context: Any) -> str:
    return context


class InMemory:
    """A memory store for two users."""

    context = "ann"
    other_context = "bob"

    def make_store(self) -> MemoryStore[Any]:
        return MemoryStore(owner=owner)

    def reopen_store(self, store: MemoryStore[Any]) -> MemoryStore[Any]:
        return store


class OnDisk:
    """A SQLite store for two users, which others may open as well."""

    context = "ann"
    other_context = "bob"
    path: Path

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "chat.db"

    def make_store(self) -> SQLiteStore[Any]:
        return SQLiteStore(self.path, owner=owner)

    def reopen_store(self, store: SQLiteStore[Any]) -> SQLiteStore[Any]:
        return self.make_store()


class InPostgres:
    """A PostgreSQL store for two users, which other processes use as well."""

    context = "ann"
    other_context = "bob"
    schema: Schema

    @pytest.fixture(autouse=True)
    def _schema(self, schema: Schema) -> None:
        self.schema = schema

    def make_store(self) -> PostgresStore[Any]:
        return self.schema.store(owner=owner)

    def reopen_store(self, store: PostgresStore[Any]) -> PostgresStore[Any]:
        return self.make_store()


class TestMemoryStore(InMemory, StoreConformance):
    """Threads, items and attachments in memory."""


class TestMemoryTurnLog(InMemory, TurnLogConformance):
    """Turns in memory."""


class TestSQLiteStore(OnDisk, StoreConformance):
    """Threads, items and attachments on disk."""


class TestSQLiteTurnLog(OnDisk, TurnLogConformance):
    """Turns on disk."""


class TestPostgresStore(InPostgres, StoreConformance):
    """Threads, items and attachments in a database server."""


class TestPostgresTurnLog(InPostgres, TurnLogConformance):
    """Turns in a database server."""
