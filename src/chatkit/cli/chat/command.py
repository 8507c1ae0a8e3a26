"""The command `chatkit chat`: its options, and which of the two ways of chatting it takes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import click

from .settings import ChatSettings, endpoint_url, locale_of, parse_header

__all__ = ["chat"]


def _headers(lines: tuple[str, ...], token: str | None) -> dict[str, str]:
    try:
        headers = dict(parse_header(line) for line in lines)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--header") from None
    return {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}


def _url(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        return endpoint_url(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.argument("url", callback=_url)
@click.option("--thread", metavar="ID", help="Go on with this thread; `last` is the newest one.")
@click.option("--new", is_flag=True, help="Start a new thread (what happens anyway).")
@click.option("--header", "-H", "lines", multiple=True, metavar="K:V", help="Send this header.")
@click.option(
    "--token",
    envvar="CHATKIT_TOKEN",
    show_envvar=True,
    help="Send this as a bearer token; better set the variable than show it to `ps`.",
)
@click.option(
    "--save-images",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Save the images that the assistant makes here.",
)
def chat(
    url: str,
    thread: str | None,
    new: bool,
    lines: tuple[str, ...],
    token: str | None,
    save_images: Path | None,
) -> None:
    """Chat with the assistant at URL in this terminal.

    Alt+Enter begins a new line, Ctrl-C stops an answer, Ctrl-D leaves, /help says more. With a
    message from a pipe, as in `echo hi | chatkit chat URL`, prints the answer and leaves.
    """
    if thread and new:
        raise click.UsageError("--thread goes on with a thread, --new starts one: choose")
    import platformdirs

    settings = ChatSettings(
        url=url,
        headers=_headers(lines, token),
        thread=thread,
        save_images=save_images,
        history=platformdirs.user_state_path("chatkit") / "chat_history",
        locale=locale_of(),
    )
    sys.exit(_run(settings))


def _run(settings: ChatSettings) -> int:
    from . import plain

    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            from . import program

            return asyncio.run(program.chat_in_terminal(settings))
        message = sys.stdin.read().strip()
        if not message:
            raise click.UsageError("there is no message: write one, or pipe one in")
        return asyncio.run(plain.chat_through_pipe(settings, message))
    except KeyboardInterrupt:
        return plain.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has had enough; what is left to flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
