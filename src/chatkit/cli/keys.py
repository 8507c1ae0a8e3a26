"""`chatkit keys`: the API keys by which your backends make sessions.

Above: a person at a terminal. Below: `chatkit.hosted`, on the server's own database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from .errors import UserError
from .options import database_option, schema_option

if TYPE_CHECKING:
    from chatkit.hosted import ApiKeys

Result = TypeVar("Result")


@click.group()
def keys() -> None:
    """Make, list and revoke API keys of your backends."""


@keys.command()
@click.argument("name")
@database_option
@schema_option
def create(name: str, database: str, schema: str) -> None:
    """Make a key and print it, this once: only its digest is kept.

    NAME says what it is for, such as "web backend".
    """
    text, key = _run(database, schema, lambda found: found.create(name))
    click.echo(text)
    click.echo(f"This is {key.id}. Keep it safe: it cannot be shown again.", err=True)


@keys.command("list")
@database_option
@schema_option
def list_keys(database: str, schema: str) -> None:
    """List the keys: id, last characters, when it was made, name."""
    found = _run(database, schema, lambda found: found.list())
    for key in found:
        revoked = f"  revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
        click.echo(f"{key.id}  …{key.hint}  {key.created_at:%Y-%m-%d}  {key.name}{revoked}")
    if not found:
        click.echo("There are no keys: make one with `chatkit keys create`.", err=True)


@keys.command()
@click.argument("key_id", metavar="ID")
@database_option
@schema_option
def revoke(key_id: str, database: str, schema: str) -> None:
    """End a key at once. ID is the one that `chatkit keys list` shows."""
    if _run(database, schema, lambda found: found.revoke(key_id)) is None:
        raise UserError(f"there is no key {key_id}: see `chatkit keys list`")
    click.echo(f"Revoked {key_id}.")


def _run(database: str, schema: str, step: Callable[[ApiKeys], Awaitable[Result]]) -> Result:
    """What the step gives on this database's keys. Raises: UserError."""
    from chatkit.errors import StoreUnavailable
    from chatkit.hosted import ApiKeys

    from .databases import open_access

    store = open_access(database, schema)

    async def run() -> Result:
        try:
            return await step(ApiKeys(store.access()))
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    except StoreUnavailable as error:
        raise UserError(error.reason) from None


__all__ = ["keys"]
