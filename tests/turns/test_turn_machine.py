"""Turns under anything that may happen to them, in any order (hypothesis).

Requests, stops, clients that leave and come back, failing writes, deleted threads, crashes.
The invariants: what a client saw is a contiguous run of the log (P); folding the log gives the
stored items (F); one running turn per thread (1); exactly one terminal state (T); no task and no
file descriptor is left (L).
"""

import asyncio
import gc
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from faulty_stores import Broken
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from turn_disks import FileDisk, MemoryDisk, ServerDisk
from turn_stage import (
    RESUME,
    Hands,
    Puppet,
    Reader,
    View,
    added,
    adds,
    asks,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    creates,
    done,
    flow,
    hidden,
    loads,
    removed,
    says,
    stored,
    task_added,
    whole_log,
)

from chatkit.errors import RequestError
from chatkit.turns import TurnLimits
from chatkit.types import ThreadItemAddedEvent, ThreadItemDoneEvent, ThreadStreamEvent

LIMITS = TurnLimits(
    queue_depth=2,
    # More than a run can begin: what is refused for it is tested elsewhere.
    turns_per_user=1_000,
    outage_seconds=0.2,
    cancel_seconds=0.2,
    settle_seconds=0.5,
    unlogged_events=4,
    poll_seconds=0.005,
)


which = st.integers(0, 9)
ticks = st.integers(0, 5)
rarely = st.sampled_from([False, False, True])


@dataclass(eq=False)
class Actor:
    """One handler, with what it may say next."""

    hands: Hands
    number: int
    said: int = 0
    open: list[str] = field(default_factory=list)

    def next(self, choice: int) -> ThreadStreamEvent:
        """An event that makes sense now."""
        self.said += 1
        name = f"{self.number}_{self.said}"
        if choice < 6 and self.open:
            return says(f"{name} ", self.open[-1])
        if choice == 6 and self.open:
            return done("whole", self.open.pop())
        if choice == 7 and self.open:
            return removed(self.open.pop())
        if choice == 8:
            return hidden(f"h{name}")
        if choice == 9:
            return ThreadItemDoneEvent(item=flow("one", id=f"f{name}"))
        if choice == 10:
            return ThreadItemAddedEvent(item=flow("one", id=f"w{name}"))
        if choice == 11:
            return task_added("two", 1, id=f"w{self.number}_{self.said - 1}")
        self.open.append(name)
        return added(name)


@dataclass(eq=False)
class Watcher:
    """A reader and what it knew when it began: the events before its first one."""

    reader: Reader
    turn_id: str | None
    after: int = 0
    view: View | None = None


