"""What a run and its tools have to tell, in one queue: the order in which they told it.

The run is read eagerly, as the SDK forgets what is unread when a request fails; a tool waits
when it is far ahead of the page. Stands on asyncio, the turns' bell and the types.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from chatkit.turns.bell import Bell
from chatkit.types import ThreadStreamEvent
from chatkit.types.base import WireModel

__all__ = ["MOST_OF_A_RUN", "PAUSE_EVERY", "EventQueue", "Outlet"]

MOST_OF_A_RUN = 10_000
"""So many entries may wait before the run is read no further: longer than answers are."""
MOST_OF_A_TOOL = 256
"""So many entries may wait before a tool waits too; it may tell something large each time."""
PAUSE_EVERY = 1_024
"""A run that never waits lets others have a turn after so many entries."""


class EventQueue:
    """Entries of any kind, put by several tasks and taken by one reader.

    Nobody waits where nobody reads.
    """

    __slots__ = ("_bell", "_reader", "awaited", "entries", "waiting")

    def __init__(self) -> None:
        self.entries: deque[Any] = deque()
        """What nobody took yet; the reader takes from the left."""
        self._reader: asyncio.Task[Any] | None = None
        self.awaited: asyncio.Future[None] | None = None
        """What the reader waits for, if it does; whoever appends by itself then calls it."""
        self._bell = Bell(self._arrived)
        self.waiting: list[tuple[int, asyncio.Future[None]]] = []
        """Who waits for room, and below how many entries; the reader then calls `took`."""

    @property
    def reader(self) -> asyncio.Task[Any] | None:
        """The task that takes the entries, if there is one."""
        return self._reader

    def open(self) -> None:
        """Make the current task the reader."""
        self._reader = asyncio.current_task()

    def close(self) -> None:
        """The reader is gone: whoever waits goes on."""
        self._reader = None
        self._let_on(0)

    def put_now(self, entry: Any) -> None:
        """Append the entry, without waiting; the reader looks at it next."""
        self.entries.append(entry)
        if self.awaited is not None:
            self._bell.ring_now()

    def call(self, *, soon: bool) -> None:
        """Call the reader, which waits: at once, or soon where more is to come in a burst."""
        if soon:
            self._bell.push()
        else:
            self._bell.ring_now()

    async def room(self, most: int) -> None:
        """Return when fewer than `most` entries wait, or nobody reads.

        The reader itself does not wait: a hook that it calls may have put something.
        """
        while len(self.entries) >= most and self._must_wait():
            turn = asyncio.get_running_loop().create_future()
            self.waiting.append((most, turn))
            try:
                await turn
            finally:
                self.waiting = [each for each in self.waiting if each[1] is not turn]

    def arrival(self) -> asyncio.Future[None]:
        """What the reader awaits when there is no entry: it is done when there is one."""
        self._reader = asyncio.current_task()
        self.awaited = arrival = asyncio.get_running_loop().create_future()
        return arrival

    def took(self) -> None:
        """Say that entries were taken."""
        self._let_on(len(self.entries))

    def told_by_tools(self) -> list[ThreadStreamEvent]:
        """Take all entries that are events of the thread, and drop what the run said."""
        told: list[Any] = [entry for entry in self.entries if isinstance(entry, WireModel)]
        self.entries.clear()
        return told

    def _arrived(self) -> None:
        arrival, self.awaited = self.awaited, None
        if arrival is not None and not arrival.done():
            arrival.set_result(None)

    def _must_wait(self) -> bool:
        return self._reader is not None and asyncio.current_task() is not self._reader

    def _let_on(self, left: int) -> None:
        for most, turn in self.waiting:
            # Half of the room at once: a hand-over for each entry would cost more than it.
            if left <= most // 2 and not turn.done():
                turn.set_result(None)


class Outlet:
    """Where a context's tools tell their events: the queue of the answer that is being read.

    What is told while there is none waits for the next.
    """

    __slots__ = ("_queues",)

    def __init__(self) -> None:
        self._queues = [EventQueue()]

    async def tell(self, events: Sequence[ThreadStreamEvent]) -> None:
        """Append the events, then wait while too much is ahead of them."""
        # All of them before anything is awaited: no other tool's event comes between.
        queue = self._queues[-1]
        for event in events:
            queue.put_now(event)
        await queue.room(MOST_OF_A_TOOL)

    def open(self) -> EventQueue:
        """The queue of a new answer, which the current task reads.

        Where another task reads one already, a tool has another agent answer with its context:
        the outer answer goes on to tell what all the tools do.
        """
        current = self._queues[-1]
        queue = EventQueue()
        queue.open()
        reader = current.reader
        if reader is None or reader.done():
            queue.entries.extend(current.told_by_tools())
        elif reader is not queue.reader:
            return queue
        self._queues.append(queue)
        return queue

    def close(self, queue: EventQueue) -> None:
        """The answer is over: what tools have told since waits for the next."""
        queue.close()
        if queue in self._queues:
            self._queues.remove(queue)
            for event in queue.told_by_tools():
                self._queues[-1].put_now(event)
