"""`chatkit` itself: help, versions, what is unknown, and how fast it says so."""

import json
import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from chatkit.cli import main
from chatkit.cli.group import _COMMANDS


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def chatkit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "chatkit", *arguments)


def test_help_names_every_command_and_loads_none_of_them() -> None:
    """Help has to be instant: what it lists is known by name."""
    program = (
        "import sys; from chatkit.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'starlette', 'uvicorn', 'openai', 'agents', 'rich', 'httpx2'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert run.stderr == ""
    for name, (_, purpose) in _COMMANDS.items():
        assert name in run.stdout
        assert purpose in run.stdout
    assert "LOADED []" in run.stdout


@pytest.mark.parametrize("name", ["demo", "serve", "schema"])
def test_what_a_command_is_for_is_said_in_its_own_help_too(name: str) -> None:
    """The list of commands must not promise what a command does not say of itself."""
    result = CliRunner().invoke(main, [name, "-h"])
    assert result.exit_code == 0
    first = _COMMANDS[name][1].split(";")[0].split(" as ")[0].rstrip(".").lower()
    assert first in " ".join(result.output.lower().split())


def test_the_version_is_the_packages() -> None:
    """Bug reports start with it."""
    run = chatkit("--version")
    assert run.stdout == f"chatkit, version {version('chatkit-selfhosted')}\n"
    assert run.returncode == 0


def test_an_unknown_command_is_a_usage_error() -> None:
    """Exit code 2, as everywhere; and no traceback."""
    run = chatkit("sevre")
    assert run.returncode == 2
    assert "No such command" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_schema_is_printed_as_json() -> None:
    """Another language's client is generated from it."""
    wide = CliRunner().invoke(main, ["schema"])
    narrow = CliRunner().invoke(main, ["schema", "--indent", "0"])
    schema = json.loads(wide.output)
    assert schema == json.loads(narrow.output)
    assert len(narrow.output.splitlines()) == 1
    assert "ThreadStreamEvent" in schema["$defs"]


def test_every_command_that_is_listed_can_be_loaded() -> None:
    """Each name leads to a click command; `chat` belongs to another room of the house."""
    context = click.Context(main)
    for name in ("demo", "serve", "schema"):
        assert isinstance(main.get_command(context, name), click.Command)
    assert main.get_command(context, "nothing") is None
