"""`make bench`: this package beside the official SDK, on the same work, in one run.

python -m benchmarks                # everything, and the report
python -m benchmarks --only text    # the scenarios with this in their name, on the screen only
python -m benchmarks --short        # that it runs, and that both sides do the same
"""

import argparse
import asyncio
import json
import logging
import statistics
import subprocess
import sys
from dataclasses import asdict
from functools import partial

from benchmarks import alone, floor, imports, memory, plot, profiles, report
from benchmarks.http import serving
from benchmarks.report import Results
from benchmarks.sameness import differences
from benchmarks.sampling import Comparison, alternate, counted
from benchmarks.scenarios import SCENARIOS
from benchmarks.sides import ROOT, Side, environment, official_python

RESULTS = ROOT / "benchmarks" / "results" / "results.json"
WEB_SERVERS = {
    "uvicorn, uvloop, httptools": "uvicorn",
    "uvicorn alone": "plain",
    "granian": "granian",
}


def add(results: Results, comparison: Comparison) -> None:
    """Notes it, and shows it."""
    results.comparisons.append(comparison)
    counted = "      -" if comparison.count_ratio is None else f"{comparison.count_ratio:7.3f}"
    found = f"{comparison.ratio:7.3f} {counted}  (asked for: {comparison.target or '-'})"
    print(f"{comparison.name:58} {found}", flush=True)


def compare_scenarios(
    results: Results, official: str, only: str, rounds: int, *, short: bool
) -> None:
    """In the process: one scenario after the other, on both sides in turn."""
    with (
        Side("ours", sys.executable, short=short) as ours,
        Side("official", official, short=short) as theirs,
    ):
        for scenario in SCENARIOS:
            if only not in scenario.name:
                continue
            found = differences(ours.ask("prepare", scenario), theirs.ask("prepare", scenario))
            if found:
                results.different[scenario.name] = found
            one, other = alternate(
                partial(ours.ask, "sample", scenario),
                partial(theirs.ask, "sample", scenario),
                rounds,
            )
            one = counted(one, partial(ours.ask, "instructions", scenario), rounds)
            other = counted(other, partial(theirs.ask, "instructions", scenario), rounds)
            for side in (ours, theirs):
                side.ask("drop", scenario)
            add(
                results,
                Comparison(
                    name=scenario.name,
                    unit=scenario.unit,
                    target=scenario.target,
                    ours=one,
                    official=other,
                ),
            )


def compare_imports(results: Results, official: str, only: str, rounds: int) -> None:
    """In processes of their own."""
    for name, (code, cpu, size) in imports.MODULES.items():
        if only not in name:
            continue
        for place, (unit, target) in enumerate((("import", cpu), ("process", size))):
            if target is None:
                continue
            one, other = alternate(
                lambda code=code, place=place: imports.measure(sys.executable, code)[place],
                lambda code=code, place=place: imports.measure(official, code)[place],
                rounds,
            )
            shown = name if unit == "import" else f"{name}: memory"
            add(
                results,
                Comparison(name=shown, unit=unit, target=target, ours=one, official=other),
            )


def compare_serving(results: Results, official: str, only: str, rounds: int) -> None:
    """Behind uvicorn with uvloop and httptools, one side's server at a time."""
    for name, (kind, unit, target) in serving.LOADS.items():
        if only not in name:
            continue
        with serving.Served(sys.executable) as ours, serving.Served(official) as theirs:
            one, other = alternate(
                partial(ours.cpu, kind, 1.0), partial(theirs.cpu, kind, 1.0), rounds
            )
        with (
            serving.Served(sys.executable, is_counted=True) as ours,
            serving.Served(official, is_counted=True) as theirs,
        ):
            one = counted(one, partial(ours.instructions, kind, 1.0), 2)
            other = counted(other, partial(theirs.instructions, kind, 1.0), 2)
        add(results, Comparison(name=name, unit=unit, target=target, ours=one, official=other))
    if only in serving.IDLE:
        one, other = alternate(
            partial(_idle_bytes, sys.executable), partial(_idle_bytes, official), 1
        )
        add(
            results,
            Comparison(name=serving.IDLE, unit="stream", target=0.50, ours=one, official=other),
        )


def compare_memory(results: Results, official: str, only: str) -> None:
    """Of streams that are open in a process without a web server."""
    if only in memory.IDLE:
        one, other = alternate(
            lambda: memory.measure(sys.executable, 5_000) * 1024,
            lambda: memory.measure(official, 5_000) * 1024,
            2,
        )
        add(
            results,
            Comparison(name=memory.IDLE, unit="stream", target=0.60, ours=one, official=other),
        )


