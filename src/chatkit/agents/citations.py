"""Citations in the form in which the model's API takes them back. Stands on the types.

An annotation knows one place in the text and the API wants a range, so the range is empty.
Source: `openai.types.responses.response_output_text_param`.
"""

from __future__ import annotations

from typing import Any

from chatkit.types import Annotation, FileSource, URLSource

__all__ = ["encode_citation"]


def encode_citation(annotation: Annotation, text: str) -> dict[str, Any] | None:
    """The annotation of this text as the API's, or None for entities, which it does not know.

    A file is named by its file name, as the id it had with the provider is not kept.
    """
    source = annotation.source
    place = len(text) if annotation.index is None else annotation.index
    if isinstance(source, URLSource):
        span = {"start_index": place, "end_index": place}
        return {"type": "url_citation", "url": source.url, "title": source.title, **span}
    if isinstance(source, FileSource):
        name = source.filename
        return {"type": "file_citation", "file_id": name, "filename": name, "index": place}
    return None
