"""`make bench-count`: instructions for each unit of the scenarios in the process, by callgrind.

Steadier than time on a machine that does other things too. Each side's worker runs under callgrind
from the first scenario to the last; only what lies between two system calls of it is counted.

python -m benchmarks.counting               # everything, and the report
python -m benchmarks.counting --only text   # a part, on the screen only
"""

import argparse
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import COUNTS, REPORT, with_section
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.sides import Side, official_python

_HOW = """\
Made by `make bench-count`, which takes no notice of what else the machine does: the middle one of
a few counts of each side, of all threads of the process and without the system's own work. Fewer
deltas are counted, as everything takes fifty times as long, and timers with it."""


class Count(NamedTuple):
    """Instructions for each unit of a scenario, on both sides."""

    scenario: Scenario
    ours: float
    official: float

    @property
    def ratio(self) -> float:
        """Ours to the official's: below 1 is less work."""
        return self.ours / self.official


class Counted:
    """A side whose worker runs under callgrind."""

    def __init__(self, name: str, python: str, folder: Path, *, short: bool) -> None:
        self._out = folder / name
        marks = ["--zero-before=getpriority", "--dump-before=getpgid"]
        command = ["valgrind", "--quiet", "--tool=callgrind", *marks]
        self.side = Side(
            name, python, short=short, under=[*command, f"--callgrind-out-file={self._out}"]
        )

    def count(self, scenario: Scenario) -> float:
        """Instructions for each unit."""
        self.side.ask("prepare", scenario)
        units = self.side.ask("count", scenario)
        self.side.ask("drop", scenario)
        dumps = list(self._out.parent.glob(f"{self._out.name}.*"))
        counts = [int(_SUMMARY.findall(dump.read_text())[0]) for dump in dumps]
        for dump in dumps:
            dump.unlink()
        return statistics.median(counts) / units


_SUMMARY = re.compile(r"^summary: (\d+)$", re.MULTILINE)


def count_all(official: str, only: str, *, short: bool) -> list[Count]:
    """A count of each scenario that has this in its name, shown as it comes."""
    found: list[Count] = []
    with tempfile.TemporaryDirectory() as folder:
        ours = Counted("ours", sys.executable, Path(folder), short=short)
        theirs = Counted("official", official, Path(folder), short=short)
        with ours.side, theirs.side:
            for scenario in SCENARIOS:
                if only in scenario.name:
                    each = Count(scenario, ours.count(scenario), theirs.count(scenario))
                    found.append(each)
                    figures = f"{each.ours:14,.0f} {each.official:14,.0f} {each.ratio:7.3f}"
                    print(f"{scenario.name:58} {figures}", flush=True)
    return found


def section(counts: list[Count]) -> str:
    """The report's part."""
    rows = [
        f"| {each.scenario.name} | {each.ours:,.0f} | {each.official:,.0f} | {each.scenario.unit}"
        f" | **{each.ratio:.3f}** | {each.scenario.target or '-'} |"
        for each in counts
    ]
    head = "| | here | official | instructions for each | ratio | asked for |"
    return "\n".join([COUNTS, "", _HOW, "", head, "|---|--:|--:|---|--:|--:|", *rows, ""])


def main() -> None:
    """A line for each scenario, and the report's section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--official", help="a Python with openai-chatkit; one is made without it")
    parser.add_argument("--only", default="", help="a part of the scenarios' names")
    parser.add_argument("--short", action="store_true", help="the scenarios' short versions")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        raise SystemExit("bench-count needs valgrind, which is not there: apt-get install valgrind")
    counts = count_all(options.official or official_python(), options.only, short=options.short)
    if not options.only and not options.short:
        REPORT.write_text(with_section(REPORT.read_text(), section(counts)))
        print("The table is in benchmarks/report.md.")


if __name__ == "__main__":
    main()
