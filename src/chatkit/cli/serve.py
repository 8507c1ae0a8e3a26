"""`chatkit serve`: a server of the user's own, on uvicorn."""

import json
import logging
import os
import socket
from pathlib import Path

import click

_ENVIRONMENT = "CHATKIT_SERVE"
"""What a reloading parent tells its child: JSON of target, folder, database and public URL."""


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
    type=click.Path(dir_okay=False, path_type=Path),
    help="For a class: the SQLite file of its threads.  [default: in your data folder]",
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
    database: Path | None,
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
    """
    from .loading import endpoint_of, load_app
    from .running import base_url, listen, log_to_terminal, run, run_reloading

    log_to_terminal(logging.INFO)
    # Before anything is listened to: what is wrong with the module is said first.
    app, opened = load_app(target, app_dir, database, public_url)
    listener = listen(host, port)
    url = base_url(listener) + endpoint_of(app)

    def ready() -> None:
        click.echo(f"Serving {target} at {url}")
        if opened is not None:
            click.echo(f"Threads are kept in {opened}")
        click.echo(f"Talk to it with: chatkit chat {url}")
        click.echo("Stop it with Ctrl-C.")

    if not reload:
        run(app, listener, ready=ready)
        return
    _tell_child(target, app_dir, database, public_url)
    run_reloading(serve_again, listener, str(app_dir), ready=ready)


def _tell_child(target: str, folder: Path, database: Path | None, public_url: str | None) -> None:
    told = {
        "target": target,
        "folder": str(folder),
        "database": database and str(database),
        "public_url": public_url,
    }
    os.environ[_ENVIRONMENT] = json.dumps(told)


def serve_again(sockets: list[socket.socket] | None) -> None:
    """The child process of `serve --reload`: serves what its parent was asked to."""
    from .errors import UserError
    from .loading import load_app
    from .running import log_to_terminal, run

    log_to_terminal(logging.INFO)
    told = json.loads(os.environ[_ENVIRONMENT])
    database = Path(told["database"]) if told["database"] else None
    try:
        app, _ = load_app(told["target"], Path(told["folder"]), database, told["public_url"])
        run(app, (sockets or [])[0])
    except UserError as error:
        # The parent waits for the next change, which may put it right.
        error.show()


__all__ = ["serve", "serve_again"]
