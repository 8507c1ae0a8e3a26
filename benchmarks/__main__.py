"""`make bench`: runs the measurements one after the other; each prints its own figures.

python -m benchmarks                          # this package
python -m benchmarks --official OTHER/python  # and openai-chatkit, installed for that Python
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
COMPARED = ("widget_diff.py", "agents_run.py")
"""What both packages can do, each run under the Python that has the package."""


def main() -> None:
    """Runs everything; ends with the status of the first that failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--official", help="a Python that has openai-chatkit installed")
    official = parser.parse_args().official
    for name in COMPARED:
        run(sys.executable, str(HERE / name), "--package", "chatkit-selfhosted")
        if official:
            run(official, str(HERE / name), "--package", "openai-chatkit")
    run(sys.executable, "-m", "benchmarks.turns")
    run(sys.executable, "-m", "benchmarks.turns", "--http")


def run(*command: str) -> None:
    """Shows what is run, and runs it."""
    print("$", " ".join(command), flush=True)
    status = subprocess.run(command, check=False).returncode
    if status:
        sys.exit(status)


if __name__ == "__main__":
    main()
