"""Regular expressions take time in proportion to the text, whatever the text is."""

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
FINDER = [sys.executable, "-m", "regexploit.bin.regexploit_python_ast"]


def looked_over(*files: Path) -> str:
    """What the finder says of the regular expressions in these files."""
    command = [*FINDER, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.requirement("sec-27")
def test_no_text_makes_an_expression_backtrack_for_ever() -> None:
    """A message, a file name or a header comes from anybody."""
    said = looked_over(*sorted(SOURCE.rglob("*.py")))
    assert "Vulnerable" not in said, said
    assert int(said.split("Processed ")[1].split(" ")[0]) >= 10


def test_an_expression_that_does_is_found(tmp_path: Path) -> None:
    """Otherwise the test above would say nothing."""
    file = tmp_path / "evil.py"
    file.write_text('import re\nEVIL = re.compile(r"(a+)+$")\n')
    assert "Vulnerable" in looked_over(file)
