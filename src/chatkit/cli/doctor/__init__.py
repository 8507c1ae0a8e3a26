"""`chatkit doctor`: looks at an environment and a server, and says what to fix."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from chatkit.cli.options import schema_option

from .finding import Finding, problem

_MARKS = {"ok": ("✓", "green"), "note": ("·", "yellow"), "problem": ("✗", "red")}


@click.command()
@click.option("--url", metavar="URL", help="Look at this endpoint as its clients reach it.")
@click.option("--page", metavar="URL", help="With --url: a page of yours that shows the chat.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="With --url: send this header, to look as a user who has signed in.",
)
@click.option(
    "--database",
    "databases",
    multiple=True,
    metavar="FILE|URL",
    help="Look at this SQLite file, or at a postgresql:// URL.  [default: the files in your data "
    "folder]",
)
@schema_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(
    ctx: click.Context,
    url: str | None,
    page: str | None,
    headers: tuple[str, ...],
    databases: tuple[str, ...],
    schema: str,
    as_json: bool,
) -> None:
    """Look at this environment, or at a server, and say what to fix.

    Nothing is changed. The exit code is 1 when there is a problem.

    \b
    chatkit doctor
    chatkit doctor --database postgresql://chat@localhost/chat
    chatkit doctor --url https://example.com/chatkit
    """
    sent = dict(_parse_header(each) for each in headers)
    findings: list[Finding] = []
    for finding in _look(url, page, sent, databases, schema):
        findings.append(finding)
        if not as_json:
            _show(finding)
    problems = sum(finding.level == "problem" for finding in findings)
    if as_json:
        told = {"problems": problems, "findings": [each.as_json() for each in findings]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo("\nNothing to fix." if not problems else f"\n{problems} to fix.")
    ctx.exit(1 if problems else 0)


def _look(
    url: str | None,
    page: str | None,
    headers: dict[str, str],
    databases: tuple[str, ...],
    schema: str,
) -> Iterator[Finding]:
    if url is not None:
        from .address import check_address

        yield from check_address(url, page, headers)
        if not databases:
            return
    else:
        from .installation import check_installation

        yield from check_installation()
    yield from _look_at_databases(databases, schema)


def _look_at_databases(named: tuple[str, ...], schema: str) -> Iterator[Finding]:
    try:
        from chatkit.cli.databases import default_database, is_url

        from .database import check_database, check_folder, check_postgres
    except ImportError as error:
        from .installation import REINSTALL

        yield problem("packages", f"this installation cannot be imported: {error}", REINSTALL)
        return
    kept = default_database("demo").parent
    paths = [Path(each) for each in named if not is_url(each)]
    if not named:
        paths = sorted(kept.glob("*.sqlite3"))
    for folder in sorted({path.parent for path in paths} if named else {kept}):
        yield check_folder(folder)
    for path in paths:
        yield from check_database(path)
    for url in filter(is_url, named):
        yield check_postgres(url, schema)


def _parse_header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.BadParameter(f"{text!r} is not 'NAME: VALUE'", param_hint="--header")
    return name.strip(), value.strip()


def _show(finding: Finding) -> None:
    mark, colour = _MARKS[finding.level]
    click.echo(f"{click.style(mark, fg=colour)} {finding.subject}: {finding.message}")
    if finding.fix:
        click.echo(f"    → {finding.fix}")


__all__ = ["doctor"]
