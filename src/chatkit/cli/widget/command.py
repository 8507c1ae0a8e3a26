"""`chatkit widget check` and `chatkit widget preview`."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from chatkit.cli.errors import UserError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def widget() -> None:
    """Check .widget files, and see them while you write them."""


@widget.command(short_help="Check .widget files, and the widgets they draw.")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=_FILE)
def check(files: tuple[Path, ...]) -> None:
    """Check .widget files: their JSON, schema and template, and the widget they draw.

    Each is drawn with data made up from its schema. What is wrong is printed as
    FILE:LINE:COLUMN: MESSAGE, and the command ends with 1.
    """
    from .check import read_widget

    count = 0
    for file in files:
        for problem in read_widget(file).problems:
            count += 1
            inside = (
                f" (line {problem.template_line} of the template)" if problem.template_line else ""
            )
            click.echo(f"{file}:{problem.line}:{problem.column}: {problem.message}{inside}")
    if count:
        raise click.exceptions.Exit(1)
    click.echo(f"{len(files)} checked, all good")


@widget.command(short_help="Show a .widget file in the browser while you write it.")
@click.argument("file", type=_FILE)
@click.option("--data", metavar="JSON", help="The data, as JSON, or @FILE to read it from there.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port.  [default: a free one]"
)
@click.option(
    "--open/--no-open",
    "opens",
    default=None,
    help="Open the page in a browser.  [default: where there is a desktop]",
)
def preview(file: Path, data: str | None, host: str, port: int, opens: bool | None) -> None:
    """Show a .widget file in the browser, in light and dark, anew whenever it is saved."""
    from chatkit.cli.running import base_url, listen, run
    from chatkit.http import bundle

    from .preview import preview_app

    if not bundle.is_built():
        raise UserError("the page is not built: run `make web`, or `python web/build_page.py`")
    leaving = asyncio.Event()
    app = preview_app(file, leaving, _data_of(data))
    listener = listen(host, port)
    url = base_url(listener)

    def ready() -> None:
        click.echo(f"Previewing {file} at {url}")
        click.echo("Stop it with Ctrl-C.")
        if opens or (opens is None and _has_desktop()):
            click.launch(url)

    run(app, listener, ready=ready, leaving=leaving.set)


def _has_desktop() -> bool:
    """False on a machine that one works on from elsewhere: a browser would take the terminal."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _data_of(text: str | None) -> Any:
    if text is None:
        return None
    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise UserError(f"--data: {error.strerror}: {error.filename}") from None
    except json.JSONDecodeError as error:
        raise UserError(f"--data is not JSON: {error}") from None


__all__ = ["widget"]
