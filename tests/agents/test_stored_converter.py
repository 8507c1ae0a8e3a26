"""The ready-made converter: attachments read from their store, tags described by their data."""

from __future__ import annotations

from typing import Any

import pytest
from converter_cases import ALICE, user
from openai.types.responses.response_input_item_param import ResponseInputItemParam
from pydantic import TypeAdapter

from chatkit.agents import StoredItemConverter
from chatkit.errors import AttachmentNotFound
from chatkit.types import FileAttachment, UserMessageTagContent


class Files:
    """An attachment store of one user."""

    def __init__(self, **files: bytes) -> None:
        self._files = files

    async def read_attachment(self, attachment_id: str, context: str) -> bytes:
        if context != "me" or attachment_id not in self._files:
            raise AttachmentNotFound(attachment_id)
        return self._files[attachment_id]


async def shown(mime_type: str, content: bytes, context: str = "me", **options: Any) -> Any:
    """What the model sees of a file with this type and content."""
    attachment = FileAttachment(id="atc_1", name="a file", mime_type=mime_type)
    converter = StoredItemConverter(Files(atc_1=content), context, **options)
    made = await converter.to_agent_input(user("Look", attachments=[attachment]))
    TypeAdapter(list[ResponseInputItemParam]).validate_python(made)
    message: Any = made[0]
    return message["content"][1]


@pytest.mark.parametrize("mime_type", ["image/png", "image/jpeg", "image/webp", "image/gif"])
async def test_an_image_goes_as_data(mime_type: str) -> None:
    """The model cannot fetch from a server at home."""
    assert await shown(mime_type, b"pixels") == {
        "type": "input_image",
        "detail": "auto",
        "image_url": f"data:{mime_type};base64,cGl4ZWxz",
    }


async def test_a_pdf_goes_as_data() -> None:
    """With its name, which the API asks for."""
    assert await shown("application/pdf", b"%PDF") == {
        "type": "input_file",
        "filename": "a file",
        "file_data": "data:application/pdf;base64,JVBERg==",
    }


@pytest.mark.parametrize(
    "mime_type", ["text/plain", "text/csv; charset=utf-8", "application/json", "image/svg+xml"]
)
async def test_a_text_file_goes_as_text(mime_type: str) -> None:
    """Any model can read that; an SVG is text as well, and no image that the API takes."""
    part = await shown(mime_type, "\ufeffGrüße {x}".encode())
    assert part["text"] == (
        f'The user attached the file "a file" ({mime_type}):\n<File>\nGrüße {{x}}\n</File>'
    )


async def test_a_long_text_file_is_cut_and_says_so() -> None:
    """A log of a gigabyte must not fill the context, and the model must not take it for whole."""
    part = await shown("text/plain", b"abcdef", max_text_characters=3)
    assert "\nabc\n[The file goes on: only the first 3 characters are shown.]\n" in part["text"]


async def test_text_that_is_no_utf_8_is_read_as_far_as_it_goes() -> None:
    """The type is what the browser guessed."""
    assert "\ufffd" in (await shown("text/plain", b"\xff"))["text"]


async def test_any_other_file_is_described() -> None:
    """So that the model can say that it cannot read it."""
    part = await shown("application/zip", b"1234")
    assert part["text"] == (
        'The user attached the file "a file" (application/zip, 4 bytes). It cannot be read.'
    )


async def test_a_file_that_is_gone_is_described() -> None:
    """Deleted since, or another user's: the conversation goes on."""
    part = await shown("image/png", b"pixels", context="somebody else")
    assert part["text"].endswith("It is not available any more.")


@pytest.mark.parametrize(
    ("tag", "entity"),
    [
        (ALICE, '{"id": "tag_1", "group": "People", "data": {"role": "boss"}}'),
        (UserMessageTagContent(id="t", text="Bob", data={}), '{"id": "t"}'),
    ],
)
async def test_a_mention_is_described_by_its_data(tag: UserMessageTagContent, entity: str) -> None:
    """What the page knew of the entity when it was picked."""
    made: Any = await StoredItemConverter(Files(), "me").to_agent_input(user("Hi ", tag))
    assert made[1]["content"][1]["text"] == (
        f"@{tag.text} is the following entity:\n<Entity>\n{entity}\n</Entity>"
    )
