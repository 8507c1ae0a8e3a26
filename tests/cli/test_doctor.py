"""`chatkit doctor`: what it finds on real installations, and how it says so."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from doctor_stage import levels, messages, server_app

import chatkit
from chatkit.cli import main
from chatkit.cli.doctor.installation import (
    check_distributions,
    check_installation,
    check_page,
    check_sqlite,
)
from chatkit.http import bundle
from web_server import serving


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An environment with a copy of this package, installed, and all that it needs."""
    place = tmp_path / "site-packages"
    source = Path(chatkit.__file__).parent
    shutil.copytree(source, place / "chatkit", ignore=shutil.ignore_patterns("__pycache__"))
    install(place, "chatkit-selfhosted", "0.1.0", sorted((place / "chatkit").rglob("*.py")))
    return place


def install(place: Path, name: str, version: str, files: list[Path]) -> None:
    """Notes the files as an installer does."""
    import base64
    import hashlib

    info = place / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    extra = "Provides-Extra: other\nRequires-Dist: not-there-at-all>=1; extra == 'other'\n"
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{extra}"
    )
    rows = []
    for path in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest())
        rows.append(f"{path.relative_to(place)},sha256={digest.decode().rstrip('=')},")
    info.joinpath("RECORD").write_text("\n".join(rows) + "\n")


