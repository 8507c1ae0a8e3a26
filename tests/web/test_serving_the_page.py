"""The page's scripts and the full-page chat over HTTP: who may load them, and for how long."""

import gzip
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from chatkit.cli import main
from chatkit.cli.demo.assistant import DemoAssistant
from chatkit.http import bundle, create_app, web_files
from chatkit.store import MemoryStore

SCRIPT = "customElements.define('openai-chatkit', class {});" * 20


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page that is built: the tests of the server need no Node."""
    folder = tmp_path / "assets"
    (folder / web_files.CHUNKS).mkdir(parents=True)
    for name in (*bundle.ENTRIES, f"{web_files.CHUNKS}/math-a1b2.js"):
        (folder / name).write_text(SCRIPT)
    (folder / ".source").write_text("digest")
    monkeypatch.setattr(bundle, "ASSETS", folder)
    monkeypatch.setattr(web_files, "_WEB", tmp_path / "no-source")
    return folder


@pytest.fixture
def client(assets: Path) -> Iterator[TestClient]:
    """A browser of sorts, at a server with its page."""
    with serving(page={"title": "A & <b>"}) as client:
        yield client


def serving(**options: Any) -> TestClient:
    """A client of a new server."""
    app = create_app(DemoAssistant(MemoryStore[Any]()), drain_on_signals=False, **options)
    return TestClient(app)


def test_any_page_may_use_the_script(client: TestClient) -> None:
    """A site elsewhere names the script by its address, also under COEP."""
    response = client.get("/chatkit.js")
    assert response.text == SCRIPT
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"


def test_the_script_is_asked_for_again_and_not_sent_again(client: TestClient) -> None:
    """An upgrade is seen at once; until then only headers go over the wire."""
    first = client.get("/chatkit.js")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/chatkit.js", headers={"If-None-Match": f"W/{first.headers['etag']}"})
    assert (again.status_code, again.content) == (304, b"")


def test_zipped_and_plain_scripts_have_tags_of_their_own(client: TestClient) -> None:
    """A cache between them must not give one for the other."""
    plain = client.get("/chatkit-ui.js", headers={"Accept-Encoding": "identity"})
    zipped = client.get("/chatkit-ui.js", headers={"Accept-Encoding": "gzip"})
    assert plain.text == zipped.text == SCRIPT
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), mtime=0))
    assert plain.headers["etag"] != zipped.headers["etag"]


def test_chunks_are_kept_for_ever(client: TestClient) -> None:
    """Their names have a hash of what is in them."""
    response = client.get(f"/{web_files.CHUNKS}/math-a1b2.js")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["none.js", "..%2f.source", ".source", "%2e%2e/chatkit.js"])
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    """No path leads out of the folder of chunks."""
    assert client.get(f"/{web_files.CHUNKS}/{name}").status_code == 404


def test_the_page_lets_in_no_script_but_its_own(client: TestClient) -> None:
    """Its policy has no 'unsafe-inline'; a title cannot become markup."""
    response = client.get("/")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "<title>A &amp; &lt;b&gt;</title>" in response.text
    for name in ("chatkit-page.js", "chatkit-page.css"):
        assert f'"{name}"' in response.text
        assert client.get(f"/{name}").status_code == 200


def test_there_is_no_page_unless_it_is_asked_for(assets: Path) -> None:
    """A host's own app has its own start page."""
    with serving() as client:
        assert client.get("/").status_code == 404
        assert client.get("/chatkit.js").status_code == 200


def test_the_script_is_beside_the_endpoint(assets: Path) -> None:
    """Where the endpoint is mounted deeper, the script and what it loads are too."""
    with serving(path="/api/chatkit") as client:
        assert client.get("/api/chatkit.js").status_code == 200
        assert client.get(f"/api/{web_files.CHUNKS}/math-a1b2.js").status_code == 200


def test_a_name_that_is_not_ours_gets_nothing(assets: Path) -> None:
    """DNS rebinding: a foreign name that points to this machine reads no page."""
    with serving(page=True, allowed_hosts=["localhost"]) as client:
        assert client.get("/").status_code == 421
        assert client.get("/chatkit.js").status_code == 421


def test_a_page_that_is_not_built_says_how(assets: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An editable install without Node: the endpoint works, and the log says what is missing."""
    (assets / "chatkit.js").unlink()
    with caplog.at_level(logging.WARNING), serving() as client:
        response = client.get("/chatkit.js")
    assert response.status_code == 404
    assert "make web" in response.json()["error"]["message"]
    assert "not built" in caplog.text


def test_a_page_that_is_older_than_its_source_is_named(
    assets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who works on the page, and forgets to build it, is told."""
    web = tmp_path / "web"
    web.mkdir()
    (web / "package.json").write_text("{}")
    monkeypatch.setattr(web_files, "_WEB", web)
    with caplog.at_level(logging.WARNING), serving():
        pass
    assert "source has changed" in caplog.text
    caplog.clear()
    bundle.mark_source(web)
    with caplog.at_level(logging.WARNING), serving():
        pass
    assert caplog.text == ""


def test_assets_lists_hashes_for_integrity(assets: Path) -> None:
    """`chatkit assets`: what one puts into the `integrity` attribute."""
    result = CliRunner().invoke(main, ["assets"])
    assert result.exit_code == 0
    lines = [line.split() for line in result.output.splitlines()]
    assert [line[2] for line in lines] == [
        f"{web_files.CHUNKS}/math-a1b2.js",
        "chatkit-ui.js",
        "chatkit.js",
    ]
    assert all(line[1] == bundle.integrity(SCRIPT.encode()) for line in lines)


def test_assets_of_a_page_that_is_not_built(assets: Path) -> None:
    """It says how to build it."""
    (assets / "chatkit.js").unlink()
    result = CliRunner().invoke(main, ["assets"])
    assert result.exit_code != 0
    assert "make web" in result.output
