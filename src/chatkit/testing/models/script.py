"""What a scripted model says: turns, their outputs, and what may happen amid an output.

Frozen dataclasses, plain data but for `Stall`. Stands on latch.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .latch import Latch

__all__ = [
    "Chunks",
    "Citation",
    "ContainerFileCitation",
    "Control",
    "Disconnect",
    "ErrorEvent",
    "Failed",
    "FileCitation",
    "FileSearch",
    "FunctionCall",
    "HttpError",
    "ImageGeneration",
    "Incomplete",
    "Message",
    "Output",
    "Parallel",
    "RawEvent",
    "Reasoning",
    "Refusal",
    "Stall",
    "Step",
    "Text",
    "Turn",
    "UrlCitation",
    "Usage",
    "WebSearch",
    "as_step",
    "chunks_of",
]


class Stall:
    """A point at which the model stops sending, until released or until its client leaves.

    May stand among chunks or among outputs. One object is one point: once released, it never
    holds anything again.
    """

    __slots__ = ("_reached", "_released")

    def __init__(self) -> None:
        self._reached = Latch()
        self._released = Latch()

    def release(self) -> None:
        """Let the model go on. Safe from any thread; before it stalls, it will not stall."""
        self._released.set()

    async def reached(self) -> None:
        """Return once the model has sent all that comes before this point."""
        await self._reached.wait()

    def wait_reached(self, timeout: float = 10) -> None:
        """Block this thread until the model is here. Raises: TimeoutError."""
        self._reached.wait_in_thread(timeout)

    async def hold(self) -> None:
        """Report that the model is here, and return when released: the server's side."""
        self._reached.set()
        await self._released.wait()


@dataclass(frozen=True, slots=True)
class Failed:
    """The response fails: `response.failed`, or an error in the Chat Completions stream."""

    code: str = "server_error"
    message: str = "The model failed."


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The response is cut short; amid chunks, so is the item they belong to."""

    reason: Literal["max_output_tokens", "content_filter"] = "max_output_tokens"


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """A top-level `error` event; `nested` puts its fields under `error`, as is also seen."""

    code: str | None = "server_error"
    message: str = "The server had an error."
    nested: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The server cuts the connection in the middle of its answer."""


@dataclass(frozen=True, slots=True)
class RawEvent:
    """Any event at all, sent as it is: for what this module does not know."""

    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UrlCitation:
    """A citation of a web page; indexes count characters of the text."""

    url: str
    title: str = ""
    start_index: int = 0
    end_index: int = 0


@dataclass(frozen=True, slots=True)
class FileCitation:
    """A citation of an uploaded file, at a character index."""

    file_id: str
    filename: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class ContainerFileCitation:
    """A citation of a file that a tool made in its container."""

    container_id: str
    file_id: str
    filename: str
    start_index: int = 0
    end_index: int = 0


Citation: TypeAlias = UrlCitation | FileCitation | ContainerFileCitation
Control: TypeAlias = Stall | Failed | Incomplete | ErrorEvent | Disconnect | RawEvent
Chunks: TypeAlias = str | Sequence[str | Citation | Control]


@dataclass(frozen=True, slots=True)
class Text:
    """Answer text. A citation among the chunks streams where it stands, the others at the end."""

    chunks: Chunks
    annotations: Sequence[Citation] = ()
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal to answer."""

    chunks: Chunks
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Message:
    """One assistant message of several content parts."""

    parts: Sequence[Text | Refusal]
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Reasoning: a summary in parts, and `content`, the raw text that open models show."""

    summary_parts: Sequence[Chunks] = ()
    content: Chunks = ()
    encrypted_content: str | None = field(default=None, kw_only=True)
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of a function tool; `chunks` says how the arguments stream, whole by default."""

    name: str
    arguments: Mapping[str, Any] | str = "{}"
    call_id: str | None = None
    chunks: Chunks | None = None
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class ImageGeneration:
    """A generated image: previews while it is made, then the image, all base64."""

    partials: Chunks
    final_b64: str
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class WebSearch:
    """A web search that the provider ran."""

    query: str
    sources: Sequence[str] = ()
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class FileSearch:
    """A search in uploaded files that the provider ran."""

    queries: Sequence[str]
    results: Sequence[Mapping[str, Any]] | None = None
    id: str | None = field(default=None, kw_only=True)


Item: TypeAlias = (
    Text | Refusal | Message | Reasoning | FunctionCall | ImageGeneration | WebSearch | FileSearch
)


@dataclass(frozen=True, slots=True)
class Parallel:
    """Items whose events come interleaved, one of each in turn."""

    items: Sequence[Item]


Output: TypeAlias = Item | Parallel | Control


@dataclass(frozen=True, slots=True)
class Usage:
    """What the turn is said to have cost, in tokens."""

    input_tokens: int = 8
    output_tokens: int = 4
    cached_tokens: int = 0
    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer. `pace` waits that many seconds before each chunk, for demos and load tests."""

    outputs: Sequence[Output]
    usage: Usage = field(default=Usage(), kw_only=True)
    pace: float | None = field(default=None, kw_only=True)
    id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class HttpError:
    """An answer that is an HTTP error; without a body, an API error that names the status."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Step: TypeAlias = Turn | HttpError | Output | Sequence[Output]


def as_step(step: Step) -> Turn | HttpError:
    """The turn that a script's entry stands for: a lone output, or several, make one too."""
    if isinstance(step, Turn | HttpError):
        return step
    return Turn(step if isinstance(step, Sequence) else (step,))


def chunks_of(chunks: Chunks) -> Sequence[str | Citation | Control]:
    """The chunks as a sequence; a plain string is one chunk."""
    return (chunks,) if isinstance(chunks, str) else chunks
