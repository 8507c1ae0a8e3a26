"""The options of `chatkit demo`."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chatkit.cli import main, running
from chatkit.cli.demo import command


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """The apps that would have been served; the demo ends at once."""
    apps: list[Any] = []

    def run(app: Any, listener: Any, *, ready: Any) -> None:
        apps.append(app)
        ready()

    monkeypatch.setattr(running, "run", run)
    monkeypatch.setattr(running, "log_to_terminal", lambda level: None)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return apps


def demo(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["demo", "--port", "0", *arguments])


def test_without_options_it_answers_by_itself(served: list[Any], tmp_path: Path) -> None:
    """No key, no question."""
    result = demo()
    assert result.exit_code == 0, result.output
    assert f"Threads are kept in {tmp_path / 'chatkit' / 'demo.sqlite3'}" in result.output
    assert "chatkit chat http://127.0.0.1:" in result.output
    assert len(served) == 1


def test_the_page_says_who_answers(served: list[Any]) -> None:
    """With a model of one's own nothing may claim that the answers are written by hand."""
    demo("--database", ":memory:")
    demo("--database", ":memory:", "--base-url", "http://localhost:1/v1", "--model", "llama3.2")
    by_hand, by_model = (dict(app.state.chatkit.settings.page) for app in served)
    assert "written by hand" in by_hand["disclaimer"]["text"]
    assert by_model["title"] == "llama3.2"
    assert by_model["disclaimer"]["text"].startswith("llama3.2 answers")
    assert "models" not in by_model["composer"]


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_only_a_server_for_this_machine_insists_on_its_names(host: str, served: list[Any]) -> None:
    """One that is open to a network goes by names that it cannot know."""
    demo("--host", host, "--database", ":memory:")
    hosts = served[0].state.chatkit.settings.allowed_hosts
    assert bool(hosts) == (host == "127.0.0.1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--base-url", "http://localhost:1/v1"], "--base-url needs --model"),
        (["--model", "m"], "need OPENAI_API_KEY in the environment, or --base-url"),
        (["--api", "chat"], "need OPENAI_API_KEY in the environment, or --base-url"),
        (["--database", "/dev/null/x.db"], "--database"),
    ],
)
def test_options_that_cannot_work_are_explained(
    arguments: list[str], message: str, served: list[Any]
) -> None:
    """Before anything is served."""
    result = demo(*arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert served == []


def test_it_opens_in_the_browser_when_asked_to(
    served: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only then: there may be no browser on this machine."""
    opened: list[str] = []
    monkeypatch.setattr(command.webbrowser, "open", opened.append)
    demo("--database", ":memory:")
    assert opened == []
    demo("--database", ":memory:", "--open")
    assert len(opened) == 1
