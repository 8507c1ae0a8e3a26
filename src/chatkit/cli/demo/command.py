"""`chatkit demo`: the demo assistant on SQLite in the user's data folder."""

import logging
import webbrowser
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chatkit.cli.model_choice import Api, choose_model, model_options

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from chatkit.cli.demo.assistant import Model

IN_MEMORY = ":memory:"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8700,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--database",
    metavar="PATH",
    help="The SQLite file; `:memory:` keeps nothing.  [default: in your data folder]",
)
@click.option("--open/--no-open", "open_page", default=False, help="Open it in the browser.")
@model_options
def demo(
    host: str,
    port: int,
    database: str | None,
    open_page: bool,
    base_url: str | None,
    model: str | None,
    api: Api | None,
) -> None:
    """Start the demo assistant. It needs no key: its answers are written by hand.

    With OPENAI_API_KEY set, or with --base-url and --model, a real model answers, and the demo's
    commands go on working.

    \b
    chatkit demo
    chatkit demo --base-url http://localhost:11434/v1 --model llama3.2
    """
    from chatkit.cli.running import base_url as url_of
    from chatkit.cli.running import listen, log_to_terminal, run

    log_to_terminal(logging.WARNING)
    choice = choose_model(base_url, model, api)
    chosen = choice.open() if choice is not None else None
    listener = listen(host, port)
    with listener, ExitStack() as at_the_end:
        app, kept = _make_app(database, chosen, host, at_the_end)
        url = url_of(listener)

        def ready() -> None:
            click.echo(f"The demo assistant is at {url}")
            click.echo(f"Threads are kept in {kept}")
            click.echo(_who_answers(chosen))
            click.echo(f"\nChat from another terminal:  chatkit chat {url}/chatkit")
            click.echo("Stop it with Ctrl-C.")
            if open_page:
                webbrowser.open(url)

        run(app, listener, ready=ready)


def _make_app(
    database: str | None, model: "Model | None", host: str, at_the_end: ExitStack
) -> "tuple[Starlette, Any]":
    from chatkit.cli.databases import (
        closes,
        default_database,
        open_database,
        open_files,
        temporary_files,
    )
    from chatkit.cli.running import own_names
    from chatkit.http import create_app
    from chatkit.store import MemoryStore

    from .assistant import DemoAssistant
    from .welcome import page_of

    page = page_of(model.name if model is not None else None)
    # Anybody who can reach the demo is its user.
    hosts = own_names(host)
    if database == IN_MEMORY:
        files = at_the_end.enter_context(temporary_files())
        server = DemoAssistant(MemoryStore[Any](), files, model=model)
        app = create_app(server, page=page, allowed_hosts=hosts, lifespan=closes(model))
        return app, "memory, until it stops"
    path = Path(database) if database is not None else default_database("demo")
    store = open_database(path)
    server = DemoAssistant(store, open_files(path), model=model)
    app = create_app(server, page=page, allowed_hosts=hosts, lifespan=closes(store, model))
    return app, path


def _who_answers(model: "Model | None") -> str:
    if model is None:
        return "Its answers are written by hand: type `help` to see what it can show."
    return f"{model} answers; the demo's commands (`help`) go on working."


__all__ = ["demo"]
