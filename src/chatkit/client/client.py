"""ChatKitClient: a method for each thing that a person can do with a ChatKit server.

Below: `answer` for what streams, `transport` for what does not. Works with any server of the
protocol; with this package's, answers survive a lost connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from chatkit.actions import Action
from chatkit.types import (
    Attachment,
    BaseReq,
    StructuredInputAnswerSubmission,
    StructuredInputSubmission,
    ThreadAddClientToolOutputParams,
    ThreadAddStructuredInputParams,
    ThreadAddUserMessageParams,
    ThreadCreateParams,
    ThreadCustomActionParams,
    ThreadRetryAfterItemParams,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    TurnsAttachParams,
    TurnsAttachReq,
)

from .answer import Answer, Link
from .message import Content, user_message
from .queries import Queries
from .reconnect import ConnectionChange, Reconnect
from .transport import Headers, Transport
from .view import ThreadView

if TYPE_CHECKING:
    import httpx2


class ChatKitClient(Queries):
    """A client of the endpoint at `url`; `async with` closes its connections.

    `headers` go with every request; a function is asked each time, so that tokens may be fresh.
    `resume=False` makes it behave as an official client: a lost connection ends the answer.
    `on_connection` hears of lost connections and of those that are back. Methods that stream
    give an `Answer` at once and send nothing before it is iterated; pass the `view` of an earlier
    one to see the thread as a whole. All others raise ApiError, ConnectionLost, UnexpectedReply.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Headers | None = None,
        http: httpx2.AsyncClient | None = None,
        resume: bool = True,
        locale: str | None = None,
        reconnect: Reconnect | None = None,
        on_connection: Callable[[ConnectionChange], None] = lambda change: None,
    ) -> None:
        super().__init__(Transport(url, headers or {}, http, locale), announces_resume=resume)
        self._link = Link(
            transport=self._transport,
            policy=reconnect or Reconnect(),
            announces_resume=resume,
            on_connection=on_connection,
            load=self.load,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections, but for those of an HTTP client that was passed in."""
        await self._transport.aclose()

    def create_thread(
        self,
        content: Content,
        *,
        attachments: Iterable[Attachment | str] = (),
        quoted_text: str | None = None,
        model: str | None = None,
        tool: str | None = None,
        view: ThreadView | None = None,
    ) -> Answer:
        """Starts a thread with a message."""
        message = user_message(content, attachments, quoted_text, model, tool)
        return self._stream(ThreadsCreateReq(params=ThreadCreateParams(input=message)), None, view)

    def send(
        self,
        thread_id: str,
        content: Content,
        *,
        attachments: Iterable[Attachment | str] = (),
        quoted_text: str | None = None,
        model: str | None = None,
        tool: str | None = None,
        view: ThreadView | None = None,
    ) -> Answer:
        """Sends a further message."""
        message = user_message(content, attachments, quoted_text, model, tool)
        params = ThreadAddUserMessageParams(thread_id=thread_id, input=message)
        return self._stream(ThreadsAddUserMessageReq(params=params), thread_id, view)

    def add_tool_output(
        self, thread_id: str, result: Any, *, view: ThreadView | None = None
    ) -> Answer:
        """Hands in what a client tool gave, any JSON, for the oldest call that waits."""
        params = ThreadAddClientToolOutputParams(thread_id=thread_id, result=result)
        request = ThreadsAddClientToolOutputReq(params=params)
        return self._stream(request, thread_id, view, lambda view: view.complete_call(result))

    def answer(
        self,
        thread_id: str,
        item_id: str,
        answers: Mapping[str, Iterable[str]] | None,
        *,
        view: ThreadView | None = None,
    ) -> Answer:
        """Answers a structured input, by question id; None skips the whole of it."""
        given = {
            question: StructuredInputAnswerSubmission(values=list(values))
            for question, values in (answers or {}).items()
        }
        status = "skipped" if answers is None else "answered"
        params = ThreadAddStructuredInputParams(
            thread_id=thread_id,
            item_id=item_id,
            input=StructuredInputSubmission(status=status, answers=given),
        )
        return self._stream(ThreadsAddStructuredInputReq(params=params), thread_id, view)

    def retry(self, thread_id: str, item_id: str, *, view: ThreadView | None = None) -> Answer:
        """Has a person's message answered once more; the view forgets what followed it."""
        params = ThreadRetryAfterItemParams(thread_id=thread_id, item_id=item_id)
        request = ThreadsRetryAfterItemReq(params=params)
        return self._stream(request, thread_id, view, lambda view: view.drop_after(item_id))

    def act(
        self,
        thread_id: str,
        action: Action[str, Any],
        *,
        item_id: str | None = None,
        view: ThreadView | None = None,
    ) -> Answer:
        """Sends what a person did with a widget."""
        params = ThreadCustomActionParams(thread_id=thread_id, item_id=item_id, action=action)
        return self._stream(ThreadsCustomActionReq(params=params), thread_id, view)

    def attach(
        self,
        turn_id: str,
        after: int = 0,
        *,
        thread_id: str | None = None,
        view: ThreadView | None = None,
    ) -> Answer:
        """Goes on with a running turn after its event `after`; `thread_id` lets it reload."""
        request = TurnsAttachReq(params=TurnsAttachParams(turn_id=turn_id, after=after))
        return Answer(
            self._link,
            self._announcing(request),
            view or ThreadView(),
            thread_id=thread_id,
            turn_id=turn_id,
            seq=after,
        )

    def _stream(
        self,
        request: BaseReq,
        thread_id: str | None,
        view: ThreadView | None,
        opening: Callable[[ThreadView], object] | None = None,
    ) -> Answer:
        return Answer(
            self._link,
            self._announcing(request),
            view or ThreadView(),
            thread_id=thread_id,
            opening=opening,
        )


__all__ = ["ChatKitClient"]
