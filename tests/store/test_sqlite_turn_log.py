"""Turns in the SQLite file: who owns a running turn, what a crash leaves, what is deleted."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_making import message, names, running, sqlite_store, thread

from chatkit.errors import StoreUnavailable
from chatkit.store import SQLiteStore, SQLiteTurnLog, TurnEvents
from chatkit.store.sqlite import liveness, turn_queries

BEGIN_AND_WAIT = """
import asyncio, sys
from store_making import running, sqlite_store
from chatkit.store import TurnEvents
async def main():
    log = sqlite_store(sys.argv[1]).turn_log()
    await log.begin(running(), "ann")
    await log.append([TurnEvents("trn_1", 1, [b"{}", b"{}"])])
    print("begun", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@contextlib.contextmanager
def a_process_with_a_turn(
    path: Path, code: str = BEGIN_AND_WAIT
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that has begun trn_1 in thr_1 and is still running it; what it said."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline()
        process.kill()


async def test_only_the_turns_of_dead_processes_are_orphans(
    path: Path, sqlite: SQLiteStore[Any]
) -> None:
    """Whatever the clock says and whoever got the process id since: the lock tells."""
    log = sqlite.turn_log()
    await log.begin(running("trn_own", "thr_own"), "ann")
    with a_process_with_a_turn(path) as (other, said):
        assert said == "begun\n"
        assert await log.orphans() == []
        other.kill()
        await asyncio.to_thread(other.wait)
        (orphan,) = await log.orphans()
        assert orphan == running(last_seq=2)
    # The same answer each time, until somebody settles the turn.
    assert await log.orphans() == [orphan]
    events = TurnEvents("trn_1", 3, [b"{}"])
    assert await log.interrupt(orphan, [message(text="partial")], events)
    assert await log.orphans() == []
    assert await sqlite.load_item("thr_1", "msg_1", "ann") == message(text="partial")


async def test_a_worker_that_outlives_its_server_keeps_no_turn_running(
    path: Path, sqlite: SQLiteStore[Any]
) -> None:
    """Process pools fork: their workers may hang around after a kill -9 of the server."""
    code = BEGIN_AND_WAIT.replace(
        'print("begun", flush=True)',
        "import os, time; os.fork() or print(os.getpid(), flush=True); time.sleep(60)",
    )
    with a_process_with_a_turn(path, code) as (server, said):
        worker = int(said)
        server.kill()
        await asyncio.to_thread(server.wait)
        try:
            assert [orphan.id for orphan in await sqlite.turn_log().orphans()] == ["trn_1"]
        finally:
            os.kill(worker, signal.SIGKILL)


async def test_the_turns_of_a_closed_store_are_orphans(path: Path) -> None:
    """Its process may live on, but nobody runs them any more."""
    async with sqlite_store(path) as first:
        await first.save_thread(thread(), "ann")
        await first.turn_log().begin(running(), "ann")
        async with sqlite_store(path) as second:
            assert await second.turn_log().orphans() == []
            await first.close()
            assert await second.turn_log().orphans() == [running()]


async def test_of_two_processes_that_find_an_orphan_one_settles_it(path: Path) -> None:
    """Both look at their start; the text must be saved once."""
    async with sqlite_store(path) as dead:
        await dead.save_thread(thread(), "ann")
        await dead.turn_log().begin(running(), "ann")
    async with sqlite_store(path) as first, sqlite_store(path) as second:
        logs = first.turn_log(), second.turn_log()
        ((orphan,), (same,)) = await asyncio.gather(*(log.orphans() for log in logs))
        assert orphan == same
        settled = await asyncio.gather(
            *(log.interrupt(orphan, [message()], TurnEvents("trn_1", 1, [b"{}"])) for log in logs)
        )
        assert sorted(settled) == [False, True]
        assert await logs[0].read("trn_1", 0, 9) == [b"{}"]


async def test_files_of_killed_processes_are_taken_away(path: Path) -> None:
    """Each leaves one beside the database; after a year of crashes there would be many."""
    async with sqlite_store(path) as store:
        for number in range(3):
            liveness.lock_path(path, f"dead{number}").touch()
        await store.turn_log().begin(running(), "ann")
        await store.turn_log().orphans()
        assert [name for name in names(path.parent) if "alive" in name] == [
            liveness.lock_path(path, store._database.lifetime.id).name
        ]
    assert names(path.parent) == [path.name]


def test_a_lock_file_that_vanishes_while_it_is_taken_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep by another process may come between making the file and locking it."""
    lifetime = liveness.Lifetime(tmp_path / "chat.db")
    lock, swept = liveness._lock, list[bool]()

    def lock_after_a_sweep(file: int, *, shared: bool) -> bool:
        if not shared and not swept:
            swept.append(True)
            liveness.sweep(tmp_path / "chat.db")
            assert names(tmp_path) == []
        return lock(file, shared=shared)

    monkeypatch.setattr(liveness, "_lock", lock_after_a_sweep)
    lifetime.hold()
    assert swept
    assert not liveness.is_dead(tmp_path / "chat.db", lifetime.id)
    lifetime.release()
    assert liveness.is_dead(tmp_path / "chat.db", lifetime.id)
    lifetime.release()


async def test_a_folder_that_takes_no_lock_is_a_clear_error(
    path: Path, sqlite: SQLiteStore[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock a turn could be taken for an orphan while it runs: it must not begin."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    await sqlite.load_thread("thr_1", "ann")
    monkeypatch.setattr(liveness.os, "open", refuse)
    with pytest.raises(StoreUnavailable, match="beside the database"):
        await sqlite.turn_log().begin(running(), "ann")
    assert await sqlite.turn_log().load_turn("trn_1") is None


async def test_an_item_is_never_committed_after_its_event(sqlite: SQLiteStore[Any]) -> None:
    """Save before show: with one writer, what was queued first is durable first."""
    log = sqlite.turn_log()
    await log.begin(running(), "ann")
    order: list[str] = []

    async def note(what: str, done: Any) -> None:
        await done
        order.append(what)

    await asyncio.gather(
        note("item", sqlite.add_thread_item("thr_1", message(), "ann")),
        note("event", log.append([TurnEvents("trn_1", 1, [b"{}"])])),
    )
    assert order == ["item", "event"]


async def test_events_with_a_gap_or_a_line_break_are_refused(sqlite: SQLiteStore[Any]) -> None:
    """Either would make a reader see something else than was sent."""
    log = sqlite.turn_log()
    await log.begin(running(), "ann")
    with pytest.raises(ValueError, match="has 0 events: the next cannot be 2"):
        await log.append([TurnEvents("trn_1", 2, [b"{}"])])
    for run in ([b"{\n}"], [b"{}", b"{\n}"]):
        with pytest.raises(ValueError, match="not one line of JSON"):
            await log.append([TurnEvents("trn_1", 1, run)])
    assert await log.read("trn_1", 0, 9) == []


async def test_large_events_are_read_in_several_steps(
    sqlite: SQLiteStore[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand images at once would fill the memory; whoever reads on gets them all."""
    monkeypatch.setattr(turn_queries, "READ_BYTES", 25)
    log = sqlite.turn_log()
    await log.begin(running(), "ann")
    events = [b"%010d" % number for number in range(1, 8)]
    await log.append([TurnEvents("trn_1", 1, events[:2])])
    for number, event in enumerate(events[2:], 3):
        await log.append([TurnEvents("trn_1", number, [event])])
    seen: list[bytes] = []
    steps: list[int] = []
    while some := await log.read("trn_1", len(seen), 100):
        seen += some
        steps.append(len(some))
    assert seen == events
    assert steps == [3, 3, 1]


async def test_a_turn_cannot_end_as_running(sqlite: SQLiteStore[Any]) -> None:
    """Exactly one terminal state."""
    log = sqlite.turn_log()
    await log.begin(running(), "ann")
    with pytest.raises(ValueError, match="cannot end as running"):
        await log.finish("trn_1", "running")


async def test_many_old_turns_are_trimmed_in_small_steps(sqlite: SQLiteStore[Any]) -> None:
    """Nobody's message waits for thousands of turns to be forgotten; the clock is injected."""
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    log = SQLiteTurnLog(sqlite._database, str, clock=lambda: moment)
    for number in range(250):
        await log.begin(running(f"trn_{number}", f"thr_{number}"), "ann")
        await log.append([TurnEvents(f"trn_{number}", 1, [b"{}"])])
        await log.finish(f"trn_{number}", "completed")
    assert await log.trim(moment) == 0
    assert await log.trim(moment + timedelta(microseconds=1)) == 250
    record = await log.load_turn("trn_249")
    assert record is not None
    assert (record.trimmed, record.last_seq, record.ended_at) == (True, 1, moment)


async def test_turns_survive_a_restart(path: Path) -> None:
    """A client that attaches after a restart reads on from where it was."""
    async with sqlite_store(path) as store:
        log = store.turn_log()
        await log.begin(running(request_id="req"), "ann")
        await log.append([TurnEvents("trn_1", 1, [b"1", b"2", b"3"])])
        await log.finish("trn_1", "completed")
    async with sqlite_store(path) as store:
        log = store.turn_log()
        assert await log.read("trn_1", 1, 9) == [b"2", b"3"]
        (record,) = await log.find_request("req")
        assert (record.state, record.last_seq) == ("completed", 3)
