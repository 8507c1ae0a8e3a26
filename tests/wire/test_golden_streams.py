"""Every byte that answers every kind of request, against the golden streams in this folder."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from golden import ALL_SCENES, FOLDER, NumberedMemoryStore, NumberedSQLiteStore, play
from pydantic import BaseModel
from stores import ByReferenceStore, PlainStore

from chatkit import types, widgets
from chatkit.wire import SSEDecoder, encode, parse_event, parse_request

STREAMS = sorted(FOLDER.glob("*.sse"))
ANSWERS = sorted(FOLDER.glob("*.answer.json"))
REQUESTS = sorted(FOLDER.glob("*.request.json"))
HIDDEN = {"hidden_context_item", "sdk_hidden_context"}


def store_of(kind: str, tmp_path: Any) -> Any:
    """A store of this kind that numbers its ids."""
    if kind == "sqlite":
        return NumberedSQLiteStore(tmp_path / "golden.db")
    return NumberedMemoryStore()


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("scene", ALL_SCENES, ids=lambda scene: scene.name)
async def test_the_bytes_are_those_of_the_golden_stream(
    scene: Any, kind: str, tmp_path: Any, request: pytest.FixtureRequest
) -> None:
    """Clients in other languages decode these files; apps compare what they store."""
    store = store_of(kind, tmp_path)
    files = await play(scene, store)
    if kind == "sqlite":
        await store.close()
    if request.config.getoption("--update-golden", default=False):
        for name, content in files.items():
            (FOLDER / name).write_bytes(content)
    for name, content in files.items():
        assert content == (FOLDER / name).read_bytes(), f"{name}: see the README beside it"


class PlainNumbered(PlainStore):
    """A host's store with the golden streams' way of numbering."""

    def _next(self, item_type: str) -> str:
        self._numbers[item_type] += 1
        return f"{item_type}_{self._numbers[item_type]}"


class ByReferenceNumbered(PlainNumbered, ByReferenceStore):
    """One that keeps what it is given."""


@pytest.mark.parametrize("kind", [PlainNumbered, ByReferenceNumbered])
@pytest.mark.parametrize("scene", ALL_SCENES, ids=lambda scene: scene.name)
async def test_a_hosts_own_store_gives_the_same_bytes(scene: Any, kind: type) -> None:
    """Pages of models and pages of stored text look alike."""
    for name, content in (await play(scene, kind())).items():
        assert content == (FOLDER / name).read_bytes(), name


def test_each_file_belongs_to_a_scene() -> None:
    """What nobody plays any more must go."""
    played = {scene.name for scene in ALL_SCENES}
    assert len(played) == len(ALL_SCENES)
    for path in [*STREAMS, *ANSWERS, *REQUESTS]:
        assert path.name.split(".")[0] in played


def events_in(path: Any) -> list[bytes]:
    """The payloads of a stream."""
    return [data for _, data in SSEDecoder().feed(path.read_bytes())]


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.stem)
def test_each_event_reads_back_to_the_same_bytes(path: Any) -> None:
    """What the encoder leaves out, the models have as defaults."""
    for payload in events_in(path):
        assert encode(parse_event(payload)) == payload


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_each_request_can_be_read(path: Any) -> None:
    """They are what a page sends."""
    assert parse_request(path.read_bytes()).type == json.loads(path.read_bytes())["type"]


@pytest.mark.parametrize("path", [*STREAMS, *ANSWERS], ids=lambda path: path.name)
def test_nothing_that_is_the_servers_own_is_in_an_answer(path: Any) -> None:
    """Metadata and hidden items say "secret" in all scenes, and so do exceptions."""
    text = path.read_text()
    assert "secret" not in text
    assert "metadata" not in text
    assert not any(kind in text for kind in HIDDEN)


CATEGORIES = {
    "event": types.ThreadStreamEvent,
    "item": types.ThreadItem,
    "update": types.ThreadItemUpdate,
    "task": types.Task,
    "source": types.Source,
    "content": types.UserMessageContent,
    "attachment": types.Attachment,
    "question": types.StructuredInput,
    "status": types.ThreadStatus,
    "component": widgets.StrictWidgetComponent,
    "root": widgets.StrictWidgetRoot,
    "series": widgets.Series,
}
_PLACES = {
    "update": "update",
    "task": "task",
    "tasks": "task",
    "source": "source",
    "attachments": "attachment",
    "inputs": "question",
    "children": "component",
    "component": "component",
    "widget": "root",
    "series": "series",
    "item": "item",
    "updated_item": "item",
}


def types_of(union: Any) -> set[str]:
    """The `type` of each model in a union."""
    if isinstance(union, type) and issubclass(union, BaseModel):
        literal = get_args(union.model_fields["type"].annotation)
        return set(literal)
    return {name for part in get_args(union) for name in types_of(part)}


def found_in(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Each (category, type) in a document; `place` is the name of the field that holds it."""
    if isinstance(value, list):
        for element in value:
            yield from found_in(element, place)
    elif isinstance(value, dict):
        category = _category(value, place)
        if category is not None:
            yield category, value["type"]
        for name, inner in value.items():
            if name not in {"data", "payload", "arguments", "output"} or place == "items":
                yield from found_in(inner, name)


