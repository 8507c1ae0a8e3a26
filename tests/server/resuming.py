"""What clients that announce resume send, and the frames that they get."""

import asyncio
import json
import re

from hosts import (
    Host,
    added,
    body,
    delta,
    done,
    open_stream,
    plain_store,
    text_input,
)

from chatkit.server import StreamingResult

RESUME = {"chatkit.resume": True}
FRAME = re.compile(rb"id: (trn_[0-9a-f]{32})\.([0-9]+)\ndata: ([^\n]*)\n\n")


def resumable(text: str = "Hi", request_id: str | None = None, thread_id: str = "thr") -> str:
    """A message of a client that can come back."""
    metadata = {**RESUME, **({"chatkit.request_id": request_id} if request_id else {})}
    return body("threads.add_user_message", metadata, thread_id=thread_id, input=text_input(text))


def attaches(turn_id: str, after: int = 0) -> str:
    """The request for the rest of a turn."""
    return body("turns.attach", turn_id=turn_id, after=after)


def stops(turn_id: str) -> str:
    """The request to stop a turn."""
    return body("turns.stop", turn_id=turn_id)


def parse(frames: list[bytes]) -> tuple[str, list[int], list[dict]]:
    """The turn's id, the events' numbers, and the events, of frames with ids."""
    matches = [FRAME.fullmatch(frame) for frame in frames]
    assert all(matches), frames
    (turn_id,) = {match[1].decode() for match in matches if match}
    numbers = [int(match[2]) for match in matches if match]
    return turn_id, numbers, [json.loads(match[3]) for match in matches if match]


async def frames_of(server: Host, request: str, context: object = None) -> list[bytes]:
    """All frames that answer a request."""
    return [frame async for frame in await open_stream(server, request, context)]


async def frames_until(text: bytes, stream: StreamingResult) -> list[bytes]:
    """The frames up to the first with this text."""
    frames: list[bytes] = []
    async for frame in stream:
        frames.append(frame)
        if text in frame:
            break
    return frames


async def gated(text: str = "Hello") -> tuple[Host, asyncio.Event]:
    """A server whose answer waits in the middle, and what lets it go on."""
    gate = asyncio.Event()

    async def reply(thread, user_message, context):
        yield added()
        yield delta("Hel")
        await gate.wait()
        yield delta("lo")
        yield done(text)

    return Host(plain_store(), reply), gate
