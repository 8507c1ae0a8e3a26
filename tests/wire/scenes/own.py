"""Scenes of what this package adds to the protocol: turns that resume, and the Table.

Each `play` takes the server and gives the bytes of the answer; `kind` is the file's ending.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.types import AssistantMessageContentPartTextDelta as TextDelta
from chatkit.types import ClosedStatus, ThreadItemAddedEvent, ThreadItemDoneEvent, ThreadMetadata
from chatkit.widgets import Card, Table, Text
from chatkit.wire import encode_json

from .stage import (
    NOW,
    SAYS,
    Events,
    Handler,
    Scene,
    answer_item,
    request_of,
    streamed,
    updated,
    widget_item,
)

RESUME = {"chatkit.resume": True}
RESUMABLE = {**SAYS, "metadata": RESUME}


async def _long_answer(thread: ThreadMetadata, message: Any, context: Any) -> Events:
    """Says "Hel", waits until the context lets it go on, and says "lo"."""
    yield ThreadItemAddedEvent(item=answer_item(None))
    yield updated("answer_1", TextDelta(content_index=0, delta="Hel"))
    await context.wait()
    yield updated("answer_1", TextDelta(content_index=0, delta="lo"))
    yield ThreadItemDoneEvent(item=answer_item())


async def _failing_midway(thread: ThreadMetadata, message: Any, context: Any) -> Events:
    yield ThreadItemAddedEvent(item=answer_item(None))
    yield updated("answer_1", TextDelta(content_index=0, delta="Hel"))
    yield ThreadItemAddedEvent(item=answer_item(None, "answer_2"))
    raise ValueError("a secret of the server's")


SCENES: list[Scene] = [
    Scene(
        name="thread_closed",
        about="a message to a closed thread is refused with the host's reason",
        request=SAYS,
        thread=ThreadMetadata(id="thr", created_at=NOW, status=ClosedStatus(reason="Solved")),
    ),
    Scene(
        name="answer_failed",
        about="an error midway: what was said is kept, what shows nothing is removed",
        request=SAYS,
        answer=_failing_midway,
    ),
    Scene(
        name="resumable",
        about="the stream of a client that announced resume: each event with its id",
        request=RESUMABLE,
        answer=streamed("", "", ThreadItemDoneEvent(item=answer_item())).answer,
    ),
    streamed(
        "widget_table",
        "a table with a head, and a cell over two columns",
        ThreadItemDoneEvent(
            item=widget_item(
                Card(
                    border=1,
                    children=[
                        Table(
                            children=[
                                Table.Row(
                                    header=True,
                                    children=[Table.Cell(children=[Text(value="Head")])],
                                ),
                                Table.Row(children=[Table.Cell(colSpan=2, align="end")]),
                            ]
                        )
                    ],
                )
            )
        ),
    ),
]
"""Played like any other."""


@dataclass(frozen=True, kw_only=True)
class RunningScene(Scene):
    """A scene whose request comes while a turn of thread "thr" runs, whose id it may name."""

    request: Any
    answer: Handler = _long_answer


RUNNING = [
    RunningScene(
        name="turns_attach",
        about="the rest of a running turn after its third event, with ids",
        request=lambda turn_id: request_of("turns.attach", turn_id=turn_id, after=3),
    ),
    RunningScene(
        name="turns_stop",
        about="a running turn is stopped, and tells how it ended",
        request=lambda turn_id: request_of("turns.stop", turn_id=turn_id),
    ),
    RunningScene(
        name="threads_get_by_id_running",
        about="a thread with its running turn, folded to exactly that turn's last event",
        request=lambda turn_id: {
            **request_of("threads.get_by_id", thread_id="thr"),
            "metadata": RESUME,
        },
    ),
]


async def play_running(
    scene: RunningScene,
    server: ChatKitServer[Any],
    read: Callable[[StreamingResult | NonStreamingResult], Awaitable[bytes]],
) -> tuple[dict[str, Any], bytes]:
    """The request as it was sent, and what answered it."""
    go_on = asyncio.Event()
    stream = await server.process(encode_json(RESUMABLE), go_on)
    assert isinstance(stream, StreamingResult)
    async for frame in stream:
        turn_id = frame.split(b"\n")[0].removeprefix(b"id: ").partition(b".")[0].decode()
        if b'"Hel"' in frame:
            break
    request = scene.request(turn_id)
    result = await server.process(encode_json(request), go_on)
    go_on.set()
    answer = await read(result)
    await stream.json_events.aclose()
    return request, answer
