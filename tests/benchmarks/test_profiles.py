"""Whose a sample is, and what the report says of a target that is missed."""

import platform

import pytest
from benchmarks.instructions import counting
from benchmarks.report import Results, markdown
from benchmarks.rooms import room_of, shares
from benchmarks.sampling import Comparison, Figure

from benchmarks import profiles

RUN = "run (benchmarks/scenarios/queries.py:142)"


def test_a_sample_belongs_to_the_innermost_frame_that_has_a_name() -> None:
    """What the interpreter does for a module is the module's; a native library is its own."""
    found = shares(
        [
            f"main (benchmarks/worker.py:57);{RUN};encode_page (chatkit/wire.py:87) 2",
            f"main (benchmarks/worker.py:57);{RUN};list_append (listobject.c:3) 1",
            f"{RUN};parse (chatkit/wire.py:9);0x7f (_pydantic_core.cpython-311.so) 1",
            "sample (benchmarks/worker.py:22);gc_collect_main (libpython3.11.so) 90",
            "_work (chatkit/store/sqlite/worker.py:1);pthread_cond_timedwait (libc.so.6) 90",
        ]
    )
    assert found == {"chatkit.wire": 0.5, "the scenario itself": 0.25, "pydantic-core": 0.25}


def test_modules_of_this_package_are_told_apart_and_those_of_others_are_not() -> None:
    """It is this package that can be changed."""
    assert room_of("chatkit/turns/pump.py") == "chatkit.turns.pump"
    assert room_of("chatkit/store/__init__.py") == "chatkit.store"
    assert room_of("uvicorn/protocols/http/httptools_impl.py") == "uvicorn"
    assert room_of("json/decoder.py") == "json"
    assert room_of("abstract.c") is None


def test_an_import_is_divided_among_the_packages_that_it_loads() -> None:
    """Python counts them itself; nothing may be left out or counted twice."""
    found = profiles.profile_of("import chatkit.types")
    assert {"pydantic", "chatkit.types", "the standard library"} <= set(found)
    assert abs(sum(found.values()) - 1) < 0.01


def test_the_report_says_what_forbids_a_missed_target() -> None:
    """With the floor where there is one; of what is met, nothing."""

    def compared(name: str, ours: float) -> Comparison:
        figures = {"ours": Figure(samples=[ours]), "official": Figure(samples=[1.0])}
        return Comparison(name=name, unit="request", target=0.1, **figures)

    results = Results(comparisons=[compared("slow", 0.2), compared("fast", 0.1)])
    results.floor["slow"] = (200_000.0, 150_000.0)
    results.profiles["slow"] = {"sqlite3": 0.75, "chatkit.wire": 0.2, "the rest": 0.05}
    told = markdown(results).partition("## What forbids the rest")[2]
    assert "**slow**: 0.200, asked for 0.1; the floor alone is 0.150. sqlite3 75%, chat" in told
    assert "the rest 5%. What is not of this package: 0.150." in told
    assert "fast" not in told


def test_the_report_says_where_instructions_meet_what_time_misses() -> None:
    """Time is the one that is felt; counts are the steadier measure."""
    figures = {
        "ours": Figure(samples=[0.2, 0.3], counts=[9.0]),
        "official": Figure(samples=[1.0], counts=[100.0]),
    }
    slow = Comparison(name="slow", unit="request", target=0.1, **figures)
    assert (slow.is_missed, slow.count_ratio) == (True, 0.09)
    told = markdown(Results(comparisons=[slow]))
    assert "| **0.250** | 0.090 | 0.1 |" in told
    assert "**slow**: 0.250, asked for 0.1; by instructions 0.090, which meets it" in told


def test_the_processor_counts_more_for_more_work() -> None:
    """Where it counts at all: in a container it may not, and then nothing is told."""
    with counting() as instructions:
        counts = [instructions()]
        for size in (1_000, 100_000):
            sum(range(size))
            counts.append(instructions())
    if None in counts:
        assert counts == [None] * 3
        return
    one, two, three = (count or 0 for count in counts)
    assert 0 < two - one < three - two


def test_a_machine_on_which_nobody_counts_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is told without."""
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    with counting() as instructions:
        assert instructions() is None
