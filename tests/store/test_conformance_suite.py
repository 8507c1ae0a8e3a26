"""The suite itself: it finds what a store does wrong, says it, and needs nothing of ours."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_making import user_of

from chatkit.errors import NotFoundError
from chatkit.store import MemoryStore, Store, TurnLog
from chatkit.store.memory import MemoryTurnLog
from chatkit.testing import (
    ConformanceFailure,
    StoreConformance,
    TurnLogConformance,
    check_store,
    check_turn_log,
)
from chatkit.testing.conformance import suite
from chatkit.types import Page, ThreadItem, ThreadMetadata


class Delegating(Store[Any]):
    """A host's own store: the twelve methods and nothing else, over a memory store."""

    def __init__(self) -> None:
        self.kept = MemoryStore(owner=user_of)

    async def load_thread(self, thread_id: str, context: Any) -> ThreadMetadata:
        return await self.kept.load_thread(thread_id, context)

    async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
        await self.kept.save_thread(thread, context)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        return await self.kept.load_thread_items(thread_id, after, limit, order, context)

    async def save_attachment(self, attachment: Any, context: Any) -> None:
        await self.kept.save_attachment(attachment, context)

    async def load_attachment(self, attachment_id: str, context: Any) -> Any:
        return await self.kept.load_attachment(attachment_id, context)

    async def delete_attachment(self, attachment_id: str, context: Any) -> None:
        await self.kept.delete_attachment(attachment_id, context)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Any
    ) -> Page[ThreadMetadata]:
        return await self.kept.load_threads(limit, after, order, context)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await self.kept.add_thread_item(thread_id, item, context)

    async def save_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        await self.kept.save_item(thread_id, item, context)

    async def load_item(self, thread_id: str, item_id: str, context: Any) -> ThreadItem:
        return await self.kept.load_item(thread_id, item_id, context)

    async def delete_thread(self, thread_id: str, context: Any) -> None:
        await self.kept.delete_thread(thread_id, context)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Any) -> None:
        await self.kept.delete_thread_item(thread_id, item_id, context)


class KeepsReferences(Delegating):
    """Keeps the objects that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, ThreadItem] = {}

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        self.objects[item.id] = item
        await super().add_thread_item(thread_id, item, context)

    async def load_item(self, thread_id: str, item_id: str, context: Any) -> ThreadItem:
        await super().load_item(thread_id, item_id, context)
        return self.objects[item_id]


class StartsOver(Delegating):
    """Takes an unknown cursor for none."""

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        try:
            return await super().load_thread_items(thread_id, after, limit, order, context)
        except NotFoundError:
            return await super().load_thread_items(thread_id, None, limit, order, context)


class NeverEnds(Delegating):
    """Has more, and again the same."""

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Any
    ) -> Page[ThreadMetadata]:
        page = await super().load_threads(limit, None, order, context)
        return Page(data=page.data, has_more=True, after=page.data[0].id if page.data else None)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        page = await super().load_thread_items(thread_id, None, limit, order, context)
        return Page(data=page.data, has_more=True, after=page.data[0].id if page.data else "x")


class ForgetsTheCursor(Delegating):
    """Says that there is more, not where."""

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        page = await super().load_thread_items(thread_id, after, limit, order, context)
        return Page(data=page.data, has_more=page.has_more)


class ForgetsTheOwner(Delegating):
    """Serves everybody's threads to anybody."""

    def __init__(self) -> None:
        self.kept = MemoryStore()


class AppendsTwice(Delegating):
    """Takes the item that comes a second time for another one."""

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Any
    ) -> Page[ThreadItem]:
        page = await super().load_thread_items(thread_id, after, limit, order, context)
        return Page(data=page.data[:1] + page.data, has_more=page.has_more, after=page.after)


class Breaks(Delegating):
    """Raises what no contract speaks of."""

    async def save_attachment(self, attachment: Any, context: Any) -> None:
        raise ZeroDivisionError("no such bucket")


class ReturnsNone(Delegating):
    """Answers an unknown id with None, as a dictionary would."""

    async def load_thread(self, thread_id: str, context: Any) -> Any:
        try:
            return await super().load_thread(thread_id, context)
        except NotFoundError:
            return None


FAULTS: dict[Callable[[], Store[Any]], tuple[str, str]] = {
    KeepsReferences: ("a_kept_item_is_not_shared", "got 'changed', expected 'kept'"),
    StartsOver: ("a_page_after_a_deleted_item_does_not_start_over", "the page after a deleted"),
    NeverEnds: ("items_come_in_pages", "never end"),
    ForgetsTheCursor: ("items_come_in_pages", "no cursor"),
    ForgetsTheOwner: ("a_foreign_thread_is_not_found", "did not raise NotFoundError"),
    AppendsTwice: ("items_come_in_the_order_they_were_added", 'the order "asc"'),
    Breaks: ("an_attachment_comes_back_as_it_was_saved", "no such bucket"),
    ReturnsNone: ("an_unknown_thread_is_not_found", "but returned None"),
}


