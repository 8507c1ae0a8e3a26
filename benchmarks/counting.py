"""`make bench-count`: instructions for each unit of the scenarios in the process, by callgrind.

Steadier than time on a machine that does other things too. What preparing costs is taken off by
counting once with one run and once with more.
"""

import argparse
import re
import shutil
import subprocess
import sys

from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.sides import ROOT, environment, official_python

MORE_RUNS = 3
_PROGRAM = """
import asyncio, gc
from benchmarks.scenarios import SCENARIOS
async def main():
    scenario = next(each for each in SCENARIOS if each.name == {name!r})
    work = await scenario.make(short={short})
    gc.disable()
    for _ in range({runs}):
        result = await work.run()
        if work.is_left:
            await work.outcome(result)
    print(work.units)
asyncio.run(main())
"""


def instructions(python: str, scenario: Scenario, runs: int, *, short: bool) -> tuple[int, int]:
    """All instructions of a process that runs the scenario so often, and its units a run."""
    program = _PROGRAM.format(name=scenario.name, runs=runs, short=short)
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = subprocess.run(
        [*command, python, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    (count,) = re.findall(r"Collected : (\d+)", done.stderr)
    return int(count), int(done.stdout)


def for_each(python: str, scenario: Scenario, *, short: bool) -> float:
    """Instructions for each unit."""
    once, units = instructions(python, scenario, 1, short=short)
    more, _ = instructions(python, scenario, 1 + MORE_RUNS, short=short)
    return (more - once) / MORE_RUNS / units


def main() -> None:
    """A line for each scenario."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--official", help="a Python with openai-chatkit; one is made without it")
    parser.add_argument("--only", default="", help="a part of the scenarios' names")
    parser.add_argument("--short", action="store_true", help="the scenarios' short versions")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        raise SystemExit("valgrind is needed: apt-get install valgrind")
    official = options.official or official_python()
    for scenario in SCENARIOS:
        if options.only in scenario.name:
            ours = for_each(sys.executable, scenario, short=options.short)
            theirs = for_each(official, scenario, short=options.short)
            print(f"{scenario.name:58} {ours:14,.0f} {theirs:14,.0f} {ours / theirs:7.3f}")


if __name__ == "__main__":
    main()
