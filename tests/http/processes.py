"""Server processes of their own, which can be sent signals."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)")


class Process:
    """A Python program that serves on a port of this machine."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = b""
        self.address = ("127.0.0.1", 0)
        self._reading = asyncio.create_task(self._read())
        self._ready = asyncio.Event()

    async def ready(self) -> None:
        """Returns once the program has printed its address."""
        await asyncio.wait_for(self._ready.wait(), 30)
        assert self.address[1], self.output.decode()

    async def ended(self) -> int:
        """The exit code."""
        code = await asyncio.wait_for(self.process.wait(), 30)
        await self._reading
        return code

    async def prints(self, text: str) -> None:
        """Returns once the program has printed this."""
        while text.encode() not in self.output:
            assert self.process.returncode is None, self.output.decode()
            await asyncio.sleep(0.01)

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.output += line
            found = ADDRESS.search(line)
            if found and not self._ready.is_set():
                self.address = ("127.0.0.1", int(found[1]))
                self._ready.set()
        self._ready.set()


@asynccontextmanager
async def running(*arguments: str, folder: Path, **environment: str) -> AsyncIterator[Process]:
    """`python` with these arguments, in this folder; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    program = Process(process)
    try:
        yield program
    finally:
        if process.returncode is None:
            process.kill()
        await program.ended()
