"""Records the events of run_cases.py with another package's Python, such as openai-chatkit's.

    python tests/agents/record_run_goldens.py --python OTHER/bin/python

The scripted model runs here; the other Python only talks to it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

from run_scripts import SCRIPTS, responder

from chatkit.testing.models import ScriptedModel

HERE = Path(__file__).parent


def main() -> None:
    """Writes golden/official_runs.json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", required=True, help="the other package's interpreter")
    python = parser.parse_args().python
    with ScriptedModel(responder=responder()).in_thread() as model:
        command = [python, str(HERE / "run_cases.py"), model.base_url, *SCRIPTS]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    (HERE / "golden" / "official_runs.json").write_text(one_event_a_line(json.loads(told)), "utf-8")


def one_event_a_line(told: dict[str, list[Any]]) -> str:
    """The JSON, as one reads it in a diff."""
    cases: list[str] = []
    for case, events in told.items():
        lines = ",\n".join(json.dumps(event, ensure_ascii=False) for event in events)
        cases.append(f"{json.dumps(case)}: [\n{lines}\n]")
    return "{\n" + ",\n".join(cases) + "\n}\n"


if __name__ == "__main__":
    main()
