"""What the memory store promises beyond the contract: pages that cost what they hold, threads."""

import asyncio
import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from store_making import NOON, message, running, thread, user_of

from chatkit.errors import AttachmentNotFound, ThreadNotFound
from chatkit.store import KeepsFeedback, KeepsTurns, MemoryStore, ServesClientPages, TurnEvents
from chatkit.store.memory import MemoryTurnLog, turn_log
from chatkit.store.memory.ordered import OrderedRows
from chatkit.testing.conformance.samples import file_attachment


@dataclass
class Row:
    """A row of nothing else."""

    id: str


def test_a_page_of_twenty_looks_at_twenty_of_ten_thousand() -> None:
    """Reloading a long thread must not get slower with every message."""
    rows = OrderedRows[Row]()
    for number in range(10_000):
        rows.put(str(number), Row(str(number)))
    looked_at: list[str] = []

    def hides(row: Row) -> bool:
        looked_at.append(row.id)
        return False

    for after, descending in ((None, True), (None, False), ("5000", True), ("5000", False)):
        looked_at.clear()
        page, cursor = rows.page(after, 20, descending=descending, hides=hides)
        assert (len(page), cursor, len(looked_at)) == (20, page[-1].id, 21)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("limit", [1, 2, 3, 49, 50, 51, 99, 100, 101])
def test_hidden_rows_take_no_room_on_a_page(limit: int, *, descending: bool) -> None:
    """Page after page, every row that is shown comes once, and the last page has no cursor."""
    rows = OrderedRows[Row]()
    for number in range(100):
        rows.put(str(number), Row(str(number)))
    found: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = rows.page(
            cursor, limit, descending=descending, hides=lambda row: int(row.id) % 4 < 2
        )
        found += [row.id for row in page]
        if cursor is None:
            break
        assert len(page) == limit
    shown = [str(number) for number in range(100) if number % 4 >= 2]
    assert found == (shown[::-1] if descending else shown)


def test_rows_stand_by_rank_and_then_by_age() -> None:
    """A row keeps its age when it is replaced, and moves when its rank changes."""
    rows = OrderedRows[Row]()
    for row_id, rank in (("a", 2), ("b", 1), ("c", 2), ("d", 1)):
        rows.put(row_id, Row(row_id), rank)
    rows.put("a", Row("A"), 2)
    rows.put("d", Row("D"), 2)

    def order() -> str:
        page, _ = rows.page(None, 9, descending=False)
        return "".join(row.id for row in page)

    assert order() == "bAcD"
    rows.put("d", Row("d"), 1)
    assert order() == "bdAc"
    assert rows.discard("A") is False
    assert rows.discard("a") is True
    assert order() == "bdc"
    with pytest.raises(KeyError):
        rows.get("a")


def test_the_store_offers_all_that_the_server_can_use() -> None:
    """The server asks with isinstance: a renamed method would quietly slow it down."""
    store = MemoryStore[object]()
    assert isinstance(store, ServesClientPages)
    assert isinstance(store, KeepsFeedback)
    assert isinstance(store, KeepsTurns)
    assert store.turn_log() is store.turn_log()


def test_several_threads_may_use_one_store() -> None:
    """Flask runs each request in a thread of its own."""
    store = MemoryStore(owner=user_of)
    failures: list[BaseException] = []

    async def use(name: str) -> None:
        await store.save_thread(thread(name), "ann")
        for number in range(200):
            await store.add_thread_item(name, message(str(number)), "ann")
            await store.load_threads(100, None, "desc", "ann")
        page = await store.load_thread_items(name, None, 999, "asc", "ann")
        assert len(page.data) == 200

    def run(name: str) -> None:
        try:
            asyncio.run(use(name))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(f"thr_{number}",)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []


async def test_a_turn_log_without_a_store_keeps_turns_of_any_thread() -> None:
    """For hosts whose own store keeps none: turns can be resumed while the process lives."""
    log = MemoryTurnLog()
    await log.begin(running(), "whoever")
    assert log.append_now(TurnEvents("trn_1", 1, [b"{}"]))
    assert await log.read("trn_1", 0, 9) == [b"{}"]
    assert await log.load_items(running(), ["msg_1"]) == []
    assert await log.interrupt(running(), [message()], TurnEvents("trn_1", 2, [b"{}"]))
    assert await log.load_turn("trn_1") is None


async def test_events_with_a_gap_are_refused() -> None:
    """A reader would miss one and not know."""
    log = MemoryTurnLog()
    await log.begin(running(), None)
    with pytest.raises(ValueError, match="has 0 events: the next cannot be 2"):
        log.append_now(TurnEvents("trn_1", 2, [b"{}"]))
    with pytest.raises(ValueError, match="cannot end as running"):
        await log.finish("trn_1", "running")


async def test_a_thread_that_is_deleted_takes_its_attachments_along() -> None:
    """Security 35; those of other threads, and those not sent yet, stay."""
    store = MemoryStore(owner=user_of)
    await store.save_thread(thread(), "ann")
    await store.save_attachment(file_attachment("sent", "thr_1"), "ann")
    await store.save_attachment(file_attachment("unsent"), "ann")
    await store.delete_thread("thr_1", "ann")
    with pytest.raises(AttachmentNotFound):
        await store.load_attachment("sent", "ann")
    assert await store.load_attachment("unsent", "ann") == file_attachment("unsent")
    with pytest.raises(ThreadNotFound):
        await store.save_attachment(file_attachment("late", "thr_1"), "ann")


async def finished(log: MemoryTurnLog, turn_id: str, events: list[bytes]) -> None:
    await log.begin(running(turn_id, f"thr_{turn_id}"), None)
    await log.append([TurnEvents(turn_id, 1, events)])
    await log.finish(turn_id, "completed")


async def test_a_turn_that_says_too_much_loses_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A model that never ends must not fill the memory; who asks from the start gets nothing."""
    monkeypatch.setattr(turn_log, "MAX_TURN_BYTES", 40)
    log = MemoryTurnLog()
    await log.begin(running(), None)
    for number in range(1, 6):
        assert log.append_now(TurnEvents("trn_1", number, [b"%010d" % number]))
    assert await log.read("trn_1", 0, 9) == []
    assert await log.read("trn_1", 2, 9) == [b"%010d" % number for number in (3, 4, 5)]
    record = await log.load_turn("trn_1")
    assert record is not None
    assert record.last_seq == 5


async def test_all_turns_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that ended first are trimmed first, running ones never."""
    monkeypatch.setattr(turn_log, "MAX_BYTES", 25)
    log = MemoryTurnLog()
    for turn_id in ("a", "b", "c"):
        await finished(log, turn_id, [b"0123456789"])
    records = [await log.load_turn(turn_id) for turn_id in ("a", "b", "c")]
    assert [record and record.trimmed for record in records] == [True, False, False]
    await log.begin(running(), None)
    log.append_now(TurnEvents("trn_1", 1, [b"x" * 30]))
    assert await log.read("trn_1", 0, 9) == [b"x" * 30]
    assert await log.read("b", 0, 9) == await log.read("c", 0, 9) == []


async def test_records_of_trimmed_turns_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that runs for a year has answered a million times."""
    monkeypatch.setattr(turn_log, "MAX_TRIMMED", 2)
    log = MemoryTurnLog()
    for turn_id in ("a", "b", "c"):
        await finished(log, turn_id, [b"{}"])
    assert await log.trim(NOON + timedelta(days=100_000)) == 3
    assert await log.load_turn("a") is None
    assert await log.load_turn("c") is not None
