"""Instructions under callgrind, and the place of their table in the report."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.counting import section
from benchmarks.report import COUNTS, PAGE, section_of, with_section

ROOT = Path(__file__).parent.parent.parent
REPORT = f"# What it costs\n\nFigures.\n\n{PAGE}\n\nFrames.\n"


def test_a_table_is_put_before_the_pages_and_in_the_place_of_its_own() -> None:
    """The page's section is the last, and is written anew by cutting the report off at it."""
    first = with_section(REPORT, f"{COUNTS}\n\nOne.\n")
    assert first == f"# What it costs\n\nFigures.\n\n{COUNTS}\n\nOne.\n\n{PAGE}\n\nFrames.\n"
    assert with_section(first, f"{COUNTS}\n\nTwo.\n") == first.replace("One.", "Two.")
    assert section_of(first, COUNTS) == f"{COUNTS}\n\nOne.\n"
    assert section_of(first, PAGE) == f"{PAGE}\n\nFrames.\n"
    assert section_of(REPORT, COUNTS) == ""


def test_a_report_without_the_page_gets_the_table_at_its_end() -> None:
    """A first run of the counts alone must lose nothing."""
    counted = with_section("# What it costs\n", section([]))
    assert counted.startswith(f"# What it costs\n\n{COUNTS}\n\nMade by")
    assert counted.endswith("|---|--:|--:|---|--:|--:|\n")


def test_without_valgrind_the_count_says_what_to_install() -> None:
    """Few machines have it."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.counting"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "apt-get install valgrind" in done.stderr
