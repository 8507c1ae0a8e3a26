"""What was measured as Markdown: the whole report, and the README's table."""

import json
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.sampling import Comparison, Figure
from benchmarks.sides import OFFICIAL, ROOT, alike

REPORT = ROOT / "benchmarks" / "report.md"
COUNTS = "## Instructions, under callgrind"
PAGE = "## The page in Chromium"
"""Titles of sections that are written by themselves, by `benchmarks.counting` and `web/bench`."""


@dataclass(slots=True)
class Results:
    """Everything that one run has found."""

    comparisons: list[Comparison] = field(default_factory=list[Comparison])
    different: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """By scenario: where both sides did not do the same."""
    floor: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    least_memory: dict[str, tuple[float, float]] = field(
        default_factory=dict[str, tuple[float, float]]
    )
    """By scenario: bytes here, and at the least."""
    alone: dict[str, str] = field(default_factory=dict[str, str])
    turns: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    """By place and store: what one process carries."""
    servers: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    """By web server: what each load costs this package."""
    profiles: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    """By scenario whose target is missed: whose its time or memory is, as shares."""


def parse_results(text: str) -> Results:
    """Results of an earlier run, as they were written."""
    fields = json.loads(text)
    comparisons = [
        Comparison(
            **{**each, "ours": Figure(**each["ours"]), "official": Figure(**each["official"])}
        )
        for each in fields.pop("comparisons")
    ]
    return Results(comparisons=comparisons, **fields)


def markdown(results: Results) -> str:
    """The report."""
    same = "Both sides sent and stored the same in every scenario, up to ids and times."
    if results.different:
        lines = [f"- {name}: {', '.join(found)}" for name, found in results.different.items()]
        same = "\n".join(["Both sides did not do the same:", "", *lines])
    made_on = (
        f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}: Python"
        f" {platform.python_version()}, {platform.machine()}; {OFFICIAL}, and on both sides"
        f" {', '.join(alike())}."
    )
    floor = [
        f"| {name} | {package:,.2f} | {floor:,.2f} |"
        for name, (package, floor) in results.floor.items()
    ]
    least_memory = [
        f"| {name} | {package / 1024:,.1f} | {least / 1024:,.1f} |"
        for name, (package, least) in results.least_memory.items()
    ]
    alone = [f"| {name} | {figure} |" for name, figure in results.alone.items()]
    return "\n".join(
        [
            "# What it costs, beside the official SDK",
            "",
            made_on,
            "",
            _HOW,
            "",
            same,
            "",
            *_comparison_table(results.comparisons),
            "",
            "## Beside the physical floor",
            "",
            _FLOOR,
            "",
            "| µs of CPU for each | here | floor |",
            "|---|--:|--:|",
            *floor,
            "",
            _LEAST,
            "",
            "| KiB of memory for each | here | at the least |",
            "|---|--:|--:|",
            *least_memory,
            "",
            "## Without a peer",
            "",
            _ALONE,
            "",
            "| | |",
            "|---|--:|",
            *alone,
            *_missed(results),
            *_turn_table(results.turns),
            *_server_table(results.servers),
            "",
        ]
    )


_HOW = """\
CPU time of the process, medians of samples taken of both sides in turn; ± is half the distance
between the quartiles, or of few samples between the least and the most. `counted` is the ratio of
the instructions, as the processor counts them in samples of their own, without the system's work:
the steadier measure. Only this package keeps a turn in a log, from which it can be resumed."""


_FLOOR = """\
In the process and over HTTP: the same frames, made beforehand, sent by what knows no protocol.
From SQLite: the same bytes from one row, read by a thread, so that no disk holds up the event loop.
Of imports: one model of pydantic's, and for the server asyncio and logging."""


_LEAST = """\
In the process: the least that a turn takes which outlives its request: the handler with its models,
a task that pulls it, its events and what is stored as bytes, a reader that waits, and, as with the
official SDK, a copy of the unfinished item and one of the thread; no limits, no queue, no stop.
Over HTTP: that, and what a web server takes whose app only waits."""


_ALONE = """\
The PostgreSQL server is on the same machine and waits for no disk: it is the store that is
measured."""


def _comparison_table(comparisons: list[Comparison]) -> list[str]:
    rows = [
        f"| {each.name} | {_shown(each.ours, each.unit)} | {_shown(each.official, each.unit)} |"
        f" {each.unit} | **{each.ratio:.3f}** | {_counted(each)} | {each.target or '-'} |"
        for each in comparisons
    ]
    head = "| | here | official | of CPU for each | ratio | counted | asked for |"
    return [head, "|---|--:|--:|---|--:|--:|--:|", *rows]


def _counted(comparison: Comparison) -> str:
    ratio = comparison.count_ratio
    return "-" if ratio is None else f"{ratio:.3f}"


def _shown(figure: Figure, unit: str) -> str:
    spread = f" ±{figure.spread:.0%}"
    if unit in {"process", "stream"}:
        kibibytes = figure.median / 1024
        many = kibibytes >= 10_000
        return f"{kibibytes / 1024:,.0f} MiB{spread}" if many else f"{kibibytes:,.1f} KiB{spread}"
    micros = figure.median * 1e6
    if micros >= 10_000:
        return f"{micros / 1000:,.1f} ms{spread}"
    return f"{micros:,.0f} µs{spread}" if micros >= 100 else f"{micros:.2f} µs{spread}"