@pytest.mark.parametrize("make_store", FAULTS, ids=lambda store: store.__name__)
async def test_a_fault_is_found_and_named(make_store: Callable[[], Store[Any]]) -> None:
    """Each of these stores is one that somebody wrote."""
    check, detail = FAULTS[make_store]
    with pytest.raises(ExceptionGroup, match=r"checks failed") as caught:
        await check_store(make_store, context="ann", other_context="bob")
    notes = {note: error for error in caught.value.exceptions for note in error.__notes__}
    assert detail in str(notes[f"in: {check.replace('_', ' ')}"])


async def test_all_failures_are_reported_at_once() -> None:
    """Whoever writes a store wants the list, not the first of many."""

    class DoesNothing(Delegating):
        async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
            pass

    with pytest.raises(ExceptionGroup) as caught:
        await check_store(DoesNothing, context="ann", other_context="bob")
    assert len(caught.value.exceptions) > 20


async def test_a_plain_store_of_one_user_passes() -> None:
    """The twelve methods are enough; what does not apply is said."""

    class OneUser(Delegating):
        def __init__(self) -> None:
            self.kept = MemoryStore()

    report = await check_store(OneUser)
    assert "items_come_in_pages" in report.passed
    assert "a_foreign_thread_is_not_found" in report.not_applicable
    assert "feedback_is_kept_and_the_last_opinion_counts" in report.not_applicable
    assert len(report.passed) > 30


async def test_a_store_that_keeps_no_turns_has_no_turn_log_to_check() -> None:
    """Nothing passed is not the same as nothing failed."""
    report = await check_turn_log(Delegating, context="ann")
    assert report.passed == []
    assert len(report.not_applicable) > 15


async def test_a_faulty_turn_log_is_found() -> None:
    """One that lets two turns run in one thread, and answers a second end with True."""

    class Careless(MemoryTurnLog):
        async def begin(self, record: Any, context: object) -> None:
            await super().begin(record, context)
            self._running.pop(record.thread_id)

        async def finish(self, turn_id: str, state: Any) -> bool:
            return True

    class CarelessStore(MemoryStore[Any]):
        def turn_log(self) -> TurnLog:
            return log

    log = Careless()
    with pytest.raises(ExceptionGroup) as caught:
        await check_turn_log(CarelessStore)
    notes = {error.__notes__[0] for error in caught.value.exceptions}
    assert {"in: a thread has one running turn", "in: a turn ends once"} <= notes


async def test_a_store_that_hangs_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not hold up a test run for ever."""
    monkeypatch.setattr(suite, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(suite, "STORE_CHECKS", suite.STORE_CHECKS[:1])

    class Hangs(Delegating):
        async def save_thread(self, thread: ThreadMetadata, context: Any) -> None:
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        await check_store(Hangs, context="ann")
    assert isinstance(caught.value.exceptions[0], TimeoutError)


async def test_stores_are_closed_after_each_check() -> None:
    """Whatever the outcome: connections would pile up otherwise."""
    opened: list[Any] = []

    class Closing(Delegating):
        closed = False

        async def close(self) -> None:
            self.closed = True

    async def make_store() -> Store[Any]:
        opened.append(Closing())
        return opened[-1]

    await check_store(make_store, context="ann")
    assert len(opened) > 30
    assert all(store.closed for store in opened)


def test_a_class_without_a_store_says_what_is_missing() -> None:
    """The first thing that everybody forgets."""

    class TestNothing(StoreConformance):
        pass

    with pytest.raises(NotImplementedError, match="TestNothing must override make_store"):
        TestNothing().test_items_come_in_pages()  # type: ignore[attr-defined]


def test_what_does_not_apply_is_skipped_with_its_reason() -> None:
    """A green test for a feature that is not there would be a lie."""
    import unittest

    class TestPlain(TurnLogConformance):
        def make_store(self) -> Store[Any]:
            return Delegating()

    with pytest.raises(unittest.SkipTest, match="keeps no turns"):
        TestPlain().test_a_turn_ends_once()  # type: ignore[attr-defined]

    class TestTurns(TurnLogConformance):
        def make_store(self) -> Store[Any]:
            return MemoryStore()

    for name in (
        "test_running_turns_of_a_live_process_are_no_orphans",
        "test_a_turn_does_not_begin_in_a_foreign_thread",
    ):
        with pytest.raises(unittest.SkipTest):
            getattr(TestTurns(), name)()


def test_three_lines_are_enough(tmp_path: Path) -> None:
    """In a project without pytest-asyncio, a conftest or a configuration of ours."""
    (tmp_path / "test_mine.py").write_text(
        "from chatkit.store import MemoryStore\n"
        "from chatkit.testing import StoreConformance\n"
        "class TestMine(StoreConformance):\n"
        "    make_store = lambda self: MemoryStore()\n"
    )
    arguments = ["-W", "error", "-p", "no:asyncio", "-p", "no:cacheprovider", "-q", str(tmp_path)]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "/dev/null", *arguments],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "passed" in ended.stdout


def test_a_failure_is_an_assertion() -> None:
    """pytest shows it as a failure, not as an error."""
    assert issubclass(ConformanceFailure, AssertionError)
