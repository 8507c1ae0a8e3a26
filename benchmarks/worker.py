"""One side's process: prepares scenarios and runs them when it is told to, a JSON line each.

Started under the Python that has the package: `python -m benchmarks.worker [slowed]`. Reads
`{"do": …, "scenario": …}`, where what is done is "prepare", "sample", "instructions", "repeat",
"count" or "drop", and answers each with a line.
"""

import asyncio
import gc
import json
import os
import sys
import time
from typing import Any

from benchmarks.instructions import counting
from benchmarks.scenarios import SCENARIOS, Scenario, Work

LEAST_SECONDS = 0.02
"""A sample repeats what takes less."""
COUNTED_RUNS, COUNTED_REQUESTS = 3, 9
"""The middle one of so many is taken; beside a single request, threads in the background matter."""
SLOWED = 50
"""So many times longer everything takes under callgrind, about."""
IS_SLOWED = "slowed" in sys.argv
REPEATED_SECONDS = 6.0
"""So long a scenario goes on while somebody looks where its time goes."""


async def sample(work: Work) -> float:
    """Seconds of CPU for a unit, of this process with all its threads."""
    gc.collect()
    used, repeats = 0.0, 0
    while used < LEAST_SECONDS:
        began = time.process_time()
        result = await work.run()
        used += time.process_time() - began
        repeats += 1
        if work.is_left:
            await work.outcome(result)
    return used / repeats / work.units


async def count(work: Work) -> float | None:
    """Instructions for a unit, likewise; None where nobody counts."""
    gc.collect()
    run, used, repeats = 0, 0.0, 0
    with counting() as instructions:
        while used < LEAST_SECONDS:
            before, began = instructions(), time.process_time()
            result = await work.run()
            after, used = instructions(), used + time.process_time() - began
            repeats += 1
            if before is None or after is None:
                return None
            run += after - before
            if work.is_left:
                await work.outcome(result)
    return run / repeats / work.units


def slow_down() -> None:
    """Lets time pass as slowly as all else, so that timers come as often for each unit.

    Neither package may have been imported: they take the clock from its module.
    """
    real, began = time.monotonic, time.monotonic()
    time.monotonic = lambda: began + (real() - began) / SLOWED


async def mark(work: Work) -> int:
    """Runs the work a few times between two system calls, where callgrind begins and ends.

    Returns the units of a run.
    """
    for _ in range(COUNTED_REQUESTS if work.units == 1 else COUNTED_RUNS):
        gc.collect()
        gc.disable()
        os.getpriority(os.PRIO_PROCESS, 0)
        result = await work.run()
        os.getpgid(0)
        gc.enable()
        if work.is_left:
            await work.outcome(result)
    return work.units


class Side:
    """The scenarios that are ready."""

    def __init__(self) -> None:
        self._ready: dict[str, Work] = {}

    async def do(self, what: str, scenario: Scenario, *, short: bool) -> Any:
        """The answer to one order."""
        if what == "prepare":
            self._ready[scenario.name] = work = await scenario.make(short=short, counted=IS_SLOWED)
            return await work.outcome(await work.run())
        if what == "drop":
            del self._ready[scenario.name]
            return None
        if what == "count":
            return await mark(self._ready[scenario.name])
        if what == "instructions":
            return await count(self._ready[scenario.name])
        if what == "repeat":
            until = time.monotonic() + REPEATED_SECONDS
            while time.monotonic() < until:
                await sample(self._ready[scenario.name])
            return None
        return await sample(self._ready[scenario.name])


async def main() -> None:
    """Does what it is told, line by line, until there is none."""
    side, loop = Side(), asyncio.get_running_loop()
    named = {scenario.name: scenario for scenario in SCENARIOS}
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        answer = await side.do(order["do"], named[order["scenario"]], short=order["short"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    if IS_SLOWED:
        slow_down()
    asyncio.run(main())
