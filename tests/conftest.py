"""What all tests share: nothing leaks from one into the next."""

import asyncio
from collections.abc import AsyncIterator

import pytest


@pytest.fixture(autouse=True)
async def no_task_is_left_behind(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """A turn, a reader or a flush that outlives its test would be a leak in a server too."""
    yield
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if left:
        _, still = await asyncio.wait(left, timeout=2)
        assert not still, f"tasks left behind: {still}"
