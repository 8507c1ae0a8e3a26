"""The tables of both SQL stores: their columns by name, and what differs between the two."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from chatkit.store.postgres.text import from_text, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table. `flags` are 0 or 1 in SQLite; `renamed` are called otherwise in PostgreSQL."""

    name: str
    columns: tuple[str, ...]
    flags: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def is_numbered(self) -> bool:
        """Whether its rows have numbers that the database gives out."""
        return self.columns[0] == "seq"

    @property
    def postgres_columns(self) -> list[str]:
        """The columns as PostgreSQL calls them."""
        return [self.renamed.get(column, column) for column in self.columns]

    def to_postgres(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row of SQLite as PostgreSQL takes it."""
        return self._converted(row, to_text, bool)

    def from_postgres(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row of PostgreSQL as SQLite would have it."""
        return self._converted(row, from_text, int)

    def _converted(
        self, row: tuple[Any, ...], text: Callable[[str], str], flag: Callable[[Any], Any]
    ) -> tuple[Any, ...]:
        return tuple(
            flag(value) if column in self.flags else text(value) if type(value) is str else value
            for column, value in zip(self.columns, row, strict=True)
        )


TABLES: Final = (
    Table(name="threads", columns=("seq", "id", "owner", "created_at", "data", "metadata")),
    Table(
        name="items",
        columns=("seq", "thread", "id", "type", "created_at", "hidden", "wire_ready", "data"),
        flags=frozenset({"hidden", "wire_ready"}),
    ),
    Table(name="attachments", columns=("id", "owner", "thread_id", "data", "saved_at")),
    Table(name="feedback", columns=("seq", "thread", "item_id", "kind")),
    Table(
        name="turns",
        columns=(
            *("seq", "id", "thread_id", "owner", "request_id", "state", "lifetime"),
            *("started_at", "ended_at", "last_seq", "trimmed"),
        ),
        flags=frozenset({"trimmed"}),
    ),
    Table(name="turn_events", columns=("turn", "last_seq", "first_seq", "payload")),
    Table(name="access_secrets", columns=("name", "secret")),
    Table(
        name="api_keys",
        columns=("seq", "id", "name", "digest", "hint", "created_at", "revoked_at"),
    ),
    Table(
        name="sessions",
        columns=(
            *("id", "user", "workflow_id", "settings", "created_at", "expires_at"),
            *("cancelled_at", "uploads"),
        ),
        renamed={"user": "user_name"},
    ),
    Table(name="request_counts", columns=("name", "began_at", "count")),
)
"""In the order in which they refer to each other."""


__all__ = ["TABLES", "Table"]
