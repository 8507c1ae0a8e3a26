"""What a newcomer types first answers: the README's server, and the app of the start page."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from test_docs import ROOT, blocks

from chatkit.client import ChatKitClient
from chatkit.testing.models import ScriptedModel, Text


def typed(page: Path, folder: Path) -> dict[str, Any]:
    """The names of the page's Python, typed into one file in this folder, beside its HTML."""
    for html in blocks(page, "html")[:1]:
        (folder / "index.html").write_text(html, encoding="utf-8")
    names: dict[str, Any] = {"__name__": "app"}
    exec("\n".join(blocks(page, "python")), names)
    return names


async def test_the_server_of_the_readme_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen lines, a file, a message."""
    monkeypatch.chdir(tmp_path)
    names = typed(ROOT / "README.md", tmp_path)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=names["app"]))
    async with http, ChatKitClient("http://app/chatkit", http=http) as person:
        assert (await person.create_thread("Hi").wait()).text == "You said: Hi"
    assert (tmp_path / "chat.sqlite3").is_file()
    await names["app"].state.chatkit.server.store.close()


@pytest.mark.parametrize("name", ["app", "api"])
async def test_the_app_of_the_start_page_answers_and_shows_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """By itself, and in the FastAPI app; with a model that it is given the address of."""
    monkeypatch.chdir(tmp_path)
    names = typed(ROOT / "docs" / "start" / "in-your-product.md", tmp_path)
    transport = httpx2.ASGITransport(app=names[name])
    async with (
        ScriptedModel([Text(["A lot", "!"])]) as model,
        httpx2.AsyncClient(transport=transport, base_url="http://app") as http,
        ChatKitClient("http://app/chatkit", http=http) as person,
    ):
        names["agent"].model = model.chat_completions()
        answer = await person.create_thread("What can you do?").wait()
        script = await http.get("/chatkit.js")
        shown = await http.get("/")
    assert answer.text == "A lot!"
    assert "javascript" in script.headers["content-type"]
    assert name == "api" or '<script src="/chatkit.js">' in shown.text
    await names["ollama"].close()
    await names["store"].close()
