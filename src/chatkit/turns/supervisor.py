"""Owns the turns of one server on one event loop: starts, queues, ends and finds them.

Above: the server. A turn lives in a task of the supervisor's and outlives the request that began
it; readers come and go (`reader`).
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from chatkit.errors import RequestError
from chatkit.store.contract import Store
from chatkit.store.turn_log import WRITING_TURN, RequestBegun, TurnLog
from chatkit.types import ThreadMetadata, ThreadUpdatedEvent

from .clock import TurnClock
from .elsewhere import Elsewhere
from .failure import error_event, refusal
from .lane import Lane
from .late_changes import LateChanges
from .limits import OnBusy, TurnLimits
from .log_writer import LogWriter
from .named_requests import NamedRequests
from .patience import in_spite_of_a_cancel
from .plan import TurnPlan
from .pump import Pump
from .recover import Recovery
from .retention import Retention
from .settle import end_in_line, settle
from .thread_watch import client_thread, plain_metadata
from .titles import Titles
from .turn import Surroundings, Turn
from .users import TurnsOfUsers

logger = logging.getLogger(__name__)


class Supervisor:
    """The turns that are running or waiting."""

    def __init__(
        self,
        store: Store[object],
        log: TurnLog,
        *,
        limits: TurnLimits,
        on_busy: OnBusy,
    ) -> None:
        self.log = log
        self.limits = limits
        self.requests = NamedRequests(store)
        self._on_busy: OnBusy = on_busy
        self._writer = LogWriter(log, limits.outage_seconds, self._log_failed)
        self._late = LateChanges(self._tell_thread)
        self.titles = Titles(limits.title_seconds, self._late.show)
        self._around = self._surroundings(store)
        self._users = TurnsOfUsers(limits.turns_per_user)
        self._pumps: dict[str, Pump] = {}
        self._tasks: dict[asyncio.Task[None], Pump | None] = {}
        """All that is to be waited for: turns, and chores that are none."""
        self._lanes: dict[str, Lane] = {}
        self._recovery = Recovery(log)
        self.elsewhere = Elsewhere(
            log,
            limits=limits,
            on_busy=on_busy,
            recover=self.recover,
            free=self._free,
            stop=self._stop_here,
        )
        self._retention = Retention(log, limits)
        self._clock = TurnClock(limits, self._pumps.values)

    def _surroundings(self, store: Store[object]) -> Surroundings:
        return Surroundings(
            store=store,
            log=self.log,
            limits=self.limits,
            submit=self._writer.submit,
            begin_title=self.titles.begin,
            awaits_title=self.titles.is_under_way,
            rounds=self._writer.rounds,
            hurry=self._writer.hurry,
        )

    async def ready(self) -> None:
        """Returns once turns that a crash had left behind are settled; waits only once."""
        await self._recovery.once()
        self._writer.left.try_soon()
        self.elsewhere.reap()

    async def recover(self) -> None:
        """Settles what other processes' crashes, or an outage of the log, have left running."""
        await self._writer.left.try_again()
        await self._recovery.again()

    def check(self, plan: TurnPlan) -> None:
        """Raises: TurnBusy or TooManyTurns where the plan's turn would be refused now."""
        if self.requests.has(plan.request_id):
            return  # sent twice, it seems: then `join_or_launch` finds the turn that it began
        self._users.check(plan)
        lane = self._lanes.get(plan.thread.id)
        if lane is not None:
            lane.check(plan)

    async def join_or_launch(self, plan: TurnPlan) -> Pump:
        """The turn that this request began before, where it was sent twice; else a new one."""
        twin = await self.requests.find(plan.request_id, plan.context)
        return twin or self.launch(plan)

    def launch(self, plan: TurnPlan) -> Pump:
        """Starts the plan's turn, or puts it in its thread's line."""
        pump = Pump(Turn(plan, self._around), self._leave)
        self._users.add(pump)
        plan.variables.run(WRITING_TURN.set, pump.turn.id)
        self.elsewhere.obey()
        self._pumps[pump.turn.id] = pump
        self.requests.add(pump)
        self._start(self._run(pump), pump.turn, pump)
        self._clock.start()
        return pump

    def find(self, turn_id: str) -> Pump | None:
        """The turn with this id, if it is running or waiting here."""
        return self._pumps.get(turn_id)

    def running_on(self, thread_id: str) -> Pump | None:
        """The running turn of the thread, if there is one here."""
        lane = self._lanes.get(thread_id)
        return lane.running if lane is not None else None

    def writing_to(self, thread_id: str) -> asyncio.Lock | nullcontext[None]:
        """Held while somebody else than the running turn changes the thread."""
        pump = self.running_on(thread_id)
        return pump.turn.lock if pump is not None else nullcontext()

    @asynccontextmanager
    async def holding(self, thread_id: str) -> AsyncGenerator[None, None]:
        """Stops the thread's running turn, and lets no other begin until the end of the block."""
        lane = self._lane(thread_id)
        lane.hold()
        try:
            if lane.running is not None:
                lane.running.stop("stopped")
                await lane.running.turn.settled.wait()
            await self.elsewhere.stop_thread(thread_id)
            await self.titles.give_up(thread_id)
            await self._late.forget(thread_id)
            yield
        finally:
            lane.release()
            self._forget_empty(thread_id, lane)

    async def save_late_changes(self, thread_id: str) -> None:
        """Saves what a task of the host's changed on the thread after its turn."""
        await self._late.flush(thread_id)

    async def drain(self, seconds: float) -> None:
        """Lets running turns end for this long, then interrupts them; all are settled after."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        while self._tasks:
            for pump in list(self._pumps.values()):
                pump.stop("interrupted")
            await asyncio.wait(set(self._tasks))
        await self.titles.close(max(end - clock(), 0))
        await self._late.close()
        await self._writer.left.close()
        await self.elsewhere.close()
        self._clock.stop()

    async def _run(self, pump: Pump) -> None:
        lane = self._lane(pump.turn.thread.id)
        if await self._begin(pump, lane):
            if lane.is_hurried:
                pump.stop("stopped")
            error = await pump.run()
            if not pump.is_left:
                await self._end(pump, error)

    async def _end(self, pump: Pump, error: BaseException | None) -> None:
        turn = pump.turn
        await settle(turn, pump.cause, error)
        await in_spite_of_a_cancel(lambda: self._writer.end(turn))
        self._late.watch(turn)
        if self._retention.is_due():
            self._start(self._retention.trim(), turn)

    def _leave(self, pump: Pump) -> None:
        """Has a turn ended whose task is still its handler's."""
        for task in [task for task, its_pump in self._tasks.items() if its_pump is pump]:
            del self._tasks[task]
        self._start(self._end(pump, None), pump.turn, pump)

    def _ended(self, task: asyncio.Task[None]) -> None:
        pump = self._tasks.pop(task, None)
        if pump is None:
            return
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("turn %s broke", pump.turn.id, exc_info=error)
            pump.turn.state = "failed"
            pump.turn.feed.close(broken=True)
        self._forget(pump)

    def _forget(self, pump: Pump) -> None:
        thread_id = pump.turn.thread.id
        lane = self._lanes.get(thread_id)
        if lane is not None:
            lane.leave(pump)
            self._forget_empty(thread_id, lane)
        self._pumps.pop(pump.turn.id, None)
        self._users.discard(pump)
        if not self._pumps:
            self.elsewhere.rest()
        self.requests.discard(pump)
        pump.turn.feed.close()
        pump.turn.settled.set()

    async def _begin(self, pump: Pump, lane: Lane) -> bool:
        """True once the turn is running; False when it was stopped in line, or refused."""
        turn = pump.turn
        try:
            self._users.check_begun(pump)
            waited = await lane.enter(pump)
            if pump.cause is not None:
                end_in_line(turn, pump.cause)
                return False
            await self._take_thread(turn, waited)
            if not await self.elsewhere.begin(pump, lambda: self._take_thread(turn, True)):
                end_in_line(turn, pump.cause)
                return False
        except RequestBegun as begun:
            turn.earlier = begun.record
        except RequestError as refused:
            turn.refuse(refusal(refused))
        except Exception as error:  # noqa: BLE001 - a store may raise anything
            turn.refuse(error_event(error, turn.id, turn.thread.id))
        else:
            if self._late.take_untold(turn.thread.id):
                turn.tell(ThreadUpdatedEvent(thread=client_thread(turn.thread)))
            return True
        return False

    async def _take_thread(self, turn: Turn, waited: bool) -> None:
        plan = turn.plan
        changed = await self._late.flush(plan.thread.id)
        if waited or changed:
            # A copy: a store may hand out the very object that it keeps.
            stored = await self._around.store.load_thread(plan.thread.id, plan.context)
            turn.start_from(plain_metadata(stored))
        plan.check(turn.thread)

    def _start(self, work: Coroutine[Any, Any, None], turn: Turn, pump: Pump | None = None) -> None:
        task = asyncio.get_running_loop().create_task(work, context=turn.plan.variables)
        self._tasks[task] = pump
        # Not left to the work: a loop that closes may cancel it before it has begun.
        task.add_done_callback(self._ended)

    def _lane(self, thread_id: str) -> Lane:
        lane = self._lanes.get(thread_id)
        if lane is None:
            lane = self._lanes[thread_id] = Lane(self._on_busy, self.limits.queue_depth)
        return lane

    def _forget_empty(self, thread_id: str, lane: Lane) -> None:
        if lane.is_empty and self._lanes.get(thread_id) is lane:
            del self._lanes[thread_id]

    def _tell_thread(self, thread: ThreadMetadata) -> bool:
        pump = self.running_on(thread.id)
        if pump is None or pump.turn.sealed or not pump.turn.feed.last_seq:
            return False
        pump.turn.tell(ThreadUpdatedEvent(thread=client_thread(thread)))
        return True

    async def _free(self, thread_id: str) -> None:
        """Settles what keeps a thread busy that nobody answers on."""
        await self.recover()
        await self._writer.left.give_up(thread_id)

    def _stop_here(self, turn_id: str) -> None:
        pump = self._pumps.get(turn_id)
        if pump is not None:
            pump.stop("stopped")

    def _log_failed(self, turn: Turn) -> None:
        pump = self._pumps.get(turn.id)
        if pump is not None:
            pump.stop("unlogged")
        turn.feed.close(broken=True)


__all__ = ["Supervisor"]
