"""Whether a thread gets a title of its server's making, and how one waits for it.

Above: the plans, which have it made; `resume`, where pages ask for it. Below: the turns.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from chatkit.errors import ChatKitError
from chatkit.turns.batches import Batches
from chatkit.types import ThreadMetadata
from chatkit.wire import SSE_TITLE_PENDING

if TYPE_CHECKING:
    from .server import ChatKitServer


def makes_titles(server: ChatKitServer[Any], context: Any) -> bool:
    """Whether the server makes titles, and the context wants any.

    A context says so by its attribute `automatic_thread_titling`, as those of sessions do.
    """
    return server.makes_titles and getattr(context, "automatic_thread_titling", True)


async def wait_for_title(server: ChatKitServer[Any], thread: ThreadMetadata, context: Any) -> None:
    """Returns once the thread has a title, or nobody makes one for it any more.

    Another process that may be making one is not asked: the thread is looked at once in
    `fallback_seconds`, for as long as making a title may take.
    """
    supervisor = server.supervisor()
    if supervisor.titles.is_under_way(thread.id):
        await supervisor.titles.wait(thread.id)
        return
    if thread.title or not supervisor.elsewhere.exists or not makes_titles(server, context):
        return
    clock, limits = asyncio.get_running_loop().time, supervisor.limits
    end = clock() + limits.title_seconds
    while clock() < end:
        await asyncio.sleep(limits.fallback_seconds)
        if (await server.store.load_thread(thread.id, context)).title:
            return


async def announce_title(
    server: ChatKitServer[Any], batches: Batches, thread_id: str, context: Any
) -> Batches:
    """The stream of a turn of another process, and that a title may follow it.

    Only the process that makes a title knows of it; so a reader of another one is told wherever
    there is none yet.
    """
    async with aclosing(batches):
        async for batch in batches:
            yield batch
    if not makes_titles(server, context):
        return
    try:
        thread = await server.store.load_thread(thread_id, context)
    except ChatKitError:
        return  # deleted meanwhile, or out of reach: the answer is whole all the same
    if not thread.title:
        yield [SSE_TITLE_PENDING]


__all__ = ["announce_title", "makes_titles", "wait_for_title"]