class Machine(RuleBasedStateMachine):
    """Any sequence of what users, hosts, networks and power cuts do."""

    disk_type: type = MemoryDisk

    def __init__(self) -> None:
        super().__init__()
        self.descriptors = _descriptors()
        self.runner = asyncio.Runner()
        self.disk = self.disk_type()
        self.server = self.new_server()
        self.actors: list[Actor] = []
        self.all_watchers: list[Watcher] = []
        self.watchers: list[Watcher] = []
        """Those whose connection holds, as far as anybody knows."""
        self.threads: list[str] = []
        self.turns: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.dead: list[Puppet] = []

    def new_server(self) -> Puppet:
        """A server on the disk as it is."""

        async def make() -> Puppet:
            return Puppet(self.disk.store, limits=LIMITS)

        return self.runner.run(make())

    @initialize()
    def begin(self) -> None:
        """Two threads are being answered."""
        for _ in range(2):
            self.begin_thread(resumes=True, ticks=3)

    @rule(resumes=st.booleans(), ticks=ticks)
    def begin_thread(self, resumes: bool, ticks: int) -> None:
        """A person writes the first message of a thread."""

        async def play() -> None:
            reader = await self.server.read(creates(**(RESUME if resumes else {})))
            watcher = self.watch(reader)
            for _ in range(200):
                if reader.events or reader.task.done():  # type: ignore[union-attr]
                    break
                await asyncio.sleep(0.001)
            await self.tick(ticks)
            self.know(watcher)
            if "thread.created" in reader.types:
                self.threads.append(reader.thread_id)

        self.runner.run(play())

    @rule(which=which, resumes=st.booleans(), ticks=ticks)
    def send(self, which: int, resumes: bool, ticks: int) -> None:
        """A person writes a further message."""

        async def play() -> None:
            request = adds(pick(self.threads, which), **(RESUME if resumes else {}))
            with suppress(RequestError):
                self.watch(await self.server.read(request))
            await self.tick(ticks)

        if self.threads:
            self.runner.run(play())

    @rule(which=which, ticks=ticks)
    def load(self, which: int, ticks: int) -> None:
        """A page is loaded, and follows the running turn."""

        async def play() -> None:
            thread_id = pick(self.threads, which)
            page = await self.server.ask(loads(thread_id))
            active = page.get("active_turn")
            if active is not None:
                self.turns[active["id"]] = thread_id
                reader = await self.server.read(attaches(active["id"], active["seq"]))
                view = None if page["items"]["has_more"] else View(page["items"]["data"])
                self.watch(reader, active["id"], active["seq"], view)
            await self.tick(ticks)

        if self.threads:
            self.runner.run(play())

    @rule(which=which, back=st.integers(0, 3), ticks=ticks)
    def attach(self, which: int, back: int, ticks: int) -> None:
        """A client comes back with the number of an event that it has seen."""

        async def play() -> None:
            watcher = pick(self.all_watchers, which)
            self.know(watcher)
            if watcher.turn_id is None:
                return
            after = max(0, watcher.after + len(numbered(watcher.reader)) - back)
            try:
                reader = await self.server.read(attaches(watcher.turn_id, after))
            except RequestError:
                assert self.is_gone(watcher.turn_id)
            else:
                self.watch(reader, watcher.turn_id, after)
            await self.tick(ticks)

        if self.all_watchers:
            self.runner.run(play())

    @rule(which=which, ticks=ticks)
    def leave(self, which: int, ticks: int) -> None:
        """A connection breaks."""

        async def play() -> None:
            await self.watchers.pop(which % len(self.watchers)).reader.leave()
            await self.tick(ticks)

        if self.watchers:
            self.runner.run(play())

    @rule(choices=st.lists(st.integers(0, 14), min_size=1, max_size=8), ticks=ticks)
    def speak(self, choices: list[int], ticks: int) -> None:
        """Every handler yields some events."""

        async def play() -> None:
            self.meet_handlers()
            for actor in self.actors:
                if not actor.hands.closed.is_set():
                    actor.hands(*[actor.next(choice) for choice in choices])
            await self.tick(ticks * 4)

        self.runner.run(play())

    @rule(words=st.integers(1, 9))
    def go_on(self, words: int) -> None:
        """Every handler says some words, and readers keep up."""
        self.speak(choices=[0] * words, ticks=10)

    @rule(which=which, fails=st.booleans(), titled=st.booleans())
    def end(self, which: int, fails: bool, titled: bool) -> None:
        """A handler returns or raises; it may have named the thread."""

        async def play() -> None:
            self.meet_handlers()
            alive = [actor for actor in self.actors if not actor.hands.closed.is_set()]
            if alive:
                hands = alive[which % len(alive)].hands
                if titled:
                    hands.thread.title = f"Title {len(self.actors)}"
                hands.fail(RuntimeError("a model's error")) if fails else hands.end()
                await self.tick(3)

        self.runner.run(play())

    @rule(which=which)
    def stop(self, which: int) -> None:
        """A person stops an answer, running, waiting or over."""

        async def play() -> None:
            watcher = pick(self.all_watchers, which)
            self.know(watcher)
            if watcher.turn_id is None:
                return
            try:
                reply = await self.server.ask(asks("turns.stop", turn_id=watcher.turn_id))
            except RequestError:
                assert self.is_gone(watcher.turn_id)
            else:
                assert reply["state"] in ("completed", "stopped", "failed", "interrupted")

        if self.all_watchers:
            self.runner.run(play())

    @rule(which=which)
    def rename(self, which: int) -> None:
        """A person gives a thread another name."""

        async def play() -> None:
            request = asks("threads.update", thread_id=pick(self.threads, which), title="Mine")
            with suppress(Broken):
                await self.server.ask(request)

        if self.threads:
            self.runner.run(play())

    @rule(which=which, really=rarely)
    def delete(self, which: int, really: bool) -> None:
        """A person deletes a thread."""

        async def play() -> None:
            thread_id = self.threads.pop(which % len(self.threads))
            self.deleted.add(thread_id)
            await self.server.ask(asks("threads.delete", thread_id=thread_id))

        if self.threads and really:
            self.runner.run(play())

    @rule()
    def break_the_store(self) -> None:
        """The next write fails."""
        self.disk.store.fails_next = True

    @rule(ticks=ticks, really=rarely)
    def crash(self, ticks: int, really: bool) -> None:
        """The power fails, and another process starts on what is on the disk."""
        if not really:
            return

        said: dict[str, list[str]] = {}

        async def play() -> None:
            await self.tick(ticks)
            for turn_id in self.turns:
                said[turn_id] = unfinished(await whole_log(self.server.log(), turn_id))
            await self.disk.crash()
            self.dead.append(self.server)
            for watcher in self.all_watchers:
                self.know(watcher)
                watcher.reader.task.cancel()  # type: ignore[union-attr]
            self.watchers.clear()
            for actor in self.actors:
                actor.hands.closed.set()

        self.runner.run(play())
        self.bury()
        self.server = self.new_server()
        self.runner.run(self.check_everything())
        self.runner.run(self.check_kept(said))

    def bury(self) -> None:
        """Ends what is left of the server that died; its store is not looked at any more."""

        async def play() -> None:
            for server in self.dead:
                await server.aclose(0)
            await asyncio.wait([watcher.reader.task for watcher in self.all_watchers] or [_done()])

        self.runner.run(play())
        self.dead.clear()

    @invariant()
    def what_was_seen_is_in_the_log(self) -> None:
        """P, and 1."""
        self.runner.run(self.check_seen())

    def teardown(self) -> None:
        """Everything ends; T, F and L."""

        async def play() -> None:
            self.disk.store.fails_next = False
            await self.server.aclose(0)
            for watcher in self.all_watchers:
                with suppress(asyncio.CancelledError):
                    await asyncio.wait_for(asyncio.shield(watcher.reader.task), 5)  # type: ignore[arg-type]
            await self.check_everything()
            await self.check_views()
            await self.server.aclose(0)
            await self.disk.close()
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, left

        self.runner.run(play())
        self.runner.close()
        gc.collect()
        assert _descriptors() <= self.descriptors

    def watch(
        self, reader: Reader, turn_id: str | None = None, after: int = 0, view: View | None = None
    ) -> Watcher:
        """Remembers a reader."""
        watcher = Watcher(reader, turn_id, after, view)
        self.all_watchers.append(watcher)
        self.watchers.append(watcher)
        return watcher

    def know(self, watcher: Watcher) -> None:
        """Learns the turn of a reader from what it has read."""
        if watcher.turn_id is None and any(frame.id for frame in watcher.reader.frames):
            watcher.turn_id = watcher.reader.turn_id
        if watcher.turn_id is not None and watcher.turn_id not in self.turns:
            named = [event for event in watcher.reader.events if "item" in event]
            if named or "thread.created" in watcher.reader.types:
                self.turns[watcher.turn_id] = watcher.reader.thread_id

    def is_gone(self, turn_id: str) -> bool:
        """True when the turn never began, or its thread was deleted."""
        return turn_id not in self.turns or self.turns[turn_id] in self.deleted

    def meet_handlers(self) -> None:
        """Takes over the handlers that were called since."""
        while not self.server.begun.empty():
            self.actors.append(Actor(self.server.begun.get_nowait(), len(self.actors)))

    async def tick(self, count: int) -> None:
        """Lets things happen for a moment."""
        for _ in range(count):
            await asyncio.sleep(0)

    async def check_seen(self) -> None:
        """Each reader's events are a run of the log; no two handlers are on one thread."""
        self.meet_handlers()
        busy = [actor.hands.thread.id for actor in self.actors if not actor.hands.closed.is_set()]
        assert len(busy) == len(set(busy))
        for watcher in self.all_watchers:
            self.know(watcher)
            if watcher.turn_id is None or self.is_gone(watcher.turn_id):
                continue
            events = numbered(watcher.reader)
            expected = range(watcher.after + 1, watcher.after + len(events) + 1)
            assert watcher.reader.seqs == list(expected)
            log = await whole_log(self.server.log(), watcher.turn_id)
            check_prefix(events, log, watcher.after)

    async def check_everything(self) -> None:
        """After a crash or at the end: every turn is over, its log folds to what is stored."""
        await self.server.supervisor().ready()
        await self.check_seen()
        for turn_id, thread_id in self.turns.items():
            if thread_id in self.deleted:
                continue
            record = await self.server.log().load_turn(turn_id)
            if record is None:
                continue  # its readers were told that it would not begin
            await check_ended(self.server, turn_id)
            log = await whole_log(self.server.log(), turn_id)
            await check_fold(self.server.store, log, thread_id)

    async def check_kept(self, said: dict[str, list[str]]) -> None:
        """What was being said when the power failed is in the thread."""
        for turn_id, names in said.items():
            if not self.is_gone(turn_id):
                items = await stored(self.server.store, self.turns[turn_id])
                assert set(names) <= {item.id for item in items}

    async def check_views(self) -> None:
        """A page that was loaded at any moment and followed to the end shows what is stored."""
        for watcher in self.all_watchers:
            turn_id = watcher.turn_id
            if watcher.view is None or turn_id is None or self.is_gone(turn_id):
                continue
            log = await whole_log(self.server.log(), turn_id)
            shown = watcher.view.apply(log[watcher.after :]).json()
            whole = View().apply(log).json()
            assert {name: shown.get(name) for name in whole} == whole


