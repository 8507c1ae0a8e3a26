"""Where an answer or a task took something from: a page, a file, an entity of the host."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chatkit.icons import IconName
from chatkit.types.base import WireModel

__all__ = ["EntitySource", "FileSource", "Source", "SourceBase", "URLSource"]


class SourceBase(WireModel):
    """What every source shows; `timestamp` is text for people, `group` gathers like with like."""

    title: str
    description: str | None = None
    timestamp: str | None = None
    group: str | None = None


class FileSource(SourceBase):
    """A file, by its name."""

    type: Literal["file"] = "file"
    filename: str


class URLSource(SourceBase):
    """A page of the web; `attribution` names its publisher."""

    type: Literal["url"] = "url"
    url: str
    attribution: str | None = None


class EntitySource(SourceBase):
    """A thing the host knows, as `data` describes it; the page may react when it is clicked.

    `inline_label` stands in the text where the source is cited, `label` in the list of sources.
    `preview` is kept for older pages and ignored.
    """

    type: Literal["entity"] = "entity"
    id: str
    icon: IconName | None = None
    label: str | None = None
    inline_label: str | None = None
    interactive: bool = False
    data: dict[str, Any] = Field(default_factory=dict)
    preview: Literal["lazy"] | None = None


Source = Annotated[URLSource | FileSource | EntitySource, Field(discriminator="type")]
