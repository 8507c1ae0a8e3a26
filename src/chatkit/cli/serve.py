"""`chatkit serve`: a server of the user's own, on uvicorn."""

import logging
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from .model_choice import Api, ModelChoice, choose_model, model_options
from .options import DATABASE_VARIABLE, schema_option

if TYPE_CHECKING:
    from .loading import Place


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
@click.argument("target", metavar="[MODULE:NAME]", required=False)
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
    envvar=DATABASE_VARIABLE,
    show_envvar=True,
    help="For a class: the SQLite file of its threads, or a postgresql:// URL.  "
    "[default: in your data folder]",
)
@schema_option
@click.option(
    "--redis",
    metavar="URL",
    envvar="CHATKIT_REDIS",
    show_envvar=True,
    help="With PostgreSQL: a redis:// URL, by which events reach other processes.",
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
@model_options
@click.pass_context
def serve(
    context: click.Context,
    target: str | None,
    host: str,
    port: int,
    database: Path | str | None,
    schema: str,
    redis: str | None,
    workers: int,
    public_url: str | None,
    reload: bool,
    app_dir: Path,
    base_url: str | None,
    model: str | None,
    api: Api | None,
) -> None:
    """Serve a ChatKitServer of yours, or a model, in an assistant of its own.

    MODULE:NAME is a server, a class of one (it gets a SQLite store, and a folder for files), a
    function without arguments that makes one, or an ASGI app. Without a NAME, `server` or `app`
    is taken. Without a MODULE, --model names a model that answers.

    \b
    chatkit serve app:server
    chatkit serve app:MyServer --database chat.sqlite3 --reload
    chatkit serve app:MyServer --database postgresql://chat@db/chat --workers 4
    chatkit serve --base-url http://localhost:11434/v1 --model llama3.2
    """
    from .loading import load_app, load_model
    from .running import log_to_terminal

    log_to_terminal(logging.INFO)
    named, usual = _places(context, database, schema, redis)
    watched = app_dir if reload else None
    choice = _choose(target, watched, base_url, model, api)
    if choice is not None:
        load = partial(load_model, choice, host, named, public_url, usual=usual)
    else:
        load = partial(load_app, str(target), app_dir, named, public_url, usual=usual)
    _serve(load, choice.name if choice else str(target), (host, port), workers, watched)


def _choose(
    target: str | None,
    watched: Path | None,
    base_url: str | None,
    model: str | None,
    api: Api | None,
) -> ModelChoice | None:
    """The model to serve, or None where a module is named. Raises: UserError."""
    from .errors import UserError

    is_named = (base_url, model, api) != (None, None, None)
    if target is not None:
        if is_named:
            raise UserError(f"--base-url, --model and --api have no use here: {target} has its own")
        return None
    if not is_named:
        raise UserError("say what to serve: MODULE:NAME, or the model that answers with --model")
    if watched is not None:
        raise UserError("--reload has no use here: there is no module to watch")
    return choose_model(base_url, model, api)


def _places(
    context: click.Context, database: Path | str | None, schema: str, redis: str | None
) -> "tuple[Place | None, Place | None]":
    """The database that was named here, and the one that the environment has for who needs one.

    The second is no mistake where an app keeps its threads elsewhere. Raises: UserError.
    """
    from .databases import PostgresPlace
    from .errors import UserError

    options = ("database", "schema", "redis")
    typed = [
        name
        for name in options
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    place = database if isinstance(database, Path) else None
    if isinstance(database, str):
        place = PostgresPlace(database, schema, redis)
    elif "schema" in typed or "redis" in typed:
        raise UserError("--schema and --redis go with --database postgresql://…")
    return (place, None) if typed else (None, place)


def _serve(
    load: "Callable[[], tuple[Any, Place | None]]",
    target: str,
    address: tuple[str, int],
    workers: int,
    watched: Path | None,
) -> None:
    """Serves until a signal: here, or in processes that load by themselves. Raises: UserError."""
    from .loading import endpoint_of, has_page
    from .running import base_url, listen, run, run_reloading
    from .workers import run_workers

    # Before anything is listened to: what is wrong with the module is said first.
    app, opened = load()
    if workers > 1:
        _check_workers(opened, watched)
    listener = listen(*address)
    base = base_url(listener)
    page = base if has_page(app) else None
    ready = partial(_say_where, target, base + endpoint_of(app), page, opened)
    if watched is not None:
        run_reloading(partial(serve_again, load), listener, str(watched), ready=ready)
    elif workers > 1:
        ready()
        run_workers(partial(serve_again, load), listener, workers)
    else:
        run(app, listener, ready=ready)


def _check_workers(opened: "Place | None", watched: Path | None) -> None:
    from .errors import UserError

    if watched is not None:
        raise UserError("--reload and --workers do not go together: workers are for production")
    if isinstance(opened, Path):
        raise UserError(
            "--workers needs a database server, as answers of one process are read and stopped "
            "from another: name one with --database postgresql://…"
        )


def _say_where(target: str, url: str, page: str | None, opened: "Place | None") -> None:
    click.echo(f"Serving {target} at {url}")
    if opened is not None:
        click.echo(f"Threads are kept in {opened}")
    if page is not None:
        click.echo(f"Open it in a browser: {page}")
    click.echo(f"Talk to it with: chatkit chat {url}")
    click.echo("Stop it with Ctrl-C.")


def serve_again(
    load: "Callable[[], tuple[Any, Place | None]]", sockets: list[socket.socket] | None
) -> None:
    """A child process of `serve`: loads and serves what its parent was asked to."""
    from .errors import UserError
    from .running import log_to_terminal, run

    log_to_terminal(logging.INFO)
    try:
        app, _ = load()
        run(app, (sockets or [])[0])
    except UserError as error:
        # A parent that reloads waits for the next change, which may put it right.
        error.show()


__all__ = ["serve", "serve_again"]
