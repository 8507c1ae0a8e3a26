"""ChatKitServer: what a host subclasses, and the one method that serves a request.

Above: the ASGI app, or the host's own endpoint. Below: an operation for each request type, and
the turns. The names, order and defaults are those of `openai-chatkit` 1.6.5.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, Generic
from weakref import WeakKeyDictionary

from typing_extensions import TypeVar

from chatkit.actions import Action
from chatkit.errors import AttachmentStoreMissing
from chatkit.store.contract import AttachmentStore, NamesUsers, Store
from chatkit.store.owners import NOBODY
from chatkit.store.turn_log import KeepsTurns, TurnLog
from chatkit.turns import OnBusy, OnDisconnect, Supervisor, TurnLimits
from chatkit.turns.reader import read_new_resumable_turn, read_new_turn
from chatkit.types import (
    AssistantMessageItem,
    AudioInput,
    ChatKitReq,
    FeedbackKind,
    SDKHiddenContextItem,
    StreamOptions,
    SyncCustomActionResponse,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    TurnsAttachReq,
    UserMessageItem,
    WidgetItem,
)
from chatkit.wire import parse_request

from .pages import ClientPages
from .queries import QUERIES
from .responses import PLANS
from .results import NonStreamingResult, StreamingResult
from .resume import announces_resume, attach, find_earlier
from .unused import UnusedFiles

logger = logging.getLogger(__name__)

TContext = TypeVar("TContext", default=Any)

CANCEL_MARKER = "The user cancelled the stream. Stop responding to the prior request."
"""What the model is told of a stopped answer; apps' prompts rely on the words."""


