"""Owns the turns of one server on one event loop: starts, queues, ends and finds them.

Above: the server. A turn lives in a task of the supervisor's and outlives the request that began
it; readers come and go (`reader`).
"""

import asyncio
import logging

from chatkit.errors import NotFoundError, RequestError
from chatkit.store.contract import Store
from chatkit.store.turn_log import TurnLog
from chatkit.types import ErrorEvent, ThreadMetadata, ThreadUpdatedEvent

from .failure import error_event
from .lane import Lane
from .late_changes import LateChanges
from .limits import OnBusy, TurnLimits
from .log_writer import LogWriter
from .plan import TurnPlan
from .pump import Pump
from .recover import recover_orphans
from .settle import settle
from .thread_watch import client_thread, plain_metadata
from .turn import Surroundings, Turn

logger = logging.getLogger(__name__)


class Supervisor:
    """The turns that are running or waiting."""

    def __init__(
        self, store: Store[object], log: TurnLog, *, limits: TurnLimits, on_busy: OnBusy
    ) -> None:
        self.log = log
        self._limits = limits
        self._on_busy: OnBusy = on_busy
        self._writer = LogWriter(log, self._log_failed)
        self._around = Surroundings(store=store, log=log, limits=limits, submit=self._writer.submit)
        self._pumps: dict[str, Pump] = {}
        self._requests: dict[str, Pump] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[str, Lane] = {}
        self._late = LateChanges()
        self._recovery: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Returns once turns that a crash had left behind are settled; waits only once."""
        if self._recovery is None:
            self._recovery = asyncio.get_running_loop().create_task(recover_orphans(self.log))
        if not self._recovery.done():
            await asyncio.shield(self._recovery)

    def check(self, plan: TurnPlan) -> None:
        """Raises TurnBusy where the plan's turn would be rejected now."""
        lane = self._lanes.get(plan.thread.id)
        if lane is not None and not plan.stops_running:
            lane.check(plan.thread.id)

    async def join_or_launch(self, plan: TurnPlan) -> Pump:
        """The turn that this request began before, where it was sent twice; else a new one."""
        twin = self.find_request(plan.request_id) if plan.request_id is not None else None
        if twin is not None:
            await twin.turn.feed.more(0)  # a new thread is saved by then
            try:
                await self._around.store.load_thread(twin.turn.thread.id, plan.context)
            except NotFoundError:
                twin = None  # somebody else's request with the same id
        return twin or self.launch(plan)

    def launch(self, plan: TurnPlan) -> Pump:
        """Starts the plan's turn, or puts it in its thread's line."""
        pump = Pump(Turn(plan, self._around))
        self._pumps[pump.turn.id] = pump
        if plan.request_id is not None:
            self._requests[plan.request_id] = pump
        task = asyncio.get_running_loop().create_task(self._run(pump), context=plan.variables)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pump

    def find(self, turn_id: str) -> Pump | None:
        """The turn with this id, if it is running or waiting here."""
        return self._pumps.get(turn_id)

    def find_request(self, request_id: str) -> Pump | None:
        """The turn that a request with this id began, if it is running or waiting here."""
        return self._requests.get(request_id)

    def running_on(self, thread_id: str) -> Pump | None:
        """The running turn of the thread, if there is one here."""
        lane = self._lanes.get(thread_id)
        return lane.running if lane is not None else None

    async def stop_thread(self, thread_id: str) -> None:
        """Stops the thread's turns, running and waiting; returns when they are settled."""
        lane = self._lanes.get(thread_id)
        for pump in lane.stop_all() if lane is not None else []:
            await pump.turn.settled.wait()
        await self._late.flush(thread_id)

    async def save_late_changes(self, thread_id: str) -> None:
        """Saves what a task of the host's changed on the thread after its turn."""
        await self._late.flush(thread_id)

    async def drain(self, seconds: float) -> None:
        """Lets running turns end for this long, then interrupts them; all are settled after."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=seconds)
            for pump in list(self._pumps.values()) if late else []:
                pump.stop("interrupted")
            if late:
                await asyncio.wait(late)
        await self._late.flush()

    async def _run(self, pump: Pump) -> None:
        turn = pump.turn
        thread_id = turn.thread.id
        lane = self._lanes.get(thread_id)
        if lane is None:
            lane = self._lanes[thread_id] = Lane(self._on_busy, self._limits.queue_depth)
        try:
            if await self._begin(pump, lane):
                error = await pump.run()
                await settle(turn, pump.cause, error)
                await self._finish(turn)
        finally:
            lane.leave(pump)
            if lane.is_empty:
                self._lanes.pop(thread_id, None)
            self._pumps.pop(turn.id, None)
            if turn.plan.request_id is not None:
                self._requests.pop(turn.plan.request_id, None)
            turn.feed.close()
            turn.settled.set()

    async def _begin(self, pump: Pump, lane: Lane) -> bool:
        turn = pump.turn
        try:
            waited = await lane.enter(pump)
            if pump.cause is not None:
                return False
            await self._late.flush(turn.thread.id)
            if waited:
                turn.start_from(await self._reload(turn))
            turn.plan.check(turn.thread)
            await self.log.begin(turn.record(), turn.plan.context)
        except RequestError as refused:
            turn.refuse(_refusal(refused))
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            turn.refuse(error_event(error, turn.id, turn.thread.id))
        else:
            if self._late.take_untold(turn.thread.id):
                turn.tell(ThreadUpdatedEvent(thread=client_thread(turn.thread)))
            return True
        return False

    async def _reload(self, turn: Turn) -> ThreadMetadata:
        plan = turn.plan
        # A copy: a store may hand out the very object that it keeps.
        return plain_metadata(await self._around.store.load_thread(plan.thread.id, plan.context))

    async def _finish(self, turn: Turn) -> None:
        await self._writer.flush(turn)
        try:
            await self.log.finish(turn.id, turn.state)
        except Exception as error:  # noqa: BLE001 - a log may raise anything
            # The turn stays "running" in the log: the next start finds it and settles it.
            logger.warning("turn %s: its end could not be logged: %r", turn.id, error)
        self._late.watch(turn)

    def _log_failed(self, turn: Turn) -> None:
        pump = self._pumps.get(turn.id)
        if pump is not None:
            pump.stop("interrupted")
        turn.feed.close()


def _refusal(error: RequestError) -> ErrorEvent:
    """What a client is told whose turn does not begin: our own words, never the host's."""
    if isinstance(error, NotFoundError):
        return ErrorEvent(code="custom", message="This conversation no longer exists.")
    return ErrorEvent(code="custom", message=str(error), allow_retry=True)


__all__ = ["Supervisor"]
