"""Runs every case of run_cases.py with other releases of `openai` and the Agents SDK.

    make releases

Each pair is installed into an environment of its own, so this needs a package index and is no part
of the tests. What is told has to be what the installed releases tell, citations above all: their
classes have moved between releases.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from run_scripts import SCRIPTS, responder

from chatkit.testing.models import ScriptedModel

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

RELEASES = {
    "openai 1, the last": ("openai==1.109.1", "openai-agents==0.3.3"),
    "openai 2, the first that an allowed SDK takes": ("openai==2.9.0", "openai-agents==0.6.0"),
    "openai 2, the last": ("openai==2.54.0", "openai-agents==0.19.4"),
    "openai 3, the first": ("openai==3.0.0", "openai-agents"),
    "the newest": ("openai", "openai-agents"),
}
"""The first is older than what this package asks for: a host may hold it back."""

DIFFERENCES = {
    "disconnect": "older releases raise the HTTP library's own error",
    "reasoning of completions": "older SDKs announce the answer before the reasoning",
}
"""Cases in which a release may tell otherwise."""


def main() -> None:
    """Compares each pair of releases with the installed ones; exit code 1 if one differs."""
    here = told_by([sys.executable])
    failed = False
    for name, packages in RELEASES.items():
        there = told_by(in_environment(*packages))
        other = {case for case in SCRIPTS if there[case] != here[case]} - DIFFERENCES.keys()
        failed = failed or bool(other)
        print(f"{name}: {len(SCRIPTS)} cases,", f"OTHERWISE: {sorted(other)}" if other else "well")
    sys.exit(failed)


def in_environment(*packages: str) -> list[str]:
    """The command of a Python that has these, and what else this package needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [each for each in project["dependencies"] if not each.startswith("openai")]
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "run", "--quiet", "--isolated", "--no-project", "--python", sys.executable]
    for package in (*packages, *needed):
        command += ["--with", package]
    return [*command, "python"]


def told_by(python: list[str]) -> dict[str, list[Any]]:
    """The events of every case, by the case."""
    with ScriptedModel(responder=responder()).in_thread() as model:
        command = [*python, str(HERE / "run_cases.py"), model.base_url, *SCRIPTS]
        path = os.environ | {"PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, capture_output=True, text=True, env=path, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    told: dict[str, list[Any]] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    main()