def run(place: Path, *options: str) -> dict[str, Any]:
    """What `chatkit doctor --json` says there."""
    program = "import sys; from chatkit.cli import main; main(sys.argv[1:], prog_name='chatkit')"
    # Without the site's own paths, by which this package is found wherever it is.
    paths = os.pathsep.join([str(place), sysconfig.get_path("purelib")])
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", program, "doctor", "--json", *options],
        env={**os.environ, "PYTHONPATH": paths, "XDG_DATA_HOME": str(place / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    found = json.loads(done.stdout)
    assert done.returncode == (1 if found["problems"] else 0), done.stderr
    return found


def said(found: dict[str, Any], subject: str) -> list[tuple[str, str]]:
    return [
        (each["level"], each["message"])
        for each in found["findings"]
        if each["subject"].startswith(subject)
    ]


def test_an_installation_of_its_own_is_well(environment: Path) -> None:
    """And an extra that is not installed is worth a note."""
    found = run(environment)
    ((level, message),) = said(found, "packages")
    assert (level, str(environment / "chatkit") in message) == ("ok", True)
    assert said(found, "extra [other]") == [("note", "not installed (lacks not-there-at-all)")]
    assert [level for level, _ in said(found, "folder")] == ["ok"]


def test_both_distributions_at_once_are_a_problem(environment: Path) -> None:
    """They share the folder `chatkit`; the later one wrote over files of the earlier one."""
    changed = environment / "chatkit" / "actions.py"
    changed.write_text(changed.read_text() + "\n")
    (environment / "chatkit" / "icons.py").write_text("")
    install(environment, "openai-chatkit", "1.6.5", [changed])
    found = run(environment)
    (both, broken, unusable) = said(found, "packages")
    assert both[0] == broken[0] == unusable[0] == "problem"
    assert "openai-chatkit 1.6.5 is installed as well" in both[1]
    assert broken[1].startswith("2 files of chatkit-selfhosted are missing or changed: chatkit/")
    assert unusable[1].startswith("this installation cannot be imported")


def test_what_an_uninstall_of_the_official_one_took_along_is_a_problem(environment: Path) -> None:
    """It goes with all files that both have; ours has to be installed again."""
    names = ("__init__.py", "actions.py", "errors.py", "icons.py")
    for name in names:
        (environment / "chatkit" / name).unlink()
    found = run(environment)
    (broken, unusable) = said(found, "packages")
    assert broken[1].startswith("4 files of chatkit-selfhosted are missing or changed: chatkit/__")
    assert unusable[1].startswith("this installation cannot be imported")
    assert [each["fix"] for each in found["findings"] if each["level"] == "problem"] == [
        "pip install --force-reinstall --no-deps chatkit-selfhosted"
    ] * 2


def test_an_old_sqlite_is_a_problem() -> None:
    """Python brings its own: there is nothing to install."""
    assert check_sqlite("3.45.1").level == "ok"
    found = check_sqlite("3.34.1")
    assert (found.level, "3.34.1 is too old" in found.message) == ("problem", True)
    assert "SQLite 3.35 or newer" in found.fix


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that distributions are looked for in, with a little package of one file."""
    package = tmp_path / "chatkit"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def test_a_distribution_is_compared_with_what_was_installed(place: Path) -> None:
    """Each file by its hash: what was changed and what is gone is named, three at most."""
    package = place / "chatkit"
    (only,) = check_distributions(package)
    assert (only.level, only.fix) == ("note", "pip install chatkit-selfhosted")
    names = [package / f"{letter}.py" for letter in "abcd"]
    for name in names:
        name.write_text("whole")
    install(place, "chatkit-selfhosted", "0.1.0", [*names, package / "__init__.py"])
    assert levels(list(check_distributions(package)), "packages") == ["ok"]
    for name in names[:3]:
        name.write_text("another")
    names[3].unlink()
    found = list(check_distributions(package))
    assert "4 files of chatkit-selfhosted are missing or changed" in messages(found)
    assert "chatkit/a.py, chatkit/b.py, chatkit/c.py …" in messages(found)
    assert found[0].fix == "pip install --force-reinstall --no-deps chatkit-selfhosted"


def test_the_official_distribution_beside_ours_is_named_with_its_version(place: Path) -> None:
    """Whichever was installed last has written over the other."""
    package = place / "chatkit"
    for name, version in (("chatkit-selfhosted", "0.1.0"), ("openai-chatkit", "1.6.5")):
        install(place, name, version, [package / "__init__.py"])
    (found, extra) = check_distributions(package)
    assert "openai-chatkit 1.6.5 is installed as well" in found.message
    assert found.fix.startswith("pip uninstall openai-chatkit, then: pip install --force-reinstall")
    assert extra.fix == 'if you need it: pip install "chatkit-selfhosted[other]"'
    install(place, "not-there-at-all", "1", [])
    assert list(check_distributions(package))[-1].level == "ok"


def test_a_page_that_is_missing_or_stale_is_a_problem(tmp_path: Path) -> None:
    """With a source beside it, it is built anew; a package from an index is installed anew."""
    package, web = tmp_path / "src" / "chatkit", tmp_path / "web"
    assert check_page(package).level == "problem"
    (package / "http" / "assets").mkdir(parents=True)
    shutil.copy(bundle.__file__, package / "http" / "bundle.py")
    installed = check_page(package)
    assert "is not there" in installed.message
    assert installed.fix.startswith("pip install --force-reinstall")
    web.mkdir()
    (web / "package.json").write_text("{}")
    assert check_page(package).fix == "run `make web`, or `python web/build_page.py`"
    assets = package / "http" / "assets"
    for name in bundle.ENTRIES:
        (assets / name).write_text("")
    assert "built from an older source" in check_page(package).message
    bundle.mark_source(web, assets)
    assert (check_page(package).level, check_page(package).subject) == ("ok", "page")
    (web / "package.json").write_text('{"version": "2"}')
    assert "built from an older source" in check_page(package).message


def test_what_is_installed_here_is_looked_at_whole() -> None:
    """Python, SQLite, packages, page: each is said something of."""
    subjects = {finding.subject for finding in check_installation()}
    assert {"Python", "SQLite", "packages", "page"} <= subjects


# The command


def test_the_command_says_what_to_fix_and_ends_with_1(tmp_path: Path) -> None:
    """For people by default; a header that is none is refused."""
    path = tmp_path / "text.sqlite3"
    path.write_text("no database at all, but long enough to be looked at as one" * 20)
    result = CliRunner().invoke(main, ["doctor", "--database", str(path)])
    assert result.exit_code == 1
    assert f"✗ database {path}: cannot be read: file is not a database" in result.output
    assert "    → name another file, or restore a backup of this one" in result.output
    refused = CliRunner().invoke(main, ["doctor", "--url", "http://x", "--header", "no colon"])
    assert (refused.exit_code, "NAME: VALUE" in refused.output) == (2, True)


async def test_the_command_looks_at_an_address(tmp_path: Path) -> None:
    """Only at that, unless a database is named too."""
    async with serving(server_app()) as base:
        options = ["doctor", "--url", f"{base}/chatkit", "--header", "X-A: b"]
        plain = await asyncio.to_thread(CliRunner().invoke, main, options)
        named = await asyncio.to_thread(
            CliRunner().invoke, main, [*options, "--database", str(tmp_path / "a"), "--json"]
        )
    assert "✓ endpoint" in plain.output
    assert "Python" not in plain.output
    subjects = [each["subject"] for each in json.loads(named.output)["findings"]]
    assert subjects[-1] == f"database {tmp_path / 'a'}"
