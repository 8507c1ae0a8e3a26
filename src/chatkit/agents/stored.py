"""A converter that is ready to use: attachments read from where they are kept, tags described.

Stands on converter.py.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from chatkit.errors import NotFoundError
from chatkit.store.contract import ReadsAttachments
from chatkit.types import Attachment, UserMessageTagContent

from . import texts
from .converter import ThreadItemConverter

if TYPE_CHECKING:
    from openai.types.responses import ResponseInputContentParam

__all__ = ["ReadsAttachments", "StoredItemConverter"]

TContext = TypeVar("TContext")

IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
TEXT_TYPES = frozenset(
    {
        "application/json",
        "application/xml",
        "application/yaml",
        "application/x-yaml",
        "application/toml",
        "application/javascript",
        "application/x-ndjson",
        "application/sql",
        "image/svg+xml",
    }
)
MAX_TEXT_CHARACTERS = 100_000


class StoredItemConverter(ThreadItemConverter, Generic[TContext]):
    """A converter that reads attachments through their store and describes tags by their data.

    Images and PDFs go to the model as data, text files as text (up to `max_text_characters`),
    other files by name, type and size. Made for one request: `context` is that request's.
    """

    def __init__(
        self,
        attachments: ReadsAttachments[TContext],
        context: TContext,
        *,
        max_text_characters: int = MAX_TEXT_CHARACTERS,
    ) -> None:
        self._attachments, self._context = attachments, context
        self._max_text_characters = max_text_characters

    async def attachment_to_message_content(
        self, attachment: Attachment
    ) -> ResponseInputContentParam:
        """The attachment as data, as text, or as a description."""
        names = {"name": attachment.name, "mime_type": attachment.mime_type}
        try:
            content = await self._attachments.read_attachment(attachment.id, self._context)
        except NotFoundError:
            return _text(texts.LOST_FILE.format(**names))
        mime_type = attachment.mime_type.partition(";")[0].strip().lower()
        if mime_type in IMAGE_TYPES:
            url = _data_url(mime_type, content)
            return {"type": "input_image", "detail": "auto", "image_url": url}
        if mime_type == "application/pdf":
            data = _data_url(mime_type, content)
            return {"type": "input_file", "filename": attachment.name, "file_data": data}
        if mime_type.startswith("text/") or mime_type in TEXT_TYPES:
            return _text(texts.TEXT_FILE.format(**names, content=self._shortened(content)))
        return _text(texts.OTHER_FILE.format(**names, size=len(content)))

    async def tag_to_message_content(self, tag: UserMessageTagContent) -> ResponseInputContentParam:
        """The tag with its id, its group and the data that the page gave it."""
        entity = {"id": tag.id, "group": tag.group, "data": tag.data}
        shown = {name: value for name, value in entity.items() if value}
        described = json.dumps(shown, ensure_ascii=False, default=str)
        return _text(texts.TAG.format(text=tag.text, entity=described))

    def _shortened(self, content: bytes) -> str:
        text, limit = content.decode("utf-8-sig", errors="replace"), self._max_text_characters
        if len(text) <= limit:
            return text
        return texts.TEXT_FILE_CUT.format(content=text[:limit], limit=limit)


def _data_url(mime_type: str, content: bytes) -> str:
    return f"data:{mime_type};base64,{b64encode(content).decode('ascii')}"


def _text(text: str) -> Any:
    return {"type": "input_text", "text": text}
