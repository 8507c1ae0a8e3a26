"""The threads under the SQLite store: batches, failures, loops, cancellation, the end."""

import asyncio
import gc
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from sqlite3 import Connection

import pytest
from store_making import names, open_files, run_python

from chatkit.errors import StoreUnavailable
from chatkit.store.sqlite import database as database_module
from chatkit.store.sqlite import worker
from chatkit.store.sqlite.database import Database
from chatkit.store.sqlite.liveness import is_dead

SECONDS = 10


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    """A database with a table of notes."""
    database = Database(path, synchronous="NORMAL", patience=5.0)
    await database.write(lambda c: c.execute("CREATE TABLE notes (text TEXT UNIQUE)") and None)
    yield database
    await database.close()


def note(text: str, connection: Connection) -> None:
    connection.execute("INSERT INTO notes VALUES (?)", (text,))


def notes(connection: Connection) -> list[str]:
    return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY rowid")]


class Gate:
    """Holds the thread that runs a job until it is opened."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()

    def pass_through(self, connection: Connection) -> None:
        self._reached.set()
        assert self._open.wait(SECONDS)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, SECONDS)

    def open(self) -> None:
        self._open.set()


async def test_writes_that_wait_are_committed_together(database: Database) -> None:
    """Each commit costs; a hundred turns that write at once shall pay for one."""
    gate, statements = Gate(), list[str]()

    def watch(connection: Connection) -> None:
        connection.set_trace_callback(statements.append)
        gate.pass_through(connection)

    first = asyncio.create_task(database.write(watch))
    await gate.reached()
    rest = [asyncio.create_task(database.write(lambda c, n=n: note(str(n), c))) for n in range(100)]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(first, *rest)
    await database.write(lambda c: c.set_trace_callback(None))
    assert await database.read(notes) == [str(n) for n in range(100)]
    # One for the job that held the thread, one for all the others.
    assert statements.count("COMMIT") == 2


async def test_a_batch_has_an_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes want the lock between two transactions of this one."""
    monkeypatch.setattr(worker, "MAX_BATCH", 10)
    gate, statements = Gate(), list[str]()

    def watch(connection: Connection) -> None:
        connection.set_trace_callback(statements.append)
        gate.pass_through(connection)

    writes = [asyncio.create_task(database.write(watch))]
    await gate.reached()
    writes += [
        asyncio.create_task(database.write(lambda c, n=n: note(str(n), c))) for n in range(25)
    ]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(*writes)
    assert statements.count("COMMIT") == 4
    await database.write(lambda c: c.set_trace_callback(None))


async def test_after_a_fork_the_threads_are_started_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child has none, and must not wait for its parent's; its turns are its own."""
    await database.write(lambda c: database.lifetime.hold())
    parents, before = database.lifetime, threading.active_count()
    monkeypatch.setattr(database_module.os, "getpid", lambda: 1)
    assert await database.read(notes) == []
    assert database.lifetime is not parents
    # The parent's lock stays: only the parent knows when it is done.
    assert not is_dead(database.path, parents.id)
    parents.release()
    assert threading.active_count() == before + 1


async def test_a_single_statement_alone_needs_no_transaction_of_its_own(database: Database) -> None:
    """Three statements where one does would cost a lone user three times the waiting."""
    statements: list[str] = []
    await database.write(lambda c: c.set_trace_callback(statements.append))
    statements.clear()
    await database.write(lambda c: note("a", c), single=True)
    assert statements == ["INSERT INTO notes VALUES ('a')"]
    await database.write(lambda c: c.set_trace_callback(None))


async def test_a_failing_write_takes_no_other_with_it(database: Database) -> None:
    """Those beside it in the batch belong to other users; its own half is undone."""
    gate = Gate()

    def fail(connection: Connection) -> None:
        note("half", connection)
        raise ValueError("the other half")

    def fail_at_once(connection: Connection) -> None:
        raise LookupError("nothing done")

    jobs = [
        gate.pass_through,
        lambda c: note("before", c),
        fail,
        fail_at_once,
        lambda c: note("after", c),
    ]
    tasks = [asyncio.create_task(database.write(job)) for job in jobs]
    await gate.reached()
    gate.open()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [
        type(None),
        type(None),
        ValueError,
        LookupError,
        type(None),
    ]
    assert await database.read(notes) == ["before", "after"]


