"""Whether a thread gets a title of its server's making, and how it is asked for one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from chatkit.types import ThreadMetadata, UserMessageItem

if TYPE_CHECKING:
    from .server import ChatKitServer

TitleMaker = Callable[[ThreadMetadata], Awaitable[str | None]]


def title_maker(
    server: ChatKitServer[Any], message: UserMessageItem, context: Any
) -> TitleMaker | None:
    """Asks the server for a title; None where it makes none, or the context wants none.

    A context says so by its attribute `automatic_thread_titling`, as those of sessions do.
    """
    if not (server.makes_titles and getattr(context, "automatic_thread_titling", True)):
        return None
    return lambda thread: server.title_thread(thread, message, context)


__all__ = ["TitleMaker", "title_maker"]
