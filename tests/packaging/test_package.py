"""What is shipped: the wheel, the source archive, and what whoever installs them gets."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import Parser
from pathlib import Path

import httpx2
import pytest

import chatkit
from chatkit.http import bundle

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and a source archive of this tree, whose page is built."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return folder


def build(source: Path, folder: Path, *targets: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    for target in targets:
        command += ["-t", target]
    # Without a PATH there is no Node: a page that is built must not be built again.
    environment = {**os.environ, "PATH": ""}
    subprocess.run(command, cwd=source, env=environment, check=True, capture_output=True)


def wheel_of(folder: Path) -> Path:
    (found,) = folder.glob("*.whl")
    return found


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="session")
def metadata(dist: Path) -> Message:
    with zipfile.ZipFile(wheel_of(dist)) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def test_the_wheel_has_the_package_the_page_and_nothing_else(dist: Path) -> None:
    """Everything that is read at run time is in it; no test, no source of the page."""
    names = names_in(wheel_of(dist))
    sources = (ROOT / "src" / "chatkit").rglob("*")
    wanted = {
        str(path.relative_to(ROOT / "src"))
        for path in sources
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names
    info = {name for name in names if ".dist-info/" in name}
    assert names - wanted == info
    assert {name.rpartition("/")[2] for name in info} == {
        *("METADATA", "WHEEL", "RECORD", "entry_points.txt", "LICENSE"),
    }
    assert {"chatkit/http/assets/chatkit.js", "chatkit/http/assets/chatkit-ui.js"} <= names
    assert "chatkit/store/sqlite/migrations/0001_threads_items_turns.sql" in names
    assert "chatkit/py.typed" in names


def test_the_licences_of_all_that_is_in_the_page_are_shipped() -> None:
    """Each package's name, version and text, as their licences ask for."""
    text = (bundle.ASSETS / "THIRD-PARTY-LICENSES-chatkit-ui.txt").read_text(encoding="utf-8")
    named = re.findall(r"^Name: (\S+)$", text, re.MULTILINE)
    assert {"preact", "katex", "lowlight", "highlight.js", "lucide", "d3-shape"} <= set(named)
    packages = re.split(r"\n---\n\n(?=Name: )", text)
    assert len(packages) == len(named)
    for package in packages:
        assert re.search(r"^Version: \d", package, re.MULTILINE), package[:80]
        assert "\nLicense Text:\n" in package, package[:80]
        assert re.search(r"^License: (MIT|ISC|Apache-2\.0|0?BSD\S*)$", package, re.MULTILINE)
    assert all(path.suffix != ".txt" for path in bundle.files())


def test_the_metadata_says_what_an_index_shows(metadata: Message) -> None:
    """Name, version, licence, Python, extras, and a README."""
    assert metadata["Name"] == "chatkit-selfhosted"
    assert metadata["Version"] == PROJECT["version"] == chatkit.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra", [])) == set(PROJECT["optional-dependencies"])
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert "# " in str(metadata.get_payload())
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {PROJECT['version']} " in changelog


def test_the_source_archive_builds_the_same_wheel_without_node(dist: Path, tmp_path: Path) -> None:
    """Whoever packages from source needs no npm; nobody's `node_modules` is shipped."""
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = opened.getnames()
        # Python 3.11.0 to 3.11.3 know no filter, later ones want one.
        opened.extraction_filter = getattr(tarfile, "data_filter", None)
        opened.extractall(tmp_path)
    assert not [name for name in names if "node_modules" in name]
    (source,) = tmp_path.iterdir()
    for wanted in ("LICENSE", "SECURITY.md", "web/package-lock.json", "tests/conftest.py"):
        assert (source / wanted).is_file(), wanted
    build(source, tmp_path / "again", "wheel")
    assert names_in(wheel_of(tmp_path / "again")) == names_in(wheel_of(dist))


@pytest.fixture(scope="session")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment with the wheel, and with what it needs; no extras."""
    place = tmp_path_factory.mktemp("clean")
    venv.create(place, with_pip=True)
    programs = place / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [programs / "python", "-m", "pip", "install", "-q", "--no-index", "--no-deps"]
    subprocess.run([*pip, wheel_of(dist)], check=True)
    command = [programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    # Its needs are taken from here: the index is not asked in a test. What belongs to extras is
    # hidden, in this file too: some systems have a `sitecustomize` of their own.
    names = ("obstore", "asyncpg", "redis", "fastapi")
    hidden = f"import sys; sys.modules.update(dict.fromkeys({names}))"
    (Path(site) / "needs.pth").write_text(f"{sysconfig.get_path('purelib')}\n{hidden}\n")
    return programs


def test_a_clean_installation_serves_a_page(installed: Path) -> None:
    """The command, the demo, its page and its script, from the installed files."""
    said = subprocess.run(
        [installed / "chatkit", "--version"], check=True, capture_output=True, text=True
    ).stdout
    assert said == f"chatkit, version {PROJECT['version']}\n"
    demo = ("demo", "--database", ":memory:")
    with started(installed, *demo) as url, httpx2.Client(base_url=url) as client:
        assert "chatkit.js" in client.get("/").text
        assert client.get("/chatkit.js").content == (bundle.ASSETS / "chatkit.js").read_bytes()
        assert client.get("/healthz").json() == {"status": "ok"}


@contextmanager
def started(installed: Path, *arguments: str, folder: Path | None = None) -> Iterator[str]:
    """The address of a server that a command has started, on a port that was free."""
    process = subprocess.Popen(
        [installed / "chatkit", *arguments, "--port", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"(http://[^/\s]+)", line):
                yield found[1]
                break
        else:
            raise AssertionError("".join(said))
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


APP = """
from chatkit.server import ChatKitServer

class Quiet(ChatKitServer):
    async def respond(self, thread, input_user_message, context):
        return
        yield
"""


def test_every_command_works_without_the_extras(installed: Path, tmp_path: Path) -> None:
    """A driver that nobody asked for is not missed; what does need one says which."""
    (tmp_path / "app.py").write_text(APP)
    serve = ("serve", "app:Quiet", "--database", "chat.sqlite3")
    with started(installed, *serve, folder=tmp_path) as url, httpx2.Client(base_url=url) as client:
        assert client.get("/healthz").json() == {"status": "ok"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [installed / "chatkit", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    for arguments in (
        ("db", "check", "--database", "chat.sqlite3"),
        ("db", "migrate", "--database", "chat.sqlite3"),
        ("keys", "create", "backend", "--database", "chat.sqlite3"),
        ("keys", "list", "--database", "chat.sqlite3"),
        ("schema",),
        ("assets",),
        ("chat", "--help"),
        ("widget", "preview", "--help"),
    ):
        done = run(*arguments)
        assert (arguments, done.returncode) == (arguments, 0), done.stderr
    for arguments in (
        ("db", "check", "--database", "postgresql://localhost/chat"),
        ("doctor", "--database", "postgresql://localhost/chat"),
        ("serve", "app:Quiet", "--database", "postgresql://localhost/chat"),
    ):
        done = run(*arguments)
        assert (arguments, done.returncode) == (arguments, 1)
        said = done.stdout + done.stderr
        assert 'pip install "chatkit-selfhosted[postgres]"' in said
        assert "Traceback" not in said


def test_the_doctor_finds_nothing_to_fix_there(installed: Path, tmp_path: Path) -> None:
    """Every file is as it was built."""
    done = subprocess.run(
        [installed / "chatkit", "doctor", "--database", str(tmp_path / "chat.sqlite3")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Nothing to fix." in done.stdout) == (0, True), done.stdout