async def test_a_broken_constraint_is_the_callers_error(database: Database) -> None:
    """It says nothing about the disk: trying again would not help."""
    await database.write(lambda c: note("a", c))
    gate = Gate()
    jobs = [gate.pass_through, lambda c: note("b", c), lambda c: note("a", c)]
    tasks = [asyncio.create_task(database.write(job)) for job in jobs]
    await gate.reached()
    gate.open()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert await database.read(notes) == ["a", "b"]


async def test_a_caller_who_is_cancelled_breaks_nothing(database: Database) -> None:
    """A client that goes away cancels its request at any moment; what it asked to write is kept."""
    gate = Gate()
    held = asyncio.create_task(database.write(gate.pass_through))
    await gate.reached()
    cancelled = [
        asyncio.create_task(database.write(lambda c, n=n: note(str(n), c))) for n in range(10)
    ]
    kept = asyncio.create_task(database.write(lambda c: note("kept", c)))
    await asyncio.sleep(0)
    for task in (held, *cancelled):
        task.cancel()
    gate.open()
    await kept
    assert await database.read(notes) == [*(str(n) for n in range(10)), "kept"]
    assert all(
        isinstance(r, asyncio.CancelledError)
        for r in await asyncio.gather(held, *cancelled, return_exceptions=True)
    )


async def test_a_read_that_nobody_waits_for_is_left_out(database: Database) -> None:
    """A thousand clients that gave up must not hold up the one who is still there."""
    gate, ran = Gate(), list[int]()
    held = asyncio.create_task(database.read(gate.pass_through))
    await gate.reached()
    given_up = [asyncio.create_task(database.read(lambda c: ran.append(1))) for _ in range(10)]
    await asyncio.sleep(0)
    for task in given_up:
        task.cancel()
    await asyncio.sleep(0)
    still_there = asyncio.create_task(database.read(notes))
    await asyncio.sleep(0)
    gate.open()
    assert await still_there == []
    await held
    assert ran == []


async def test_a_long_read_holds_up_no_write(database: Database) -> None:
    """Somebody's export of ten thousand threads must not stop everybody's answers."""
    gate = Gate()
    reading = asyncio.create_task(database.read(gate.pass_through))
    await gate.reached()
    await asyncio.wait_for(database.write(lambda c: note("written", c)), SECONDS)
    gate.open()
    await reading
    assert await database.read(notes) == ["written"]


async def test_reads_that_are_done_do_not_wait_for_a_slow_one(database: Database) -> None:
    """They were asked for at the same moment, so they are worked off together."""
    hold, slow = Gate(), Gate()
    held = asyncio.create_task(database.read(hold.pass_through))
    await hold.reached()

    def take_long(connection: Connection) -> None:
        threading.Event().wait(0.002)

    quick = asyncio.create_task(database.read(notes))
    longer = asyncio.create_task(database.read(take_long))
    slowest = asyncio.create_task(database.read(slow.pass_through))
    await asyncio.sleep(0)
    hold.open()
    assert await asyncio.wait_for(quick, SECONDS) == []
    await asyncio.wait_for(longer, SECONDS)
    assert not slowest.done()
    slow.open()
    await asyncio.gather(held, slowest)


async def test_a_write_is_seen_by_whoever_reads_after_it(database: Database) -> None:
    """Through two connections: the reader must not stay on an older state."""
    for number in range(200):
        await database.write(lambda c, n=number: note(str(n), c))
        assert len(await database.read(notes)) == number + 1


async def test_several_event_loops_share_one_database(database: Database) -> None:
    """Flask runs each request in a loop of its own."""
    failures: list[BaseException] = []

    async def use(name: str) -> None:
        for number in range(50):
            text = f"{name}-{number}"
            await database.write(lambda c, text=text: note(text, c))
            assert text in await database.read(notes)

    def run(name: str) -> None:
        try:
            asyncio.run(use(name))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    assert failures == []
    assert len(await database.read(notes)) == 200