def _category(value: dict[str, Any], place: str) -> str | None:
    kind = value.get("type")
    if not isinstance(kind, str):
        return None
    if place == "sources":
        return "source"
    if place == "content":
        return None if kind == "output_text" else "content"
    if place == "status":
        return "status"
    if place in {"data", "page"}:
        return "item"
    return "event" if place == "" else _PLACES.get(place)


def all_found() -> dict[str, set[str]]:
    """The types that occur in the golden streams and answers, by category."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    documents = [(json.loads(payload), "") for path in STREAMS for payload in events_in(path)]
    for document, place in documents:
        for category, kind in found_in(document, place):
            found[category].add(kind)
    return found


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_type_of_the_wire_is_in_a_golden_stream_and_no_other_is(category: str) -> None:
    """Both ways: a new type needs a scene, and a scene shows no type that the unions lack."""
    known = types_of(CATEGORIES[category]) - HIDDEN
    found = all_found()[category]
    if category == "component":
        known |= {"Map"}  # what no model knows: a dynamic component
    if category == "status":
        found |= {"locked", "closed"}  # in answers: the streams refuse such threads
    assert found == known


def test_every_request_type_has_a_scene() -> None:
    """Named after it."""
    found = {json.loads(path.read_bytes())["type"] for path in REQUESTS}
    known = types_of(types.ChatKitReq)
    assert found == known
    assert {name.replace(".", "_") for name in known} <= {scene.name for scene in ALL_SCENES}


@pytest.mark.parametrize(
    ("prefix", "category"),
    [
        ("event", "event"),
        ("item", "item"),
        ("update", "update"),
        ("task", "task"),
        ("source", "source"),
    ],
)
def test_each_type_has_a_stream_of_its_own(prefix: str, category: str) -> None:
    """So that a decoder's test can be read beside it."""
    names = {path.stem for path in STREAMS}
    for kind in types_of(CATEGORIES[category]):
        assert f"{prefix}_{kind.replace('.', '_')}" in names


def test_the_readme_says_what_each_file_is(request: pytest.FixtureRequest) -> None:
    """Whoever reads a stream in another language has nothing but this folder."""
    readme = FOLDER / "README.md"
    head, _, listed = readme.read_text().partition("## The files\n\n")
    lines = "".join(f"- `{scene.name}`: {scene.about}\n" for scene in ALL_SCENES)
    if request.config.getoption("--update-golden", default=False):
        readme.write_text(f"{head}## The files\n\n{lines}")
        listed = lines
    assert listed == lines
