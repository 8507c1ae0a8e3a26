"""One streamed answer: its events, however many connections it takes to get them.

With a server that knows turns a lost connection is picked up where it broke off (`turns.attach`),
and a request whose answer never began is sent again under the same id. With any other server a
lost connection is an error. Below: the frames of one connection.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Self

from chatkit.types import (
    AssistantMessageItem,
    BaseReq,
    ErrorEvent,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)

from .errors import ApiError, ClientError, ConnectionLost
from .frames import EndInDoubt, Frame, Left, Wait, read_frames
from .link import Link
from .reconnect import Patience, Reconnected, Reconnecting
from .view import ThreadView

_STOP_GRACE_SECONDS = 5.0
"""How long a stop waits for the first event, which tells which turn to stop."""

_GATEWAY_TROUBLE = frozenset({502, 503, 504})


class Answer:
    """The events of one answer, to be iterated once; nothing is sent before that.

    `view` shows the thread as it stands; `items` are those that this answer brought. `turn_id`
    and `seq` say how far it came, with a server that knows turns. `error` is the error that the
    server told of, if any; it is no exception, as what came before it counts. `opening` is what
    the request itself changes on the view once the server has taken it, as no event tells of it.
    """

    def __init__(
        self,
        link: Link,
        request: BaseReq,
        view: ThreadView,
        *,
        thread_id: str | None = None,
        turn_id: str | None = None,
        seq: int = 0,
        opening: Callable[[ThreadView], object] | None = None,
    ) -> None:
        self.view = view
        self.thread_id, self.turn_id, self.seq = thread_id, turn_id, seq
        self.error: ErrorEvent | None = None
        self.is_over = False
        self._link = link
        self._request = request
        self._wait = Wait()
        self._patience = Patience(link.policy)
        self._has_heard = False
        self._opening = opening
        self._stop_wanted = False
        self._is_being_read = False
        self._is_complete = False
        self._must_reload = False
        self._lost_request: Exception | None = None
        self._touched: dict[str, None] = {}
        self._events = self._read()
        if link.announces_resume and turn_id is None:
            request.metadata["chatkit.request_id"] = uuid.uuid4().hex

    @property
    def items(self) -> list[ThreadItem]:
        """The items that this answer brought or changed, as they stand."""
        return [item for item in self.view.items if item.id in self._touched]

    @property
    def text(self) -> str:
        """What the assistant has written in this answer so far, in Markdown."""
        messages = (item for item in self.items if isinstance(item, AssistantMessageItem))
        return "\n\n".join(part.text for item in messages for part in item.content)

    def __aiter__(self) -> AsyncIterator[ThreadStreamEvent]:
        return self

    async def __anext__(self) -> ThreadStreamEvent:
        self._is_being_read = True
        try:
            return await anext(self._events)
        finally:
            self._is_being_read = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def wait(self) -> Self:
        """Reads the answer to its end and gives it back."""
        async for _ in self:
            pass
        return self

    async def stop(self) -> None:
        """Stops the answer; the server keeps what was said so far, and the events end.

        May be called from another task than the one that iterates. A turn that cannot be reached
        now is stopped when the connection is back. Raises: ApiError.
        """
        if self.is_over:
            return
        self._stop_wanted = True
        if self.turn_id is not None:
            with suppress(ConnectionLost):  # sent before the next try
                await self._send_stop()
        elif self._link.knows_turns is False or not self._link.announces_resume:
            self._wait.leave()
        else:
            asyncio.get_running_loop().call_later(_STOP_GRACE_SECONDS, self._leave_if_unknown)

    async def aclose(self) -> None:
        """Leaves the stream. A turn goes on without us; a server without turns stops it."""
        self.is_over = True
        self._wait.leave()
        if not self._is_being_read:
            await self._events.aclose()

    def _leave_if_unknown(self) -> None:
        if self.turn_id is None:
            self._wait.leave()

    async def _send_stop(self) -> None:
        await self._link.stop_turn(self.turn_id or "")
        self._stop_wanted = False

    async def _read(self) -> AsyncGenerator[ThreadStreamEvent]:
        self.view.begin_answer()
        try:
            while not self._is_complete:
                try:
                    async with aclosing(self._try_once()) as events:
                        async for event in events:
                            yield event
                except ConnectionLost as lost:
                    await self._after_loss(lost, lost)
                except ApiError as refused:
                    await self._after_refusal(refused)
        except Left:
            return
        finally:
            self.is_over = True

    async def _try_once(self) -> AsyncGenerator[ThreadStreamEvent]:
        if self._must_reload:
            for event in await self._reload():
                yield self._take(event)
            if self.turn_id is None:
                self._is_complete = True
                return
        if self._stop_wanted and self.turn_id is not None:
            await self._send_stop()
        if self._lost_request is not None and self._link.knows_turns is None:
            await self._link.check_that_sending_again_is_safe(self._lost_request)
        async with aclosing(self._one_connection()) as events:
            async for event in events:
                yield event
        self._is_complete = True

    async def _one_connection(self) -> AsyncGenerator[ThreadStreamEvent]:
        link = self._link
        request, after = self._next_request(), self.seq
        self._has_heard = False
        frames = read_frames(link.transport, request, self._wait, link.silence, self._heard)
        async with aclosing(frames):
            async for frame in frames:
                await self._note(frame)
                # A replay that starts too early shows nothing twice.
                if frame.event is not None and not 0 < frame.seq <= after:
                    yield self._take(frame.event)
                if self._stop_wanted and self.turn_id is None:
                    raise Left  # a server without turns: leaving is how to stop it

    def _next_request(self) -> BaseReq:
        if self.turn_id is None:
            return self._request
        return self._link.attach_request(self.turn_id, self.seq)

    def _heard(self) -> None:
        self._has_heard = True
        attempts = self._patience.succeeded()
        if attempts:
            self._link.on_connection(Reconnected(attempts=attempts))

    async def _note(self, frame: Frame) -> None:
        if self.turn_id is None:
            self._link.knows_turns = frame.turn_id is not None
        if frame.turn_id is None:
            return
        self.turn_id = frame.turn_id
        self.seq = max(self.seq, frame.seq)
        if self._stop_wanted:
            await self._send_stop()

    def _take(self, event: ThreadStreamEvent) -> ThreadStreamEvent:
        opening, self._opening = self._opening, None
        if opening is not None:
            opening(self.view)
        self.view.apply(event)
        if isinstance(event, ThreadCreatedEvent):
            self.thread_id = event.thread.id
        elif isinstance(event, ErrorEvent):
            self.error = event
        elif isinstance(event, ThreadItemUpdatedEvent):
            self._touched[event.item_id] = None
        elif isinstance(
            event, ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent
        ):
            self._touched[event.item.id] = None
        return event

    async def _after_loss(self, lost: ConnectionLost, cause: Exception) -> None:
        """Waits for the moment of the next try. Raises: the cause where there is none."""
        if isinstance(lost, EndInDoubt) and await self._has_ended():
            self._is_complete = True
            return
        if lost.request_sent and self.turn_id is None:
            self._lost_request = cause
        delay = self._patience.next_delay() if self._link.may_try_again(self.turn_id) else None
        if delay is None:
            lost.turn_id, lost.seq = self.turn_id, self.seq
            raise cause
        attempt = self._patience.attempts
        self._link.on_connection(Reconnecting(attempt=attempt, delay=delay, reason=lost.reason))
        await self._wait.on(_slept(self._link.policy.sleep(delay)))

    async def _has_ended(self) -> bool:
        """Whether a body that does not say where it ends was whole all the same."""
        if self.turn_id is None:
            return True
        # A connection that brought something may have broken: the next one brings the rest.
        if self._has_heard or self.thread_id is None:
            return False
        try:
            thread, _ = await self._link.load(self.thread_id)
        except ConnectionLost:
            return False
        return thread.active_turn is None or thread.active_turn.id != self.turn_id

    async def _after_refusal(self, refused: ApiError) -> None:
        is_gone = refused.status == 404 or refused.type == "turn_trimmed"
        if refused is self._lost_request:
            raise refused
        if refused.status in _GATEWAY_TROUBLE:
            await self._after_loss(ConnectionLost(str(refused)), refused)
        elif is_gone and not self._must_reload and self.turn_id and self.thread_id:
            self._must_reload = True
        else:
            raise refused

    async def _reload(self) -> list[ThreadStreamEvent]:
        """What changed on the thread meanwhile, as events; goes on with the turn if it runs."""
        turn_id, self.turn_id = self.turn_id, None
        try:
            thread, items = await self._link.load(self.thread_id or "")
        except ClientError:
            self.turn_id = turn_id
            raise
        self._must_reload = False
        if thread.active_turn is not None and thread.active_turn.id == turn_id:
            self.turn_id, self.seq = turn_id, thread.active_turn.seq
        return self.view.changes_to(thread, items)


async def _slept(sleep: Awaitable[None]) -> None:
    await sleep


__all__ = ["Answer"]
