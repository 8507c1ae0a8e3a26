"""Both stores give the same answers to any sequence of operations (hypothesis)."""

import asyncio
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from store_making import NOON, message, running, sqlite_store, thread, user_of

from chatkit.errors import ChatKitError
from chatkit.store import MemoryStore, RequestBegun, TurnEvents, TurnRecord
from chatkit.testing.conformance.samples import file_attachment
from chatkit.types import SDKHiddenContextItem
from database_schemas import Schema

users = st.sampled_from(["ann", "bob"])
threads = st.sampled_from(["thr_1", "thr_2", "thr_\x00", "thr_😀"])
items = st.sampled_from(["a", "b", "c", "d", "\n\t"])
orders = st.sampled_from(["asc", "desc"])
limits = st.integers(1, 4)
REQUESTS = ["one", "two", "\x00", "long " * 2_000]
requests = st.none() | st.sampled_from(REQUESTS)


class TwoStores(RuleBasedStateMachine):
    """Does the same to a memory store and to a SQLite store, and compares what comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.memory = MemoryStore(owner=user_of)
        self.other: Any = self.open_other()

    def open_other(self) -> Any:
        """The store that is compared with the one in memory."""
        return sqlite_store(Path(self.folder.name) / "chat.db")

    def teardown(self) -> None:
        self.runner.run(self.other.close())
        self.runner.close()
        self.folder.cleanup()

    def both(self, method: str, *arguments: Any) -> Any:
        stores = (self.memory, self.other)
        return self.same(*(getattr(store, method)(*arguments) for store in stores))

    def both_logs(self, method: str, *arguments: Any) -> Any:
        logs = (self.memory.turn_log(), self.other.turn_log())
        return self.same(*(getattr(log, method)(*arguments) for log in logs))

    def same(self, first: Awaitable[Any], second: Awaitable[Any]) -> Any:
        one, other = (self.runner.run(_outcome(answer)) for answer in (first, second))
        assert one == other
        return one

    @rule(user=users, thread_id=threads, title=st.text(), day=st.integers(0, 3))
    def save_thread(self, user: str, thread_id: str, title: str, day: int) -> None:
        created_at = NOON + timedelta(days=day)
        saved = thread(thread_id, title=title, created_at=created_at, metadata={"title": title})
        self.both("save_thread", saved, user)

    @rule(user=users, thread_id=threads)
    def delete_thread(self, user: str, thread_id: str) -> None:
        self.both("delete_thread", thread_id, user)

    @rule(user=users, thread_id=threads, item_id=items, text=st.text())
    def save_item(self, user: str, thread_id: str, item_id: str, text: str) -> None:
        self.both("save_item", thread_id, message(item_id, text), user)

    @rule(user=users, thread_id=threads, item_id=items)
    def hide_item(self, user: str, thread_id: str, item_id: str) -> None:
        hidden = SDKHiddenContextItem(
            id=item_id, thread_id=thread_id, created_at=NOON, content="hidden"
        )
        self.both("add_thread_item", thread_id, hidden, user)

    @rule(user=users, thread_id=threads, item_id=items)
    def delete_item(self, user: str, thread_id: str, item_id: str) -> None:
        self.both("delete_thread_item", thread_id, item_id, user)

    @rule(
        user=users,
        thread_id=threads,
        item_id=items,
        after=st.none() | items,
        limit=limits,
        order=orders,
    )
    def look(
        self, user: str, thread_id: str, item_id: str, after: str | None, limit: int, order: str
    ) -> None:
        self.both("load_item", thread_id, item_id, user)
        self.both("load_thread_items", thread_id, after, limit, order, user)
        self.both("load_client_items", thread_id, after, limit, order, user)

    @rule(user=users, after=st.none() | threads, limit=limits, order=orders)
    def list_threads(self, user: str, after: str | None, limit: int, order: str) -> None:
        self.both("load_threads", limit, after, order, user)
        self.both("load_client_threads", limit, after, order, user)

    @rule(user=users, thread_id=st.none() | threads, name=items)
    def attach(self, user: str, thread_id: str | None, name: str) -> None:
        self.both("save_attachment", file_attachment(name, thread_id), user)
        self.both("load_attachment", name, user)

    @rule(user=users, name=items)
    def detach(self, user: str, name: str) -> None:
        self.both("delete_attachment", name, user)

    @rule(user=users, thread_id=threads, rated=st.lists(items, max_size=3), good=st.booleans())
    def rate(self, user: str, thread_id: str, rated: list[str], good: bool) -> None:
        self.both("save_feedback", thread_id, rated, "positive" if good else "negative", user)
        self.both("load_feedback", thread_id, user)

    @rule(user=users, thread_id=threads, turn=items, request=requests)
    def begin(self, user: str, thread_id: str, turn: str, request: str | None) -> None:
        if self.runner.run(self.memory.turn_log().load_turn(turn)) is None:
            self.both_logs("begin", running(turn, thread_id, request_id=request), user)

    @rule(turn=items, more=items, first=st.integers(1, 6), number=st.integers(1, 4))
    def append(self, turn: str, more: str, first: int, number: int) -> None:
        if self.is_trimmed(turn) or self.is_trimmed(more):
            return  # long over: nobody appends to it any more, so the contract says nothing of it
        payloads = [b"%d" % seq for seq in range(first, first + number)]
        if first <= 1 + min(self.last_seq(turn), self.last_seq(more)):
            batch = [TurnEvents(turn, first, payloads), TurnEvents(more, first, payloads)]
            self.both_logs("append", batch)
        else:
            # A gap is refused; of a batch, what precedes the gap may be kept.
            self.both_logs("append", [TurnEvents(turn, first, payloads)])
        self.both_logs("read", turn, first - 1, number)
        self.both_logs("read", turn, 0, 100)

    def is_trimmed(self, turn: str) -> bool:
        record = self.runner.run(self.memory.turn_log().load_turn(turn))
        return record is not None and record.trimmed

    def last_seq(self, turn: str) -> int:
        record = self.runner.run(self.memory.turn_log().load_turn(turn))
        return record.last_seq if record else 0

    @rule(turn=items, item_ids=st.lists(items, max_size=3))
    def load_items(self, turn: str, item_ids: list[str]) -> None:
        record = self.runner.run(self.memory.turn_log().load_turn(turn))
        if record is not None:
            self.both_logs("load_items", record, sorted(set(item_ids)))

    @rule(turn=items, thread_id=threads, item_id=items)
    def interrupt(self, turn: str, thread_id: str, item_id: str) -> None:
        record = self.runner.run(self.memory.turn_log().load_turn(turn))
        if record is not None:
            last = TurnEvents(turn, record.last_seq + 1, [b"{}"])
            self.both_logs("interrupt", record, [message(item_id, "partial")], last)

    @rule(turn=items)
    def finish(self, turn: str) -> None:
        self.both_logs("finish", turn, "completed")

    @rule(late=st.booleans())
    def trim(self, late: bool) -> None:
        self.both_logs("trim", NOON + timedelta(days=100_000 if late else -1))

    @rule(thread_id=threads)
    def forget(self, thread_id: str) -> None:
        self.both_logs("forget_thread", thread_id)

    @invariant()
    def requests_agree(self) -> None:
        for request in REQUESTS:
            self.both_logs("find_request", request)


async def _outcome(answer: Awaitable[Any]) -> Any:
    """What came back or was raised, in a form that can be compared."""
    try:
        found = await answer
    except (ChatKitError, RequestBegun, ValueError) as error:
        return type(error), str(error)
    return _without_times(found)


def _without_times(found: Any) -> Any:
    """Records without the moment of their end, which two clocks cannot agree on."""
    if isinstance(found, list):
        return [_without_times(each) for each in found]
    return replace(found, ended_at=None) if isinstance(found, TurnRecord) else found


class MemoryAndPostgres(TwoStores):
    """The same with a PostgreSQL store."""

    url = ""

    def open_other(self) -> Any:
        self.schema = Schema(self.url)
        return self.schema.store(owner=user_of)

    def teardown(self) -> None:
        super().teardown()
        self.schema.drop()

    def is_trimmed(self, turn: str) -> bool:
        # A turn that was interrupted is over for whoever ran it: PostgreSQL says so.
        record = self.runner.run(self.memory.turn_log().load_turn(turn))
        return record is not None and (record.trimmed or record.state == "interrupted")


@pytest.fixture(scope="module", autouse=True)
def _database(postgres_url: str) -> None:
    MemoryAndPostgres.url = postgres_url


TestMemoryAndPostgres = MemoryAndPostgres.TestCase
TestMemoryAndPostgres.settings = settings(max_examples=10, stateful_step_count=30, deadline=None)
TestMemoryAndPostgres.pytestmark = pytest.mark.timeout(300)
TestTwoStores = TwoStores.TestCase
TestTwoStores.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
