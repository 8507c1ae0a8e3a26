"""A guest: whoever has a client secret, held to what the session allows.

Above: `chatkit.http`. Below: the server of the session's workflow.
"""

from typing import Any, Final, cast

from chatkit.attachments.errors import AttachmentRefused, AttachmentTooLarge
from chatkit.errors import ThreadNotFound
from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.server.pages import page_size
from chatkit.server.serving import serve
from chatkit.store.access import Session
from chatkit.store.contract import ClientPage
from chatkit.turns.thread_watch import client_thread
from chatkit.types import (
    AttachmentsCreateReq,
    ChatKitReq,
    ThreadListParams,
    ThreadsListReq,
    TurnsAttachReq,
    TurnsStopReq,
)
from chatkit.wire import encode, encode_page

from .configuration import MEBIBYTE
from .errors import FileUploadDisabled, HistoryDisabled
from .sessions import Sessions, context_of

_UNCOUNTED: Final = (TurnsAttachReq, TurnsStopReq)
"""What goes on with an answer, or ends it: a lost connection must not use up the minute."""


class Guest:
    """One request of one session."""

    def __init__(self, server: ChatKitServer[Any], session: Session, sessions: Sessions) -> None:
        self.server = server
        self.session = session
        self.context = context_of(session)
        self._sessions = sessions
        self._allowed = self.context.configuration

    async def process(
        self, request: ChatKitReq, body: bytes | bytearray
    ) -> StreamingResult | NonStreamingResult:
        """The answer of the workflow's server to a request that was parsed from this body.

        Raises: RateLimited, HistoryDisabled, FileUploadDisabled, AttachmentRefused, ThreadNotFound
        for a thread out of the session's reach; what the server raises.
        """
        if not isinstance(request, _UNCOUNTED):
            await self._sessions.count_request(self.session)
        await self._check_reach(request)
        if isinstance(request, AttachmentsCreateReq):
            self.check_file_size(request.params.size)
            await self._admit_file()
        if isinstance(request, ThreadsListReq) and not self._sees_everything:
            return NonStreamingResult(await self._list_recent(request.params))
        return await serve(self.server, request, body, self.context)

    @property
    def seconds_left(self) -> float:
        """How long the session still lasts."""
        return self._sessions.seconds_left(self.session)

    async def admit_upload(self) -> None:
        """Counts a request that brings a file with it. Raises: like `process`."""
        await self._sessions.count_request(self.session)
        await self._admit_file()

    def check_file_size(self, size: int) -> None:
        """Raises: AttachmentTooLarge for a file of more bytes than the session takes."""
        most = self._allowed.file_upload.max_file_size
        if size > most * MEBIBYTE:
            raise AttachmentTooLarge(f"this session takes files of {most} MB at most")

    async def wait_for_end(self) -> None:
        """Returns when the session is over."""
        await self._sessions.wait_for_end(self.session)

    async def _admit_file(self) -> None:
        allowed = self._allowed.file_upload
        if not allowed.enabled:
            raise FileUploadDisabled
        if not await self._sessions.count_upload(self.session):
            raise AttachmentRefused(f"this session takes {allowed.max_files} files")

    @property
    def _sees_everything(self) -> bool:
        history = self._allowed.history
        return history.enabled and history.recent_threads is None

    async def _check_reach(self, request: ChatKitReq) -> None:
        """Raises: HistoryDisabled, ThreadNotFound for a thread that is not among the recent ones.

        A thread that was begun in this session is always within reach. Without history the last
        one is too: a page that has just got a new secret goes on with its conversation.
        """
        history = self._allowed.history
        if isinstance(request, ThreadsListReq) and not history.enabled:
            raise HistoryDisabled
        thread_id = cast("str | None", getattr(request.params, "thread_id", None))
        if thread_id is None or self._sees_everything:
            return
        store = self.server.store
        thread = await store.load_thread(thread_id, self.context)
        if thread.created_at >= self.session.created_at:
            return
        most = (history.recent_threads or 1) if history.enabled else 1
        recent = await store.load_threads(most, None, "desc", self.context)
        if all(thread_id != one.id for one in recent.data):
            raise ThreadNotFound(thread_id)

    async def _list_recent(self, params: ThreadListParams) -> bytes:
        most = self._allowed.history.recent_threads or 1
        newest = await self.server.store.load_threads(most, None, "desc", self.context)
        threads = newest.data if params.order == "desc" else newest.data[::-1]
        if params.after is not None:
            ids = [thread.id for thread in threads]
            if params.after not in ids:
                raise ThreadNotFound(params.after)
            threads = threads[ids.index(params.after) + 1 :]
        limit = page_size(params.limit)
        rows: list[Any] = [encode(client_thread(thread)).decode() for thread in threads[:limit]]
        has_more = len(threads) > limit
        cursor = threads[limit - 1].id if has_more else None
        return encode_page(ClientPage(rows=rows, has_more=has_more, after=cursor))


__all__ = ["Guest"]
