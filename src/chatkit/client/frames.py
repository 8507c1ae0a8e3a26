"""The events of one HTTP answer as they come in, each with its number where the server gives one.

Below: the transport. Above: the answer, which strings several of these together.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

from chatkit.types import BaseReq, ThreadStreamEvent
from chatkit.wire import SSEDecoder

from .decode import decode_event
from .errors import ConnectionLost
from .transport import Transport

T = TypeVar("T")


class Left(Exception):
    """The stream was left on purpose, while something waited for it."""


class EndInDoubt(ConnectionLost):
    """The body ended in a way that a cut connection has too."""

    def __init__(self) -> None:
        super().__init__("the connection ended, perhaps before the answer did")


class Wait:
    """Waits for one thing at a time, so that another task can end the wait."""

    def __init__(self) -> None:
        self._task: asyncio.Task[Any] | None = None
        self.is_over = False

    def leave(self) -> None:
        """Ends this wait and all later ones with Left."""
        self.is_over = True
        if self._task is not None:
            self._task.cancel()

    async def on(self, work: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """What the work gives. Raises: Left; TimeoutError when it takes longer than this."""
        if self.is_over:
            work.close()
            raise Left
        task = self._task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=seconds)
            if not done:
                raise TimeoutError
        finally:
            self._task = None
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
                # Looked at, so that asyncio does not report what nobody waits for any more.
                _ = task.cancelled() or task.exception()
        if task.cancelled() and self.is_over:
            raise Left
        return task.result()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message of the stream; `event` is None where this client does not know it."""

    turn_id: str | None
    seq: int
    event: ThreadStreamEvent | None


async def read_frames(
    transport: Transport,
    request: BaseReq,
    wait: Wait,
    silence: Callable[[], float | None],
    heard: Callable[[], None],
) -> AsyncGenerator[Frame]:
    """The messages of one answer to its end; `heard` is called whenever anything comes in.

    `silence` gives the seconds after which silence counts as a loss; it is asked for each wait, as
    the first message may show that the server sends heartbeats.

    Raises: ConnectionLost; EndInDoubt where the body does not say where it ends; ApiError;
    UnexpectedReply; Left.
    """
    stream = await _heard_in_time(transport.open(request), wait, silence())
    decoder = SSEDecoder()
    async with aclosing(stream):
        while chunk := await _heard_in_time(stream.next_chunk(), wait, silence()):
            heard()
            for last_id, payload in decoder.feed(chunk):
                turn_id, seq = parse_frame_id(last_id)
                yield Frame(turn_id=turn_id, seq=seq, event=decode_event(payload))
        if decoder.is_to_be_continued:
            raise ConnectionLost("the server ended the stream before the answer")
        if not stream.tells_its_end:
            raise EndInDoubt


async def _heard_in_time(work: Coroutine[Any, Any, T], wait: Wait, seconds: float | None) -> T:
    try:
        return await wait.on(work, seconds)
    except TimeoutError:
        raise ConnectionLost(f"nothing was heard for {seconds:g} s") from None


def parse_frame_id(text: str | None) -> tuple[str | None, int]:
    """The turn and the number in `<turn_id>.<seq>`; (None, 0) for anything else."""
    turn_id, _, seq = (text or "").rpartition(".")
    return (turn_id, int(seq)) if turn_id and seq.isdecimal() else (None, 0)


__all__ = ["EndInDoubt", "Frame", "Left", "Wait", "parse_frame_id", "read_frames"]
