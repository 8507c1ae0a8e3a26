"""Whose a sample of the time is, or a piece of memory: a package's, or a module's of this one."""

import re
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_WAITING: Final = re.compile(
    r"PyThread_acquire_lock_timed|cond_timedwait|epoll_wait|select_epoll_poll_impl|futex"
)
_NATIVE: Final = {
    "pydantic_core": "pydantic-core",
    "_asynciomodule.c": "asyncio",
    "selectmodule.c": "asyncio",
    "socketmodule.c": "sockets",
    "_queuemodule.c": "queue",
    "sqlite": "sqlite3",
    "uvloop": "uvloop",
    "httptools": "httptools",
    "_ssl": "ssl",
    "gc_collect": "garbage collection",
}
_FRAME: Final = re.compile(r"^(?P<name>.*) \((?P<place>[^()]*?)(:\d+)?\)$")


def room_of(place: str) -> str | None:
    """The package of a file, or the module of this package; None for what says nothing.

    >>> room_of("chatkit/turns/pump.py"), room_of("pydantic/main.py"), room_of("abstract.c")
    ('chatkit.turns.pump', 'pydantic', None)
    """
    if place.startswith("<") or not place.endswith(".py"):
        return None
    *folders, file = place.split("/")
    if folders and folders[0] == "chatkit":
        return ".".join([*folders, file.removesuffix(".py")]).removesuffix(".__init__")
    if folders and folders[0] == "benchmarks":
        return "the scenario itself"
    return folders[0] if folders else file.removesuffix(".py")


def owner_of(stack: list[str]) -> str | None:
    """Whose a sample is, the stack from the outermost frame in; None for a thread that waits."""
    if any(_WAITING.search(frame) for frame in stack[-4:]):
        return None
    for frame in reversed(stack):
        for mark, owner in _NATIVE.items():
            if mark in frame and ".py:" not in frame:
                return owner
        found = _FRAME.match(frame)
        if found and (room := room_of(found["place"])):
            return room
    return "the interpreter"


def shares(lines: Iterable[str]) -> dict[str, float]:
    """By owner: the share of the samples, the largest first; lines as py-spy writes them raw."""
    counted: Counter[str] = Counter()
    for line in lines:
        text, _, count = line.rpartition(" ")
        stack = text.split(";")
        frames = " ".join(stack)
        if "benchmarks/worker.py" in frames and "benchmarks/scenarios/" not in frames:
            continue  # what surrounds the work, and is not measured either
        if owner := owner_of(stack):
            counted[owner] += int(count)
    total = counted.total()
    return {owner: count / total for owner, count in counted.most_common()}


def allocated() -> Counter[str]:
    """Bytes that Python has given out and not got back, by owner; while `tracemalloc` looks."""
    found: Counter[str] = Counter()
    for each in tracemalloc.take_snapshot().statistics("filename"):
        found[room_of(_place(each.traceback[0].filename)) or "the interpreter"] += each.size
    return found


def _place(filename: str) -> str:
    """The path as a profiler shows it, from the package on."""
    parts = Path(filename).parts
    for start in ("site-packages", "src", f"python{'.'.join(map(str, sys.version_info[:2]))}"):
        if start in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(start) :])
    return filename if "benchmarks" not in parts else "/".join(parts[parts.index("benchmarks") :])
