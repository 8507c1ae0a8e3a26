"""An app of the hosted service's kind, running."""

from collections.abc import AsyncIterator

import pytest
from hosted_stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """One workflow on a memory store."""
    async with staged() as running:
        yield running
