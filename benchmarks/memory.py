"""Memory of open streams on which nothing is said, in a process of their own: no web server.

Started under the Python of a side: `python -m benchmarks.memory STREAMS WORDS [least]`. Prints the
KiB for each stream, after so many deltas on each; under `-X tracemalloc`, the bytes by owner
instead; with `least`, of what a turn takes at the least.
"""

import asyncio
import gc
import json
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.http.server import Talker
from benchmarks.rooms import allocated
from benchmarks.scenarios.chat import body, message
from benchmarks.sides import ROOT, environment

IDLE = "memory of an idle stream in the process, of 5,000"
_OPENING = 5
"""Events before the first delta."""
_WARM = 50


def resident() -> int:
    """KiB of memory of this process."""
    fields = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()
    return int(fields[0])


async def hold(streams: int, words: int, *, least: bool) -> float | dict[str, int]:
    """KiB for each of so many streams that are held open."""
    text = f"-{words} 0"
    server, request = Talker(), body("threads.create", input=message(text))
    if least:
        from benchmarks.least import LeastServer  # the official side could not import it

        floor = LeastServer()

    async def opened() -> Any:
        stream = floor.stream(text) if least else aiter(await server.process(request, {}))
        for _ in range(_OPENING + words):
            await anext(stream)
        return stream

    held = [await opened() for _ in range(_WARM)]
    gc.collect()
    before, owned_before = resident(), _owned()
    held += [await opened() for _ in range(streams)]
    waiting = [asyncio.create_task(anext(stream)) for stream in held]
    await asyncio.sleep(0.1)
    gc.collect()
    used, owned = (resident() - before) / streams, _owned()
    for task in waiting:
        task.cancel()
    return dict(owned - owned_before) or used


def _owned() -> Counter[str]:
    return allocated() if tracemalloc.is_tracing() else Counter()


def measure(python: str, streams: int, words: int = 0) -> float:
    """KiB for each stream, of this side."""
    return _run(python, streams, words)


def measure_least(streams: int) -> float:
    """KiB for each stream of what a turn takes at the least."""
    return _run(sys.executable, streams, 0, arguments=("least",))


def owners(streams: int) -> dict[str, int]:
    """By owner: the bytes that so many streams of this package hold."""
    return _run(sys.executable, streams, 0, "-X", "tracemalloc")


def _run(
    python: str, streams: int, words: int, *options: str, arguments: tuple[str, ...] = ()
) -> Any:
    program = [python, "-W", "ignore", *options, "-m", "benchmarks.memory"]
    done = subprocess.run(
        [*program, str(streams), str(words), *arguments],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    count, said, *least = sys.argv[1:]
    print(json.dumps(asyncio.run(hold(int(count), int(said), least=bool(least)))), flush=True)