async def test_a_loop_that_was_closed_meanwhile_stops_nobody(database: Database) -> None:
    """A request's loop may end while its write waits; the others still get their answers."""
    gate = Gate()

    async def leave() -> None:
        writing = asyncio.ensure_future(database.write(gate.pass_through))
        await gate.reached()
        writing.cancel()

    await asyncio.to_thread(asyncio.run, leave())
    gate.open()
    await database.write(lambda c: note("still here", c))
    assert await database.read(notes) == ["still here"]


async def test_closing_waits_for_what_is_being_written(path: Path, database: Database) -> None:
    """A server that shuts down in order loses nothing, and leaves one file."""
    writes = [
        asyncio.create_task(database.write(lambda c, n=n: note(str(n), c))) for n in range(100)
    ]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*writes)
    assert names(path.parent) == [path.name]
    again = Database(path, synchronous="NORMAL", patience=5.0)
    assert len(await again.read(notes)) == 100
    await again.close()


async def test_a_closed_database_refuses_politely(database: Database) -> None:
    """Late writes get an error that the server knows, not a hang. Closing twice is fine."""
    await asyncio.gather(database.close(), database.close())
    with pytest.raises(StoreUnavailable, match="closed"):
        await database.write(lambda c: note("late", c))
    with pytest.raises(StoreUnavailable, match="closed"):
        await database.read(notes)


async def test_a_database_that_was_never_used_has_no_threads_and_no_file(path: Path) -> None:
    """Importing a module that makes a store must cost nothing."""
    before = threading.active_count()
    database = Database(path / "deep" / "chat.db", synchronous="NORMAL", patience=5.0)
    assert threading.active_count() == before
    assert names(path.parent) == []
    await database.close()
    assert names(path.parent) == []


async def test_a_forgotten_database_ends_its_threads(path: Path) -> None:
    """Tests and notebooks make stores and drop them: neither threads nor files may pile up."""
    gc.collect()  # what earlier tests have left is not to be counted
    before = threading.active_count()
    files = open_files()
    database = Database(path, synchronous="NORMAL", patience=5.0)
    await database.write(lambda c: None)
    await database.read(lambda c: None)
    assert threading.active_count() == before + 2
    del database
    gc.collect()
    assert threading.active_count() == before
    assert open_files() == files


def test_a_program_that_closes_nothing_ends_in_order(path: Path) -> None:
    """No warning, no hang, and the write-ahead log is written back."""
    ended = run_python(
        "import asyncio, sys; from chatkit.store import SQLiteStore;"
        "store = SQLiteStore(sys.argv[1]);"
        "asyncio.run(store.load_threads(1, None, 'asc', None))",
        path,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert names(path.parent) == [path.name]


def test_a_fork_uses_connections_of_its_own(path: Path) -> None:
    """Servers that fork after loading the app must not share a connection, or wait for a thread."""
    ended = run_python(
        """
import asyncio, os, sys, warnings
from pathlib import Path
from chatkit.store.sqlite import database as database_module
from chatkit.store.sqlite import worker
from chatkit.store.sqlite.database import Database
from chatkit.store.sqlite.liveness import is_dead
warnings.simplefilter("ignore", DeprecationWarning)
database = Database(Path(sys.argv[1]), synchronous="NORMAL", patience=5.0)
asyncio.run(database.write(lambda c: c.execute("CREATE TABLE t (x)") and database.lifetime.hold()))
def add(c):
    database.lifetime.hold()
    c.execute("INSERT INTO t VALUES (?)", (database.lifetime.id,))
child = os.fork()
asyncio.run(database.write(add))
if child:
    assert os.waitpid(child, 0)[1] == 0
    lifetimes = asyncio.run(database.read(lambda c: c.execute("SELECT x FROM t").fetchall()))
    assert len(set(lifetimes)) == 2, lifetimes
""",
        path,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_importing_the_stores_loads_no_database_driver() -> None:
    """Whoever keeps threads elsewhere needs no sqlite3, and pays for none."""
    ended = run_python(
        "import sys, chatkit.store; assert 'sqlite3' not in sys.modules;"
        "chatkit.store.SQLiteStore; assert 'sqlite3' in sys.modules"
    )
    assert (ended.returncode, ended.stderr) == (0, "")