class ChatKitServer(ABC, Generic[TContext]):
    """Serves the ChatKit protocol over a store. Subclass it and write `respond`.

    `on_disconnect` says what happens to an answer whose official client goes away: "stop" (its
    only way to stop) or "continue". `on_busy` says what happens to a message on a thread that is
    answering: it waits ("queue"), is refused ("reject"), or stops the answer ("interrupt").
    `turn_log` keeps events for readers that come back; by default the store's own, or memory.
    `user` names whom a context is of, for limits that hold for each user; by default the owner
    that the store finds in it.
    """

    def __init__(
        self,
        store: Store[TContext],
        attachment_store: AttachmentStore[TContext] | None = None,
        *,
        on_disconnect: OnDisconnect = "stop",
        on_busy: OnBusy = "queue",
        limits: TurnLimits | None = None,
        turn_log: TurnLog | None = None,
        user: Callable[[TContext], str] | None = None,
    ) -> None:
        self.store: Store[Any] = store
        self.attachment_store: AttachmentStore[Any] | None = attachment_store
        self.pages = ClientPages(self.store, attachment_store)
        self.unused_files = UnusedFiles(self.store, attachment_store)
        self._on_disconnect: OnDisconnect = on_disconnect
        self._on_busy: OnBusy = on_busy
        self._limits = limits or TurnLimits()
        self._user = user or (store.user_of if isinstance(store, NamesUsers) else _nobody)
        self._turn_log = turn_log or _log_of(store)
        self._supervisors: WeakKeyDictionary[asyncio.AbstractEventLoop, Supervisor] = (
            WeakKeyDictionary()
        )

    @abstractmethod
    def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: TContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Yields the events of the answer; `input_user_message` is None after a tool or form.

        `thread` may be changed in place: a change is saved and sent right after the next event.
        Raise StreamError or CustomStreamError to end with an error that the user sees.
        """

    def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: TContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Yields the events that answer a widget's action."""
        raise NotImplementedError(
            f"{type(self).__name__} must override action() to answer widget actions"
        )

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: TContext,
    ) -> SyncCustomActionResponse:
        """The answer to a widget action with `streaming=False`."""
        raise NotImplementedError(
            f"{type(self).__name__} must override sync_action() to answer such widget actions"
        )

    async def title_thread(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem, context: TContext
    ) -> str | None:
        """A title for a thread that has none; None, as by default, for none now.

        Called with each message while there is no title, beside `respond`, which never waits for
        it. It may take 30 seconds, and outlive the answer. A title that `respond` or a person
        gave meanwhile stays. `chatkit.agents.ThreadTitler` is a ready-made one.
        """
        return None

    @property
    def makes_titles(self) -> bool:
        """Whether `title_thread` is overridden."""
        return type(self).title_thread is not ChatKitServer.title_thread

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: TContext
    ) -> None:
        """Called with each opinion once the store has kept it; does nothing by default."""

    async def transcribe(self, audio_input: AudioInput, context: TContext) -> TranscriptionResult:
        """The text of dictated audio."""
        raise NotImplementedError(
            f"{type(self).__name__} must override transcribe() to support dictation"
        )

    def get_stream_options(self, thread: ThreadMetadata, context: TContext) -> StreamOptions:
        """The options sent at the start of each answer; by default it may be cancelled."""
        return StreamOptions(allow_cancel=True)

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: TContext
    ) -> None:
        """Called exactly once when an answer is stopped, with its unfinished items as they stand.

        Saves the assistant messages that have text, then a hidden item that tells the model.
        """
        for item in pending_items:
            if isinstance(item, AssistantMessageItem) and any(
                part.text.strip() for part in item.content
            ):
                await self.store.add_thread_item(thread.id, item, context)
        marker = SDKHiddenContextItem(
            id=self.store.generate_item_id("sdk_hidden_context", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(UTC),
            content=CANCEL_MARKER,
        )
        await self.store.add_thread_item(thread.id, marker, context)

    async def process(
        self, request: str | bytes | bytearray, context: TContext
    ) -> StreamingResult | NonStreamingResult:
        """The answer to one request body.

        Raises: pydantic's ValidationError for a body that does not parse; RequestError (see
        `chatkit.errors`) for what is wrong with it otherwise, such as NotFoundError;
        NotImplementedError for a hook that is not overridden; what the store raises.
        Nothing has been changed when a streaming request raises.
        """
        return await self.process_parsed(parse_request(request), context)

    async def process_parsed(
        self, request: ChatKitReq, context: TContext
    ) -> StreamingResult | NonStreamingResult:
        """Like `process`, for a request that is parsed already."""
        supervisor = self.supervisor()
        await supervisor.ready()
        query = QUERIES.get(type(request))
        if query is not None:
            return NonStreamingResult(await query(self, request, context))
        if isinstance(request, TurnsAttachReq):
            return StreamingResult.of(await attach(self, request, context))
        earlier = await find_earlier(self, request, context)
        if earlier is not None:
            return StreamingResult.of(earlier)
        plan = await PLANS[type(request)](self, request, context)
        supervisor.check(plan)
        await supervisor.elsewhere.check(plan)
        if announces_resume(request):
            return StreamingResult.of(read_new_resumable_turn(plan, self.supervisor))
        return StreamingResult.of(read_new_turn(plan, self.supervisor, self._on_disconnect))

    def supervisor(self) -> Supervisor:
        """The owner of the turns on the running event loop."""
        loop = asyncio.get_running_loop()
        supervisor = self._supervisors.get(loop)
        if supervisor is None:
            supervisor = self._supervisors[loop] = Supervisor(
                self.store,
                self._turn_log,
                limits=self._limits,
                on_busy=self._on_busy,
            )
        return supervisor

    def user_of(self, context: TContext) -> str | None:
        """Whom the context is of, or None where nobody can be told from others."""
        name = self._user(context)
        return None if name == NOBODY else name

    def files(self) -> AttachmentStore[Any]:
        """The attachment store. Raises: AttachmentStoreMissing."""
        if self.attachment_store is None:
            raise AttachmentStoreMissing
        return self.attachment_store

    async def collect_unused(self) -> int:
        """Deletes files that were uploaded long ago and never sent; the number of their records.

        `chatkit.http` asks for it every hour, and each new upload of two phases after an hour.
        """
        return await self.unused_files.collect()

    async def aclose(self, drain_seconds: float = 10.0) -> None:
        """Lets running turns end for so long, interrupts the rest and saves what they had."""
        loop = asyncio.get_running_loop()
        supervisor = self._supervisors.get(loop)
        if supervisor is not None:
            # Known until the end: clients come back to the turns that are still running.
            await supervisor.drain(drain_seconds)
            self._supervisors.pop(loop, None)


def _log_of(store: Store[Any]) -> TurnLog:
    if isinstance(store, KeepsTurns):
        return store.turn_log()
    from chatkit.store.memory import MemoryTurnLog  # not loaded for stores that have a log

    return MemoryTurnLog()


def _nobody(context: object) -> str:
    return NOBODY


__all__ = ["CANCEL_MARKER", "ChatKitServer"]
