"""`chatkit serve`: a server of the user's own, on uvicorn."""

import json
import logging
import os
import socket
from pathlib import Path
from typing import Any

import click

_ENVIRONMENT = "CHATKIT_SERVE"
"""What a parent tells its children: JSON of target, folder, database and public URL."""


class Database(click.ParamType["Path | str"]):
    """A SQLite file, or the URL of a PostgreSQL database as text."""

    name = "file or URL"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        if isinstance(value, str) and value.startswith(("postgresql://", "postgres://")):
            return value
        file = click.Path(dir_okay=False, path_type=Path)
        return Path(file.convert(value, param, ctx))


@click.command()
@click.argument("target", metavar="MODULE:NAME")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--database",
    type=Database(),
    help="For a class: the SQLite file of its threads, or a postgresql:// URL.  "
    "[default: in your data folder]",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="How many processes serve; more than one need PostgreSQL.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="Where clients reach the endpoint, if a proxy does not pass it on: "
    "https://example.com/chatkit.",
)
@click.option("--reload", is_flag=True, help="Start anew when a Python file changes.")
@click.option(
    "--app-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    help="The folder of the module.  [default: this one]",
)
def serve(
    target: str,
    host: str,
    port: int,
    database: Path | str | None,
    workers: int,
    public_url: str | None,
    reload: bool,
    app_dir: Path,
) -> None:
    """Serve a ChatKitServer of yours.

    MODULE:NAME is a server, a class of one (it gets a SQLite store, and a folder for files), a
    function without arguments that makes one, or an ASGI app. Without a NAME, `server` or `app`
    is taken.

    \b
    chatkit serve app:server
    chatkit serve app:MyServer --database chat.sqlite3 --reload
    chatkit serve app:MyServer --database postgresql://chat@db/chat --workers 4
    """
    from .databases import without_password
    from .loading import endpoint_of, load_app
    from .running import base_url, listen, log_to_terminal, run, run_reloading
    from .workers import run_workers

    log_to_terminal(logging.INFO)
    # Before anything is listened to: what is wrong with the module is said first.
    app, opened = load_app(target, app_dir, database, public_url)
    if workers > 1:
        _check_workers(opened, reload)
    listener = listen(host, port)
    url = base_url(listener) + endpoint_of(app)

    def ready() -> None:
        click.echo(f"Serving {target} at {url}")
        if opened is not None:
            shown = without_password(opened) if isinstance(opened, str) else opened
            click.echo(f"Threads are kept in {shown}")
        click.echo(f"Talk to it with: chatkit chat {url}")
        click.echo("Stop it with Ctrl-C.")

    if not reload and workers == 1:
        run(app, listener, ready=ready)
        return
    _tell_child(target, app_dir, database, public_url)
    if reload:
        run_reloading(serve_again, listener, str(app_dir), ready=ready)
    else:
        ready()
        run_workers(serve_again, listener, workers)


def _check_workers(opened: Path | str | None, reload: bool) -> None:
    from .errors import UserError

    if reload:
        raise UserError("--reload and --workers do not go together: workers are for production")
    if isinstance(opened, Path):
        raise UserError(
            "--workers needs a database server, as answers of one process are read and stopped "
            "from another: name one with --database postgresql://…"
        )


def _tell_child(
    target: str, folder: Path, database: Path | str | None, public_url: str | None
) -> None:
    told = {
        "target": target,
        "folder": str(folder),
        "database": database and str(database),
        "public_url": public_url,
    }
    os.environ[_ENVIRONMENT] = json.dumps(told)


def serve_again(sockets: list[socket.socket] | None) -> None:
    """A child process of `serve`: serves what its parent was asked to."""
    from .databases import is_url
    from .errors import UserError
    from .loading import load_app
    from .running import log_to_terminal, run

    log_to_terminal(logging.INFO)
    told = json.loads(os.environ[_ENVIRONMENT])
    named = told["database"]
    database = Path(named) if named and not is_url(named) else named
    try:
        app, _ = load_app(told["target"], Path(told["folder"]), database, told["public_url"])
        run(app, (sockets or [])[0])
    except UserError as error:
        # A parent that reloads waits for the next change, which may put it right.
        error.show()


__all__ = ["serve", "serve_again"]
