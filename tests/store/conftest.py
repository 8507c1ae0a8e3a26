"""The stores under test, closed when the test is over."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from store_making import sqlite_store, thread, user_of

from chatkit.store import MemoryStore, PostgresStore, SQLiteStore, Store
from database_schemas import Schema


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of the test is."""
    return tmp_path / "chat.db"


@pytest.fixture
async def sqlite(path: Path) -> AsyncIterator[SQLiteStore[Any]]:
    """A SQLite store in which ann has the thread thr_1."""
    async with sqlite_store(path) as store:
        await store.save_thread(thread(), "ann")
        yield store


@pytest.fixture
async def postgres(schema: Schema) -> AsyncIterator[PostgresStore[Any]]:
    """A PostgreSQL store in which ann has the thread thr_1."""
    async with schema.store(owner=user_of) as store:
        await store.save_thread(thread(), "ann")
        yield store


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, path: Path) -> AsyncIterator[Store[Any]]:
    """Each of the stores in turn, empty, of any number of users."""
    if request.param == "memory":
        yield MemoryStore(owner=user_of)
    elif request.param == "sqlite":
        async with sqlite_store(path) as store:
            yield store
    else:
        async with request.getfixturevalue("schema").store(owner=user_of) as store:
            yield store
