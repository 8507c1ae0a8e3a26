"""`chatkit serve --workers`: several processes on one port and one PostgreSQL database."""

import os
import re
import signal
from pathlib import Path

import pytest
from assistants import asks, creates
from live_servers import visiting
from processes import running
from test_serving import SOURCE, client_of

from database_schemas import Schema

RESUME = {"chatkit.resume": True}


async def test_workers_share_turns_and_one_that_dies_is_replaced(
    tmp_path: Path, schema: Schema, redis_url: str
) -> None:
    """Any process may answer the next request; the port stays, whoever dies."""
    (tmp_path / "counter.py").write_text(SOURCE.replace("WORDS", "100000"))
    serve = ["-m", "chatkit", "serve", "counter:Counter", "--port", "0", "--workers", "2"]
    place = ["--database", schema.url, "--schema", schema.name, "--redis", redis_url]
    async with running(*serve, *place, folder=tmp_path) as program:
        await program.ready()
        await program.prints(f"Threads are kept in {schema.url}")
        request = {**creates(), "metadata": RESUME}
        async with visiting(program.address, request) as visitor:
            await visitor.sees('"3 "')
            ids = [line for line in visitor.seen.decode().splitlines() if line.startswith("id: ")]
            turn_id = ids[-1].removeprefix("id: ").rpartition(".")[0]
            states = set()
            for _ in range(6):
                async with client_of(program) as client:  # a connection each: any process
                    stop = asks("turns.stop", turn_id=turn_id)
                    states.add((await client.post("/chatkit", json=stop)).json()["state"])
            assert states == {"stopped"}
        victim = int(re.findall(rb"process (\d+) started", program.output)[0])
        os.kill(victim, signal.SIGKILL)
        await program.prints(f"process {victim} ended with exit code -9")
        async with client_of(program) as client:
            listed = await client.post("/chatkit", json=asks("threads.list"), timeout=30)
            assert listed.status_code == 200
        program.process.send_signal(signal.SIGTERM)
        assert await program.ended() == 0
    started = re.findall(rb"process (\d+) started", program.output)
    assert len(set(started)) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "2", "--database", "chat.db"], "--workers needs a database server"),
        (
            ["--workers", "2", "--reload", "--database", "chat.db"],
            "--reload and --workers do not go together",
        ),
        (["--database", "postgresql://ann:secret@127.0.0.1:1/x"], "ann@127.0.0.1:1/x"),
    ],
)
async def test_what_cannot_be_served_is_said(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    """Before anything listens; and no password is shown."""
    (tmp_path / "counter.py").write_text(SOURCE.replace("WORDS", "3"))
    serve = ["-m", "chatkit", "serve", "counter:Counter", "--port", "0"]
    async with running(*serve, *arguments, folder=tmp_path) as program:
        assert await program.ended() == 1
    assert message in program.output.decode()
    assert "secret" not in program.output.decode()
