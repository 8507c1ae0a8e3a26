"""Plays the scenes and says in which files their bytes belong.

Ids are numbered and times are frozen: `normalise` puts a fixed one wherever the server took the
clock's, so that each run gives the same bytes.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from scenes import SCENES, GoldenServer, Scene, set_scene
from scenes.own import RUNNING, RunningScene, play_running
from scenes.own import SCENES as OWN_SCENES
from scenes.stage import SAYS

from chatkit.server import NonStreamingResult, StreamingResult
from chatkit.store import MemoryStore, SQLiteStore, Store

FOLDER = Path(__file__).parent
ALL_SCENES: list[Scene | RunningScene] = [*SCENES, *OWN_SCENES, *RUNNING]

_TIME = re.compile(rb'"created_at":"2[^"]*"')
_TURN = re.compile(rb"trn_[0-9a-f]{32}")


class Numbered(Store[Any]):
    """Numbers its ids instead of drawing them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._numbers: Counter[str] = Counter()

    def generate_thread_id(self, context: Any) -> str:
        return self._next("thread")

    def generate_item_id(self, item_type: str, thread: Any, context: Any) -> str:
        return self._next(item_type)

    def _next(self, item_type: str) -> str:
        self._numbers[item_type] += 1
        return f"{item_type}_{self._numbers[item_type]}"


class NumberedMemoryStore(Numbered, MemoryStore[Any]):
    """Hands out its pages as the text that it keeps."""


class NumberedSQLiteStore(Numbered, SQLiteStore[Any]):
    """The same, out of a database."""


def normalise(answer: bytes) -> bytes:
    """The answer with frozen times and a numbered turn."""
    return _TURN.sub(b"trn_1", _TIME.sub(b'"created_at":"2025-01-02T03:04:05Z"', answer))


async def read(result: StreamingResult | NonStreamingResult) -> bytes:
    """All bytes of a result."""
    if isinstance(result, NonStreamingResult):
        return result.json
    return b"".join([frame async for frame in result])


async def play(scene: Scene | RunningScene, store: Any) -> dict[str, bytes]:
    """The files of a scene: its answer as `.sse` or `.answer.json`, and what it had asked for.

    Most scenes ask for no more than an answer to "Hi", which needs no file of its own.
    """
    server = GoldenServer(scene, store)
    await set_scene(scene, store)
    request: dict[str, Any]
    if isinstance(scene, RunningScene):
        request, answer = await play_running(scene, server, read)
    else:
        request = scene.request
        answer = await read(await server.process(json.dumps(request), None))
    await server.aclose()
    ending = "answer.json" if answer.startswith(b"{") else "sse"
    files = {f"{scene.name}.{ending}": normalise(answer)}
    if request is not SAYS:
        sent = json.dumps(request, ensure_ascii=False, indent=2) + "\n"
        files[f"{scene.name}.request.json"] = normalise(sent.encode())
    return files