def measure_floors(results: Results) -> None:
    """What imports and HTTP cost without anything of a package, beside what they cost with it."""
    named = {each.name: each.ours.median * 1e6 for each in results.comparisons}
    for name, code in imports.FLOOR.items():
        samples = [imports.measure(sys.executable, code)[0] for _ in range(9)]
        results.floor[name] = (named[name], statistics.median(samples) * 1e6)
    for name, (kind, _, _) in serving.LOADS.items():
        with serving.Served(sys.executable, "floor") as served:
            samples = [served.cpu(kind, 1.0) for _ in range(3)]
        results.floor[name] = (named[name], statistics.median(samples) * 1e6)


def measure_least_memory(results: Results) -> None:
    """Of idle streams: what no package of this kind can do without."""
    named = {each.name: each.ours.median for each in results.comparisons}
    turn = memory.measure_least(5_000) * 1024
    web_server = _idle_bytes(sys.executable, "floor")
    results.least_memory = {
        serving.IDLE: (named[serving.IDLE], web_server + turn),
        memory.IDLE: (named[memory.IDLE], turn),
    }


def _idle_bytes(python: str, kind: str = "uvicorn") -> float:
    with serving.Served(python, kind) as served:
        return served.idle_bytes(1.0)


def compare_servers(results: Results) -> None:
    """What each web server gives, with this package behind it."""
    for name, kind in WEB_SERVERS.items():
        with serving.Served(sys.executable, kind) as served:
            results.servers[name] = {
                load: served.cpu(what, 1.0) for load, (what, _, _) in serving.LOADS.items()
            }
        print(name, results.servers[name], flush=True)


def measure_turns(results: Results) -> None:
    """What one process carries, in the process and over sockets; each in a process of its own."""
    for place, option in (("in the process", []), ("over HTTP", ["--http"])):
        command = [sys.executable, "-m", "benchmarks.turns", *option]
        lines = subprocess.run(
            command, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True
        ).stdout.splitlines()
        for line in lines[1:]:
            kind, _, figures = line.partition(" ")
            results.turns[f"{place}, {kind}"] = json.loads(figures)
            print(place, line, flush=True)


def look_into_missed(results: Results) -> None:
    """Whose the time or the memory is, where more is taken than was asked for."""
    for each in results.comparisons:
        if each.is_missed:
            results.profiles[each.name] = profiles.profile_of(each.name)
            print(each.name, results.profiles[each.name], flush=True)


def write(results: Results) -> None:
    """The report, the plot, the README's table, and all figures as JSON."""
    before, text = report.REPORT.read_text(), report.markdown(results)
    for title in (report.PAGE, report.COUNTS):
        if section := report.section_of(before, title):
            text = report.with_section(text, section)
    report.REPORT.write_text(text)
    plot.draw(results, ROOT / "docs" / "images" / "speed.svg")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(asdict(results), indent=1))
    print(f"\n{report.readme_table(results)}\n\nThe report is in benchmarks/report.md.")


def main() -> None:
    """Ends with status 1 where both sides did not do the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--official", help="a Python with openai-chatkit; one is made without it")
    parser.add_argument("--only", default="", help="a part of the scenarios' names")
    parser.add_argument("--rounds", type=int, default=9, help="samples of each side, fewer by HTTP")
    parser.add_argument("--short", action="store_true", help="a moment each, no report")
    parser.add_argument("--again", action="store_true", help="write the last run's report again")
    options = parser.parse_args()
    if options.again:
        write(report.parse_results(RESULTS.read_text()))
        return
    logging.disable(logging.CRITICAL)
    official = options.official or official_python()
    results = Results()
    rounds = 1 if options.short else options.rounds
    compare_scenarios(results, official, options.only, rounds, short=options.short)
    if not options.only:
        results.floor = floor.run(short=options.short)
        results.alone = asyncio.run(alone.measure(short=options.short))
    if not options.short:
        compare_imports(results, official, options.only, rounds)
        compare_serving(results, official, options.only, max(2, rounds // 3))
        compare_memory(results, official, options.only)
    if not options.only and not options.short:
        measure_floors(results)
        measure_least_memory(results)
        measure_turns(results)
        compare_servers(results)
        look_into_missed(results)
        write(results)
    for name, found in results.different.items():
        print(f"NOT THE SAME: {name}: {found}", file=sys.stderr)
    sys.exit(1 if results.different else 0)


if __name__ == "__main__":
    main()
