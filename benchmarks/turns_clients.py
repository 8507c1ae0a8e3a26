"""The clients of `benchmarks.turns --http`, in a process of their own.

Says when all are connected, then how old each event was that came in, then how long a thousand
clients that come back at once wait for their first event. One JSON document a line.
"""

import asyncio
import json
import sys
import time

from benchmarks.http.client import Stream, open_streams, post
from benchmarks.turns import BACK_AT_ONCE, attaches, creates, delay_of, new_loop, percentile


def turn_of(stream: Stream) -> str:
    """The id of the turn, from its first event."""
    _, _, rest = stream.begun.result().partition(b"id: ")
    return rest.partition(b"\n")[0].decode().rpartition(".")[0]


async def main() -> None:
    """Connects, listens, comes back."""
    port, turns, readers, idle_turns = map(int, sys.argv[1:5])
    seconds = float(sys.argv[5])
    delays: list[float] = []

    def hear(data: bytes) -> None:
        now = time.monotonic()
        for frame in data.split(b"\n\n"):
            delay = delay_of(frame, now)
            if delay is not None:
                delays.append(delay)

    streams = await open_streams(port, [post(creates("idle"))] * idle_turns)
    names = [turn_of(stream) for stream in streams]
    more = [post(attaches(names[n % idle_turns])) for n in range(readers - idle_turns)]
    streams += await open_streams(port, more)
    streams += await open_streams(port, [post(creates("talk"))] * turns, hear)
    await asyncio.sleep(2)
    print("connected", flush=True)
    delays.clear()
    await asyncio.sleep(seconds)
    print(json.dumps(delays), flush=True)
    for stream in streams:
        stream.close()
    await asyncio.sleep(1)
    print(json.dumps(await come_back(port, names)), flush=True)


async def come_back(port: int, names: list[str]) -> dict[str, float]:
    """How long each of a thousand waits for its first event, all beginning at once."""
    began = time.monotonic()
    waited: list[float] = []
    loop = asyncio.get_running_loop()

    async def one(name: str) -> None:
        request = post(attaches(name))
        _, stream = await loop.create_connection(lambda: Stream(request), "127.0.0.1", port)
        await stream.begun
        waited.append(time.monotonic() - began)
        stream.close()

    await asyncio.gather(*(one(names[number % len(names)]) for number in range(BACK_AT_ONCE)))
    return {
        "back_p50_ms": round(percentile(waited, 0.5)),
        "back_p99_ms": round(percentile(waited, 0.99)),
    }


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_loop()) as runner:
        runner.run(main())
