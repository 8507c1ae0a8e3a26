"""Places in the tests' PostgreSQL database: a schema for each test."""

import asyncio
import os
from itertools import count
from typing import Any

import asyncpg

from chatkit.store import PostgresStore

_SCHEMAS = (f"test_{os.getpid()}_{number}" for number in count())


class Schema:
    """A place in the database that nobody else uses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = next(_SCHEMAS)

    def store(self, **options: Any) -> PostgresStore[Any]:
        """A store in this schema."""
        return PostgresStore(options.pop("dsn", self.url), schema=self.name, **options)

    def run(self, sql: str, *values: Any) -> list[Any]:
        """The rows of one statement, run beside the store's own connections."""
        return asyncio.run(self.query(sql, *values))

    async def query(self, sql: str, *values: Any) -> list[Any]:
        """Like `run`, on a running event loop."""
        connection = await asyncpg.connect(
            self.url, server_settings={"search_path": self.name, "client_min_messages": "warning"}
        )
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    def drop(self) -> None:
        """Takes the schema away with all that is in it."""
        self.run(f'DROP SCHEMA IF EXISTS "{self.name}" CASCADE')