def unfinished(log: list[dict[str, Any]]) -> list[str]:
    """The messages that have text and no end yet."""
    begun = [event["item"]["id"] for event in log if event["type"] == "thread.item.added"]
    ended = {event["item"]["id"] for event in log if event["type"] == "thread.item.done"}
    shown = View().apply(log).items
    return [
        name
        for name in begun
        if name not in ended and name in shown and getattr(shown[name], "content", None)
    ]


def pick(some: list[Any], which: int) -> Any:
    """One of these. What there is depends on what happened, which hypothesis must not notice."""
    return some[which % len(some)]


def numbered(reader: Reader) -> list[dict[str, Any]]:
    """The events with a number: all but the last words of a reader that has lost its turn."""
    return [frame.event for frame in reader.frames if frame.id and frame.event]


async def _nothing() -> None:
    return


def _done() -> asyncio.Task[None]:
    return asyncio.ensure_future(_nothing())


def _descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


class FileMachine(Machine):
    """The same with SQLite."""

    disk_type = FileDisk


class ServerMachine(Machine):
    """The same with PostgreSQL."""

    disk_type = ServerDisk


@pytest.fixture(scope="session", autouse=True)
def _database(postgres_url: str) -> None:
    ServerDisk.url = postgres_url


_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
TestTurns = Machine.TestCase
TestTurns.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=_QUIET
)
TestTurnsInFiles = FileMachine.TestCase
TestTurnsInFiles.settings = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=_QUIET
)
TestTurnsInPostgres = ServerMachine.TestCase
TestTurnsInPostgres.settings = settings(
    max_examples=10, stateful_step_count=30, deadline=None, suppress_health_check=_QUIET
)
# A hundred runs of forty steps each: on a busy machine they take their time.
for _case in (TestTurns, TestTurnsInFiles, TestTurnsInPostgres):
    _case.pytestmark = [pytest.mark.timeout(300)]
