"""`chatkit serve` and `chatkit demo` as programs of their own: started, used, ended."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from assistants import asks, creates, stored_items, stored_texts
from live_servers import visiting
from processes import Process, running

from chatkit.store import SQLiteStore

SOURCE = """
import asyncio
from datetime import datetime

from chatkit.server import ChatKitServer
from chatkit.types import *


class Counter(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        item = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id, created_at=datetime.now(), content=[])
        yield ThreadItemAddedEvent(item=item)
        for number in range(WORDS):
            yield ThreadItemUpdatedEvent(item_id=item.id, update=(
                AssistantMessageContentPartTextDelta(content_index=0, delta=f"{number} ")))
            await asyncio.sleep(0.05)
        yield ThreadItemDoneEvent(item=item)
"""
# Kept bytecode is told by its file's second and size: an edit within that second would not be seen.
AFRESH = {"PYTHONDONTWRITEBYTECODE": "1"}
ERROR = 'data: {"type":"error","code":"stream.error","allow_retry":true}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "counter.py").write_text(SOURCE.replace("WORDS", "100000"))
    return tmp_path


def client_of(program: Process) -> httpx2.AsyncClient:
    host, port = program.address
    return httpx2.AsyncClient(base_url=f"http://{host}:{port}")


SERVE = ["-m", "chatkit", "serve", "counter:Counter", "--port", "0", "--database", "chat.db"]


@pytest.mark.requirement("fault-14", "fault-15")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_running_answers_and_loses_nothing(
    number: signal.Signals, folder: Path
) -> None:
    """The first lets them end; who asks again does not want to wait. Exit code 0 either way."""
    async with running(*SERVE, folder=folder) as program:
        await program.ready()
        async with visiting(program.address, creates()) as visitor:
            await visitor.sees('"3 "')
            program.process.send_signal(number)
            await program.prints("Stopping when the running answers have ended")
            async with client_of(program) as client:
                with pytest.raises(httpx2.HTTPError):
                    (await client.post("/chatkit", json=creates())).raise_for_status()
            await visitor.sees('"7 "')
            program.process.send_signal(number)
            await visitor.sees(ERROR)
        assert await program.ended() == 0, program.output.decode()
    assert b"Traceback" not in program.output
    seen = visitor.seen.decode().count('"delta"')
    async with SQLiteStore(folder / "chat.db") as store:
        (text,) = stored_texts(await stored_items(store))  # type: ignore[arg-type]
    assert text == "".join(f"{word} " for word in range(seen))


@pytest.mark.requirement("fault-14")
async def test_an_answer_that_takes_longer_than_the_draining_is_interrupted(folder: Path) -> None:
    """Ten seconds are the default: this test takes as long."""
    async with running(*SERVE, folder=folder) as program:
        await program.ready()
        async with visiting(program.address, creates()) as visitor:
            await visitor.sees('"3 "')
            program.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(visitor.sees(ERROR), 20)
        assert await program.ended() == 0
    async with SQLiteStore(folder / "chat.db") as store:
        (text,) = stored_texts(await stored_items(store))  # type: ignore[arg-type]
    assert len(text.split()) > 100


async def test_serve_says_where_it_is_and_what_is_wrong(folder: Path) -> None:
    """One command to start, one line to type in another terminal."""
    async with running(*SERVE, folder=folder) as program:
        await program.ready()
        await program.prints("Stop it with Ctrl-C.")
        port = program.address[1]
        async with client_of(program) as client:
            page = await client.get("/")
        assert page.status_code == 200
        taken = [*SERVE[:-3], str(port), *SERVE[-2:]]
        async with running(*taken, folder=folder) as second:
            assert await second.ended() == 1
        assert second.output.decode().startswith(f"Error: port {port} is in use")
        program.process.send_signal(signal.SIGTERM)
        assert await program.ended() == 0
    said = program.output.decode()
    assert f"Serving counter:Counter at http://127.0.0.1:{port}/chatkit\n" in said
    assert "Threads are kept in chat.db\n" in said
    assert f"Open it in a browser: http://127.0.0.1:{port}\n" in said
    assert f"chatkit chat http://127.0.0.1:{port}/chatkit\n" in said


async def test_serve_logs_a_line_for_each_request(folder: Path) -> None:
    """What was asked, how it ended, how long it took; nothing that anybody wrote."""
    async with running(*SERVE, folder=folder) as program:
        await program.ready()
        async with client_of(program) as client:
            await client.post("/chatkit?token=canary", json=asks("threads.list"))
        await program.prints("INFO chatkit.http.visit: threads.list 200 ")
    assert b"canary" not in program.output


async def test_serve_starts_anew_when_a_file_changes(folder: Path) -> None:
    """`--reload`, for whoever is writing the server."""
    (folder / "counter.py").write_text(SOURCE.replace("WORDS", "1"))
    async with running(*SERVE, "--reload", folder=folder, **AFRESH) as program:
        await program.ready()
        async with client_of(program) as client:
            assert await _words(client) == 1
            (folder / "counter.py").write_text(SOURCE.replace("WORDS", "3"))
            # Nobody tells a client that the server is another one now.
            while await _words(client) != 3:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        program.process.send_signal(signal.SIGINT)
        assert await program.ended() == 0


async def test_a_reload_survives_a_file_that_is_broken_for_a_moment(folder: Path) -> None:
    """Saving in the middle of a thought is what reloading is for."""
    (folder / "counter.py").write_text("def broken(")
    arguments = ["-m", "chatkit", "serve", "counter:Counter", "--port", "0"]
    async with running(*arguments, folder=folder) as program:
        assert await program.ended() == 1
    assert "SyntaxError" in program.output.decode()
    (folder / "counter.py").write_text(SOURCE.replace("WORDS", "1"))
    async with running(*SERVE, "--reload", folder=folder, **AFRESH) as program:
        await program.ready()
        (folder / "counter.py").write_text("def broken(")
        await program.prints("SyntaxError")
        (folder / "counter.py").write_text(SOURCE.replace("WORDS", "2"))
        async with client_of(program) as client:
            while await _words(client) != 2:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        program.process.send_signal(signal.SIGTERM)
        assert await program.ended() == 0


async def test_what_reloads_is_told_where_it_is_reached(folder: Path) -> None:
    """The child knows nothing but what its parent tells it: links to files begin with this."""
    url = "https://x.example/chatkit"
    async with running(*SERVE, "--reload", "--public-url", url, folder=folder) as program:
        await program.ready()
        announced = asks("attachments.create", name="a.txt", size=1, mime_type="text/plain")
        async with client_of(program) as client:
            answer = await client.post("/chatkit", json=announced, timeout=30)
        program.process.send_signal(signal.SIGTERM)
        assert await program.ended() == 0
    assert answer.json()["upload_descriptor"]["url"].startswith(f"{url}/uploads/")


async def _words(client: httpx2.AsyncClient) -> int:
    try:
        response = await client.post("/chatkit", json=creates(), timeout=30)
    except httpx2.HTTPError:
        return 0
    return response.text.count('"delta"')


async def test_an_app_that_fails_to_start_is_an_error(folder: Path) -> None:
    """Exit code 1, with the reason above it."""
    (folder / "failing.py").write_text(
        "from contextlib import asynccontextmanager\n"
        "from starlette.applications import Starlette\n"
        "@asynccontextmanager\n"
        "async def lifespan(app):\n"
        "    raise RuntimeError('no database here')\n"
        "    yield\n"
        "app = Starlette(lifespan=lifespan)\n"
    )
    arguments = ["-m", "chatkit", "serve", "failing", "--port", "0"]
    async with running(*arguments, folder=folder) as program:
        assert await program.ended() == 1
    assert "no database here" in program.output.decode()
    assert program.output.decode().endswith("Error: the app did not start\n")


DEMO = ["-m", "chatkit", "demo", "--port", "0"]
NO_KEY = {"OPENAI_API_KEY": ""}


async def _says(client: httpx2.AsyncClient, text: str) -> str:
    return (await client.post("/chatkit", json=creates(text), timeout=30)).text


async def test_the_demo_finds_its_threads_again_after_a_restart(tmp_path: Path) -> None:
    """In the user's data folder, which nobody had to name."""
    environment = {**NO_KEY, "XDG_DATA_HOME": str(tmp_path)}
    for visit in range(2):
        async with running(*DEMO, folder=tmp_path, **environment) as program:
            await program.ready()
            async with client_of(program) as client:
                threads = (await client.post("/chatkit", json=asks("threads.list"))).json()["data"]
                assert len(threads) == visit
                assert "Three notices" in await _says(client, "notice")
            program.process.send_signal(signal.SIGTERM)
            assert await program.ended() == 0
    assert (tmp_path / "chatkit" / "demo.sqlite3").exists()
    assert "type `help` to see" in program.output.decode()


async def test_the_demo_can_forget_everything(tmp_path: Path) -> None:
    """`--database :memory:`: nothing is written."""
    environment = {**NO_KEY, "XDG_DATA_HOME": str(tmp_path / "data")}
    arguments = [*DEMO, "--database", ":memory:"]
    async with running(*arguments, folder=tmp_path, **environment) as program:
        await program.ready()
        async with client_of(program) as client:
            assert "Three notices" in await _says(client, "notice")
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []
    assert "Threads are kept in memory" in program.output.decode()


@pytest.mark.requirement("sec-06")
async def test_the_demo_answers_no_other_name_than_this_machines(tmp_path: Path) -> None:
    """It asks nobody who they are: a page that points its own name here must not read threads."""
    arguments = [*DEMO, "--database", ":memory:"]
    async with running(*arguments, folder=tmp_path, **NO_KEY) as program:
        await program.ready()
        async with client_of(program) as client:
            body: Any = asks("threads.list")
            own = await client.post("/chatkit", json=body)
            rebound = await client.post("/chatkit", json=body, headers={"Host": "evil.example"})
    assert (own.status_code, rebound.status_code) == (200, 421)
