"""Puts a load on a port, from a process of its own: `python -m benchmarks.http.load PORT KIND`.

Prints how many deltas, answers or streams there were. `idle` keeps its streams open until a line
comes in.
"""

import asyncio
import json
import sys
from typing import Any

from benchmarks.http.client import open_streams, post

SECONDS = 4
ANSWERS = 300
IDLE = 5_000


def says(text: str) -> bytes:
    """The request for a new thread."""
    content = [{"type": "input_text", "text": text}]
    message: dict[str, Any] = {"content": content, "attachments": [], "inference_options": {}}
    return post({"type": "threads.create", "params": {"input": message}})


async def talk(port: int, requests: list[bytes]) -> int:
    """So many streams at once, to their ends; their deltas."""
    streams = await open_streams(port, requests)
    await asyncio.gather(*(stream.ended for stream in streams))
    for stream in streams:
        stream.close()
    return sum(stream.deltas for stream in streams)


async def put(port: int, kind: str, share: float) -> int | None:
    """The load, or a share of it for a short version; nothing where all was told."""
    if kind == "paced":
        seconds = max(1, int(SECONDS * share))
        return await talk(port, [says(f"{50 * seconds} 50")] * int(200 * share))
    if kind == "flood":
        return await talk(port, [says(f"{int(5_000 * share)} 0")] * 10)
    if kind == "single":
        for _ in range(int(ANSWERS * share)):
            await talk(port, [says("1 0")])
        return int(ANSWERS * share)
    streams = await open_streams(port, [says("0 0")] * int(IDLE * share))
    print(json.dumps(len(streams)), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for stream in streams:
        stream.close()
    return None


def main() -> None:
    """Runs on uvloop where it is there: the clients share the machine with the server."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        new_event_loop = asyncio.new_event_loop
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        load = put(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
        units = runner.run(load)
    if units is not None:
        print(json.dumps(units), flush=True)


if __name__ == "__main__":
    main()
