"""What the tests of turns share: each store, and no sign of a turn afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from turn_stage import Puppet, user_of

from chatkit.store import MemoryStore, SQLiteStore, Store


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store[Any]]:
    """Each of the stores, with its own turn log."""
    if request.param == "memory":
        yield MemoryStore(owner=user_of)
    elif request.param == "sqlite":
        async with SQLiteStore(tmp_path / "chat.db", owner=user_of) as store:
            yield store
    else:
        async with request.getfixturevalue("schema").store(owner=user_of) as store:
            yield store


@pytest.fixture
async def server(store: Store[Any]) -> AsyncIterator[Puppet]:
    """An assistant moved by hand; nothing of it runs on after the test."""
    server = Puppet(store)
    yield server
    await server.aclose(0)
