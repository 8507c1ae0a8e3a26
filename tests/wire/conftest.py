"""The switch that writes the golden streams anew; stores of hosts, for the scenes to play on."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "server"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`python -m pytest tests/wire --update-golden`; read the difference before you commit it."""
    parser.addoption("--update-golden", action="store_true", help="write the golden streams anew")
