"""The turns of other processes that share the log: waited for, stopped, and settled.

Above: the supervisor. A log that only one process uses (no `SharesTurns`) has none: then nothing
here does anything. Nobody relies on being told: who waits looks for himself every second.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from chatkit.errors import TurnBusy
from chatkit.store.shared_turns import SharesTurns
from chatkit.store.turn_log import TurnLog, TurnRecord, TurnState

from .limits import OnBusy, TurnLimits
from .plan import TurnPlan
from .pump import Pump

logger = logging.getLogger(__name__)


class Elsewhere:
    """What one server on one event loop does about the turns of others."""

    def __init__(
        self,
        log: TurnLog,
        *,
        recover: Callable[[], Awaitable[None]],
        free: Callable[[str], Awaitable[None]],
        limits: TurnLimits,
        on_busy: OnBusy,
        stop: Callable[[str], None],
    ) -> None:
        self._log = log
        self._shared = log if isinstance(log, SharesTurns) else None
        self._recover = recover
        self._free = free
        self._limits = limits
        self._on_busy: OnBusy = on_busy
        self._stop = stop
        self._reaping: asyncio.Task[None] | None = None
        self._obeying: asyncio.Task[None] | None = None

    @property
    def exists(self) -> bool:
        """Whether there may be other processes at all."""
        return self._shared is not None

    async def check(self, plan: TurnPlan) -> None:
        """Raises: TurnBusy where the plan's turn would be refused for one that runs elsewhere."""
        if self._shared is None or not self._is_refused(plan):
            return
        if await self._find_in_the_way(self._shared, plan) is not None:
            raise TurnBusy(plan.thread.id)

    async def find_running(self, thread_id: str) -> TurnRecord | None:
        """The running turn of the thread in any process; whose it is, is not checked."""
        return None if self._shared is None else await self._shared.find_running(thread_id)

    async def begin(self, pump: Pump, take_thread: Callable[[], Awaitable[None]]) -> bool:
        """Begins the turn in the log, where need be after one that runs elsewhere.

        `take_thread` is called after each wait. False when the turn was stopped in line.
        Raises: TurnBusy where it may not wait; RequestBegun.
        """
        shared, turn = self._shared, pump.turn
        while True:
            try:
                await self._log.begin(turn.record(), turn.plan.context)
            except TurnBusy:
                # Perhaps nobody runs it any more, or its end could not be saved.
                await self._free(turn.thread.id)
                if shared is None:
                    await self._log.begin(turn.record(), turn.plan.context)
                    return True
                await self._make_way(shared, pump)
            else:
                return True
            if pump.cause is not None:
                return False
            await take_thread()

    async def stop(self, record: TurnRecord) -> TurnState:
        """Has the turn stopped by whoever runs it; its state once it is saved."""
        shared = self._shared
        if shared is None or record.state != "running":
            return record.state
        await shared.request_stop(record.id)
        return await self._wait_for_end(shared, record.id)

    async def stop_thread(self, thread_id: str) -> None:
        """Returns once no process runs a turn on the thread."""
        while (running := await self.find_running(thread_id)) is not None:
            await self.stop(running)

    def reap(self) -> None:
        """Settles, from now on, what other processes leave behind."""
        shared = self._shared
        if shared is not None and self._reaping is None:
            self._reaping = asyncio.get_running_loop().create_task(self._reap(shared.reap_seconds))

    def obey(self) -> None:
        """Stops, from now on, turns of this process that another one wants stopped."""
        shared = self._shared
        if shared is not None and self._obeying is None:
            self._obeying = asyncio.get_running_loop().create_task(self._obey(shared))

    def rest(self) -> None:
        """Obeys nobody any more: no turn runs here."""
        task, self._obeying = self._obeying, None
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        """Does nothing any more."""
        tasks = [task for task in (self._reaping, self._obeying) if task is not None]
        self._reaping = self._obeying = None
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _is_refused(self, plan: TurnPlan) -> bool:
        return self._on_busy == "reject" and not plan.stops_running

    async def _find_in_the_way(self, shared: SharesTurns, plan: TurnPlan) -> TurnRecord | None:
        """The thread's running turn, unless the plan's own request, sent twice, began it."""
        running = await shared.find_running(plan.thread.id)
        if running is not None and running.request_id == plan.request_id is not None:
            return None
        return running

    async def _make_way(self, shared: SharesTurns, pump: Pump) -> None:
        """Waits for the turn that is in the way; then it is for the log to say who is next."""
        plan = pump.turn.plan
        running = await self._find_in_the_way(shared, plan)
        if running is None:
            return
        if self._is_refused(plan):
            raise TurnBusy(plan.thread.id)
        if plan.stops_running or self._on_busy == "interrupt":
            await shared.request_stop(running.id)
        await _first(self._wait_for_end(shared, running.id), pump.wait_in_line())

    async def _wait_for_end(self, shared: SharesTurns, turn_id: str) -> TurnState:
        while True:
            state = await shared.wait_for_end(turn_id, self._limits.fallback_seconds)
            if state != "running":
                # Gone with its thread: whoever deleted that had stopped it.
                return state or "stopped"

    async def _reap(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await self._recover()
            except Exception as error:  # noqa: BLE001 - a log may raise anything
                logger.warning("looking for turns that nobody runs failed: %r", error)

    async def _obey(self, shared: SharesTurns) -> None:
        while True:
            try:
                for turn_id in await shared.next_stops():
                    self._stop(turn_id)
            except Exception as error:  # noqa: BLE001 - a log may raise anything
                logger.warning("looking for turns to be stopped failed: %r", error)
                await asyncio.sleep(self._limits.fallback_seconds)
                continue
            # They are named again until they have ended.
            await asyncio.sleep(self._limits.poll_seconds)


async def _first(*waits: Awaitable[object]) -> None:
    """Returns when one of them does; the others are cancelled. Raises what the first one raises."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    for task in done:
        task.result()


__all__ = ["Elsewhere"]
