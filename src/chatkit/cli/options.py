"""Options that several commands take: the database of a server, and the schema in it.

Above: the commands. Values of the environment keep passwords out of the list of processes.
"""

import click

DATABASE_VARIABLE = "CHATKIT_DATABASE"

database_option = click.option(
    "--database",
    envvar=DATABASE_VARIABLE,
    show_envvar=True,
    required=True,
    help="Your server's SQLite file, or its postgresql:// URL.",
)

schema_option = click.option(
    "--schema",
    envvar="CHATKIT_SCHEMA",
    show_envvar=True,
    default="chatkit",
    show_default=True,
    help="The schema in a PostgreSQL database.",
)

__all__ = ["DATABASE_VARIABLE", "database_option", "schema_option"]
