"""The wire extension: clients that announce resume attach to turns, stop them, find them again.

Source: the design's "Turns". Such a client puts `{"chatkit.resume": true}` into a request's
metadata, and may name the request with `"chatkit.request_id"` so that sending it twice is safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chatkit.errors import InvalidRequest, NotFoundError, TurnNotFound, TurnTrimmed
from chatkit.turns.batches import Batches
from chatkit.turns.pump import Pump
from chatkit.turns.reader import read_live_turn, read_logged_turn
from chatkit.turns.recover import fold_log
from chatkit.types import (
    ActiveTurn,
    BaseReq,
    ThreadMetadata,
    ThreadsGetByIdReq,
    TurnsAttachReq,
    TurnsStopReq,
)
from chatkit.wire import encode_json, encode_thread

from .pages import laid_over, with_drafts
from .titling import announce_title, wait_for_title

if TYPE_CHECKING:
    from chatkit.store.contract import ClientThread
    from chatkit.store.turn_log import TurnRecord

    from .server import ChatKitServer

    Server = ChatKitServer[Any]


def announces_resume(request: BaseReq) -> bool:
    """True when the request's client can come back for the rest of a stream."""
    return request.metadata.get("chatkit.resume") is True


def request_id_of(request: BaseReq) -> str | None:
    """The name that a client which announces resume gave to this request, if it did.

    The retry of any other client comes after a disconnect, which stopped its first turn.
    """
    if not announces_resume(request):
        return None
    name = request.metadata.get("chatkit.request_id")
    return name if isinstance(name, str) and name else None


async def attach(server: Server, request: TurnsAttachReq, context: Any) -> Batches:
    """The stream of a turn from event `after` on.

    Raises: TurnNotFound for an unknown or foreign turn; InvalidRequest for a cursor that was
    never given out; TurnTrimmed when the events are no longer kept.
    """
    turn_id, after = request.params.turn_id, request.params.after
    pump = server.supervisor().find(turn_id)
    # The end of a feed that broke is told by the log alone, once that is back.
    if pump is not None and not pump.turn.feed.broken:
        await _check_owner(server, turn_id, pump.turn.thread.id, context)
        feed = pump.turn.feed
        _check_cursor(after, feed.kept)
        if after < feed.dropped:
            await _check_is_kept(server, turn_id, after)
        return read_live_turn(server.supervisor(), pump, after)
    record = await _load_record(server, turn_id, context)
    if record.trimmed:
        raise TurnTrimmed(turn_id)
    _check_cursor(after, record.last_seq)
    if after < record.last_seq:
        await _check_is_kept(server, turn_id, after)
    return _read_record(server, record, after, context)


async def stop(server: Server, request: TurnsStopReq, context: Any) -> bytes:
    """Stops a turn, waits until what it had generated is saved, and tells its final state.

    Idempotent: a turn that is over stays as it ended.
    Raises: TurnNotFound for an unknown or foreign turn.
    """
    turn_id = request.params.turn_id
    pump = server.supervisor().find(turn_id)
    if pump is None:
        record = await _load_record(server, turn_id, context)
        state = await server.supervisor().elsewhere.stop(record)
        return encode_json({"id": turn_id, "state": state})
    await _check_owner(server, turn_id, pump.turn.thread.id, context)
    pump.stop("stopped")
    await pump.turn.settled.wait()
    return encode_json({"id": turn_id, "state": pump.turn.state})


async def find_earlier(server: Server, request: BaseReq, context: Any) -> Batches | None:
    """The stream of the turn that this very request began before, or None.

    A proxy or a client that lost the answer sends a request again; it must not begin twice.
    Raises: TurnTrimmed when that turn was so long ago that its events are no longer kept.
    """
    request_id = request_id_of(request)
    if request_id is None:
        return None
    supervisor = server.supervisor()
    pump = await supervisor.requests.find(request_id, context)
    if pump is not None:
        return read_live_turn(supervisor, pump, 0)
    for record in await supervisor.log.find_request(request_id):
        if not await _is_owner(server, record.thread_id, context):
            continue
        if record.trimmed:
            raise TurnTrimmed(record.id)
        return _read_record(server, record, 0, context)
    return None


