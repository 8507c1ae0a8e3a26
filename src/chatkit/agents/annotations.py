"""A model's citations as annotations, whatever release of `openai` built them.

Stands on the converter's hooks. The classes of citations have moved between releases, and an
event may carry a dict or another event's class; what tells them apart is `type`.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from chatkit.types import Annotation

from .response_converter import ResponseStreamConverter, resolve

__all__ = ["read_annotation"]

_HOOKS = {
    "file_citation": "file_citation_to_annotation",
    "container_file_citation": "container_file_citation_to_annotation",
    "url_citation": "url_citation_to_annotation",
}
_CLASSES = {
    "file_citation": "AnnotationFileCitation",
    "container_file_citation": "AnnotationContainerFileCitation",
    "url_citation": "AnnotationURLCitation",
}


async def read_annotation(
    citation: object, converter: ResponseStreamConverter
) -> Annotation | None:
    """The annotation for a citation, or None for one that is left out or of another kind."""
    fields = _fields_of(citation)
    kind = fields.get("type")
    if kind not in _HOOKS:
        return None
    hook = getattr(converter, _HOOKS[kind])
    return cast("Annotation | None", await resolve(hook(_as_documented(kind, fields))))


def _fields_of(citation: object) -> dict[str, Any]:
    if isinstance(citation, dict):
        return cast("dict[str, Any]", citation)
    dump: Any = getattr(citation, "model_dump", None)
    return dict(dump()) if dump is not None else dict(getattr(citation, "__dict__", {}))


def _as_documented(kind: str, fields: dict[str, Any]) -> Any:
    """The citation as the class that the hooks are written for, where the release has it."""
    found = _documented_class(kind)
    if found is None:
        return SimpleNamespace(**fields)
    # Not validated: a server that leaves a field out is no reason to lose the answer.
    return found.model_construct(**fields)


@cache
def _documented_class(kind: str) -> Any:
    try:
        from openai.types.responses import response_output_text
    except ImportError:
        return None
    return getattr(response_output_text, _CLASSES[kind], None)
