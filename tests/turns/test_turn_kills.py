"""Real processes that die: killed at random moments, or told to end once or twice."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from turn_stage import (
    RESUME,
    Frame,
    Puppet,
    adds,
    attaches,
    check_ended,
    check_fold,
    check_prefix,
    creates,
    loads,
    parse_frame,
    user_of,
    whole_log,
)

from chatkit.store import SQLiteStore
from database_schemas import Schema

HERE = Path(__file__).parent
KILLS = int(os.environ.get("CHATKIT_KILLS", "200"))


@pytest.mark.requirement("fault-01")
@pytest.mark.timeout(60 + KILLS)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks its children")
async def test_two_hundred_kills_lose_nothing_that_a_client_saw(tmp_path: Path) -> None:
    """P, F and T after each; the thread is usable, and the recovery takes no 25 seconds."""
    await attend_crash_course(KILLS, str(tmp_path))


@pytest.mark.requirement("fault-01")
@pytest.mark.timeout(240)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks its children")
async def test_kills_lose_nothing_in_a_database_server_either(schema: Schema) -> None:
    """There only a lease that lapses tells that a process has died."""
    await attend_crash_course(max(KILLS // 10, 1), schema.url, schema.name)


async def attend_crash_course(kills: int, *place: str) -> None:
    """Runs it on the store at this place, and looks at what it found."""
    seed = str(int.from_bytes(os.urandom(4)))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HERE / "crash_course.py"), *place, str(kills), seed),
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    result = json.loads(out)
    assert result["rounds"] == kills
    assert result["events"] > 5 * kills
    assert result["slowest"] < 25
    print(result)


@dataclass
class Program:
    """The app in its process."""

    process: asyncio.subprocess.Process
    port: int
    path: Path
    pages: list["Page"] = field(default_factory=list)

    async def post(self, request: dict[str, Any]) -> "Page":
        """The answer to a request, whose headers have come."""
        body = json.dumps(request).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            b"POST /chatkit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        self.pages.append(Page(reader, writer, int(head.split()[1])))
        return self.pages[-1]

    async def answers(self) -> None:
        """Returns once it takes connections."""
        for _ in range(600):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                await writer.wait_closed()
                return
        raise AssertionError("the program takes no connections")

    async def ends(self) -> int:
        """Its exit code."""
        return await asyncio.wait_for(self.process.wait(), 20)


@dataclass
class Page:
    """A client of the app on a bare socket; reads a chunked body."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int
    frames: list[Frame] = field(default_factory=list)
    whole: bool = False

    async def read(self, count: int | None = None) -> "Page":
        """Reads so many frames, or to the end; `whole` says that the body was ended properly."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while count is None or len(self.frames) < count:
                size = int(await self.reader.readuntil(b"\r\n"), 16)
                chunk = (await self.reader.readexactly(size + 2))[:-2]
                if not size:
                    self.whole = True
                    break
                frames = chunk.removesuffix(b"\n\n").split(b"\n\n")
                self.frames += [parse_frame(frame + b"\n\n") for frame in frames]
        return self

    async def body(self) -> Any:
        """The JSON of an answer that is no stream."""
        return json.loads(await self.reader.read())

    async def leave(self) -> None:
        """Closes the connection."""
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    @property
    def events(self) -> list[Any]:
        """The events so far."""
        return [frame.event for frame in self.frames]

    @property
    def turn_id(self) -> str:
        """The turn's id."""
        assert self.frames[0].id is not None
        return self.frames[0].id.rpartition(".")[0]


@asynccontextmanager
async def running(path: Path) -> AsyncIterator[Program]:
    """The app, once it takes requests; killed at the end if it still runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "dying_app.py"), str(path), str(port)
    )
    try:
        program = Program(process, port, path)
        await program.answers()
        yield program
        for page in program.pages:
            await page.leave()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def check_kept(path: Path, page: Page, *states: str) -> None:
    """P, F and T of a turn, as the next process finds it; its thread goes on."""
    async with SQLiteStore(path, owner=user_of) as store:
        server = Puppet(store)
        late = await (await server.read(attaches(page.turn_id))).end()
        log = await whole_log(server.log(), page.turn_id)
        assert late.events == log
        numbered = [frame.event for frame in page.frames if frame.id is not None]
        check_prefix(numbered, log)
        await check_ended(server, page.turn_id, *states)
        thread_id = log[0]["thread"]["id"]
        await check_fold(store, log, thread_id)
        assert "active_turn" not in await server.ask(loads(thread_id))
        again, hands = await server.start(adds(thread_id, **RESUME))
        hands.end()
        assert "error" not in (await again.end()).types
        await server.aclose()


@pytest.mark.requirement("fault-14")
async def test_a_server_that_is_told_to_end_lets_short_answers_end(tmp_path: Path) -> None:
    """SIGTERM: new work is refused, short turns complete, long ones are interrupted and saved."""
    path = tmp_path / "chat.db"
    async with running(path) as program:
        quick = await program.post(creates("quick", **RESUME))
        long = await program.post(creates("long", **RESUME))
        await asyncio.gather(quick.read(8), long.read(8))
        program.process.terminate()
        await asyncio.gather(quick.read(), long.read())
        # uvicorn lets the signal have its way once the app is closed.
        assert await program.ends() in (0, -signal.SIGTERM)
        assert quick.whole
        assert long.whole
    assert quick.events[-1]["type"] == "thread.item.done"
    assert quick.events[-1]["item"]["content"][0]["text"] == "all of it"
    assert [event["type"] for event in long.events[-2:]] == ["thread.item.done", "error"]
    await check_kept(path, quick, "completed")
    await check_kept(path, long, "interrupted")


@pytest.mark.requirement("fault-15")
async def test_a_server_that_is_told_twice_to_end_saves_what_was_said(tmp_path: Path) -> None:
    """The second SIGTERM, or Ctrl-C, waits for nobody: every turn has one state all the same."""
    path = tmp_path / "chat.db"
    async with running(path) as program:
        pages = [await program.post(creates("long", **RESUME)) for _ in range(3)]
        for page in pages:
            await page.read(8)
        program.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.05)
        program.process.send_signal(signal.SIGTERM)
        for page in pages:
            await page.read()
        await program.ends()
    for page in pages:
        await check_kept(path, page, "interrupted", "stopped")


@pytest.mark.requirement("fault-01")
async def test_a_client_comes_back_to_a_server_that_was_killed(tmp_path: Path) -> None:
    """As its browser does: the same address, another process, the rest of the events."""
    path = tmp_path / "chat.db"
    async with running(path) as program:
        page = await (await program.post(creates("long", **RESUME))).read(10)
        program.process.send_signal(signal.SIGKILL)
        await page.read()
        await program.ends()
        assert not page.whole
    async with running(path) as program:
        last = page.frames[-1].seq
        rest = await (await program.post(attaches(page.turn_id, last))).read()
        assert rest.whole
    assert [frame.seq for frame in rest.frames] == list(
        range(last + 1, last + len(rest.frames) + 1)
    )
    assert rest.events[-1]["type"] == "error"
    assert rest.events[-1]["allow_retry"] is True
    await check_kept(path, page, "interrupted")
