"""The physical floor: the same frames, encoded beforehand, from an async generator to a reader.

What is above it is what the package does: to take the event, fold it, keep it and frame it.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

from benchmarks.scenarios import SCENARIOS

ROUNDS = 15
MEASURED = (
    "text: 5,000 prebuilt deltas",
    "text: 5,000 deltas, built by the handler",
    "agents: 5,000 deltas that are ready",
    "agents: 5,000 deltas, each after a round of the loop",
)


async def frames_of(chunks: list[bytes]) -> AsyncIterator[bytes]:
    """The chunks, one after the other."""
    for chunk in chunks:
        yield chunk


async def measure(*, short: bool) -> dict[str, tuple[float, float]]:
    """Microseconds of CPU a unit by scenario: through the package, and of the floor."""
    found: dict[str, tuple[float, float]] = {}
    for scenario in SCENARIOS:
        if scenario.name not in MEASURED:
            continue
        work = await scenario.make(short=short)
        chunks = await work.run()
        samples: dict[str, list[float]] = {"package": [], "floor": []}
        for _ in range(2 if short else ROUNDS):
            began = time.process_time()
            await work.run()
            between = time.process_time()
            assert len([chunk async for chunk in frames_of(chunks)]) == len(chunks)
            samples["package"].append(between - began)
            samples["floor"].append(time.process_time() - between)
        package, floor = (statistics.median(each) / work.units * 1e6 for each in samples.values())
        found[scenario.name] = (package, floor)
    return found


def run(*, short: bool) -> dict[str, tuple[float, float]]:
    """The figures, on an event loop of their own."""
    return asyncio.run(measure(short=short))
