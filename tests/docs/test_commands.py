"""Commands in the documentation are ones that there are, with options that they take."""

import re
import shlex
from pathlib import Path

import click
import pytest
from test_docs import PAGES, ROOT, blocks, name

from chatkit.cli import main

READMES = sorted((ROOT / "examples").rglob("README.md"))
FILE = re.compile(r"[\w/*-]+\.(sqlite3|widget)")
WRITTEN = [page for page in [*PAGES, *READMES] if "reference" not in page.parts]


def lines(page: Path) -> list[list[str]]:
    """The words of each line that a reader types; comments, variables and pipes left out."""
    typed = [
        line for kind in ("bash", "sh") for code in blocks(page, kind) for line in code.splitlines()
    ]
    found = []
    for line in typed:
        for command in re.sub(r"\$\((.+?)\)", r"x | \1", line).split(" | "):
            words = shlex.split(command, comments=True)
            while words and re.match(r"[A-Z_]+=", words[0]):
                del words[0]
            if words:
                found.append(words)
    return found


@pytest.mark.parametrize("page", WRITTEN, ids=name)
def test_every_command_of_ours_is_taken(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parsed as it is typed; what it would do is for the tests of the command line."""
    monkeypatch.chdir(tmp_path)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for words in lines(page):
        program, *arguments = words
        for file in filter(FILE.fullmatch, arguments):
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).touch()
        if Path(program).name == "chatkit":
            parse(main, arguments)
        elif program == "make":
            assert [word for word in arguments if "=" not in word and word not in targets] == []


def parse(
    command: click.Command, arguments: list[str], parent: click.Context | None = None
) -> None:
    """Returns where the command takes these arguments. Raises: click.UsageError."""
    # With its parent: a command keeps the help option that it had first, for all in this process.
    context = command.make_context(command.name, list(arguments), parent)
    if isinstance(command, click.Group):
        _, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        parse(found, rest, context)


def test_a_command_that_there_is_not_would_be_found() -> None:
    """The check is one: a wrong name and a wrong option are refused."""
    for arguments in (["dance"], ["demo", "--loud"], ["keys", "burn"], ["chat"]):
        with pytest.raises(click.UsageError):
            parse(main, arguments)
