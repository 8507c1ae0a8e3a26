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


@pytest.fixture(scope="session", autouse=True)
def nothing_is_kept_at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Who runs the tests may have threads of their own there, or a home that cannot be written."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("DATA", "STATE", "CONFIG"):
            patch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
        yield


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
