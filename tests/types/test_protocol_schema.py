"""The JSON Schema of the wire: one document that says it all and refers only to itself."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from wire_samples import EVENTS, REQUESTS

from chatkit.types import ChatKitReq, NonStreamingReq, ThreadItem, ThreadItemUpdate
from chatkit.types import ThreadStreamEvent as Event
from chatkit.types.schema import protocol_schema

SCHEMA = protocol_schema()
DEFS: dict[str, Any] = SCHEMA["$defs"]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            elif key == "mapping":
                yield from inner.values()
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_to_a_definition() -> None:
    """A generator of types for another language follows them all."""
    assert {ref.removeprefix("#/$defs/") for ref in references(SCHEMA)} <= set(DEFS)


def test_no_name_is_one_that_only_python_could_love() -> None:
    """Names of generic models spell out their arguments; types made from them would too."""
    assert all(name.isalnum() and len(name) < 45 for name in DEFS)
    assert {"ItemPage", "ThreadPage", "Action"} <= set(DEFS)


def test_an_action_must_say_its_type() -> None:
    """The class may name it in Python; on the wire nothing does."""
    assert DEFS["Action"]["required"] == ["type"]


@pytest.mark.parametrize(
    ("name", "union"),
    [
        ("ChatKitReq", ChatKitReq),
        ("ThreadStreamEvent", Event),
        ("ThreadItem", ThreadItem),
        ("ThreadItemUpdate", ThreadItemUpdate),
    ],
)
def test_each_union_says_how_it_is_told_apart(name: str, union: Any) -> None:
    """`type` picks one schema, for every member."""
    members = get_args(get_args(union)[0])
    discriminator = DEFS[name]["discriminator"]
    assert discriminator["propertyName"] == "type"
    assert discriminator["mapping"] == {
        member.model_fields["type"].default: f"#/$defs/{member.__name__}" for member in members
    }


def test_each_answer_that_is_a_model_is_named() -> None:
    """The document says what each request that does not stream is answered with."""
    kinds = {member.model_fields["type"].default for member in get_args(NonStreamingReq)}
    assert set(SCHEMA["x-results"]) <= kinds
    assert kinds - set(SCHEMA["x-results"]) == {
        *("items.feedback", "attachments.delete", "threads.delete", "turns.stop"),
    }


def test_metadata_of_threads_and_attachments_is_no_part_of_the_wire() -> None:
    """It stays on the server; that of requests is what the page adds."""
    holders = {name for name, each in DEFS.items() if "metadata" in each.get("properties", {})}
    assert holders == {member.__name__ for member in get_args(get_args(ChatKitReq)[0])}


@pytest.mark.parametrize("sample", [*REQUESTS, *EVENTS], ids=lambda sample: sample["type"])
def test_every_sample_has_only_keys_that_the_schema_knows(sample: dict[str, Any]) -> None:
    """The schema and the messages are two views of one thing."""
    (definition,) = (
        each
        for name, each in DEFS.items()
        if name.endswith(("Req", "Event"))
        and each.get("properties", {}).get("type", {}).get("const") == sample["type"]
    )
    assert set(sample) <= set(definition["properties"])
    assert set(definition.get("required", [])) <= set(sample)


def test_it_is_the_same_in_every_process() -> None:
    """It is published: its text should change with the protocol only."""
    code = "import json, chatkit.types.schema as s; print(json.dumps(s.protocol_schema()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == json.dumps(SCHEMA)
