"""What the HTTP tests share: an app in process, and each real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from live_servers import Serves, Talks, hypercorn_serving, uvicorn_serving


@pytest.fixture(params=["uvicorn", "hypercorn"])
def serving(request: pytest.FixtureRequest) -> Serves:
    """Each of the two servers."""
    return {"uvicorn": uvicorn_serving, "hypercorn": hypercorn_serving}[request.param]


@pytest.fixture
def talking() -> Talks:
    """A client of an app behind uvicorn."""

    @asynccontextmanager
    async def to(app: Any) -> AsyncIterator[httpx2.AsyncClient]:
        async with (
            uvicorn_serving(app) as (host, port),
            httpx2.AsyncClient(base_url=f"http://{host}:{port}") as client,
        ):
            yield client

    return to