def _read_record(server: Server, record: TurnRecord, after: int, context: Any) -> Batches:
    """The rest of a turn that is over, or runs in another process."""
    frames = read_logged_turn(server.supervisor(), record, after)
    if record.state != "running":
        return frames
    return announce_title(server, frames, record.thread_id, context)


async def load_thread(server: Server, request: ThreadsGetByIdReq, context: Any) -> bytes:
    """A thread with its first items and, for clients that announced resume, its running turn.

    A request with `"chatkit.title": true` in its metadata is answered when no title is being made.
    """
    thread_id = request.params.thread_id
    supervisor = server.supervisor()
    if request.metadata.get("chatkit.title") is True:
        # Nobody waits for what is not his.
        await wait_for_title(server, await server.store.load_thread(thread_id, context), context)
    running = supervisor.running_on(thread_id)
    if running is None or not announces_resume(request):
        thread = await server.pages.load_thread(thread_id, context)
        running = supervisor.running_on(thread_id)
        if not announces_resume(request):
            return encode_thread(thread, None)
        if running is None:
            return await _encode_thread_of_others(server, thread_id, thread, context)
    # A turn runs, or has begun while the page was read.
    return await _encode_running_thread(server, running, context)


async def _encode_running_thread(server: Server, pump: Pump, context: Any) -> bytes:
    """The thread with its running turn, its items folded to exactly `active_turn.seq`."""
    turn = pump.turn
    async with turn.lock:
        thread = await server.pages.load_thread(turn.thread.id, context)
        # Nothing is awaited between these: unfinished items and number belong together.
        drafts, seq = turn.drafts.items(), turn.feed.last_seq
    while turn.feed.kept < seq and not turn.feed.closed:
        await turn.feed.more(turn.feed.kept)
    if turn.feed.kept < seq:
        # The log has failed the turn, so there is nothing to go on with.
        return encode_thread(thread, None)
    active = _active_turn(server, turn.thread, context, turn.id, seq)
    return encode_thread(thread._replace(page=with_drafts(thread.page, drafts)), active)


async def _encode_thread_of_others(
    server: Server, thread_id: str, thread: ClientThread, context: Any
) -> bytes:
    """The thread with a running turn of another process, if there is one.

    The page was read before its log. So whatever is on it is in the log too, or will be; and with
    all that the log says of items laid over it, it is what a reader up to that event would show.
    """
    supervisor = server.supervisor()
    record = await supervisor.elsewhere.find_running(thread_id)
    if record is None:
        return encode_thread(thread, None)
    folded = await fold_log(supervisor.log, record.id)
    stored = await server.store.load_thread(thread_id, context)
    active = _active_turn(server, stored, context, record.id, folded.last_seq)
    return encode_thread(thread._replace(page=laid_over(thread.page, folded)), active)


def _active_turn(
    server: Server, thread: ThreadMetadata, context: Any, turn_id: str, seq: int
) -> ActiveTurn:
    # A client that comes back has missed the event that says so.
    options = server.get_stream_options(thread, context)
    return ActiveTurn(id=turn_id, seq=seq, allow_cancel=options.allow_cancel)


async def _load_record(server: Server, turn_id: str, context: Any) -> TurnRecord:
    record = await server.supervisor().log.load_turn(turn_id)
    if record is None:
        raise TurnNotFound(turn_id)
    await _check_owner(server, turn_id, record.thread_id, context)
    return record


async def _check_is_kept(server: Server, turn_id: str, after: int) -> None:
    if not await server.supervisor().log.read(turn_id, after, 1):
        raise TurnTrimmed(turn_id)


async def _is_owner(server: Server, thread_id: str, context: Any) -> bool:
    try:
        await server.store.load_thread(thread_id, context)
    except NotFoundError:
        return False
    return True


async def _check_owner(server: Server, turn_id: str, thread_id: str, context: Any) -> None:
    if not await _is_owner(server, thread_id, context):
        raise TurnNotFound(turn_id)


def _check_cursor(after: int, last_seq: int) -> None:
    if not 0 <= after <= last_seq:
        raise InvalidRequest(f"`after` must be between 0 and {last_seq}, the last event so far")


__all__ = [
    "announces_resume",
    "attach",
    "find_earlier",
    "load_thread",
    "request_id_of",
    "stop",
]
