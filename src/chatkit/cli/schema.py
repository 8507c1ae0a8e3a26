"""`chatkit schema`: the wire protocol as a JSON Schema."""

import json

import click


@click.command()
@click.option(
    "--indent", type=click.IntRange(0, 8), default=2, show_default=True, help="Spaces a level."
)
def schema(indent: int) -> None:
    """Print the wire protocol as one JSON Schema: every request, event, item and widget."""
    from chatkit.types.schema import protocol_schema

    click.echo(json.dumps(protocol_schema(), indent=indent or None, ensure_ascii=False))


__all__ = ["schema"]
