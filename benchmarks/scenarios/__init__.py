"""What both packages are measured at, with the ratio that is asked for.

A scenario is prepared by a function of a module beside this one, which imports `chatkit` under
either package's Python; this list imports neither.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A scenario that is ready to be run, as often as one likes."""

    units: int
    run: Callable[[], Awaitable[Any]]
    """What is measured; its result is looked at later."""
    outcome: Callable[[Any], Awaitable[Any]]
    """What the run sent and stored, as JSON data, which must be the same for both packages."""
    is_left: bool = False
    """A run leaves something open, which `outcome` ends, after every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row of the report."""

    name: str
    unit: str
    target: float | None
    """The ratio that is asked for, ours to the official's."""
    prepare: str
    """`module:function` here, called with `options`."""
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    short: dict[str, Any] = field(default_factory=dict[str, Any])
    """Options of the short version, which only checks that both sides do the same."""
    counted: dict[str, Any] = field(default_factory=dict[str, Any])
    """Options under callgrind, where everything takes fifty times as long."""

    async def make(self, *, short: bool, counted: bool = False) -> Work:
        """The work, prepared under this Python."""
        module, _, name = self.prepare.partition(":")
        prepare = getattr(import_module(f"{__name__}.{module}"), name)
        other = self.short if short else self.counted if counted else {}
        return await prepare(**{**self.options, **other})


def _text(name: str, target: float, short: int = 50, **options: Any) -> Scenario:
    return Scenario(
        name=f"text: {name}",
        unit="delta",
        target=target,
        prepare="text:deltas",
        options={"count": 5_000, **options},
        short={"count": short},
        counted={"count": min(options.get("count", 1_000), 10_000)},
    )


def _query(name: str, target: float, **options: Any) -> Scenario:
    prepare = "queries:reading"
    return Scenario(
        name=name,
        unit="request",
        target=target,
        prepare=prepare,
        options=options,
        short={"items": min(options["items"], 25)},
    )


def _run(name: str, target: float, function: str, **options: Any) -> Scenario:
    return Scenario(
        name=f"agents: {name}",
        unit="delta",
        target=target,
        prepare=f"agent_runs:{function}",
        options=options,
        short={"count": 50},
        counted={"count": 1_000},
    )


SCENARIOS: tuple[Scenario, ...] = (
    _text("5,000 deltas, built by the handler", 0.40, built=True),
    _text("5,000 prebuilt deltas", 0.25),
    _text("… the thread with 10 KB of flat metadata", 0.30, metadata="flat"),
    _text("… of nested metadata", 0.40, metadata="nested"),
    _text("80,000 deltas, built by the handler", 0.30, built=True, count=80_000),
    Scenario(name="first byte of an answer", unit="answer", target=0.03, prepare="text:first_byte"),
    _run("5,000 deltas that are ready", 0.15, "answering", yields=False),
    _run("5,000 deltas, each after a round of the loop", 0.25, "answering", yields=True),
    _run("2,000 deltas of reasoning", 0.40, "reasoning"),
    _query("threads.get_by_id, 20 items, memory", 0.02, kind="get", items=20, store="memory"),
    _query("threads.get_by_id, 20 items, SQLite", 0.02, kind="get", items=20, store="sqlite"),
    _query("items.list of 20, memory", 0.02, kind="items", items=20, store="memory"),
    _query("items.list of 20, SQLite", 0.02, kind="items", items=20, store="sqlite"),
    _query("items.list of 1,000, memory", 0.10, kind="items", items=1_000, store="memory"),
    _query("items.list of 1,000, SQLite", 0.10, kind="items", items=1_000, store="sqlite"),
    _query("items.list of 10,000, memory", 0.10, kind="items", items=10_000, store="memory"),
    _query("threads.list of 20, memory", 0.03, kind="threads", items=20, store="memory"),
    _query("threads.list of 20, SQLite", 0.03, kind="threads", items=20, store="sqlite"),
    _query("threads.list of 1,000, memory", 0.20, kind="threads", items=1_000, store="memory"),
    *(
        Scenario(
            name=f"converter: {kind} items",
            unit="item",
            target=target,
            prepare="converting:converting",
            options={"kind": kind},
        )
        for kind, target in (("mixed", 0.50), ("user", 0.50), ("assistant", 0.30))
    ),
    *(
        Scenario(
            name=f"widget: a growing Card of 50 components, {kind}",
            unit="update",
            target=target,
            prepare="widgets:growing",
            options={"kind": kind},
        )
        for kind, target in (("shared", 0.05), ("rebuilt", 0.20))
    ),
    Scenario(
        name="widget: that Card as JSON", unit="widget", target=0.35, prepare="widgets:as_json"
    ),
    Scenario(
        name="widget: 40 levels deep as JSON",
        unit="widget",
        target=0.35,
        prepare="widgets:as_json",
        options={"depth": 40},
    ),
)
