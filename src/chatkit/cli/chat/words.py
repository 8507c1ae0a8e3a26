"""What the terminal says by itself: errors, notices, effects, states of a thread, as text."""

import math

from pydantic_core import to_json
from rich.console import Group, RenderableType
from rich.text import Text

from chatkit.client import ApiError, ClientError, ConnectionLost, Reconnecting
from chatkit.types import (
    ClientEffectEvent,
    ClosedStatus,
    ErrorEvent,
    LockedStatus,
    NoticeEvent,
    Thread,
)

from .markdown import markdown
from .safe import one_line, safe

__all__ = [
    "effect",
    "error",
    "failure",
    "notice",
    "reconnecting",
    "remark",
    "thread_state",
    "title_of",
    "what_went_wrong",
]

_LEVEL_STYLES = {"info": "cyan", "warning": "yellow", "danger": "red"}


def remark(text: str) -> RenderableType:
    """A dimmed line of the program's own."""
    return Text(safe(text), style="dim")


def what_went_wrong(event: ErrorEvent) -> str:
    """The error's message, or that there was one: only some say more."""
    return event.message or "something went wrong while answering"


def error(event: ErrorEvent) -> RenderableType:
    """What went wrong, and whether trying again may help."""
    message = what_went_wrong(event)
    hint = " — /retry asks again" if event.allow_retry else ""
    return Text.assemble((f"Error: {one_line(message, 1_000)}", "bold red"), (hint, "dim"))


def failure(error: ClientError) -> str:
    """Why a request failed, and what a person can do about it."""
    if isinstance(error, ConnectionLost):
        return f"The server cannot be reached: {error.reason}"
    if isinstance(error, ApiError) and error.status in (401, 403):
        return f"The server wants to know who you are: {error.message} (--token, --header)"
    if isinstance(error, ApiError):
        return f"The server refused: {error.message}"
    return str(error)


def notice(event: NoticeEvent) -> RenderableType:
    """A note of the server's, marked with how grave it is."""
    style = _LEVEL_STYLES[event.level]
    title = one_line(event.title or event.level.capitalize())
    return Group(Text(f"! {title}", style=f"bold {style}"), markdown(event.message))


def effect(event: ClientEffectEvent) -> RenderableType:
    """What a page would do now; a terminal only tells."""
    data = one_line(to_json(event.data, fallback=str).decode(), 1_000)
    return Text(f"effect {one_line(event.name)} {data}", style="dim")


def thread_state(thread: Thread) -> str | None:
    """Why the thread takes no messages; None if it does."""
    status = thread.status
    if isinstance(status, LockedStatus):
        return f"This thread is locked{_because(status.reason)}"
    if isinstance(status, ClosedStatus):
        return f"This thread is closed{_because(status.reason)}"
    return None


def _because(reason: str | None) -> str:
    return f": {one_line(reason)}" if reason else "."


def title_of(thread: Thread) -> str:
    """The thread's title, or what stands for one."""
    return one_line(thread.title or "", 80) or "(untitled)"


def reconnecting(change: Reconnecting, seconds_left: float) -> str:
    """How long until the next try."""
    return f"connection lost, trying again in {max(math.ceil(seconds_left), 1)} s…"
