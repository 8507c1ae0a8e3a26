"""What all tests share: nothing leaks from one into the next; real databases, one a process."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from database_schemas import Schema
from database_servers import postgres_server, redis_server


@pytest.fixture(autouse=True)
async def no_task_is_left_behind(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """A turn, a reader or a flush that outlives its test would be a leak in a server too."""
    yield
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if left:
        _, still = await asyncio.wait(left, timeout=2)
        assert not still, f"tasks left behind: {still}"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server for all tests of this process."""
    named = os.environ.get("CHATKIT_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    with postgres_server() as server:
        yield server.url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server for all tests of this process."""
    named = os.environ.get("CHATKIT_TEST_REDIS_URL")
    if named:
        yield named
        return
    with redis_server() as server:
        yield server.url


@pytest.fixture
def schema(postgres_url: str) -> Iterator[Schema]:
    """A schema of the test's own, dropped after it."""
    schema = Schema(postgres_url)
    yield schema
    schema.drop()
