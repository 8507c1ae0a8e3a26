"""`chatkit widget preview`: reads the file, draws it with new data, tells the page of each save."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import httpx2
import pytest
from click.testing import CliRunner
from live_servers import uvicorn_serving

from chatkit.cli import main
from chatkit.cli.widget.preview import preview_app
from chatkit.http import bundle

TEMPLATE = '{"type": "Card", "children": [{"type": "Text", "value": {{ name | tojson }} }]}'
SCHEMA = {"type": "object", "properties": {"name": {"type": "string", "default": "Ada"}}}


def write(path: Path, template: str = TEMPLATE) -> None:
    """A .widget file with this template."""
    definition = {"version": "1.0", "name": "Hi", "template": template, "jsonSchema": SCHEMA}
    path.write_text(json.dumps(definition))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one name in it."""
    path = tmp_path / "hi.widget"
    write(path)
    return path


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is built: these tests need no Node."""
    assets = tmp_path / "assets"
    (assets / "chatkit-chunks").mkdir(parents=True)
    for name in (*bundle.ENTRIES, "chatkit-chunks/root-1.js"):
        (assets / name).write_text("export {};")
    monkeypatch.setattr(bundle, "ASSETS", assets)


@asynccontextmanager
async def previewing(file: Path, data: Any = None) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the preview of this file."""
    leaving = asyncio.Event()
    async with uvicorn_serving(preview_app(file, leaving, data)) as (host, port):
        async with httpx2.AsyncClient(base_url=f"http://{host}:{port}", timeout=20) as client:
            yield client
        leaving.set()


@pytest.mark.usefixtures("built")
async def test_the_page_and_its_scripts_are_there_for_this_machine_only(file: Path) -> None:
    """No script but ours, and no name that another site could point here."""
    async with previewing(file) as client:
        page = await client.get("/")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert (await client.get("/chatkit-ui.js")).text == "export {};"
        assert (await client.get("/chatkit-chunks/root-1.js")).status_code == 200
        assert (await client.get("/chatkit-chunks/none.js")).status_code == 404
        foreign = await client.get("/widget", headers={"Host": "evil.example"})
        assert foreign.status_code == 400


async def test_a_save_is_told_and_read_again(file: Path) -> None:
    """Editors write a new file and move it into the old one's place."""
    async with previewing(file) as client, client.stream("GET", "/changes") as changes:
        lines = changes.aiter_lines()
        assert await anext(line async for line in lines if line) == ": watching"
        (file.parent / "other.txt").write_text("not ours")
        new = file.with_suffix(".tmp")
        write(new, TEMPLATE.replace("Card", "Basic"))
        new.replace(file)
        assert await anext(line async for line in lines if line) == "data: saved"
        assert (await client.get("/widget")).json()["widget"]["type"] == "Basic"


async def test_what_one_types_into_the_form_is_drawn(file: Path) -> None:
    """Data of the command line come first; what the page sends is checked like those."""
    async with previewing(file, {"name": "Grace"}) as client:
        assert (await client.get("/widget")).json()["data"] == {"name": "Grace"}
        drawn = (await client.post("/widget", json={"name": "Alan"})).json()
        assert drawn["widget"]["children"][0]["value"] == "Alan"
        assert drawn["problems"] == []
        wrong = (await client.post("/widget", json={"name": 4})).json()
        assert "data.name" in wrong["problems"][0]["message"]


async def test_nothing_else_is_taken(file: Path) -> None:
    """The page sends JSON of a sane size; a file that is gone is said to be."""
    async with previewing(file) as client:
        typed = {"Content-Type": "application/json"}
        assert (await client.post("/widget", content="{}")).status_code == 415
        assert (await client.post("/widget", content="{", headers=typed)).status_code == 400
        large = await client.post("/widget", content=b" " * 2_000_000, headers=typed)
        assert large.status_code == 413
        await asyncio.to_thread(file.unlink)
        assert "gone" in (await client.get("/widget")).json()


@pytest.mark.usefixtures("built")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a desktop")
@pytest.mark.parametrize(
    ("display", "arguments", "opens"),
    [("", [], False), ("", ["--open"], True), (":0", [], True), (":0", ["--no-open"], False)],
)
def test_a_browser_is_opened_where_there_is_a_desktop(
    file: Path, tmp_path: Path, display: str, arguments: list[str], opens: bool
) -> None:
    """Over SSH, what opens would be a browser of text, in the same terminal."""
    opener, asked = tmp_path / "xdg-open", tmp_path / "asked"
    opener.write_text(f'#!/bin/sh\necho "$1" > {asked}\n')
    opener.chmod(0o755)
    os.mkfifo(asked)
    told = os.open(asked, os.O_RDONLY | os.O_NONBLOCK)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "DISPLAY": display, "WAYLAND_DISPLAY": "", "PATH": path}
    command = [sys.executable, "-m", "chatkit", "widget", "preview", str(file), *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        # Answered once what opens was started, or passed over.
        assert httpx2.get(url, timeout=20).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    select.select([told], [], [], 20 if opens else 0)
    assert os.read(told, 200).decode().strip() == (url if opens else "")
    os.close(told)


@pytest.mark.usefixtures("built")
def test_the_command_opens_a_browser_and_ends_with_a_signal(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream of changes is open for as long as the page is: it must not hold up Ctrl-C."""
    opened: list[str] = []
    told: list[str] = []
    is_open = threading.Event()

    def launch(url: str) -> None:
        opened.append(url)
        is_open.set()

    def visit_and_leave() -> None:
        is_open.wait(20)
        with httpx2.stream("GET", f"{opened[0]}/changes", timeout=20) as changes:
            lines = changes.iter_lines()
            next(lines)
            os.kill(os.getpid(), signal.SIGINT)
            told.extend(lines)

    # The only part of this that is not ours: a browser on the machine of the tests.
    monkeypatch.setattr(click, "launch", launch)
    visitor = threading.Thread(target=visit_and_leave)
    visitor.start()
    data = file.with_name("data.json")
    data.write_text('{"name": "Grace"}')
    result = CliRunner().invoke(
        main, ["widget", "preview", str(file), "--open", "--data", f"@{data}"]
    )
    visitor.join(20)
    assert result.exit_code == 0
    assert told == [""]
    assert f"Previewing {file} at {opened[0]}" in result.output


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(("data", "said"), [("{", "--data is not JSON"), ("@none", "No such file")])
def test_data_that_cannot_be_read_are_named(file: Path, data: str, said: str) -> None:
    """Before anything is served."""
    result = CliRunner().invoke(main, ["widget", "preview", str(file), "--data", data])
    assert result.exit_code == 1
    assert said in result.output


def test_a_page_that_is_not_built_says_how(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editable install without Node."""
    monkeypatch.setattr(bundle, "ASSETS", tmp_path)
    result = CliRunner().invoke(main, ["widget", "preview", str(file)])
    assert result.exit_code == 1
    assert "make web" in result.output