_MISSED = """\
What is asked for and missed by time, and whether the instructions, the steadier measure, meet it;
the ratio that would be left if only the floor were paid; whose the time is (of memory: who asked
for it), by package and by module of this one; and the ratio that would be left if no module of this
package took any: Python's own, the web server's, pydantic's and the handler's."""


def _missed(results: Results) -> list[str]:
    missed = [each for each in results.comparisons if each.is_missed]
    if not missed:
        return []
    return [
        "",
        "## What forbids the rest",
        "",
        _MISSED,
        "",
        *(f"- {_why(each, results)}" for each in missed),
    ]


def _why(missed: Comparison, results: Results) -> str:
    found = f"**{missed.name}**: {missed.ratio:.3f}, asked for {missed.target}"
    count, limit = missed.count_ratio, missed.target or 0
    if count is not None:
        found += f"; by instructions {count:.3f}{', which meets it' if count <= limit else ''}"
    floor = _floor_of(missed.name, results)
    if floor is not None:
        found += f"; the floor alone is {floor / missed.official.median:.3f}"
    owners = results.profiles.get(missed.name, {})
    spent = ", ".join(f"{owner} {share:.0%}" for owner, share in owners.items())
    if not spent:
        return f"{found}. Not looked into."
    others = sum(share for owner, share in owners.items() if _is_elsewhere(owner))
    return f"{found}. {spent}. What is not of this package: {others * missed.ratio:.3f}."


def _is_elsewhere(owner: str) -> bool:
    return not owner.startswith("chatkit") and owner != "the rest"


def _floor_of(name: str, results: Results) -> float | None:
    """Seconds or bytes, as the scenario counts."""
    if name in results.least_memory:
        return results.least_memory[name][1]
    return results.floor[name][1] / 1e6 if name in results.floor else None


def _server_table(servers: dict[str, dict[str, float]]) -> list[str]:
    if not servers:
        return []
    loads = list(next(iter(servers.values())))
    return [
        "",
        "## Web servers, with this package",
        "",
        f"| µs of CPU | {' | '.join(loads)} |",
        f"|---|{'--:|' * len(loads)}",
        *(
            f"| {server} | {' | '.join(f'{found[load] * 1e6:,.1f}' for load in loads)} |"
            for server, found in servers.items()
        ),
    ]


_TURNS = """\
500 answers at 20 events a second, each with a reader, beside 2,000 readers of answers that say
nothing, on one process; the clients are on the same machine. An event's way is from its handler
to its reader; `floor` is an app that only sends such frames. Then 1,000 clients come back."""


def _turn_table(turns: dict[str, dict[str, float]]) -> list[str]:
    if not turns:
        return []
    columns = list(dict.fromkeys(name for found in turns.values() for name in found))
    return [
        "",
        "## Turns and readers of one process",
        "",
        _TURNS,
        "",
        f"| | {' | '.join(name.replace('_', ' ') for name in columns)} |",
        f"|---|{'--:|' * len(columns)}",
        *(
            f"| {place} | {' | '.join(str(found.get(name, '')) for name in columns)} |"
            for place, found in turns.items()
        ),
    ]


README = {
    "import chatkit.server": "`import chatkit.server`",
    "first byte of an answer": "first byte of an answer",
    "text: 5,000 prebuilt deltas": "a text delta through `process`",
    "agents: 5,000 deltas that are ready": "a text delta of an Agents SDK run",
    "threads.get_by_id, 20 items, SQLite": "a thread with 20 items, from SQLite",
    "items.list of 1,000, SQLite": "a page of 1,000 items, from SQLite",
    "widget: a growing Card of 50 components, shared": "a widget's update, of 50 components",
    "HTTP: 200 streams at 50 deltas a second": "a delta over HTTP, of 200 streams",
}
"""The rows of the README's table, and what they are called there."""


def section_of(text: str, title: str) -> str:
    """The report's section of this title, up to the next one; empty where there is none."""
    _, found, rest = text.partition(f"{title}\n")
    own, _, _ = rest.partition("\n## ")
    return f"{found}{own.rstrip()}\n" if found else ""


def with_section(text: str, section: str) -> str:
    """The report with a section, which begins with its title, in the place of the one before.

    A new one comes at the end, but before the page's.
    """
    before = section_of(text, section.partition("\n")[0])
    if before:
        return text.replace(before, section)
    head, page, tail = text.partition(PAGE)
    return "\n".join([head.rstrip(), "", section, f"{page}{tail}"]).rstrip() + "\n"


def readme_table(results: Results) -> str:
    """The rows that the README shows."""
    named = {each.name: each for each in results.comparisons}
    rows = [
        f"| {shown} | {_plain(each.ours)} | {_plain(each.official)} | {each.ratio:.2f} |"
        for name, shown in README.items()
        if (each := named.get(name)) is not None
    ]
    return "\n".join(["| CPU for | here | official SDK | ratio |", "|---|--:|--:|--:|", *rows])


def _plain(figure: Figure) -> str:
    micros = figure.median * 1e6
    if micros >= 100_000:
        return f"{micros / 1_000:,.0f} ms"
    if micros >= 1_000:
        return f"{micros / 1_000:,.0f} ms" if micros >= 100_000 else f"{micros / 1_000:.3g} ms"
    return f"{micros:.2g} µs" if micros < 10 else f"{micros:.0f} µs"
