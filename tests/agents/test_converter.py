"""Items as model input: against what the official package makes of the same items."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from converter_cases import ALICE, CASES, PLACE, call, convert, hidden, user
from openai.types.responses.response_input_item_param import ResponseInputItemParam
from pydantic import TypeAdapter

from chatkit.agents import ThreadItemConverter, simple_to_agent_input
from chatkit.agents.widget_json import encode_widget_json
from chatkit.types import WidgetItem
from chatkit.widgets import Badge, Card, Markdown

GOLDENS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "converter_goldens.json").read_text(encoding="utf-8")
)

INPUT_ITEM: TypeAdapter[Any] = TypeAdapter(ResponseInputItemParam)

DIFFERENT = {"quote before a tool call", "mention of namesakes", "answer with citations"}
"""Where the official package is known to misbehave; each has a test of its own below."""


def texts(items: Any) -> list[str]:
    return [part["text"] for item in items for part in item.get("content", ()) if "text" in part]


@pytest.mark.parametrize("name", sorted(CASES.keys() - DIFFERENT))
async def test_the_model_reads_what_it_read_before(name: str) -> None:
    """Prompts and tests of apps rely on these texts: they are those of the official package."""
    assert await convert(CASES[name]) == GOLDENS[name]


def test_every_golden_has_its_case() -> None:
    """A case that was renamed must not leave its golden behind unread."""
    assert CASES.keys() == GOLDENS.keys()


@pytest.mark.parametrize("name", sorted(CASES))
async def test_every_input_is_one_that_the_api_takes(name: str) -> None:
    """By the types of the `openai` package, which follow the API's own description.

    They ask for more in an assistant's message than the API does, which is filled in here.
    """
    made = await convert(CASES[name])
    for item in made if isinstance(made, list) else ():
        if item.get("role") == "assistant":
            parts = [{**part, "logprobs": []} for part in item["content"]]
            item.update(id="msg_1", status="completed", content=parts)
        INPUT_ITEM.validate_python(item)


async def test_a_quote_stays_while_its_turn_goes_on() -> None:
    """After a client tool call the model still has to know what the user pointed at."""
    made = await convert([user("Hi", quoted_text="this"), call(status="completed"), hidden("x")])
    assert texts(made)[1] == "The user is referring to this in particular: \nthis"


async def test_namesakes_are_both_explained() -> None:
    """Two people may share a name: mentions are told apart by their id."""
    made = await convert(CASES["mention of namesakes"])
    assert texts(made)[-2:] == ["mentioned: tag_1", "mentioned: tag_2"]


async def test_citations_go_back_to_the_model() -> None:
    """In the API's form, at the place they had; an entity is nothing that the API knows."""
    made = await convert(CASES["answer with citations"])
    assert made[0]["content"][0]["annotations"] == [
        {
            "type": "url_citation",
            "url": "https://example.com",
            "title": "T",
            "start_index": 2,
            "end_index": 2,
        },
        {"type": "file_citation", "file_id": "f.pdf", "filename": "f.pdf", "index": 4},
    ]


async def test_output_that_json_does_not_know_is_written_as_pydantic_writes_it() -> None:
    """A handler may have put a model or a time into a call's output."""
    made = await convert(call(status="completed", output={"at": PLACE["created_at"]}))
    assert made[1]["output"] == '{"at": "2024-01-01T00:00:00Z"}'


@pytest.mark.parametrize(
    ("item", "hook"),
    [
        (CASES["attachments"], "attachment_to_message_content"),
        (user(ALICE), "tag_to_message_content"),
        (hidden({"a": 1}), "hidden_context_to_input"),
    ],
)
async def test_what_only_the_app_knows_asks_for_its_hook(item: Any, hook: str) -> None:
    """The message names the method to write."""
    with pytest.raises(NotImplementedError, match=hook):
        await simple_to_agent_input(item)


async def test_one_item_or_several_are_taken() -> None:
    """A list, a tuple, an iterator, or the item itself."""
    item = user("Hi")
    one = await simple_to_agent_input(item)
    assert await simple_to_agent_input([item, item]) == one * 2
    assert await simple_to_agent_input((item,)) == one
    assert await ThreadItemConverter().to_agent_input(iter([item])) == one  # type: ignore[arg-type]


def test_a_widget_of_the_host_is_written_by_pydantic() -> None:
    """A subclass may rename or leave out its own fields."""

    class Private(Badge):
        secret: str = "no"

        def model_dump(self, **kwargs: Any) -> dict[str, Any]:
            return super().model_dump(**{**kwargs, "exclude": {"secret"}})

    badge = Private(label="b", secret="hush")
    root = Card(children=[Markdown(value="m")]).model_copy(update={"children": [badge]})
    assert encode_widget_json(root) == '{"children":[{"label":"b","type":"Badge"}],"type":"Card"}'


def test_importing_the_converter_loads_no_agent_framework() -> None:
    """Apps that never stream a run do not pay for the SDK, which takes a second to import."""
    code = "import sys, chatkit.agents; print({'openai', 'agents'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_widget_item_keeps_its_copy_text_to_itself() -> None:
    """It is for the clipboard of people."""
    item = WidgetItem(id="w", widget=Card(children=[]), copy_text="c", **PLACE)
    assert encode_widget_json(item.widget) == '{"children":[],"type":"Card"}'
