"""How a model's response is shown: hooks for images, citations and tool calls, yours to override.

Above: the apps' converters. Below: the types. Every hook may be written `async def` or plain.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatkit.types import Annotation, CustomTask, FileSource, NoticeEvent, Task, URLSource

if TYPE_CHECKING:
    from openai.types.responses.response_output_text import (
        AnnotationContainerFileCitation,
        AnnotationFileCitation,
        AnnotationURLCitation,
    )

__all__ = ["ResponseStreamConverter", "ToolCall", "ToolTaskConverter", "resolve"]

CUT_SHORT = {
    "max_output_tokens": "The answer was cut short: it reached the model's limit of length.",
    "content_filter": "The answer was cut short by the model provider's content filter.",
}
CUT_SHORT_OTHERWISE = "The answer was cut short."

_IMAGE_STARTS = {"/9j/": "jpeg", "UklGR": "webp", "R0lGOD": "gif"}
MAX_SHOWN_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call of a function tool on the server."""

    name: str
    call_id: str
    arguments: str
    """The JSON that the model wrote."""
    output: str | None = None
    """What the tool returned; None while it runs."""


class ResponseStreamConverter:
    """Turns parts of a model's response into what the page shows.

    `partial_images` is the number of previews that the image tool was asked for; progress is
    counted by it.
    """

    def __init__(self, *, partial_images: int | None = None) -> None:
        self.partial_images = partial_images

    async def base64_image_to_url(
        self, image_id: str, base64_image: str, partial_image_index: int | None = None
    ) -> str:
        """A URL for an image, or for a preview of it: a data URL. Override to keep it elsewhere."""
        starts = (kind for start, kind in _IMAGE_STARTS.items() if base64_image.startswith(start))
        return f"data:image/{next(starts, 'png')};base64,{base64_image}"

    def partial_image_index_to_progress(self, partial_image_index: int) -> float:
        """How far an image is at its n-th preview: from 0 to 1, 0 without `partial_images`."""
        if not self.partial_images:
            return 0.0
        return min(1.0, partial_image_index / self.partial_images)

    async def file_citation_to_annotation(
        self, file_citation: AnnotationFileCitation
    ) -> Annotation | None:
        """A citation of a file, or None to leave it out, as one without a name is."""
        return _file_annotation(file_citation, "index")

    async def container_file_citation_to_annotation(
        self, container_file_citation: AnnotationContainerFileCitation
    ) -> Annotation | None:
        """A citation of a file that a tool made, or None to leave it out."""
        return _file_annotation(container_file_citation, "end_index")

    async def url_citation_to_annotation(
        self, url_citation: AnnotationURLCitation
    ) -> Annotation | None:
        """A citation of a page, or None to leave it out."""
        title: str | None = getattr(url_citation, "title", None)
        source = URLSource(title=title or "", url=url_citation.url)
        return Annotation(source=source, index=getattr(url_citation, "end_index", None))

    async def tool_call_to_task(self, call: ToolCall) -> Task | None:
        """A tool call as a task of the open workflow, or None not to show it, as here.

        Asked when the tool is called and again, with its output, when it has returned.
        """
        return None

    async def incomplete_to_notice(self, reason: str | None) -> NoticeEvent | None:
        """What is said of an answer that was cut short; with None, the run's error is raised."""
        message = CUT_SHORT.get(reason or "", CUT_SHORT_OTHERWISE)
        return NoticeEvent(level="warning", message=message)


class ToolTaskConverter(ResponseStreamConverter):
    """Shows each call of a function tool as a task, with its arguments and its output.

    Override `tool_call_to_task` to redact: return None for a tool that nobody should see, or
    pass `dataclasses.replace(call, arguments="…")` to `super()`.
    """

    async def tool_call_to_task(self, call: ToolCall) -> Task | None:
        """The call as a task: its name, then its arguments and its output as code."""
        shown = [_code(call.arguments, "json")] if call.arguments.strip() not in {"", "{}"} else []
        if call.output:
            shown.append(_code(call.output))
        return CustomTask(
            title=call.name,
            content="\n\n".join(shown) or None,
            status_indicator="loading" if call.output is None else "complete",
        )


async def resolve(made: Any) -> Any:
    """What a hook returned, awaited as often as it takes."""
    while inspect.isawaitable(made):
        made = await made
    return made


def _file_annotation(citation: object, place: str) -> Annotation | None:
    # Not every server and release fills in every field.
    filename: str | None = getattr(citation, "filename", None)
    if not filename:
        return None
    source = FileSource(title=filename, filename=filename)
    return Annotation(source=source, index=getattr(citation, place, None))


def _code(text: str, language: str = "") -> str:
    shown = text[:MAX_SHOWN_CHARACTERS] + ("…" if len(text) > MAX_SHOWN_CHARACTERS else "")
    fence = "```"
    while fence in shown:
        fence += "`"
    return f"{fence}{language}\n{shown}\n{fence}"
