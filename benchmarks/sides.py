"""The two sides: a Python that has this package, and one that has the official SDK.

The official one is installed from the registry into an environment of its own, with the very
versions of everything else that this package runs on.
"""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.scenarios import Scenario

ROOT: Final = Path(__file__).parent.parent
OFFICIAL: Final = "openai-chatkit==1.6.5"
"""What this package is compared with: the release whose surface it matches."""
ENVIRONMENT: Final = ROOT / ".cache" / "official"
ALIKE: Final = (
    "anyio", "fastapi", "httptools", "openai", "openai-agents", "pydantic", "pydantic-core",
    "starlette", "uvicorn", "uvloop",
)  # fmt: skip
"""Installed in the same versions on both sides."""


def alike() -> list[str]:
    """The requirements that both sides share, as they are installed here."""
    return [f"{name}=={importlib.metadata.version(name)}" for name in ALIKE]


def official_python() -> str:
    """The official side's Python; its environment is made first, where there is none."""
    python = ENVIRONMENT / "bin" / "python"
    wanted = [OFFICIAL, *alike()]
    stamp = ENVIRONMENT / "installed.json"
    if not stamp.exists() or json.loads(stamp.read_text()) != wanted:
        uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if uv is None:
            raise SystemExit("uv is needed to install the official SDK: pip install uv")
        quiet = [uv, "--quiet"]
        venv = [*quiet, "venv", "--clear", "--python", sys.executable, str(ENVIRONMENT)]
        subprocess.run(venv, check=True)
        install = [*quiet, "pip", "install", "--python", str(python), *wanted]
        subprocess.run(install, check=True)
        stamp.write_text(json.dumps(wanted))
    return str(python)


def place() -> Path:
    """The folder that measured programs run in: nothing in it is a module."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    return folder


def environment() -> dict[str, str]:
    """The variables of a side's processes: modules are compiled once, as where they are used."""
    left_out = {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONPYCACHEPREFIX": str(ROOT / ".cache" / "bytecode"), "PYTHONHASHSEED": "0"}


class Side:
    """One side's worker process."""

    def __init__(self, name: str, python: str, *, short: bool, under: Sequence[str] = ()) -> None:
        """`under` is the command of a tool that runs the worker and counts what it does."""
        self.name, self.python = name, python
        self._short = short
        self._worker = subprocess.Popen(
            [
                *under,
                python,
                "-W",
                "ignore",
                "-m",
                "benchmarks.worker",
                *(["slowed"] if under else []),
            ],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._worker.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._worker.stdin is not None
        self._worker.stdin.close()
        try:
            self._worker.wait(10)
        except subprocess.TimeoutExpired:
            self._worker.kill()
        assert self._worker.stdout is not None
        self._worker.stdout.close()

    def ask(self, what: str, scenario: Scenario) -> Any:
        """The worker's answer. Raises: RuntimeError where the worker has ended."""
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        order = {"do": what, "scenario": scenario.name, "short": self._short}
        self._worker.stdin.write(json.dumps(order) + "\n")
        self._worker.stdin.flush()
        line = self._worker.stdout.readline()
        if not line:
            raise RuntimeError(f"the side {self.name!r} ended at {scenario.name!r}")
        return json.loads(line)
