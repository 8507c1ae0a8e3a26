"""The instructions that this process runs, as the processor counts them.

Steadier than its time: what else the machine does, and how warm its caches are, makes little
difference. Counting makes each change of threads dearer, in a virtual machine by microseconds: so
nobody counts while time is taken. On Linux, where the processor counts and the system lets a
process count itself; the system's own work is left out. Source: perf_event_open(2).
"""

import ctypes
import os
import platform
import struct
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

_SYSTEM_CALLS = {"x86_64": 298, "aarch64": 241}
_HARDWARE, _INSTRUCTIONS = 0, 1
_ATTRIBUTES = struct.Struct("=IIQQQQQ72x")
_THREADS_TOO, _NO_SYSTEM, _NO_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_ANY_PROCESSOR = _NO_GROUP = -1


@contextmanager
def counting() -> Generator[Callable[[], int | None]]:
    """Tells how many were run so far within it, by all threads; None where nobody counts."""
    number = _SYSTEM_CALLS.get(platform.machine())
    if platform.system() != "Linux" or number is None:
        yield lambda: None
        return
    files = [_open(number, int(thread.name)) for thread in Path("/proc/self/task").iterdir()]
    opened = [file for file in files if file >= 0]
    try:
        yield lambda: sum(map(_read, opened)) if opened == files else None
    finally:
        for file in opened:
            os.close(file)


def _open(number: int, thread: int) -> int:
    """A counter of the thread, and of those that it begins from now on; below 0 where none may."""
    flags = _THREADS_TOO | _NO_SYSTEM | _NO_HYPERVISOR
    wanted = _ATTRIBUTES.pack(_HARDWARE, _ATTRIBUTES.size, _INSTRUCTIONS, 0, 0, 0, flags)
    return ctypes.CDLL(None).syscall(number, wanted, thread, _ANY_PROCESSOR, _NO_GROUP, 0)


def _read(file: int) -> int:
    return int.from_bytes(os.read(file, 8), "little")
