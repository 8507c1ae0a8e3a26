"""The measurements run, and both packages do the same work in each; nothing is timed here."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.timeout(600)  # the official SDK is installed first, into an environment of its own
def test_both_sides_send_and_store_the_same() -> None:
    """A ratio says nothing where one side did less: everything up to ids and times is compared."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--short"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "NOT THE SAME" not in done.stderr
    assert "agents: 5,000 deltas that are ready" in done.stdout
