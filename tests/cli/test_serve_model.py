"""`chatkit serve --model`: an assistant with a model of one's own, over HTTP on both sides."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx2
import pytest
from assistants import adds, creates
from test_serve_command import said_while

from chatkit.cli import main
from chatkit.cli.model_choice import Api
from chatkit.client import ChatKitClient
from chatkit.testing.models import (
    Outcome,
    Reasoning,
    ScriptedModel,
    Stall,
    Text,
)
from chatkit.wire import SSEDecoder, parse_event
from database_schemas import Schema

both_apis = pytest.mark.parametrize("api", ["responses", "chat"])


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no proxy, and a data folder of the test's own."""
    for name in ("OPENAI_API_KEY", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("CHATKIT_DATABASE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    """A model's server, in a thread of its own."""
    with ScriptedModel().in_thread() as scripted:
        yield scripted


def named(model: ScriptedModel, api: Api) -> list[str]:
    """The options that name it."""
    return ["--base-url", model.base_url, "--model", "llama", "--api", api]


@both_apis
def test_a_model_answers_reasons_and_remembers(
    api: Api, model: ScriptedModel, tmp_path: Path
) -> None:
    """By either API; threads are in a file, and named by their first words."""
    model.add([Reasoning([["Hm", "…"]]), Text(["Good ", "morning"])], Text("I said it."))

    async def talk(url: str) -> None:
        async with ChatKitClient(url) as person:
            first = await person.create_thread("hello there").wait()
            assert first.text == "Good morning"
            assert [item.type for item in first.items[1:]] == ["workflow", "assistant_message"]
            second = await person.send(first.thread_id, "What?").wait()
            assert second.text == "I said it."
            thread = await person.thread(first.thread_id)
            assert thread.title == "Hello there"

    def story(client: httpx2.Client) -> None:
        page = client.get("/").text
        assert "llama answers. It can make mistakes." in page
        asyncio.run(talk(str(client.base_url.join("/chatkit"))))

    said = said_while(tmp_path, *named(model, api), story=story)
    assert "Serving llama at http" in said
    assert f"Threads are kept in {tmp_path / 'chatkit' / 'assistant.sqlite3'}" in said
    assert [request.path for request in model.requests] == [
        {"responses": "/v1/responses", "chat": "/v1/chat/completions"}[api]
    ] * 2
    assert "Good morning" in str(model.requests[1].body)
    assert {(request.body or {})["model"] for request in model.requests} == {"llama"}


@both_apis
def test_who_goes_away_stops_the_model(api: Api, model: ScriptedModel, tmp_path: Path) -> None:
    """The model's server sees its client leave; what was said stays."""
    stall = Stall()
    model.add(Text(["Hel", "lo", stall]), Text("Again"))

    def story(client: httpx2.Client) -> None:
        with client.stream("POST", "/chatkit", json=creates()) as response:
            events = events_of(response)
            thread_id = next(event.thread.id for event in events if event.type == "thread.created")
            assert "lo" in (getattr(event.update, "delta", "") for event in updates(events))
            stall.wait_reached()
        assert model.requests[0].wait_settled() is Outcome.ABORTED
        client.post("/chatkit", json=adds(thread_id, "go on")).raise_for_status()

    said_while(tmp_path, *named(model, api), story=story)
    again = str(model.requests[1].body)
    assert "Hello" in again
    assert "The user cancelled the stream" in again


def events_of(response: httpx2.Response) -> Iterator[Any]:
    """The events as they come."""
    decoder = SSEDecoder()
    for chunk in response.iter_bytes():
        yield from (parse_event(data) for _, data in decoder.feed(chunk))


def updates(events: Iterator[Any]) -> Iterator[Any]:
    """Those that change an item."""
    return (event for event in events if event.type == "thread.item.updated")


def test_the_model_reads_files_that_were_sent(model: ScriptedModel, tmp_path: Path) -> None:
    """The assistant keeps them beside its database."""
    model.add(Text("Read."))

    async def talk(url: str) -> None:
        async with ChatKitClient(url) as person:
            text = b"the password is swordfish"
            file = await person.upload("note.txt", text, "text/plain")
            answer = await person.create_thread("Read this", attachments=[file.id]).wait()
            assert answer.text == "Read."

    def story(client: httpx2.Client) -> None:
        asyncio.run(talk(str(client.base_url.join("/chatkit"))))

    said_while(tmp_path, *named(model, "chat"), story=story)
    assert "swordfish" in str(model.requests[0].body)


def test_workers_serve_a_model_too(model: ScriptedModel, tmp_path: Path, schema: Schema) -> None:
    """Each of them has a client of its own; the choice reaches them as plain data."""
    model.add(Text("Hi"))

    def story(client: httpx2.Client) -> None:
        assert '"Hi"' in client.post("/chatkit", json=creates()).text

    place = ["--database", schema.url, "--schema", schema.name, "--workers", "2"]
    said_while(tmp_path, *named(model, "chat"), *place, story=story)


def test_only_names_of_this_machine_are_answered(model: ScriptedModel, tmp_path: Path) -> None:
    """It has no sign-in: a page elsewhere could make its own name point here."""

    def story(client: httpx2.Client) -> None:
        answer = client.post("/chatkit", json=creates(), headers={"Host": "evil.test"})
        assert answer.status_code == 421, answer.text

    said_while(tmp_path, *named(model, "chat"), story=story)
    assert model.requests == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say what to serve: MODULE:NAME, or the model that answers with --model"),
        (["--model", "m"], "need OPENAI_API_KEY in the environment, or --base-url"),
        (["--base-url", "http://localhost:1/v1"], "--base-url needs --model"),
        (["app:server", "--model", "m"], "app:server has its own"),
        (["--model", "m", "--reload"], "there is no module to watch"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str], message: str) -> None:
    """Before anything is loaded."""
    with pytest.raises(click.ClickException, match=message):
        main.main(["serve", *arguments], standalone_mode=False)
