"""Citations in whatever form a release of `openai`, or a server, gives them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from openai.types.responses import response_output_text
from openai.types.responses.response_output_text import (
    AnnotationFilePath,
    AnnotationURLCitation,
)

from chatkit.agents import ResponseStreamConverter, annotations
from chatkit.agents.annotations import read_annotation
from chatkit.types import Annotation, FileSource, URLSource

URL = {
    "type": "url_citation",
    "url": "https://x.test",
    "title": "X",
    "start_index": 1,
    "end_index": 4,
}


class OfAnEvent(AnnotationURLCitation):
    """The same citation as a class of another module, as in newer releases."""


FORMS = {
    "dict": URL,
    "documented class": AnnotationURLCitation(**URL),
    "class of an event": OfAnEvent(**URL),
    "plain object": SimpleNamespace(**URL),
}


@pytest.fixture(autouse=True)
def forget_the_classes() -> Iterator[None]:
    """They are looked up once."""
    annotations._documented_class.cache_clear()
    yield
    annotations._documented_class.cache_clear()


class Noting(ResponseStreamConverter):
    """Notes what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Any] = []

    async def url_citation_to_annotation(self, url_citation: Any) -> Annotation | None:
        self.given.append(url_citation)
        return await super().url_citation_to_annotation(url_citation)


@pytest.mark.requirement("row-22")
@pytest.mark.parametrize("form", FORMS)
async def test_a_citation_reaches_its_hook_as_the_class_that_is_documented(form: str) -> None:
    """A hook that checks the class, or uses its fields, works with every release."""
    converter = Noting()
    annotation = await read_annotation(FORMS[form], converter)
    assert annotation == Annotation(source=URLSource(title="X", url="https://x.test"), index=4)
    assert isinstance(converter.given[0], AnnotationURLCitation)
    assert converter.given[0].title == "X"


@pytest.mark.requirement("row-22")
@pytest.mark.parametrize("way", ["class", "module"])
async def test_a_release_that_has_moved_the_class_gives_an_object_like_it(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same fields."""
    if way == "class":
        monkeypatch.delattr(response_output_text, "AnnotationURLCitation")
    else:
        monkeypatch.setitem(sys.modules, "openai.types.responses", None)
    converter = Noting()
    annotation = await read_annotation(URL, converter)
    assert annotation is not None
    assert annotation.index == 4
    assert converter.given[0].url == "https://x.test"


@pytest.mark.parametrize(
    "citation",
    [
        None,
        "text",
        {"type": "file_path", "file_id": "f", "index": 1},
        AnnotationFilePath(type="file_path", file_id="f", index=1),
        {"type": "container_file_citation", "filename": "", "end_index": 3},
        {"type": "file_citation", "filename": None},
    ],
)
async def test_what_cannot_be_cited_is_left_out(citation: Any) -> None:
    """An unknown kind, or a file without a name."""
    assert await read_annotation(citation, ResponseStreamConverter()) is None


async def test_fields_that_a_server_leaves_out_are_no_error() -> None:
    """Open servers fill in what they know."""
    converter = ResponseStreamConverter()
    page = await read_annotation({"type": "url_citation", "url": "https://x.test"}, converter)
    assert page == Annotation(source=URLSource(title="", url="https://x.test"))
    file = await read_annotation({"type": "file_citation", "filename": "a"}, converter)
    assert file == Annotation(source=FileSource(title="a", filename="a"))
