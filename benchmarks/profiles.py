"""Where the time of a scenario goes, by package and by module of this one.

For what the report says of a target that is missed. Scenarios in the process and servers are looked
at by py-spy, from outside and with native frames; a sample belongs to the innermost frame that has
a name here. Threads that wait are left out. Of imports, what each module takes without those that
it imports, as Python itself counts it.

python -m benchmarks.profiles "items.list of 20, SQLite"
"""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import imports, memory
from benchmarks.http import serving
from benchmarks.rooms import shares
from benchmarks.scenarios import SCENARIOS
from benchmarks.sides import Side, environment, place

SHOWN: Final = 9
"""Rows of a profile; what is left is summed up."""
IMPORTS: Final = 5
"""How often a module is imported, each time in a process of its own."""


def _sampled(pid: int, work: Callable[[], object]) -> dict[str, float]:
    """The shares of a process while the work is done; none where it may not be looked at."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if spy is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "samples"
        options = ["--native", "--rate", "400", "--format", "raw", "--output", str(samples)]
        process = subprocess.Popen(
            [spy, "record", *options, "--pid", str(pid)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            work()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
        return shares(samples.read_text().splitlines()) if samples.exists() else {}


def _of_scenario(name: str) -> dict[str, float]:
    scenario = next(each for each in SCENARIOS if each.name == name)
    with Side("ours", sys.executable, short=False) as side:
        side.ask("prepare", scenario)
        return _sampled(side.pid, lambda: side.ask("repeat", scenario))


def _of_load(name: str) -> dict[str, float]:
    kind, _, _ = serving.LOADS[name]
    with serving.Served(sys.executable) as served:
        return _sampled(served.pid, lambda: served.cpu(kind, 1.0))


def _of_import(name: str) -> dict[str, float]:
    code, _, _ = imports.MODULES[name]
    command = [sys.executable, "-W", "ignore", "-X", "importtime", "-c", code]
    taken: Counter[str] = Counter()
    for _ in range(IMPORTS):
        done = subprocess.run(
            command,
            cwd=place(),
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        )
        for line in done.stderr.splitlines()[1:]:
            own, _, module = line.removeprefix("import time:").split("|")
            taken[_imported_by_name(module.strip())] += int(own)
    return {owner: own / taken.total() for owner, own in taken.most_common()}


def _imported_by_name(module: str) -> str:
    top, *rest = module.split(".")
    if top == "chatkit":
        return ".".join([top, *rest[:1]])
    if top in {"pydantic", "pydantic_core", "asyncio"}:
        return top.replace("_", "-")
    return "the standard library" if top in sys.stdlib_module_names else "other packages"


def _of_memory(name: str) -> dict[str, float]:
    if name.startswith("HTTP"):
        with serving.Served(sys.executable, "uvicorn", "-X", "tracemalloc") as served:
            owners = served.idle_owners(0.2)
    else:
        owners = memory.owners(1_000)
    total = sum(owners.values())
    return {owner: size / total for owner, size in Counter(owners).most_common()}


def profile_of(name: str) -> dict[str, float]:
    """By package or module: the largest shares of a scenario's time or memory, and the rest as one.

    Empty where nothing can tell.
    """
    if "memory of an idle stream" in name:
        found = _of_memory(name)
    elif name in imports.MODULES:
        found = _of_import(name)
    elif name in serving.LOADS:
        found = _of_load(name)
    else:
        found = _of_scenario(name) if any(each.name == name for each in SCENARIOS) else {}
    rows = dict(list(found.items())[:SHOWN])
    rest = 1 - sum(rows.values())
    return {**rows, "the rest": rest} if found and rest > 0.005 else rows


def main() -> None:
    """A line for each owner."""
    for owner, share in profile_of(sys.argv[1]).items():
        print(f"{share:6.1%}  {owner}")


if __name__ == "__main__":
    main()
